"""Which Fiji is meant: what the caller names, else what the variable VOLLTRACK_FIJI names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["VARIABLE", "make_absolute", "name_fiji"]

VARIABLE: Final = "VOLLTRACK_FIJI"
"""Folder of the Fiji to take where none is named."""


def name_fiji(fiji: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the absolute path of the Fiji that is meant, whether it exists or not; None if nobody names one."""
    named = os.fspath(fiji) if fiji is not None else os.environ.get(VARIABLE, "")
    return make_absolute(named) if named else None


def make_absolute(path: str | os.PathLike[str]) -> Path:
    """Return a path as Java has to be told it: from the root on, with ``~`` put in full.

    Notes
    -----
    Links stay as they are named. Java counts relative paths from where it was started, and knows no ``~``.
    """
    return Path(os.path.expanduser(path)).absolute()
