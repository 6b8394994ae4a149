"""What processes that died in the middle have left is cleared; what a living one is at work on never is."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
from pathlib import Path

from volltrack.io.outputs.process import Owner, this_process

__all__ = ["name_temporary", "sweep_folder"]

_log = logging.getLogger(__name__)

_MARK = ".tmp-"
_ASIDE = "old."
_NAME = re.compile(r"^\..*\.tmp-(?P<aside>old\.)?(?P<owner>[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-\d+-[0-9a-z]+)\.")
_swept: set[tuple[int, str]] = set()


def name_temporary(start: str, *, aside: bool = False) -> str:
    """Return the beginning of a temporary name that begins with `start` and tells whose it is.

    `aside` marks a folder in which something lies that is to be put back should this process die.
    """
    return f"{start}{_MARK}{_ASIDE if aside else ''}{this_process().tag}."


def sweep_folder(folder: Path, *, again: bool = False) -> None:
    """Remove the temporary files and folders of dead processes from a folder, and put back what they had set aside.

    Parameters
    ----------
    folder
        Only names in it are looked at, not its subfolders.
    again
        Look although this process has looked before; a folder of many files is else read only once.

    Notes
    -----
    What belongs to a process on another machine, of which nothing is known here, stays.
    """
    place = (os.getpid(), str(folder.resolve()))
    if place in _swept and not again:
        return
    _swept.add(place)
    try:
        names = [entry.name for entry in os.scandir(folder) if _MARK in entry.name]
    except OSError:
        return
    for name in names:
        found = _NAME.match(name)
        owner = None if found is None else Owner.from_tag(found["owner"])
        if found is None or owner is None or owner.life() != "dead":
            continue
        path = folder / name
        if found["aside"]:
            _put_back(path)
        _log.info("%s: removed; the process %d that made it is dead", path, owner.process)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def _put_back(aside: Path) -> None:
    """Give what lies in a folder of `name_temporary` its place again, where nothing has taken it since."""
    for old in list(aside.iterdir()):
        place = aside.parent / old.name
        if not place.exists():
            with contextlib.suppress(OSError):
                old.replace(place)
