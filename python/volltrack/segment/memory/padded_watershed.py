"""scikit-image's watershed without its copies: 13 bytes a voxel in place of 33."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.segmentation import watershed

from volltrack.segment.memory.slabs import iterate_slabs

__all__ = ["flood", "pad_depth", "pad_mask"]

try:
    from skimage.morphology._util import _offsets_to_raveled_neighbors
    from skimage.segmentation._watershed_cy import watershed_raveled
except ImportError:  # another version of scikit-image: the same result, with its copies
    watershed_raveled = None

_INNER = (slice(1, -1),) * 3


def _padded_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a frame (Z, Y, X) with one voxel more at each side."""
    return tuple(n + 2 for n in shape)


def pad_depth(height: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return minus the height with a border of zeros, float64 (Z + 2, Y + 2, X + 2): what `flood` floods."""
    depth = np.zeros(_padded_shape(height.shape), np.float64)
    inner = depth[_INNER]
    for place in iterate_slabs(height.shape):
        np.negative(height[place], out=inner[place], casting="safe")
    return depth


def pad_mask(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Return the mask with a border of zeros, int8 (Z + 2, Y + 2, X + 2)."""
    inside = np.zeros(_padded_shape(mask.shape), np.int8)
    inside[_INNER] = mask
    return inside


def flood(
    depth: npt.NDArray[np.float64], markers: npt.NDArray[np.int32], inside: npt.NDArray[np.int8]
) -> npt.NDArray[np.int32]:
    """Return the basins of markers as ``skimage.segmentation.watershed(-height, markers, mask=mask)`` finds them.

    Parameters
    ----------
    depth
        From `pad_depth`.
    markers
        int32 of the same padded shape; what lies outside the mask is dropped.
    inside
        From `pad_mask`: where basins may be.

    Returns
    -------
    array
        int32 (Z, Y, X), the inner part of `markers`, which is overwritten.
    """
    inner = markers[_INNER]
    markers *= inside
    if watershed_raveled is None:
        basins: Any = watershed(depth[_INNER], inner, mask=inside[_INNER])  # type: ignore[no-untyped-call]
        return np.asarray(basins, dtype=np.int32)
    faces = ndimage.generate_binary_structure(3, 1)
    watershed_raveled(
        depth.ravel(),
        np.flatnonzero(markers),
        _offsets_to_raveled_neighbors(depth.shape, faces, center=(1, 1, 1)),  # type: ignore[no-untyped-call]
        inside.ravel(),
        np.array(depth.strides, dtype=np.intp) // depth.itemsize,
        0,
        markers.ravel(),
        False,
    )
    return inner
