"""Names of units as image files spell them, in one spelling."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["convert_length", "convert_time", "is_length_unit", "is_time_unit", "name_length_unit", "name_time_unit"]

_LENGTHS_IN_UM: Final = {"Å": 1e-4, "nm": 1e-3, "µm": 1.0, "mm": 1e3, "cm": 1e4, "dm": 1e5, "m": 1e6}
_TIMES_IN_SEC: Final = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "sec": 1.0, "min": 60.0, "hour": 3600.0, "day": 86400.0}

_LENGTH_NAMES: Final = {
    "um": "µm",
    "?m": "µm",  # what is left of it where a program lost its encoding; no other unit looks so
    "\ufffdm": "µm",
    "micron": "µm",
    "microns": "µm",
    "micrometer": "µm",
    "micrometers": "µm",
    "micrometre": "µm",
    "micrometres": "µm",
    "nanometer": "nm",
    "nanometers": "nm",
    "millimeter": "mm",
    "millimeters": "mm",
    "centimeter": "cm",
    "decimeter": "dm",
    "meter": "m",
    "angstrom": "Å",
    "pixels": "pixel",
    "px": "pixel",
    "voxel": "pixel",
    "voxels": "pixel",
}
_TIME_NAMES: Final = {
    "s": "sec",
    "secs": "sec",
    "second": "sec",
    "seconds": "sec",
    "msec": "ms",
    "millisecond": "ms",
    "milliseconds": "ms",
    "us": "µs",
    "microsecond": "µs",
    "microseconds": "µs",
    "nanosecond": "ns",
    "nanoseconds": "ns",
    "minute": "min",
    "minutes": "min",
    "mins": "min",
    "h": "hour",
    "hr": "hour",
    "hours": "hour",
    "d": "day",
    "days": "day",
    "frames": "frame",
}
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})")


def name_length_unit(text: str) -> str:
    r"""Return one spelling of a unit of length: ``\u00B5m``, ``um``, ``micron`` become ``µm``; unknown names stay."""
    plain = _plain(text)
    return _LENGTH_NAMES.get(plain.lower(), plain)


def name_time_unit(text: str) -> str:
    """Return one spelling of a unit of time, TrackMate's ``sec`` for seconds; unknown names stay."""
    plain = _plain(text)
    return _TIME_NAMES.get(plain.lower(), plain)


def is_length_unit(unit: str | None) -> bool:
    """Whether a unit of length says more than that nothing is known."""
    return unit is not None and name_length_unit(unit) not in ("", "pixel", "reference frame")


def is_time_unit(unit: str | None) -> bool:
    """Whether a unit of time says more than that nothing is known."""
    return unit is not None and name_time_unit(unit) not in ("", "frame")


def convert_length(value: float, unit: str, to: str) -> float | None:
    """Return `value` in another unit of length; None when one of the units is not known."""
    return _convert(value, unit, to, _LENGTHS_IN_UM)


def convert_time(value: float, unit: str, to: str) -> float | None:
    """Return `value` in another unit of time; None when one of the units is not known."""
    return _convert(value, unit, to, _TIMES_IN_SEC)


def _convert(value: float, unit: str, to: str, table: dict[str, float]) -> float | None:
    if unit == to:
        return value
    if unit not in table or to not in table:
        return None
    return value * table[unit] / table[to]


def _plain(text: str) -> str:
    r"""Undo ``\u00B5`` escapes and UTF-8 read as Latin-1; write the letter mu (U+03BC) as the micro sign (U+00B5)."""
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text.strip())
    return plain.replace("\u00c2\u00b5", "µ").replace("\u00ce\u00bc", "µ").replace("\u03bc", "µ")
