"""Numbers of one polygon, and which pixels lie in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull

__all__ = ["compute_convex_area", "compute_perimeter", "compute_signed_area", "fill_polygon"]

FloatArray = npt.NDArray[np.float64]


def compute_signed_area(polygon: FloatArray) -> float:
    """Return the area by the shoelace formula; the sign is the sense of rotation.

    Parameters
    ----------
    polygon
        x, y of each vertex, (K, 2); the last is joined to the first.
    """
    x, y = polygon[:, 0], polygon[:, 1]
    return float(x @ np.roll(y, -1) - np.roll(x, -1) @ y) / 2


def compute_perimeter(polygon: FloatArray) -> float:
    """Return the length of the closed outline of `polygon`, (K, 2)."""
    return float(np.hypot(*(np.roll(polygon, -1, axis=0) - polygon).T).sum())


def compute_convex_area(polygon: FloatArray) -> float:
    """Return the area of the convex hull of `polygon`, (K, 2), which must have an area."""
    return float(ConvexHull(polygon).volume)  # in two dimensions Qhull's volume is the area


def fill_polygon(polygon: FloatArray, low: npt.NDArray[np.int64], shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Return which pixels have their centre in the polygon, bool `shape` as (Y, X).

    A centre on the outline is inside on the left and lower sides only, in the same arithmetic as TrackMate
    (SpotUtil), so that pixels whose centre lies on an outline are the same ones.

    Parameters
    ----------
    polygon
        x, y in pixels, (K, 2), within the box.
    low
        y, x of the box's first pixel.
    shape
        Size of the box.

    Notes
    -----
    Linear in the length of the outline and the area of the box: each crossing of an outline with a row of pixel centres
    turns over all pixels to its left.
    """
    x_i, y_i = polygon[:, 0], polygon[:, 1]
    x_j, y_j = np.roll(x_i, 1), np.roll(y_i, 1)
    first = np.ceil(np.minimum(y_i, y_j)).astype(np.int64)
    count = np.ceil(np.maximum(y_i, y_j)).astype(np.int64) - first
    edge = np.repeat(np.arange(len(polygon)), count)
    y = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    crossing = (x_j[edge] - x_i[edge]) * (y - y_i[edge]) / (y_j[edge] - y_i[edge]) + x_i[edge]
    end = np.clip(np.ceil(crossing).astype(np.int64) - low[1], 0, shape[1])
    turns = np.bincount((y - low[0]) * (shape[1] + 1) + end, minlength=shape[0] * (shape[1] + 1))
    to_the_right = np.cumsum(turns.reshape(shape[0], -1)[:, :0:-1], axis=1)[:, ::-1]
    inside: npt.NDArray[np.bool_] = to_the_right % 2 == 1
    return inside
