"""Numbers as Java spells them: what its `Double.valueOf` and `Integer.parseInt` accept, what `toString` writes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "MAX_INT",
    "MIN_INT",
    "format_doubles",
    "format_ints",
    "is_java_double",
    "parse_doubles",
    "parse_int",
    "parse_ints",
    "parse_java_double",
]

MAX_INT: Final = 2**31 - 1
MIN_INT: Final = -(2**31)

_BLANKS: Final = "".join(map(chr, range(0x21)))
"""What Java's `String.trim` takes off both ends."""
_DECIMAL: Final = re.compile(r"[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)")
_HEX: Final = re.compile(r"([+-]?0[xX](?:[0-9a-fA-F]+\.?|[0-9a-fA-F]*\.[0-9a-fA-F]+)[pP][+-]?[0-9]+)[fFdD]?")
_INT: Final = re.compile(r"[+-]?[0-9]+")

FloatArray = npt.NDArray[np.float64]


def parse_java_double(text: str) -> float | None:
    """Return the number that Java's ``Double.valueOf(text)`` gives, or None where it throws."""
    text = text.strip(_BLANKS)
    if _DECIMAL.fullmatch(text):
        return float(text.rstrip("fFdD") if text[-1] in "fFdD" else text)
    match = _HEX.fullmatch(text)
    if match:
        try:
            return float.fromhex(match[1])
        except OverflowError:
            return -math.inf if text.startswith("-") else math.inf
    return None


def is_java_double(text: str) -> bool:
    """Whether Java's ``Double.valueOf(text)`` accepts `text`."""
    return parse_java_double(text) is not None


def parse_ints(texts: Sequence[str]) -> list[int | None]:
    """Return `parse_int` of each text."""
    joined = "".join(texts)
    if joined.isascii() and joined.isdecimal() and "" not in texts and max(map(len, texts)) < 10:
        return list(map(int, texts))
    return [parse_int(text) for text in texts]


def parse_int(text: str) -> int | None:
    """Return the number that Java's ``Integer.parseInt(text.trim())`` gives, or None where it throws."""
    text = text.strip(_BLANKS)
    if not _INT.fullmatch(text):
        return None
    number = int(text)
    return number if MIN_INT <= number <= MAX_INT else None


def parse_doubles(texts: Sequence[str]) -> tuple[FloatArray, list[int]]:
    """Return the numbers, (N,), and the places of texts that Java refuses (NaN stands there).

    Notes
    -----
    Python's `float` is tried first because it is fast; what it accepts and Java does not (``nan``, ``1_0``, digits of
    other scripts) and the reverse (``1d``, ``0x1p3``) are sorted out only where such a character stands.
    """
    joined = "".join(texts)
    if joined.isascii() and "_" not in joined:
        try:
            values = np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
        except ValueError:
            pass
        else:
            if np.isfinite(values).all():
                return values, []
            odd = np.flatnonzero(~np.isfinite(values)).tolist()
            return values, [i for i in odd if not is_java_double(texts[i])]
    numbers = [parse_java_double(text) for text in texts]
    bad = [i for i, number in enumerate(numbers) if number is None]
    return np.array([math.nan if n is None else n for n in numbers], dtype=np.float64), bad


def format_doubles(values: npt.ArrayLike) -> list[str]:
    """Return each value in the spelling of Java's ``Double.toString``: ``NaN``, ``Infinity``, ``4.1E-4``, ``1.0E7``."""
    array = np.asarray(values, dtype=np.float64)
    texts = list(map(repr, array.tolist()))
    size = np.abs(array)
    plain = ((size >= 1e-3) & (size < 1e7)) | (size == 0)
    for i in np.flatnonzero(~plain).tolist():
        texts[i] = _format_unusual(texts[i])
    return texts


def _format_unusual(text: str) -> str:
    """Spell a number outside 0.001 .. 10,000,000 as Java does, from Python's shortest spelling."""
    if text[-1] in "nf":
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[text]
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = int(exponent or 0) + len(digits) - len(fraction) - 1
    digits = digits.rstrip("0") or "0"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{power}"


def format_ints(values: npt.ArrayLike) -> list[str]:
    """Return each value, a whole number, as text without a decimal point."""
    return list(map(str, np.asarray(values).astype(np.int64).tolist()))
