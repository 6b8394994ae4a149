"""One process at a time writes an output: locks that say who holds them, and that outlive nobody."""

from __future__ import annotations

import atexit
import contextlib
import contextvars
import json
import os
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

from volltrack.errors import OutputFailed, OutputLocked
from volltrack.io.outputs.process import Owner, this_process
from volltrack.io.outputs.sweep import name_temporary
from volltrack.io.outputs.uninterrupted import uninterrupted

__all__ = ["OutputLock", "break_foreign_locks", "lock_file", "lock_folder"]

_SUFFIX = ".volltrack-lock"
_FOLDER = f".folder{_SUFFIX}"
_PATIENCE_S = 60.0
"""Age from which on a note of somebody who breaks a lock counts as left behind."""

_breaking: contextvars.ContextVar[bool] = contextvars.ContextVar("breaking", default=False)
_held: dict[tuple[int, Path], int] = {}
"""How often this process holds each lock: a command may call another one on the same files."""


@dataclass(frozen=True, kw_only=True)
class _Note:
    """What a lock says."""

    owner: Owner
    command: str
    since: str
    token: str
    placed: tuple[tuple[str, int, int], ...] = ()  # path, bytes, time of change of outputs that got their names last


class OutputLock:
    """A lock that this process holds; `release` it, or use it in a ``with``."""

    def __init__(self, path: Path, token: str) -> None:
        self._path = path
        self._token = token
        self._is_held = True

    def note_placed(self, outputs: Iterable[tuple[Path, Path]]) -> None:
        """Note the files that are about to get their final names: (complete file, its name).

        Should this process die in the middle, whoever takes the lock over removes those that got theirs, so that no
        part of a result stands there alone.
        """
        found = [(str(final), *_identity(made)) for made, final in outputs]
        note = _read(self._path)
        if note is not None and note.token == self._token:
            _write_anew(self._path, {**_as_json(note), "placed": found})

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        with uninterrupted():
            if not self._is_held:
                return
            self._is_held = False
            key = (os.getpid(), self._path)
            _held[key] = _held.get(key, 1) - 1
            if _held[key] > 0:
                return
            del _held[key]
            note = _read(self._path)
            if note is not None and note.token == self._token:  # else somebody broke it
                with contextlib.suppress(OSError):
                    self._path.unlink()

    def __enter__(self) -> OutputLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lock_file(path: str | os.PathLike[str]) -> OutputLock:
    """Return a lock on a file, or on a folder that appears as a whole; `path` need not exist, its folder must.

    Parameters
    ----------
    path
        The file that is written, or edited in a window.

    Raises
    ------
    OutputLocked
        Another living process holds it, or the folder that it is in; or one on another machine, of which nothing is
        known here, and `break_foreign_locks` is not in force.
    OutputFailed
        The lock cannot be made, for want of permission or space.

    Notes
    -----
    The lock is a small hidden file beside `path`, made by a hard link, which is atomic on NFS too, or where there are
    no hard links by exclusive creation. A lock whose process is dead (same machine, by number and start time) is taken
    over. All machines that write to one folder must have VollTrack's locks in common: caches of names (NFS, seconds)
    can only delay that a lock is seen to be gone.
    """
    final = Path(path).resolve()
    lock = final.parent / f".{final.name[:80]}{_SUFFIX}"
    around = [final.parent / _FOLDER, *([final / _FOLDER] if final.is_dir() else [])]
    return _take(lock, final, around)


def lock_folder(path: str | os.PathLike[str]) -> OutputLock:
    """Return a lock on a folder whose files are written one after another; the folder must exist.

    Like `lock_file`; also refused while a file in the folder is locked.
    """
    final = Path(path).resolve()
    inside = [entry for entry in final.glob(f".*{_SUFFIX}") if entry.name != _FOLDER]
    return _take(final / _FOLDER, final, [*inside, final.parent / f".{final.name[:80]}{_SUFFIX}"])


@contextlib.contextmanager
def break_foreign_locks(allowed: bool = True) -> Iterator[None]:
    """Take over locks whose owner may live for all that is known here, in this block; never those of one that does."""
    before = _breaking.set(allowed)
    try:
        yield
    finally:
        _breaking.reset(before)


def _take(lock: Path, final: Path, around: Iterable[Path]) -> OutputLock:
    key = (os.getpid(), lock)
    if _held.get(key):
        note = _read(lock)
        _held[key] += 1
        return OutputLock(lock, "" if note is None else note.token)
    mine = _Note(
        owner=this_process(), command=_command(), since=datetime.now().isoformat(" ", "seconds"), token=uuid4().hex
    )
    while not _create(lock, _as_json(mine), key):
        _clear_if_left(lock, final)
    held = OutputLock(lock, mine.token)
    try:
        for other in around:
            if other.exists() and not _held.get((os.getpid(), other)):
                _clear_if_left(other, final)
    except BaseException:
        held.release()
        raise
    return held


