"""Outputs belong to one process at a time: who writes them, what the dead have left, which names can be written."""

from volltrack.io.outputs.lock import OutputLock, break_foreign_locks, lock_file, lock_folder
from volltrack.io.outputs.names import require_good_name
from volltrack.io.outputs.sweep import sweep_folder

__all__ = [
    "OutputLock",
    "break_foreign_locks",
    "lock_file",
    "lock_folder",
    "require_good_name",
    "sweep_folder",
]
