"""Output files that are either complete or not there."""

from __future__ import annotations

import contextlib
import contextvars
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from volltrack.errors import FileExists, OutputFailed
from volltrack.io.outputs.lock import OutputLock
from volltrack.io.outputs.sweep import name_temporary, sweep_folder
from volltrack.io.outputs.uninterrupted import uninterrupted

__all__ = ["replace_file", "replace_folder", "tell_what_stays", "write_at_once", "write_together"]

_CAUSES = {
    errno.ENOSPC: "the disk is full; free some space, or write to another disk",
    errno.EDQUOT: "your disk quota is used up; free some space, or write to another disk",
    errno.EFBIG: "the file is larger than this disk or process may hold; write to another disk",
    errno.EACCES: "no permission to write there; choose a folder that you may write to",
    errno.EPERM: "no permission to write there; choose a folder that you may write to",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENOENT: "the folder does not exist; create it first",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another path",
    errno.ENAMETOOLONG: "the file name is too long; choose a shorter one",
}


@dataclass(frozen=True, kw_only=True)
class _Made:
    """An output that is complete and waits for its name."""

    temporary: Path
    final: Path
    overwrite: bool
    is_folder: bool

    def place(self) -> None:
        if self.is_folder:
            _swap_folder(self.temporary, self.final)
        else:
            self.temporary.replace(self.final)
        placed = _placed.get()
        if placed is not None:
            placed.append(self.final)

    def remove(self) -> None:
        if self.is_folder:
            _remove_unfinished(self.temporary)
        else:
            self.temporary.unlink(missing_ok=True)


@dataclass
class _Together:
    made: list[_Made] = field(default_factory=list)


_together: contextvars.ContextVar[_Together | None] = contextvars.ContextVar("together", default=None)
_placed: contextvars.ContextVar[list[Path] | None] = contextvars.ContextVar("placed", default=None)


@contextlib.contextmanager
def write_together(lock: OutputLock | None = None) -> Iterator[None]:
    """Let all files and folders that are replaced in this block get their names at its end, or none of them.

    Each is made complete under its temporary name first, so that a disk that becomes full, an error or Ctrl-C at any of
    them leaves all as they were. Until the block has ended none can be read under its name. A block in another one
    belongs to that.

    Parameters
    ----------
    lock
        Notes the files before they get their names, for a process that is killed in just that moment.

    Raises
    ------
    FileExists, OutputFailed
        As `replace_file`.
    """
    if _together.get() is not None:
        yield
        return
    state = _Together()
    before = _together.set(state)
    try:
        try:
            yield
        finally:
            _together.reset(before)
        with uninterrupted():
            _place_all(state.made, lock)
    except BaseException:
        with uninterrupted():
            for made in state.made:
                made.remove()
        raise


@contextlib.contextmanager
def write_at_once() -> Iterator[None]:
    """Let files of this block have their names as soon as they are complete, also in a block of `write_together`."""
    before = _together.set(None)
    try:
        yield
    finally:
        _together.reset(before)


@contextlib.contextmanager
def tell_what_stays() -> Iterator[None]:
    """Let messages about an output that could not be written name those that this block has finished before."""
    before = _placed.set([])
    try:
        yield
    finally:
        _placed.reset(before)


def _place_all(outputs: Sequence[_Made], lock: OutputLock | None) -> None:
    for made in outputs:
        with _output_errors(made.final):
            _refuse_existing(made.final, is_folder=made.is_folder, overwrite=made.overwrite)
    if lock is not None and outputs:
        lock.note_placed([(made.temporary, made.final) for made in outputs])
    with tell_what_stays() if _placed.get() is None else contextlib.nullcontext():
        for made in outputs:
            with _output_errors(made.final):
                made.place()


def _finish(made: _Made) -> None:
    """Give a complete output its name, now or at the end of the block of `write_together`."""
    _refuse_existing(made.final, is_folder=made.is_folder, overwrite=made.overwrite)
    state = _together.get()
    if state is None:
        with uninterrupted():
            made.place()
        return
    for earlier in [other for other in state.made if other.final == made.final]:
        earlier.remove()
        state.made.remove(earlier)
    state.made.append(made)


