"""The plane of the screen in space."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["make_view_plane"]

FloatArray = npt.NDArray[np.float64]


def make_view_plane(direction: FloatArray) -> FloatArray:
    """Return two unit vectors, (2, 3), that span the plane which the view direction, (3,), meets at a right angle."""
    along = direction / np.linalg.norm(direction)
    start = np.eye(3)[int(np.argmin(np.abs(along)))]
    first = np.cross(along, start)
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(along, first)])
