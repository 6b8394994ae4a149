"""The tracks that a person works on: a lineage with all edits applied, its file, its undo stack and the selection.

One session is shared by all layers and dock widgets; it hangs in ``layer.metadata["volltrack_session"]``. No Qt here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from volltrack.apps.napari_plugin.edit_history import EditHistory, EditStep
from volltrack.apps.napari_plugin.file_state import FileState
from volltrack.errors import BadValue, FileExists
from volltrack.io.trackmate_xml import edit_trackmate_xml, write_lineage_xml, write_trackmate_xml
from volltrack.io.tracks_file import TracksFile, read_tracks_file
from volltrack.model import Calibration, Edit, Lineage, apply_edits

__all__ = ["CHECKED", "SESSION_KEY", "TrackSession"]

CHECKED: Final = "CHECKED"
"""Spot feature, whole number: 1 where a person has checked the spot. TrackMate shows it under this name."""

SESSION_KEY: Final = "volltrack_session"
"""Key of the session in the metadata of a layer."""


class TrackSession:
    """Tracks with their edits.

    The edits are values (`volltrack.model.Edit`) in a stack; the lineage is always what was read with the edits in
    force applied to it, so that undoing all of them gives back exactly what was read.

    Attributes
    ----------
    path
        The file that `save` writes, or None before the first one is chosen.
    tracks_file
        The file as last read.
    lineage
        Spots and links, all edits applied.
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

    def __init__(self, tracks_file: TracksFile, path: Path | None, *, given: dict[str, Any] | None = None) -> None:
        self.path = path
        self.tracks_file = tracks_file
        self.lineage = tracks_file.lineage
        self.selected_spot: int | None = None
        self.selected_track: int | None = None
        self._given = given or {}
        self._history = EditHistory()
        self._on_disk = None if path is None else FileState.of(path)

    @classmethod
    def open(cls, path: str | Path, **given: Any) -> TrackSession:
        """Return a session on a file; `given` and errors are those of `volltrack.io.tracks_file.read_tracks_file`."""
        path = Path(path).resolve()
        return cls(read_tracks_file(path, **given), path, given=given)

    @classmethod
    def from_lineage(cls, lineage: Lineage, *, calibration: Calibration, path: Path | None = None) -> TrackSession:
        """Return a session on a lineage that is in no file yet; `path` is where `save` writes it."""
        session = cls(TracksFile(kind="cells", lineage=lineage, calibration=calibration), path)
        session._on_disk = None  # whatever stands at `path` now was never read
        return session

    @property
    def calibration(self) -> Calibration:
        """Voxel size, frame interval and their units."""
        return self.tracks_file.calibration

    @property
    def is_modified(self) -> bool:
        """Whether there are edits that are not saved."""
        return self._history.is_modified

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._history.done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._history.undone)

    @property
    def steps(self) -> tuple[EditStep, ...]:
        """The steps in force, oldest first."""
        return self._history.done

    @property
    def undone_steps(self) -> tuple[EditStep, ...]:
        """The steps that were undone, the next one to redo first."""
        return self._history.undone

    @property
    def checked(self) -> npt.NDArray[np.bool_]:
        """Which spots a person has marked as checked, bool (N,) in the order of ``lineage.spots``."""
        table = self.lineage.spots.table
        if CHECKED not in table.columns:
            return np.zeros(len(table), dtype=bool)
        marked: npt.NDArray[np.bool_] = table[CHECKED].to_numpy(dtype=np.float64) == 1
        return marked

    def apply(self, *edits: Edit, label: str = "edit") -> None:
        """Apply edits as one step that one undo takes back.

        Raises
        ------
        BadValue, BadTable
            An edit that cannot be; see `volltrack.model.apply_edits`. Nothing is changed then.
        """
        if not edits:
            return
        lineage = apply_edits(self.tracks_file.lineage, [*self._history.edits(), *edits])
        self._history.push(EditStep(label=label, edits=edits))
        self._show(lineage)

    def undo(self) -> None:
        """Take the last step back; does nothing where there is none."""
        if self.can_undo:
            self._history.undo()
            self._rebuild()

    def redo(self) -> None:
        """Bring the step back that was undone last; does nothing where there is none."""
        if self.can_redo:
            self._history.redo()
            self._rebuild()

    def save(self, path: str | Path | None = None, *, overwrite: bool = False) -> Path:
        """Write a TrackMate XML file and return its path.

        Parameters
        ----------
        path
            Where to; None for the file that was read or saved last. What was read from a table, a challenge folder or
            a GEFF goes to a new XML beside it.
        overwrite
            Also write over a file that somebody else has changed since it was read, or one that was never read.

        Raises
        ------
        BadValue
            No path is known.
        FileExists
            There is another file, or it has changed on the disk since it was read; reload it first.
        OutputFailed
            Disk full, no permission; the old file is then as it was.
        """
        target = self._choose_target(path)
        is_own = self._on_disk is not None and target == self.path
        if not overwrite and target.exists() and not (is_own and self._on_disk and self._on_disk.matches(target)):
            if is_own:
                raise FileExists(
                    f"{target} has changed on the disk since it was read: reload it first (the edits are kept), or "
                    "save under another name"
                )
            raise FileExists(f"{target} is there already: choose another name, or allow to overwrite it")
        document = self.tracks_file.document
        if document is None:
            write_lineage_xml(target, self.lineage, calibration=self.calibration)
        else:
            write_trackmate_xml(target, edit_trackmate_xml(document, list(self._history.edits())))
        self.path = target
        self._on_disk = FileState.of(target)
        self._history.mark_saved()
        self.saved.emit(target)
        return target

    def has_changed_on_disk(self) -> bool:
        """Whether the file is another one than was read or saved last; False where it is gone or there is none."""
        if self.path is None or self._on_disk is None or not self.path.is_file():
            return False
        return not self._on_disk.matches(self.path)

    def reload(self) -> tuple[str, ...]:
        """Read the file again, apply the unsaved edits to it, and return what no longer applies, one sentence each.

        Raises
        ------
        BadValue
            There is no file.
        BadFile
            It cannot be read; the session is then as it was.
        """
        raise NotImplementedError

    def select_spot(self, spot_id: int | None) -> None:
        """Select a spot and the track that it belongs to; None selects nothing.

        Raises
        ------
        BadValue
            No such spot.
        """
        self._require(spot_id)
        self._select(spot_id, spot_id)

    def select_track_of(self, spot_id: int | None) -> None:
        """Select the track of a spot, and no spot; None selects nothing.

        Raises
        ------
        BadValue
            No such spot.
        """
        self._require(spot_id)
        self._select(None, spot_id)

    def _select(self, spot: int | None, track: int | None) -> None:
        if (spot, track) != (self.selected_spot, self.selected_track):
            self.selected_spot, self.selected_track = spot, track
            self.selection_changed.emit()

    def _require(self, spot_id: int | None) -> None:
        if spot_id is not None and not self._has(spot_id):
            raise BadValue(f"spot {spot_id} is not there ({len(self.lineage.spots)} spots): expected the ID of a spot")

    def _has(self, spot_id: int) -> bool:
        return bool((self.lineage.spots.ids == spot_id).any())

    def _rebuild(self) -> None:
        self._show(apply_edits(self.tracks_file.lineage, self._history.edits()))

    def _show(self, lineage: Lineage) -> None:
        """Take over a new lineage; what is selected and gone is selected no more."""
        self.lineage = lineage
        self.lineage_changed.emit()
        kept = [i if i is not None and self._has(i) else None for i in (self.selected_spot, self.selected_track)]
        self._select(kept[0], kept[1])

    def _choose_target(self, path: str | Path | None) -> Path:
        if path is not None:
            return Path(path).resolve()
        if self.path is None:
            raise BadValue("there is no file to save to: choose a name (save as)")
        return self.path if self.path.suffix.lower() == ".xml" else self.path.with_suffix(".xml")
