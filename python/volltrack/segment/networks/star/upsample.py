"""Bring maps that a network predicts on a grid to the size of the image."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["upsample_grid"]


def upsample_grid(
    values: npt.NDArray[np.float32], grid: tuple[int, ...], shape: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    """Return `values` interpolated linearly at every voxel of an image.

    Parameters
    ----------
    values
        One value for each grid point; grid point i lies on voxel ``i * grid``.
    grid
        Step of the grid along each axis, >= 1.
    shape
        Shape of the image; voxels behind the last grid point take its value.
    """
    for axis, (step, length) in enumerate(zip(grid, shape, strict=True)):
        if step > 1:
            values = _upsample_axis(values, step, length, axis)
    return np.ascontiguousarray(values[tuple(slice(0, n) for n in shape)], dtype=np.float32)


def _upsample_axis(values: npt.NDArray[np.float32], step: int, length: int, axis: int) -> npt.NDArray[np.float32]:
    """Return `values` interpolated along one axis; written by stride, with no index arrays."""
    shape = list(values.shape)
    shape[axis] = min(shape[axis] * step, length)
    fine = np.empty(shape, np.float32)
    last = values.take([-1], axis=axis)
    ahead = np.concatenate([values[_along(axis, slice(1, None))], last], axis=axis)
    for k in range(step):
        weight = np.float32(k / step)
        between = values if k == 0 else values * (1 - weight) + ahead * weight
        place = fine[_along(axis, slice(k, None, step))]
        place[...] = between[_along(axis, slice(place.shape[axis]))]
    return fine


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    """Return the index that takes a part of one axis."""
    return (slice(None),) * axis + (part,)
