"""Tracks edited from Python: each thing that a person does to spots and links is a method."""

from __future__ import annotations

import logging
import operator
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy.typing as npt

from volltrack.edit.again import ReloadReport
from volltrack.edit.file import TracksOnDisk
from volltrack.edit.history import EditStep
from volltrack.edit.journal import LeftJournal, find_left_journals
from volltrack.edit.measuring import Images
from volltrack.edit.session import EditSession
from volltrack.edit.steps import (
    OnTaken,
    add_spot,
    delete_spots,
    link_spots,
    mark_checked,
    merge_tracks,
    move_spots,
    set_division,
    set_radius,
    split_track,
    unlink_spots,
)
from volltrack.errors import BadValue, OutputFailed, OutputLocked, UnsavedEdits, VollTrackError
from volltrack.io.outputs import OutputLock, lock_file
from volltrack.model import LabelMovie, Lineage, Movie, Tissue
from volltrack.model.counted import counted

__all__ = ["TrackEdits", "edit_tracks"]

_log = logging.getLogger(__name__)


def edit_tracks(
    path: str | os.PathLike[str],
    *,
    movie: Movie | None = None,
    channel: int = 1,
    labels: LabelMovie | None = None,
    tissue: LabelMovie | None = None,
    **given: Any,
) -> TrackEdits:
    """Return the tracks of a file, ready to be changed; used with ``with``, nothing that was edited is lost.

    Parameters
    ----------
    path
        A TrackMate XML: all in it that is not edited stays as it is, byte for byte. A table of cells, a GEFF or a
        challenge folder can be edited, too, and is saved to a new XML beside it.
    movie, channel, labels, tissue
        What moved and added spots are measured in; without them they lose what was measured at the old place. Images
        that do not fit the tracks are not used, which is logged and stands in ``doubts``.
    given
        ``voxel_size``, ``unit``, ``frame_interval``, ``time_unit`` where the file does not say them, and ``all_spots``
        for spots that TrackMate hides: see `volltrack.io.tracks.read_tracks_file`, for the errors too.

    Examples
    --------
    >>> from volltrack.edit import edit_tracks
    >>> with edit_tracks("tracks.xml") as tracks:
    ...     new = tracks.add_spot(frame=0, position=(8.0, 16.0, 16.0))
    ...     moved = tracks.move_spot(new, (8.0, 15.0, 16.0))
    ...     tracks.undo()
    ...     saved = tracks.save()
    >>> saved.name
    'tracks.xml'

    What cannot be is refused, and changes nothing:

    >>> with edit_tracks("tracks.xml") as tracks:
    ...     tracks.delete_spot(123456)
    Traceback (most recent call last):
    volltrack.errors.BadTable: spot id 123456 is not in the table (...)
    """
    edits = TrackEdits.open(Path(path), **given)
    edits.trust(
        Images(movie=movie, channel=channel, labels=labels, tissue=None if tissue is None else Tissue(labels=tissue))
    )
    edits.keep_journal()
    for left in edits.left_edits:
        _log.warning(
            "%s: %s of a program that ended before they were saved (last on %s): take_left_edits() applies them",
            path,
            counted(len(left.steps), "edit"),
            left.when,
        )
    return edits


