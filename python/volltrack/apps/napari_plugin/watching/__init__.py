"""What stands beside a session while its window is open: its lock, images that do not fit, edits that were left."""

from volltrack.apps.napari_plugin.watching.file_lock import FileLock
from volltrack.apps.napari_plugin.watching.fit_question import FitQuestion
from volltrack.apps.napari_plugin.watching.left_edits import LeftEditsOffer

__all__ = ["FileLock", "FitQuestion", "LeftEditsOffer"]
