"""The tracks that a person works on in the windows: a session with signals and a selection.

One session is shared by all layers and dock widgets; it hangs in ``layer.metadata["volltrack_session"]``. No Qt here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from psygnal import Signal

from volltrack.edit import EditSession
from volltrack.edit.file import TracksOnDisk
from volltrack.errors import BadValue
from volltrack.model import Lineage

__all__ = ["NO_SESSION", "SESSION_KEY", "TrackSession"]

SESSION_KEY: Final = "volltrack_session"
"""Key of the session in the metadata of a layer."""

NO_SESSION: Final = (
    "Open a TrackMate XML or another file of tracks: File ▸ Open, or drop it into the viewer. To begin without tracks, "
    "open a movie and press New tracks in the Track editor."
)
"""What to say where there is none."""


class TrackSession(EditSession):
    """Tracks with their edits, and what is selected.

    Parameters
    ----------
    disk
        As of `volltrack.edit.EditSession`.

    Attributes
    ----------
    selected_spot
        ID of the selected spot, or None.
    selected_track
        ID of a spot that stands for the selected track, because track numbers change with edits; or None.

    Signals
    -------
    lineage_changed
        After an edit, undo, redo or reload.
    selection_changed
        After another spot or track was selected, or none.
    saved
        After the file was written; the first argument is its path.
    """

    lineage_changed = Signal()
    selection_changed = Signal()
    saved = Signal(Path)

    def __init__(self, disk: TracksOnDisk) -> None:
        super().__init__(disk)
        self.selected_spot: int | None = None
        self.selected_track: int | None = None

    def save(self, path: str | Path | None = None, *, overwrite: bool = False) -> Path:
        """Write a TrackMate XML file, tell the windows, and return its path; see `EditSession.save`."""
        target = super().save(path, overwrite=overwrite)
        self.saved.emit(target)
        return target

    def select_spot(self, spot_id: int | None) -> None:
        """Select a spot and the track that it belongs to; None selects nothing.

        Raises
        ------
        BadValue
            No such spot.
        """
        self._select(spot_id, spot_id)

    def select_track_of(self, spot_id: int | None) -> None:
        """Select the track of a spot, and no spot; None selects nothing.

        Raises
        ------
        BadValue
            No such spot.
        """
        self._select(None, spot_id)

    def _select(self, spot: int | None, track: int | None) -> None:
        if track is not None and not self.lineage.spots.has(track):
            raise BadValue(f"spot {track} is not there ({len(self.lineage.spots)} spots): expected the ID of a spot")
        if (spot, track) != (self.selected_spot, self.selected_track):
            self.selected_spot, self.selected_track = spot, track
            self.selection_changed.emit()

    def _show(self, lineage: Lineage) -> None:
        """Take over a new lineage; what is selected and gone is selected no more."""
        selected = (self.selected_spot, self.selected_track)
        spot, track = (i if i is not None and lineage.spots.has(i) else None for i in selected)
        self.selected_spot, self.selected_track = spot, track
        super()._show(lineage)
        self.lineage_changed.emit()
        if (spot, track) != selected:
            self.selection_changed.emit()
