"""What stands beside the file of a session while its window is open: its lock, and edits that were left behind."""

from volltrack.apps.napari_plugin.watching.file_lock import FileLock
from volltrack.apps.napari_plugin.watching.left_edits import LeftEditsOffer

__all__ = ["FileLock", "LeftEditsOffer"]