class TrackEdits(EditSession):
    """A session with a method for each thing that a person does; spots are named by their IDs.

    Every method is one step of `undo`, and returns what it did, except `add_spot`, which returns the new ID. What the
    track editor in napari refuses is refused here with the same words. Every edit is written at once to a hidden
    journal beside the tracks, as in napari, so that a killed program loses none: see `take_left_edits`.

    A ``with`` block that ends with unsaved edits keeps them in a new file beside the tracks and raises `UnsavedEdits`;
    `discard` gives them up. Where an error ends the block, nothing is saved, and that error names the new file. While
    the block runs, other programs are told that the file is being edited, and do not write it.
    """

    def __init__(self, disk: TracksOnDisk) -> None:
        super().__init__(disk)
        self._copied: Lineage | None = None
        self._lock: OutputLock | None = None
        self._is_in_block = False

    def link(self, first: int, second: int, *, on_taken: OnTaken = "refuse") -> EditStep | None:
        """Link two spots of different frames, the earlier to the later.

        Parameters
        ----------
        first, second
            IDs, in any order. A second link from the earlier one makes a division.
        on_taken
            What becomes of a link that the later spot has from an earlier one: ``"refuse"`` raises
            `volltrack.edit.LinkTaken`, ``"replace"`` removes it, ``"keep"`` keeps both (a merge).

        Raises
        ------
        BadValue, BadTable
            No such spot, two of one frame, or linked already.
        """
        return self._do(link_spots(self.lineage, _ids(first, second), on_taken=on_taken))

    def unlink(self, spot_id: int, *others: int) -> EditStep | None:
        """Remove all links between these spots; of a single spot, all its links."""
        return self._do(unlink_spots(self.lineage, _ids(spot_id, *others)))

    def split(self, spot_id: int) -> EditStep | None:
        """Let a new track begin with this spot: its links to earlier spots go."""
        return self._do(split_track(self.lineage, _ids(spot_id)))

    def merge(self, first: int, second: int) -> EditStep | None:
        """Link the end of one track to the start of another, given any spot of each."""
        return self._do(merge_tracks(self.lineage, _ids(first, second)))

    def divide(self, mother: int, daughter: int, *others: int, on_taken: OnTaken = "refuse") -> EditStep | None:
        """Make a spot the mother of two others, or of one more; the mother is the earliest of them.

        Other daughters that the mother has are in the way: see `link` for `on_taken`.
        """
        return self._do(set_division(self.lineage, _ids(mother, daughter, *others), on_taken=on_taken))

    def add_spot(self, *, frame: int, position: npt.ArrayLike, radius: float | None = None) -> int:
        """Add a spot at (z, y, x) in physical units and return its ID; without a radius it takes that of neighbours."""
        spot_id = self.find_free_id()
        self._do(add_spot(self.lineage, spot_id, _whole(frame, "frame"), position, radius=radius))
        return spot_id

    def move_spot(self, spot_id: int, position: npt.ArrayLike) -> EditStep | None:
        """Put a spot at (z, y, x) in physical units."""
        (spot_id,) = _ids(spot_id)
        return self._do(move_spots(self.lineage, {spot_id: position}))

    def set_radius(self, spot_id: int, radius: float) -> EditStep | None:
        """Give a spot a radius in physical units; an outline is scaled with it."""
        return self._do(set_radius(self.lineage, _ids(spot_id), radius))

    def delete_spot(self, spot_id: int, *others: int) -> EditStep | None:
        """Remove a spot, or several in one step, and the links that touch them."""
        return self._do(delete_spots(self.lineage, _ids(spot_id, *others)))

    def check(self, spot_id: int, *others: int, whole_tracks: bool = False, checked: bool = True) -> EditStep | None:
        """Mark spots, or their whole tracks, as checked by a person; ``checked=False`` takes the mark away."""
        spot_ids = _ids(spot_id, *others)
        return self._do(mark_checked(self.lineage, spot_ids, whole_tracks=whole_tracks, checked=checked))

    def apply_steps(self, steps: Iterable[EditStep]) -> None:
        """Apply steps that were made elsewhere, such as ``other.steps``; each stays a step of its own."""
        for step in steps:
            self._do(step)

    def save(self, path: str | Path | None = None, *, overwrite: bool = False) -> Path:
        """Write a TrackMate XML file and return its path; see `EditSession.save`, for the errors too."""
        target = super().save(path, overwrite=overwrite)
        if self._is_in_block:
            self._hold()
        return target

    def save_as(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the tracks to another file and return its path.

        Parameters
        ----------
        path
            ``.xml``: TrackMate's file, which `save` writes from then on. ``.csv``, ``.geff``, or no suffix for a
            challenge folder: a copy; what it cannot hold is logged.
        overwrite
            Whether a file that is there is replaced.

        Raises
        ------
        BadFile, FileExists, OutputFailed
            Another suffix; there is such a file; it cannot be written.
        """
        target = Path(path).resolve()
        if target.suffix.lower() == ".xml":
            return self.save(target, overwrite=overwrite)
        lost = self.write_copy(target, overwrite=overwrite)
        if lost:
            _log.warning("%s cannot hold: %s", target, "; ".join(lost))
        self._copied = self.lineage
        return target

    @property
    def left_edits(self) -> tuple[LeftJournal, ...]:
        """Unsaved edits of programs that ended before they could save them, the newest first."""
        found = () if self.path is None else find_left_journals(self.path)
        return tuple(journal for journal in found if journal.steps)

    def take_left_edits(self) -> tuple[ReloadReport, ...]:
        """Apply all `left_edits`, the oldest first, and return what became of them; they are unsaved."""
        return tuple(self.take_left(journal) for journal in reversed(self.left_edits))

    def __enter__(self) -> Self:
        self._is_in_block = True
        self._hold()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        said = self._keep_unsaved() if self.unsaved_steps else ""
        if self.journal is not None:
            self.journal.close()
        self._is_in_block = False
        self._release()
        if said and error is None:
            raise UnsavedEdits(f"{said}. Call save() before the block ends, or discard()")
        if said and error is not None:
            error.add_note(said)

    def _hold(self) -> None:
        """Hold the lock on the file, where nobody else does; each save takes it, too, and refuses without it."""
        self._release()
        if self.path is None:
            return
        try:
            self._lock = lock_file(self.path)
        except OutputLocked as error:
            _log.warning("%s; edits can be saved under another name", error)
        except (OutputFailed, OSError):  # a folder that is read-only: nothing can be saved there either
            self._lock = None

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
        self._lock = None

    def _keep_unsaved(self) -> str:
        """Write unsaved edits to a new file, and say so; no text where a copy has them."""
        if self._copied is self.lineage:
            if self.journal is not None:
                self.journal.discard()
            return ""
        n = len(self.unsaved_steps)
        told = f"{counted(n, 'edit')} {'was' if n == 1 else 'were'} not saved; "
        try:
            return f"{told}with them the tracks are in {self.set_aside()}"
        except (VollTrackError, OSError) as failed:
            where = None if self.journal is None or self.journal.problem else self.journal.path
            kept = "" if where is None else f", but are in the journal {where}"
            return f"{told}they could not be kept beside the tracks ({failed}){kept}"

    def _do(self, step: EditStep) -> EditStep | None:
        return self.apply(*step.edits, label=step.label)


def _ids(*spot_ids: int) -> tuple[int, ...]:
    """Return IDs as Python's whole numbers, whichever they are given as."""
    return tuple(_whole(spot_id, "spot") for spot_id in spot_ids)


def _whole(value: Any, what: str) -> int:
    try:
        return operator.index(value)
    except TypeError:
        expected = "the ID of a spot, a whole number" if what == "spot" else "a whole number from 0"
        raise BadValue(f"{what} {value!r}: expected {expected}") from None
