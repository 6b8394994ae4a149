"""Editing tracks without a window: edits as values, undo, measuring again, saving without loss.

`edit_tracks` is the door for Python; `EditSession` is what it and napari's windows share. One edit becomes XML in
`volltrack.io.trackmate_xml.edit`.
"""

from volltrack.edit.again import ReloadReport
from volltrack.edit.edit_tracks import TrackEdits, edit_tracks
from volltrack.edit.history import EditStep
from volltrack.edit.measuring import Images
from volltrack.edit.session import EditSession
from volltrack.edit.steps import LinkTaken, OnTaken

__all__ = ["EditSession", "EditStep", "Images", "LinkTaken", "OnTaken", "ReloadReport", "TrackEdits", "edit_tracks"]
