"""The tracks that a person works on: a lineage with all edits applied, its file and its undo stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from volltrack.edit.again.apply_again import apply_again, find_free_id
from volltrack.edit.again.reload_report import ReloadReport
from volltrack.edit.file.tracks_on_disk import TracksOnDisk
from volltrack.edit.history import EditHistory, EditStep
from volltrack.edit.journal import SessionJournal
from volltrack.edit.lineage import add_times, edit_lineage
from volltrack.edit.measuring.images import Images, find_doubts
from volltrack.edit.measuring.measure_again import (
    describe_measured,
    find_unmeasured_spots,
    measure_again,
)
from volltrack.edit.steps.spots import CHECKED
from volltrack.io.trackmate_xml import edit_trackmate_xml
from volltrack.io.tracks_file import TracksFile
from volltrack.model import AddSpot, Calibration, Edit, Lineage, Movie
from volltrack.pipeline import Misfit

__all__ = ["EditSession"]


class EditSession:
    """Tracks with their edits.

    The edits are values (`volltrack.model.Edit`) in a stack; the lineage is always what was read with the edits in
    force applied to it, so that undoing all of them gives back exactly what was read.

    Parameters
    ----------
    disk
        The file and what was read from it; see `open` and `from_lineage`.

    Attributes
    ----------
    lineage
        Spots and links, all edits applied.
    images
        What moved and added spots are measured in; without them moved spots lose what was of the old place.
    doubts
        Images that do not fit the tracks, and why, by ``"movie"``, ``"labels"``, ``"tissue"``; they are not used.
    journal
        What keeps unsaved edits on the disk, or None; see `keep_journal`.
    """

    def __init__(self, disk: TracksOnDisk) -> None:
        self._disk = disk
        self._history = EditHistory()
        self._base = add_times(disk.tracks.lineage, disk.tracks.calibration)
        self.lineage = self._base
        self._saved_lineage = self._base
        self.images = Images()
        self.doubts: dict[str, tuple[Movie, Misfit]] = {}
        self._doubted = Images()
        self.journal: SessionJournal | None = None

    @classmethod
    def open(cls, path: str | Path, **given: Any) -> Self:
        """Return a session on a file; `given` and errors are those of `volltrack.io.tracks_file.read_tracks_file`."""
        return cls(TracksOnDisk.read(Path(path), given))

    @classmethod
    def from_lineage(cls, lineage: Lineage, *, calibration: Calibration, path: Path | None = None) -> Self:
        """Return a session on a lineage that is in no file yet; `path` is where `save` writes it."""
        return cls(TracksOnDisk(TracksFile(kind="cells", lineage=lineage, calibration=calibration), path))

    @property
    def path(self) -> Path | None:
        """The file that was read or saved last, or None."""
        return self._disk.path

    @property
    def is_new(self) -> bool:
        """Whether the tracks are in no file yet."""
        return self._disk.is_new

    def name_movie(self, movie: Movie, path: Path) -> None:
        """Say which movie, in which file, a fresh TrackMate file names; one that was read keeps its own."""
        self._disk.movie = (movie, path)

    @property
    def tracks_file(self) -> TracksFile:
        """The file as last read."""
        return self._disk.tracks

    def edited_tracks(self) -> TracksFile:
        """Return the tracks with all edits; of a TrackMate file its own, which hold all that it holds."""
        tracks, edits = self.tracks_file, self._history.edits()
        if tracks.document is None:
            return replace(tracks, lineage=self.lineage)
        document = edit_trackmate_xml(tracks.document, edits) if edits else tracks.document
        return replace(tracks, lineage=document.lineage, document=document)

    @property
    def calibration(self) -> Calibration:
        """Voxel size, frame interval and their units."""
        return self._disk.tracks.calibration

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
    def unsaved_steps(self) -> tuple[EditStep, ...]:
        """The steps since the last save; where saved ones were undone, one that leads from there to what is shown."""
        return self._history.list_unsaved(self._saved_lineage, self.lineage) if self.is_modified else ()

    @property
    def digest(self) -> str:
        """What tells the tracks as they were read or saved last from others: hash of the file, or of its tables."""
        return self._disk.digest

    @property
    def checked(self) -> npt.NDArray[np.bool_]:
        """Which spots a person has marked as checked, bool (N,) in the order of ``lineage.spots``."""
        table = self.lineage.spots.table
        if CHECKED not in table.columns:
            return np.zeros(len(table), dtype=bool)
        marked: npt.NDArray[np.bool_] = table[CHECKED].to_numpy(dtype=np.float64) == 1
        return marked

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before the file is used, one sentence each."""
        told = self.tracks_file.notes
        n_gone = len(find_unmeasured_spots(self.steps))
        if not n_gone:
            return told
        spots = "1 moved spot has" if n_gone == 1 else f"{n_gone} moved spots have"
        return (
            *told,
            f"{spots} no intensities: open the movie before spots are moved, or let TrackMate compute them",
        )

    def find_free_id(self) -> int:
        """Return an id that no spot has or had."""
        added = {edit.spot_id for step in self.steps for edit in step.edits if isinstance(edit, AddSpot)}
        return find_free_id(added | self._disk.taken_ids)

    def apply(self, *edits: Edit, label: str = "edit") -> EditStep | None:
        """Apply edits as one step that one undo takes back, and return it; spots in new places are measured again.

        What was measured, and what is no longer known, stands in the label of the step (see `measure_again`).

        Raises
        ------
        BadValue, BadTable
            An edit that cannot be; see `volltrack.model.apply_edits`. Nothing is changed then.
        """
        if not edits:
            return None
        lineage = self._edit(*edits)
        measured = measure_again(self.lineage, lineage, edits, self.images)
        if measured:
            edits = (*edits, *measured)
            lineage = self._edit(*edits)
        step = EditStep(label=label + describe_measured(measured), edits=edits)
        self._history.push(step)
        self._show(lineage)
        return step

    def undo(self) -> None:
        """Take the last step back; does nothing where there is none."""
        if self.can_undo:
            self._history.undo()
            self._show(self._edit())

    def redo(self) -> None:
        """Bring the step back that was undone last; does nothing where there is none."""
        if self.can_redo:
            self._history.redo()
            self._show(self._edit())

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
        target = self._disk.write(path, self._history.edits(), self.lineage, overwrite=overwrite)
        self._history.mark_saved()
        self._saved_lineage = self.lineage
        self._follow()
        return target

    def write_backup(self) -> Path:
        """Write the tracks with all edits to a new file beside the old one and return its path; they stay unsaved.

        Raises
        ------
        BadValue, OutputFailed
            There is no file yet; it cannot be written.
        """
        return self._disk.write_backup(self._history.edits(), self.lineage)

    def has_changed_on_disk(self) -> bool:
        """Whether the file is another one than was read or saved last; False where it is gone or there is none."""
        return self._disk.has_changed()

    def reload(self) -> ReloadReport:
        """Read the file again and apply the unsaved edits to it; the selection stays where its spots are still there.

        Where edits no longer fit, the tracks with all edits are first written to a new file beside it, so that nothing
        is lost; the report names it.

        Raises
        ------
        BadValue
            There is no file.
        BadFile, OutputFailed
            It cannot be read, or edits do not fit and that file cannot be written; the session is then as it was.
        """
        disk = self._disk.read_again()
        disk.movie = self._disk.movie
        unsaved = self._history.list_unsaved(self._saved_lineage, self.lineage)
        base = add_times(disk.tracks.lineage, disk.tracks.calibration)
        again = apply_again(unsaved, self._saved_lineage, base, disk.tracks.calibration)
        backup = None
        if again.refused:
            backup = self.write_backup()
        self._disk, self._base, self._saved_lineage = disk, base, base
        self._history = EditHistory(again.steps)
        self._show(again.lineage)
        return ReloadReport(n_applied=len(again.steps), refused=again.refused, conflicts=again.conflicts, backup=backup)

    def discard(self) -> None:
        """Give up all edits that are not saved; the tracks are as their file is now.

        Raises
        ------
        BadFile
            It cannot be read; the session is then as it was.
        """
        if self.is_new:
            while self.can_undo:
                self._history.undo()
            self._show(self._base)
            return
        movie, self._disk = self._disk.movie, self._disk.read_again()
        self._disk.movie = movie
        self._base = self._saved_lineage = add_times(self.tracks_file.lineage, self.calibration)
        self._history = EditHistory()
        self._show(self._base)

    def trust(self, images: Images) -> None:
        """Measure spots in these images from now on, as far as they fit the tracks; of the others say why not."""
        self._doubted, self.doubts = images, find_doubts(images, self.lineage, self.tracks_file)
        self.images = images.without(self.doubts)

    def agree_to(self, kind: str, image: Movie | None = None) -> None:
        """Measure spots in an image that was doubted (see `doubts`), or in `image` in its place."""
        if kind in self.doubts:
            found, _ = self.doubts.pop(kind)
            self.images = self.images.with_image(kind, found if image is None else image, self._doubted)

    def keep_journal(self) -> None:
        """Keep unsaved edits in a journal beside the file from now on; a second call changes nothing."""
        if self.journal is None:
            self.journal = SessionJournal()

    def take_over(self, steps: Sequence[EditStep]) -> ReloadReport:
        """Apply steps that were made on these tracks before, in a session that has ended; they are unsaved.

        Steps that do not fit are left out and named.
        """
        again = apply_again(steps, self.lineage, self.lineage, self.calibration)
        for step in again.steps:
            self._history.push(step)
        self._show(again.lineage)
        return ReloadReport(
            n_applied=len(again.steps), refused=again.refused, conflicts=again.conflicts, was_read_again=False
        )

    def _edit(self, *more: Edit) -> Lineage:
        """Return what was read after the edits in force and `more`."""
        edits = [*self._history.edits(), *more]
        return edit_lineage(self._base, self.calibration, edits) if edits else self._base

    def _show(self, lineage: Lineage) -> None:
        """Take over a new lineage; sessions of windows tell them."""
        self.lineage = lineage
        self._follow()

    def _follow(self) -> None:
        """Keep the journal, if there is one, in step with the unsaved edits."""
        if self.journal is not None:
            self.journal.follow(self.unsaved_steps, tracks=self.path, digest=self.digest)