def _clear_if_left(lock: Path, final: Path) -> None:
    """Remove a lock that nobody holds any more.

    Raises
    ------
    OutputLocked
        Somebody holds it, or may hold it.
    """
    note = _read(lock)
    if note is None and not lock.exists():
        return
    life = "unknown" if note is None else note.owner.life()
    if life == "alive" or (life == "unknown" and not _breaking.get()):
        raise OutputLocked(f"{final}: {_describe(note, life)}")
    with _alone(lock, final):
        again = _read(lock)  # somebody else may have been faster
        if (None if again is None else again.token) != (None if note is None else note.token):
            return
        for path, n_bytes, changed in () if again is None else again.placed:
            _remove_placed(Path(path), (n_bytes, changed), inside=lock.parent)
        lock.unlink(missing_ok=True)


def _remove_placed(path: Path, identity: tuple[int, int], *, inside: Path) -> None:
    """Remove an output that a dead process gave its name, if it is still that one.

    A note may come from anybody who can write here, so nothing that lies elsewhere is removed on its word.
    """
    with contextlib.suppress(OSError, ValueError):
        is_here = path.parent.resolve().is_relative_to(inside.resolve())
        if is_here and _identity(path) == identity and not path.is_dir():
            path.unlink()


@contextlib.contextmanager
def _alone(lock: Path, final: Path) -> Iterator[None]:
    """Let only one process at a time remove a lock that was left behind."""
    door = lock.with_name(f"{lock.name}.breaking")
    for _ in range(100):
        try:
            door.mkdir()
            break
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - door.stat().st_mtime > _PATIENCE_S:
                    door.rmdir()
            time.sleep(0.05)
    else:
        raise OutputLocked(f"{final}: several processes try to take over a lock that was left there; try again")
    try:
        yield
    finally:
        door.rmdir()


def _describe(note: _Note | None, life: str) -> str:
    if note is None:
        return (
            "locked, but by whom cannot be read: if no other VollTrack works on it, give `break_foreign_locks`; else "
            "wait, or choose another output"
        )
    who = f"process {note.owner.process} on {note.owner.host} ({note.command}, since {note.since})"
    if life == "alive":
        return f"{who} is at work on it: wait until it ends, or choose another output"
    return (
        f"{who} has locked it, and from here it cannot be seen whether that still runs: if it does not, give "
        "`break_foreign_locks`; else wait, or choose another output"
    )


@atexit.register
def _release_all() -> None:
    """Remove what an interruption between the making of a lock and its first use has left."""
    for process, lock in list(_held):
        if process == os.getpid():
            lock.unlink(missing_ok=True)


def _create(lock: Path, content: Mapping[str, Any], key: tuple[int, Path]) -> bool:
    """Make a lock, with all that it says, and return whether it is ours; false when there is one."""
    with uninterrupted():
        is_ours = _make(lock, content)
        if is_ours:
            _held[key] = 1
    return is_ours


def _make(lock: Path, content: Mapping[str, Any]) -> bool:
    text = json.dumps(content).encode()
    made = lock.with_name(f"{name_temporary(lock.name)}{uuid4().hex[:8]}")
    try:
        made.write_bytes(text)
        try:
            os.link(made, lock)
        except FileExistsError:
            return False
        except OSError:  # no hard links on this disk
            return _create_alone(lock, text)
        return True
    except FileExistsError:
        return False
    except OSError as error:
        raise OutputFailed(
            f"could not write in {lock.parent}: {error.strerror or error}; free some space, or write to another disk"
        ) from error
    finally:
        made.unlink(missing_ok=True)


def _create_alone(lock: Path, text: bytes) -> bool:
    try:
        with lock.open("xb") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def _write_anew(lock: Path, content: Mapping[str, Any]) -> None:
    made = lock.with_name(f"{name_temporary(lock.name)}{uuid4().hex[:8]}")
    try:
        made.write_text(json.dumps(content), encoding="utf-8")
        made.replace(lock)
    except OSError:
        made.unlink(missing_ok=True)


def _read(lock: Path) -> _Note | None:
    try:
        content = json.loads(lock.read_text(encoding="utf-8"))
        owner = Owner(**content["owner"])
        placed = tuple((str(path), int(size), int(changed)) for path, size, changed in content["placed"])
        words = {name: str(content[name]) for name in ("command", "since", "token")}
        return _Note(owner=owner, placed=placed, **words)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _as_json(note: _Note) -> dict[str, Any]:
    return asdict(note)


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _command() -> str:
    """Return the words that this process was started with, on one line and not too many."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]] if sys.argv else ["python"]
    text = shlex.join(words).encode("ascii", "backslashreplace").decode()
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:117]}..."
