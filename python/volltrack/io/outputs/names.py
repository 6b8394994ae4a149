"""Names of files that every program can write, read and show."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from volltrack.errors import OutputFailed

__all__ = ["require_good_name"]

_MAX_BYTES = 255
"""Of one name, on all common file systems."""


def require_good_name(path: Path) -> None:
    """Refuse a name that could not be written, or be told in a message, a settings file or an XML.

    Raises
    ------
    OutputFailed
        It is not UTF-8, holds a control character, or is too long; found before any work.
    """
    shown = ascii(str(path))
    try:
        text = str(path)
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise OutputFailed(
            f"the name {shown} is not UTF-8, so that no settings file or XML can tell it: choose another"
        ) from error
    odd = next((letter for letter in text if unicodedata.category(letter) in ("Cc", "Zl", "Zp")), None)
    if odd is not None:
        raise OutputFailed(f"the name {shown} holds the control character {odd!a}: choose a name without it")
    if any(letter in text for letter in "\ufffe\uffff"):
        raise OutputFailed(
            f"the name {shown} holds a letter that is none in Unicode, and no XML can tell it: choose another"
        )
    longest = max((len(os.fsencode(part)) for part in path.parts), default=0)
    if longest > _MAX_BYTES:
        raise OutputFailed(
            f"could not write {shown[:60]}...: the file name is too long ({longest} bytes, at most {_MAX_BYTES}); "
            "choose a shorter one"
        )
