"""Edits applied again to a file that somebody else has changed, or in a new session."""

from volltrack.edit.again.apply_again import apply_again, find_free_id
from volltrack.edit.again.reload_report import ReloadReport

__all__ = ["ReloadReport", "apply_again", "find_free_id"]
