"""Outputs: complete or not there, of one process at a time, under names that can be written; what the dead left."""

from volltrack.io.outputs.atomic import replace_file, replace_folder, tell_what_stays, write_at_once, write_together
from volltrack.io.outputs.lock import OutputLock, break_foreign_locks, lock_file, lock_folder
from volltrack.io.outputs.names import require_good_name
from volltrack.io.outputs.sweep import sweep_folder

__all__ = [
    "OutputLock",
    "break_foreign_locks",
    "lock_file",
    "lock_folder",
    "replace_file",
    "replace_folder",
    "require_good_name",
    "sweep_folder",
    "tell_what_stays",
    "write_at_once",
    "write_together",
]
