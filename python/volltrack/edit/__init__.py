"""Editing tracks without a window: edits as values, undo, measuring again, saving without loss."""

from volltrack.edit.session import EditSession

__all__ = ["EditSession"]
