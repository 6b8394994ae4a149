"""TOML files read by the library, after a look for what would take it memory or depth out of all proportion."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from volltrack.errors import BadFile

__all__ = ["read_toml"]

_MOST_BYTES: Final = 1 << 20
_DEEPEST: Final = 32
_PART: Final = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*"""
_DEEP_KEY: Final = re.compile(rf"(?:^|[{{\[,])[ \t]*(?:{_PART}\.[ \t]*){{{_DEEPEST}}}", re.MULTILINE)
"""The library takes memory with the square of the parts of ``a.a.a ...``: 14 GB for a megabyte of them."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises
    ------
    BadFile
        No such file, not UTF-8, not TOML; larger than a megabyte, or nested deeper than settings ever are.
    """
    if not path.is_file():
        raise BadFile("a folder" if path.is_dir() else "no such file", path=path)
    if path.stat().st_size > _MOST_BYTES:
        raise BadFile(f"{path.stat().st_size} bytes: expected settings of up to {_MOST_BYTES} bytes", path=path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadFile("not UTF-8 text: save the settings in UTF-8", path=path) from error
    deep = _DEEP_KEY.search(text)
    if deep is not None:
        line = text.count("\n", 0, deep.end()) + 1
        raise BadFile(f"a name of more than {_DEEPEST} parts: expected settings, such as [link]", path=path, line=line)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise BadFile("lists or tables inside each other, too deep for settings", path=path) from error
    except ValueError as error:  # also a whole number of more digits than Python reads
        raise BadFile(f"not TOML ({error})", path=path) from error
