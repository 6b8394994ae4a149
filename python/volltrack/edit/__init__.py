"""Editing tracks without a window: edits as values, undo, measuring again, saving without loss."""

from volltrack.edit.edit_tracks import TrackEdits, edit_tracks
from volltrack.edit.session import EditSession

__all__ = ["EditSession", "TrackEdits", "edit_tracks"]
