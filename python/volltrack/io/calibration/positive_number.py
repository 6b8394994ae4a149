"""Numbers as files write them, of which only those above zero say anything."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["to_positive"]


def to_positive(value: Any) -> float | None:
    """Return what a file wrote as a finite number > 0, else None: other values mean that nothing is known."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None
