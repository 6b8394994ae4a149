"""Outlines of spots that change with the radius, as in TrackMate."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from volltrack.model import Outline

__all__ = ["scale_outline", "to_outline"]


def scale_outline(points: npt.NDArray[np.float64], old_radius: float, radius: float) -> tuple[Outline, float]:
    """Return an outline scaled about the spot, and the radius that the spot has then.

    Notes
    -----
    TrackMate (ModelEditActions.changeSpotRadius, SpotRoi.scale and radius, version 7.14) scales by the new over the old
    radius, and takes the radius of the circle of equal area; without an old radius that is the one scaled from.
    """
    x, y = points.T
    area = 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
    of_area = math.sqrt(area / math.pi)
    before = old_radius if math.isfinite(old_radius) and old_radius > 0 else of_area
    factor = radius / before if before > 0 else 1.0
    found = of_area * factor
    return to_outline(points * factor), radius if math.isclose(found, radius, rel_tol=1e-6) else found


def to_outline(points: Iterable[npt.NDArray[np.float64]]) -> Outline:
    """Return points, (N, 2), as the value that an edit holds."""
    return tuple((float(x), float(y)) for x, y in points)
