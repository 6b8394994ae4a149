"""The tracks that a person works on: a lineage with all edits applied, its file and its undo stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from volltrack.edit.again import ReloadReport, apply_again, find_free_id
from volltrack.edit.difference import find_difference
from volltrack.edit.file import TracksOnDisk
from volltrack.edit.history import EditStep
from volltrack.edit.journal import LeftJournal, SessionJournal
from volltrack.edit.lineage import add_times
from volltrack.edit.measuring import Images, describe_unmeasured, find_doubts
from volltrack.edit.undoable_lineage import UndoableLineage
from volltrack.io.trackmate_xml import edit_trackmate_xml
from volltrack.io.tracks import TracksFile, find_kind, write_tracks_file
from volltrack.model import AddSpot, Calibration, Edit, Lineage, Movie
from volltrack.pipeline import Misfit

__all__ = ["EditSession"]


class EditSession(UndoableLineage):
    """Tracks of a file with their edits.

    Parameters
    ----------
    disk
        The file and what was read from it; see `open` and `from_lineage`.

    Attributes
    ----------
    doubts
        Images that do not fit the tracks, and why, by ``"movie"``, ``"labels"``, ``"tissue"``; they are not used.
    journal
        What keeps unsaved edits on the disk, or None; see `keep_journal`.
    """

    def __init__(self, disk: TracksOnDisk) -> None:
        super().__init__(disk.tracks.lineage, disk.tracks.calibration)
        self._disk = disk
        self._saved_lineage = self._base
        self.doubts: dict[str, tuple[Movie, Misfit]] = {}
        self._doubted = Images()
        self.journal: SessionJournal | None = None

    @classmethod
    def open(cls, path: str | Path, **given: Any) -> Self:
        """Return a session on a file; `given` and errors are those of `volltrack.io.tracks.read_tracks_file`."""
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
    def is_modified(self) -> bool:
        """Whether there are edits that are not saved."""
        return self._history.is_modified

    @property
    def unsaved_steps(self) -> tuple[EditStep, ...]:
        """The steps since the last save; where saved ones were undone, one that leads from there to what is shown."""
        return self._history.list_unsaved(self._saved_lineage, self.lineage) if self.is_modified else ()

    def difference(self) -> tuple[Edit, ...]:
        """Return the edits that lead from what was read or saved last to the lineage, however it was reached."""
        return find_difference(self._saved_lineage, self.lineage)

    @property
    def digest(self) -> str:
        """What tells the tracks as they were read or saved last from others: hash of the file, or of its tables."""
        return self._disk.digest

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before the file is used, one sentence each."""
        unmeasured = describe_unmeasured(self.steps)
        return (*self.tracks_file.notes, unmeasured) if unmeasured else self.tracks_file.notes

    def find_free_id(self) -> int:
        """Return an id that no spot has or had."""
        added = {edit.spot_id for step in self.steps for edit in step.edits if isinstance(edit, AddSpot)}
        return find_free_id(added | self._disk.taken_ids)

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

    def write_copy(self, path: str | Path, *, overwrite: bool = False) -> list[str]:
        """Write the tracks to another kind of file, by its suffix, and return what it cannot hold, one sentence each.

        The edits stay unsaved: they are not in the file that was read.

        Raises
        ------
        BadFile, FileExists, OutputFailed
            An unknown suffix; the file is there already; it cannot be written.
        """
        target = Path(path)
        kind = find_kind(target)
        tracks = self.edited_tracks() if kind == "geff" else replace(self.tracks_file, lineage=self.lineage)
        return write_tracks_file(target, tracks, kind=kind, overwrite=overwrite)

    def write_backup(self) -> Path:
        """Write the tracks with all edits to a new file beside the old one and return its path; they stay unsaved.

        Raises
        ------
        BadValue, OutputFailed
            There is no file yet; it cannot be written.
        """
        return self._disk.write_backup(self._history.edits(), self.lineage)

    def set_aside(self) -> Path:
        """Write the tracks with edits that nobody will save, as `write_backup`; their journal is not needed then."""
        backup = self.write_backup()
        if self.journal is not None:
            self.journal.discard()
        return backup

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
        self._disk, self._saved_lineage = disk, base
        self._begin(base, disk.tracks.calibration, again.steps)
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
        read = self.tracks_file
        self._saved_lineage = add_times(read.lineage, read.calibration)
        self._begin(self._saved_lineage, read.calibration)
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

    def take_left(self, left: LeftJournal) -> ReloadReport:
        """Apply the edits that a program left in a journal, as `take_over` does.

        The journal goes when its edits are in that of this session; one with edits that do not fit is kept under
        another name, which the report says.
        """
        report = self.take_over(left.steps)
        if report.refused:
            kept = left.path.with_name(f"{left.path.name[1:]}.not-applied")
            try:
                left.path.rename(kept)
            except OSError:  # it stays where it is, and is found again
                kept = left.path
            return replace(report, journal=kept)
        if self.journal is not None and not self.journal.problem:
            left.path.unlink(missing_ok=True)
        return report

    def _show(self, lineage: Lineage) -> None:
        """Take over a new lineage; sessions of windows tell them."""
        super()._show(lineage)
        self._follow()

    def _follow(self) -> None:
        """Keep the journal, if there is one, in step with the unsaved edits."""
        if self.journal is not None:
            self.journal.follow(self.unsaved_steps, tracks=self.path, digest=self.digest)
