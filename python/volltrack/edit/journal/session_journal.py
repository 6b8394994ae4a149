"""The journal of a session: kept as its unsaved edits are, gone when they are saved."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from volltrack.edit.history import EditStep
from volltrack.edit.journal.journal_file import format_header, format_line, name_journal
from volltrack.edit.journal.step_records import to_record
from volltrack.errors import VollTrackError
from volltrack.io.outputs import replace_file

__all__ = ["SessionJournal"]

_log = logging.getLogger(__name__)


class SessionJournal:
    """Writes every unsaved edit of a session to the disk before the next one can be made.

    An edit is one line, appended and flushed to the disk (some milliseconds); undo appends how many steps are left.
    Where unsaved edits do not follow from those before (an undo past the last save, a reload), the journal is written
    anew and moved into place. The journal names the content of the file that the edits were made on.

    Attributes
    ----------
    path
        The journal, or None while there are no unsaved edits.
    problem
        Why edits could not be written; empty where they are on the disk.
    """

    def __init__(self) -> None:
        self._steps: tuple[EditStep, ...] = ()
        self._digest = ""
        self.path: Path | None = None
        self.problem = ""
        self._is_closed = False

    def close(self) -> None:
        """Follow no more; the journal stays for unsaved edits that nobody has given up."""
        self._is_closed = True

    def discard(self) -> None:
        """Remove the journal: its edits are saved, kept elsewhere, or given up."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
        self.path, self._steps = None, ()

    def follow(self, steps: tuple[EditStep, ...], *, tracks: Path | None, digest: str) -> None:
        """Write what is unsaved now; where that fails, `problem` says so.

        Parameters
        ----------
        steps
            The unsaved edits.
        tracks
            The file that they change, or None.
        digest
            What tells its content from others.
        """
        if self._is_closed:
            return
        try:
            self._write(steps, tracks, digest)
        except (OSError, VollTrackError) as error:
            if not self.problem:
                _log.warning("unsaved edits cannot be kept in a journal: %s", error)
            self.problem = str(error)
        else:
            self.problem = ""

    def _write(self, steps: tuple[EditStep, ...], tracks: Path | None, digest: str) -> None:
        if not steps or tracks is None:
            self.discard()
            return
        is_same_file = (
            self.path is not None
            and self.path.is_file()
            and self.path.parent == tracks.parent
            and self._digest == digest
        )
        n_same = next((i for i, (a, b) in enumerate(zip(self._steps, steps, strict=False)) if a is not b), None)
        n_same = min(len(self._steps), len(steps)) if n_same is None else n_same
        if self.path is None or not is_same_file or (n_same == 0 and self._steps):
            self._write_anew(tracks, digest, steps)
        else:
            lines = [] if n_same == len(self._steps) else [format_line({"keep": n_same})]
            lines += [format_line({"step": to_record(step)}) for step in steps[n_same:]]
            _append(self.path, b"".join(lines))
        self._steps = steps

    def _write_anew(self, tracks: Path, digest: str, steps: tuple[EditStep, ...]) -> None:
        path = self.path if self.path is not None and self.path.parent == tracks.parent else name_journal(tracks)
        lines = [format_header(digest), *(format_line({"step": to_record(step)}) for step in steps)]
        with replace_file(path) as temporary:
            temporary.write_bytes(b"".join(lines))
        path.chmod(0o600)
        if self.path not in (None, path) and self.path is not None:
            self.path.unlink(missing_ok=True)
        self.path, self._digest = path, digest


def _append(path: Path, content: bytes) -> None:
    """Add bytes to the end of a file in one go, and wait until the disk has them."""
    if not content:
        return
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
