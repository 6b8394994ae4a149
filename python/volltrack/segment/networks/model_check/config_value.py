"""What one value of ``config.json`` may be; each check returns whether a value is right, and says what is expected."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

__all__ = ["ValueCheck", "each_of", "file_name", "flag", "maybe", "number", "one_of", "plain", "whole", "word"]

_LONGEST_TEXT = 200
_MOST_PARTS = 64


@dataclass(frozen=True)
class ValueCheck:
    """A test of a value, with what it asks for in words."""

    is_right: Callable[[Any], bool]
    expected: str


def whole(low: int, high: int) -> ValueCheck:
    """Return the check for a whole number from `low` to `high`."""
    return ValueCheck(lambda v: _is_whole(v) and low <= v <= high, f"a whole number from {low} to {high}")


def number(low: float, high: float, *, above: bool = False) -> ValueCheck:
    """Return the check for a finite number from `low` to `high`, or above `low`."""

    def is_right(value: Any) -> bool:
        return _is_number(value) and low <= value <= high and not (above and value == low)

    return ValueCheck(
        is_right, f"a number {'above' if above else 'from'} {low:g} {'and up ' if above else ''}to {high:g}"
    )


def one_of(names: Collection[str]) -> ValueCheck:
    """Return the check for one of some names; nothing else that Keras or a library would make an object of."""
    return ValueCheck(lambda v: isinstance(v, str) and v in names, f"one of {', '.join(sorted(names))}")


def maybe(check: ValueCheck) -> ValueCheck:
    """Return the check that lets null pass, too."""
    return ValueCheck(lambda v: v is None or check.is_right(v), f"{check.expected}, or null")


def each_of(check: ValueCheck, count: int | None = None) -> ValueCheck:
    """Return the check for a list of `count` values, or of a few."""

    def is_right(value: Any) -> bool:
        fits = isinstance(value, list) and (len(value) <= _MOST_PARTS if count is None else len(value) == count)
        return fits and all(check.is_right(v) for v in value)

    return ValueCheck(is_right, f"a list of {'a few values' if count is None else count}, each {check.expected}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    if _is_whole(value):
        return bool(abs(value) < 1e30)
    return isinstance(value, float) and math.isfinite(value)


def _is_plain(value: Any, depth: int = 2) -> bool:
    """Whether a value is a number, a short text, or a few of these: nothing that names an object."""
    if value is None or isinstance(value, bool) or _is_number(value):
        return True
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    parts = list(value.values()) if isinstance(value, dict) else value
    return (
        isinstance(parts, list)
        and depth > 0
        and len(parts) <= _MOST_PARTS
        and all(_is_plain(v, depth - 1) for v in parts)
    )


flag = ValueCheck(lambda v: isinstance(v, bool), "true or false")
plain = ValueCheck(_is_plain, f"numbers, texts of at most {_LONGEST_TEXT} characters, or a few of these")
word = ValueCheck(
    lambda v: isinstance(v, str) and re.fullmatch(r"[\w-]{0,32}", v) is not None, "at most 32 letters or digits"
)
file_name = ValueCheck(
    lambda v: isinstance(v, str) and re.fullmatch(r"[\w][\w .{}:-]{0,99}", v) is not None,
    "the name of a file, without folders",
)
