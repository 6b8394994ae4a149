"""Unsaved edits on the disk, beside the tracks, so that a program that ends at once loses none of them."""

from volltrack.edit.journal.journal_file import LeftJournal, find_left_journals
from volltrack.edit.journal.session_journal import SessionJournal

__all__ = ["LeftJournal", "SessionJournal", "find_left_journals"]