@contextlib.contextmanager
def replace_file(path: str | os.PathLike[str], *, overwrite: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside `path` that becomes `path` when the block ends well.

    The temporary file has the suffix of `path` and is removed on any error, Ctrl-C included; until the block has ended
    the old content of `path` stands. The content is flushed to the disk before it gets its name.

    Parameters
    ----------
    path
        The file to write. Its folder must exist. A symbolic link is followed, so that the link stays one.
    overwrite
        Whether an existing file may be replaced.

    Raises
    ------
    FileExists
        `path` exists and `overwrite` is false.
    OutputFailed
        Disk full, no permission, missing folder. Only errors of the operating system that concern the output are
        turned into it; all others pass unchanged.
    """
    final = Path(path).resolve()
    with _output_errors(final):
        _refuse_existing(final, is_folder=False, overwrite=overwrite)
        sweep_folder(final.parent)
        suffix = final.suffix if len(final.suffix) < 12 else ""
        temporary: Path | None = None
        try:
            with uninterrupted():
                handle, name = tempfile.mkstemp(prefix=name_temporary(_start(final)), suffix=suffix, dir=final.parent)
                os.close(handle)
                temporary = Path(name)
            yield temporary
            _flush(temporary)
            temporary.chmod(_mode_of(final))
            _finish(_Made(temporary=temporary, final=final, overwrite=overwrite, is_folder=False))
        except BaseException:
            if temporary is not None:
                with uninterrupted():
                    temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def replace_folder(path: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a new empty folder beside `path` that becomes `path` when the block ends well.

    Like `replace_file`. An existing folder is set aside while the new one takes its name, then removed; an empty one
    counts as absent.

    Raises
    ------
    FileExists
        `path` exists, is not an empty folder, and `overwrite` is false.
    OutputFailed
        As in `replace_file`.
    """
    final = Path(path).resolve()
    with _output_errors(final):
        _refuse_existing(final, is_folder=True, overwrite=overwrite)
        sweep_folder(final.parent)
        temporary: Path | None = None
        try:
            with uninterrupted():
                temporary = Path(tempfile.mkdtemp(prefix=name_temporary(_start(final)), dir=final.parent))
            yield temporary
            temporary.chmod(0o777 & ~_umask())
            _finish(_Made(temporary=temporary, final=final, overwrite=overwrite, is_folder=True))
        except BaseException:
            if temporary is not None:
                with uninterrupted():
                    _remove_unfinished(temporary)
            raise


def _remove_unfinished(folder: Path) -> None:
    """Remove a folder into which threads of a library (zarr's) may still write for a moment after the error."""
    absent = 0
    for _ in range(40):
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)
        absent = 0 if folder.exists() else absent + 1
        if absent == 2:  # such a thread also makes the folder again
            return


def _swap_folder(new: Path, final: Path) -> None:
    """Give `new` the name `final`; what stood there is removed only afterwards."""
    if not final.exists():
        new.replace(final)
        return
    # whoever clears up after a kill between the two steps puts back what lies in here
    aside = Path(tempfile.mkdtemp(prefix=name_temporary(_start(final), aside=True), dir=final.parent))
    old = aside / final.name
    final.replace(old)
    try:
        new.replace(final)
    except BaseException:
        old.replace(final)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _refuse_existing(final: Path, *, is_folder: bool, overwrite: bool) -> None:
    """Raise `FileExists` when `final` stands there and may not be replaced."""
    if not final.exists():
        return
    if final.is_dir() != is_folder:
        found, expected = ("folder", "file") if final.is_dir() else ("file", "folder")
        raise FileExists(f"{final}: is a {found}, expected a {expected} to write; choose another name")
    if overwrite or (is_folder and not any(final.iterdir())):
        return
    raise FileExists(f"{final}: exists already; choose another name, or allow overwriting")


@contextlib.contextmanager
def _output_errors(final: Path) -> Iterator[None]:
    """Turn errors of the operating system that concern the output into `OutputFailed`."""
    try:
        yield
    except (FileExists, OutputFailed):
        raise
    except OSError as error:
        cause = _cause_of(error)
        if cause is None or not _concerns(error, final):
            raise
        failed = OutputFailed(f"could not write {final}: {cause}; {_describe_rest(final)}")
        failed.errno = error.errno or errno.ENOSPC
        raise failed from error


def _describe_rest(final: Path) -> str:
    """Say what this command has changed before it failed."""
    placed = [path for path in _placed.get() or () if not any(part.startswith(".") for part in path.parts[-4:])]
    if not placed:
        return "nothing was changed"
    return f"it was left as it was; finished before, and kept: {', '.join(sorted({path.name for path in placed}))}"


def _cause_of(error: OSError) -> str | None:
    """Say in words why a write failed, or None when the error is none of a write."""
    if error.errno is None and "requested and" in str(error):  # numpy's tofile on a full disk: no errno
        return _CAUSES[errno.ENOSPC]
    return _CAUSES.get(error.errno or 0)


def _concerns(error: OSError, final: Path) -> bool:
    """Whether the error is about the output: it names no file (as a failed write does), the output or its stand-in."""
    if error.filename is None:
        return True
    name = Path(os.fsdecode(error.filename))
    return (
        any(p == final or p.name.startswith(f"{_start(final)}.tmp-") for p in (name, *name.parents))
        or name == final.parent
    )


def _start(final: Path) -> str:
    """Start of the names of the files that stand in for `final` until it is complete."""
    return f".{final.stem[:24]}"  # a name may hold 255 bytes, of which a letter takes up to four


def _flush(path: Path) -> None:
    """Ask the operating system to put the file on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _mode_of(final: Path) -> int:
    """Permissions for the new file: those of the old one, or what the process gives to new files."""
    return final.stat().st_mode & 0o7777 if final.exists() else 0o666 & ~_umask()


def _umask() -> int:
    """Permissions that this process withholds from new files; reading it needs setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
