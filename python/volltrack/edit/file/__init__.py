"""The file of a session: read, written without loss, watched."""

from volltrack.edit.file.state import FileState
from volltrack.edit.file.tracks_on_disk import TracksOnDisk

__all__ = ["FileState", "TracksOnDisk"]
