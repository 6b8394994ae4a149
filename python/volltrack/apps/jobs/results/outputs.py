"""Output paths that are looked at before any work is done, and kept for one process until they are written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from volltrack.errors import FileExists, OutputFailed
from volltrack.io.image_rules import find_image_of_labels
from volltrack.io.outputs import (
    lock_file,
    lock_folder,
    require_good_name,
    sweep_folder,
    tell_what_stays,
    write_together,
)

__all__ = ["require_free", "reserve_folder", "reserve_outputs"]


@contextlib.contextmanager
def reserve_outputs(
    outputs: Iterable[Path | None], *, overwrite: bool, inputs: Iterable[Path | None] = ()
) -> Iterator[None]:
    """Keep the outputs of a command for this process; at the end of the block all get their names, or none.

    They are looked at and locked first, and what a dead process has left beside them is cleared.

    Parameters
    ----------
    outputs, overwrite, inputs
        As in `require_free`.

    Raises
    ------
    FileExists, OutputFailed
        See `require_free` and `volltrack.io.outputs.write_together`.
    OutputLocked
        Another process is at work on one of them.
    """
    paths = [path for path in outputs if path is not None]
    read = [path for path in inputs if path is not None]
    for path in paths:
        _require_place(path, read)
    with contextlib.ExitStack() as stack:
        locks = [stack.enter_context(lock_file(find_image_of_labels(path) or path)) for path in paths]
        for path in paths:
            for folder in (_folder_of(path), path):
                sweep_folder(folder, again=True)
            _require_absent(path, overwrite=overwrite)
        stack.enter_context(tell_what_stays())
        stack.enter_context(write_together(locks[0] if locks else None))
        yield


@contextlib.contextmanager
def reserve_folder(folder: Path) -> Iterator[None]:
    """Make a folder whose files are written one after another, and keep it for this process.

    Folders that were made for it and are empty at the end, as after an error, are removed again.

    Raises
    ------
    OutputFailed
        It cannot be made, or not under this name.
    OutputLocked
        Another process is at work on it, or on a file in it.
    """
    require_good_name(folder)
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed(
            f"cannot make the results folder {folder} ({error.strerror}): choose another --out, or change the "
            "permissions"
        ) from error
    try:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputFailed(f"could not write in {folder}: no permission to write there; choose another --out")
        with lock_folder(folder), tell_what_stays():
            sweep_folder(folder, again=True)
            yield
    finally:
        for path in missing:
            with contextlib.suppress(OSError):  # not empty
                path.rmdir()


def require_free(outputs: Iterable[Path | None], *, overwrite: bool, inputs: Iterable[Path | None] = ()) -> None:
    """Refuse outputs that could not be written in the end, so that no work is lost.

    Parameters
    ----------
    outputs
        Files or folders to write; None is passed over. An empty folder counts as absent.
    overwrite
        Whether existing ones may be replaced.
    inputs
        Files that must not be replaced by their own results.

    Raises
    ------
    FileExists
        One is there already and may not be replaced, or it is one of the inputs.
    OutputFailed
        The folder for it is missing or may not be written to, or its name is none that can be written.
    """
    read = [path for path in inputs if path is not None]
    for path in outputs:
        if path is not None:
            _require_place(path, read)
            _require_absent(path, overwrite=overwrite)


def _require_place(path: Path, read: Iterable[Path]) -> None:
    require_good_name(path)
    if any(path.resolve() in (file, *file.parents) for file in (other.resolve() for other in read)):
        raise FileExists(f"{path}: is also the input, or around it, and never replaced; choose another --out")
    folder = _folder_of(path)
    if not folder.is_dir():
        raise OutputFailed(f"could not write {path}: the folder {folder} does not exist; create it first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputFailed(f"could not write {path}: no permission to write in {folder}; choose another folder")


def _require_absent(path: Path, *, overwrite: bool) -> None:
    if path.exists() and not overwrite and not _is_empty_folder(path):
        raise FileExists(f"{path}: exists already; choose another --out, or give --overwrite")


def _folder_of(path: Path) -> Path:
    """Return the folder that an output is made in; that of labels of an OME-Zarr image is the image itself."""
    image = find_image_of_labels(path)
    return path.resolve().parent if image is None else image.resolve()


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())
