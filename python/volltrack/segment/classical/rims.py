"""Trims the dim rim of each cell relative to its own brightness."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.segment.memory.object_blocks import iterate_object_blocks

__all__ = ["trim_dim_rims"]


def trim_dim_rims(
    labels: npt.NDArray[np.int32], image: npt.NDArray[np.float32], *, edge_level: float, peak_quantile: float = 0.9
) -> npt.NDArray[np.int32]:
    """Return the labels without the voxels that are dim for their cell, int32 (Z, Y, X).

    Parameters
    ----------
    labels
        int32 (Z, Y, X).
    image
        (Z, Y, X) brightness with the background at about 0, denoised.
    edge_level
        A voxel stays if it has at least this fraction of its cell's peak brightness, 0 .. 1. A blurred edge is where
        the brightness falls to a half.
    peak_quantile
        Which quantile of a cell's voxels counts as its peak, 0 .. 1.
    """
    if edge_level <= 0:
        return labels
    trimmed = labels.copy()
    for box, objects, _ in iterate_object_blocks(labels):
        trimmed[box][_find_dim(objects, image[box], edge_level, peak_quantile)] = 0
    return trimmed


def _find_dim(
    labels: npt.NDArray[np.int32], image: npt.NDArray[np.float32], edge_level: float, peak_quantile: float
) -> npt.NDArray[np.bool_]:
    """Return which voxels of the labels are dim, bool (Z, Y, X)."""
    inside = np.flatnonzero(labels)
    owner, light = labels.ravel()[inside], image.ravel()[inside]
    order = np.lexsort((light, owner))
    counts = np.bincount(owner)
    last = np.cumsum(counts) - 1
    rank = last - np.floor((1 - peak_quantile) * counts).astype(np.int64)
    rank = np.where(counts > 0, rank, 0)
    peaks = light[order][rank]
    is_dim = np.zeros(labels.shape, bool)
    is_dim.ravel()[inside[light < edge_level * peaks[owner]]] = True
    return is_dim
