"""The file of a journal: a line that says whose edits these are, then a line for each change, with a checksum."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import zlib
from dataclasses import dataclass
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from volltrack.edit.history import EditStep
from volltrack.edit.journal.step_records import from_record
from volltrack.errors import BadFile, BadValue
from volltrack.io.outputs.process import Owner, this_process

__all__ = ["LeftJournal", "find_left_journals", "format_header", "format_line", "name_journal", "read_journal"]

_SUFFIX: Final = ".volltrack-journal"
_FORMAT: Final = 1
_MAX_BYTES: Final = 2**28
_MAX_HEADER_BYTES: Final = 4096


@dataclass(frozen=True, kw_only=True)
class LeftJournal:
    """Unsaved edits of a program that is no more.

    Parameters
    ----------
    path
        The journal.
    digest
        What the file of tracks was like on which the edits were made; see `SessionJournal`.
    when
        When the journal was last written.
    host
        Name of the machine.
    steps
        The edits.
    problem
        Why not all of it, or nothing, could be read; empty where all is well.
    """

    path: Path
    digest: str = ""
    when: str = ""
    host: str = ""
    steps: tuple[EditStep, ...] = ()
    problem: str = ""


def name_journal(tracks: Path) -> Path:
    """Return a new name of a journal beside a file of tracks."""
    return tracks.with_name(f".{tracks.name[:80]}.{uuid4().hex[:12]}{_SUFFIX}")


def format_header(digest: str) -> bytes:
    """Return the first line of a journal of this process."""
    owner = this_process()
    return format_line({"volltrack journal": _FORMAT, "digest": digest, "owner": owner.tag, "host": owner.host})


def format_line(record: Any) -> bytes:
    """Return a value as a line with its checksum."""
    text = json.dumps(record, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def find_left_journals(tracks: Path) -> list[LeftJournal]:
    """Return the journals beside a file of tracks whose program has ended, or may have; the newest first.

    One that cannot be read is named with its problem, and stays where it is.
    """
    found = []
    for path in tracks.parent.glob(f".{escape(tracks.name[:80])}.*{_SUFFIX}"):
        try:
            journal, owner = read_journal(path)
        except (BadFile, OSError) as error:
            found.append(LeftJournal(path=path, problem=str(error)))
            continue
        if owner is None or owner.life() != "alive":
            found.append(journal)
    return sorted(found, key=lambda journal: journal.when, reverse=True)


def read_journal(path: Path) -> tuple[LeftJournal, Owner | None]:
    """Return what a journal holds up to the first line that is damaged, and whose it is.

    Raises
    ------
    BadFile
        It is no journal: a link, no plain file, too large, without a first line of ours.
    OSError
        It cannot be read.
    """
    content, when = _read_plain_file(path)
    lines = content.split(b"\n")
    head = _parse(lines[0]) if len(lines[0]) <= _MAX_HEADER_BYTES else None
    if not isinstance(head, dict) or head.get("volltrack journal") != _FORMAT:
        raise BadFile("its first line is damaged, or of another version of VollTrack: not read", path=path)
    digest, tag, host = (head.get(key) for key in ("digest", "owner", "host"))
    if not all(isinstance(value, str) and value.isprintable() for value in (digest, tag, host)):
        raise BadFile("its first line does not say whose edits it holds: not read", path=path)
    steps: list[EditStep] = []
    problem = ""
    for number, line in enumerate(lines[1:], start=2):
        if not line and number == len(lines):
            break
        try:
            _apply(_parse(line), steps)
        except (BadValue, RecursionError) as error:
            n_lost = len(lines) - number + (0 if lines[-1] == b"" else 1)
            if number == len(lines):
                problem = "the last line was not written to its end"  # what a killed program leaves
            else:
                problem = f"line {number} is damaged ({error}); it and what follows, {n_lost} lines, are left out"
            break
    found = LeftJournal(
        path=path, digest=str(digest), when=when, host=str(host)[:80], steps=tuple(steps), problem=problem
    )
    return found, Owner.from_tag(str(tag))


def _apply(record: Any, steps: list[EditStep]) -> None:
    if isinstance(record, dict) and "step" in record:
        steps.append(from_record(record["step"]))
        return
    keep = record.get("keep") if isinstance(record, dict) else None
    if type(keep) is not int or not 0 <= keep <= len(steps):
        raise BadValue("neither a step nor how many are kept")
    del steps[keep:]


def _parse(line: bytes) -> Any:
    """Return the value of a line; None where its checksum, or its JSON, is not right."""
    checksum, _, text = line.partition(b" ")
    with contextlib.suppress(ValueError, RecursionError):
        if len(checksum) == 8 and int(checksum, 16) == zlib.crc32(text):
            return json.loads(text)
    return None


def _read_plain_file(path: Path) -> tuple[bytes, str]:
    """Return the content and the time of a file; links, pipes and devices are refused before they are opened."""
    state = path.lstat()
    if not stat.S_ISREG(state.st_mode) or state.st_size > _MAX_BYTES:
        raise BadFile(f"is no plain file of at most {_MAX_BYTES >> 20} MiB: not read", path=path)
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        content = file.read(_MAX_BYTES)
    return content, datetime.fromtimestamp(state.st_mtime).strftime("%Y-%m-%d %H:%M:%S")
