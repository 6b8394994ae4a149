"""The file of a session: read, written without loss, and watched for changes that somebody else makes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from volltrack.edit.file.state import FileState
from volltrack.edit.lineage import add_times, edit_lineage
from volltrack.errors import BadValue, FileExists
from volltrack.io.outputs import break_foreign_locks, lock_file
from volltrack.io.trackmate_xml import describe_image, edit_trackmate_xml, write_lineage_xml, write_trackmate_xml
from volltrack.io.tracks import TracksFile, leave_out_hidden, read_tracks_file, write_tracks_file
from volltrack.model import Edit, Lineage, Movie

__all__ = ["TracksOnDisk"]


class TracksOnDisk:
    """Tracks as they were read, and the file that they come from or go to.

    Parameters
    ----------
    tracks
        As read.
    path
        The file; None before there is one.
    given
        What the person said about the file when it was read (see `volltrack.io.tracks.read_tracks_file`).
    full
        Also what TrackMate hides, which `tracks` leaves out: it is written as it was.
    state
        The file when it was read; None where it was not, so that it is never overwritten unasked.

    Attributes
    ----------
    movie
        The movie and its file, which a fresh TrackMate file names; None where neither is known.
    """

    def __init__(
        self,
        tracks: TracksFile,
        path: Path | None,
        *,
        given: Mapping[str, Any] | None = None,
        state: FileState | None = None,
        full: TracksFile | None = None,
    ) -> None:
        self.tracks = tracks
        self.path = path
        self._given = dict(given or {})
        self._state = state
        self.movie: tuple[Movie, Path] | None = None
        self._full = full if full is not None else tracks

    @property
    def is_new(self) -> bool:
        """Whether there is no such file yet."""
        return self._state is None

    @classmethod
    def read(cls, path: Path, given: Mapping[str, Any]) -> TracksOnDisk:
        """Read a file without what TrackMate hides (``all_spots`` keeps it); errors are those of `read_tracks_file`."""
        path = path.resolve()
        state = FileState.of(path)  # before reading: a change in between is then seen as one
        options = {key: value for key, value in given.items() if key != "all_spots"}
        full = read_tracks_file(path, **options)
        tracks = leave_out_hidden(full, all_spots=bool(given.get("all_spots", False)))
        return cls(tracks, path, given=given, state=state, full=full)

    @property
    def taken_ids(self) -> set[int]:
        """IDs of all spots of the file, hidden ones too."""
        return set(self._full.lineage.spots.ids.tolist())

    @property
    def digest(self) -> str:
        """Hash of the file when it was read or written, of the tables where it is none; ``new`` before there is one."""
        if self._state is not None:
            return self._state.digest.hex()
        if self.path is None or not self.path.exists():
            return "new"
        return _hash_tables(self.tracks.lineage)

    def read_again(self) -> TracksOnDisk:
        """Return the file as it is now.

        Raises
        ------
        BadValue
            There is none yet.
        """
        if self.path is None:
            raise BadValue("these tracks are in no file yet: save them first")
        return TracksOnDisk.read(self.path, self._given)

    def has_changed(self) -> bool:
        """Whether the file is another one than was read or written; False where it is gone or there is none."""
        if self.path is None or self._state is None or not self.path.is_file():
            return False
        return not self._state.matches(self.path)

    def write(self, path: str | Path | None, edits: Iterable[Edit], lineage: Lineage, *, overwrite: bool) -> Path:
        """Write a TrackMate file and return its path; see `volltrack.edit.EditSession.save`."""
        target = self._choose_target(path)
        with break_foreign_locks(overwrite), lock_file(target):
            return self._write_locked(target, edits, lineage, overwrite=overwrite)

    def _write_locked(self, target: Path, edits: Iterable[Edit], lineage: Lineage, *, overwrite: bool) -> Path:
        is_own = target == self.path and self._state is not None
        if target.exists() and not overwrite:
            if not is_own:
                raise FileExists(f"{target} is there already: choose another name, or allow to overwrite it")
            if self.has_changed():
                raise FileExists(
                    f"{target} has changed on the disk since it was read: reload it first (the edits are kept), or "
                    "save under another name"
                )
        self._write(target, edits, lineage, overwrite=overwrite or is_own)
        if target != self.path:
            self._given = {} if self.tracks.document is None else self._given
        self.path, self._state = target, FileState.of(target)
        return target

    def write_backup(self, edits: Iterable[Edit], lineage: Lineage) -> Path:
        """Write the tracks to a new file beside the old one and return its path."""
        path = self._choose_target(None)
        number = 1
        while (backup := path.with_name(f"{path.stem}.unsaved-{number}.xml")).exists():
            number += 1
        self._write(backup, edits, lineage, overwrite=False)
        return backup

    def _write(self, target: Path, edits: Iterable[Edit], lineage: Lineage, *, overwrite: bool) -> None:
        if self._full is not self.tracks and self._full.document is None:
            edits = list(edits)
            lineage = edit_lineage(add_times(self._full.lineage, self._full.calibration), self._full.calibration, edits)
        if self.tracks.document is None and self.movie is not None:
            movie, path = self.movie
            image = describe_image(movie, path, target)
            write_lineage_xml(target, lineage, calibration=self.tracks.calibration, image=image, overwrite=overwrite)
        elif self.tracks.document is None:
            fresh = replace(self.tracks, lineage=lineage)
            write_tracks_file(target, fresh, kind="trackmate", overwrite=overwrite)
        else:
            document = edit_trackmate_xml(self._full.document or self.tracks.document, edits)
            write_trackmate_xml(target, document, overwrite=overwrite)

    def _choose_target(self, path: str | Path | None) -> Path:
        if path is not None:
            return Path(path).resolve()
        if self.path is None:
            raise BadValue("there is no file to save to: choose a name (save as)")
        return self.path if self.path.suffix.lower() == ".xml" else self.path.with_suffix(".xml")


def _hash_tables(lineage: Lineage) -> str:
    """Return a hash of spots and links: what a folder of tracks holds."""
    digest = hashlib.sha256()
    for table in (lineage.spots.table, lineage.links.table):
        digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    return digest.hexdigest()
