"""Units of ours in napari's spelling."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

import pint

from volltrack.model import Calibration

__all__ = ["napari_units"]


def napari_units(calibration: Calibration) -> tuple[str, str, str, str]:
    """Return units of the axes frame, z, y, x; ``"pixel"`` for those that are no unit of length, and for frames."""
    length = _known_length(calibration.length_unit)
    return ("pixel", length, length, length)


@cache
def _known_length(unit: str) -> str:
    registry: Any = pint.application_registry
    with suppress(pint.errors.PintError, ValueError, TypeError, AttributeError):
        if registry.parse_expression(unit).check("[length]"):
            return unit
    return "pixel"
