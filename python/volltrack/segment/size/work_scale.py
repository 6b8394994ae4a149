"""Frames brought to the size of cells that a network was trained for, and its results brought back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.model import VoxelSize

__all__ = ["WorkScale", "choose_work_scale"]

Floats = npt.NDArray[np.float32]

_CLOSE_ENOUGH = 1.15
"""Cells within this factor of the trained size are left as they are: the networks saw larger differences."""

_MOST_PLANES = 12.0
"""The networks were shown at most so many planes per cell; finer stacks are thinned to `_WANTED_PLANES`."""

_WANTED_PLANES = 8.0

_MOST_GROWTH = 4.0
"""No axis becomes longer or shorter by more than this: a wrong diameter must not fill the memory."""


@dataclass(frozen=True, kw_only=True)
class WorkScale:
    """The sizes of a frame outside and inside of the networks.

    Parameters
    ----------
    frame_shape
        (Z, Y, X) of the frame.
    work_shape
        (Z, Y, X) in which the networks see it.
    """

    frame_shape: tuple[int, int, int]
    work_shape: tuple[int, int, int]

    @property
    def is_same(self) -> bool:
        """Whether nothing has to be done."""
        return self.frame_shape == self.work_shape

    def to_work(self, image: npt.NDArray[np.float32]) -> Floats:
        """Return an image of the frame as the networks see it; what is finer is averaged first."""
        if self.is_same:
            return image
        thinning = [max(1.0, f / w) for f, w in zip(self.frame_shape, self.work_shape, strict=True)]
        sigma = [0.5 * (t - 1.0) for t in thinning]
        smooth = ndimage.gaussian_filter(image, sigma, mode="nearest", truncate=3.0) if max(sigma) > 0 else image
        return _interpolate(smooth, self.work_shape)

    def mask_to_work(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return a mask of the frame at the size of the networks."""
        return _take_nearest(mask, self.work_shape)

    def labels_to_work(self, labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return labels of the frame at the size of the networks."""
        return _take_nearest(labels, self.work_shape)

    def map_to_frame(self, values: Floats) -> Floats:
        """Return a map of the networks at the size of the frame, interpolated linearly."""
        return _interpolate(values, self.frame_shape)

    def distance_to_frame(self, distance: Floats) -> Floats:
        """Return a map of distances in work pixels in pixels of the frame."""
        factor = math.sqrt(math.prod(self.frame_shape[1:]) / math.prod(self.work_shape[1:]))
        return self.map_to_frame(distance) * np.float32(factor)

    def labels_to_frame(
        self, labels: npt.NDArray[np.int32], mask: npt.NDArray[np.bool_] | None = None
    ) -> npt.NDArray[np.int32]:
        """Return labels at the size of the frame.

        Parameters
        ----------
        labels
            int32 (Z, Y, X) of the work shape.
        mask
            bool (Z, Y, X) of the frame: labels end where it ends, so that outlines are as smooth as its. Voxels of
            it that are next to a label belong to that label.
        """
        if self.is_same:
            return labels
        if mask is None:
            return _take_nearest(labels, self.frame_shape)
        around: npt.NDArray[np.int32] = _take_nearest(_grow_by_one(labels), self.frame_shape)
        around *= mask
        return around


def choose_work_scale(
    shape: tuple[int, ...], voxel_size: VoxelSize, *, cell_diameter_um: float, trained_diameter_px: float
) -> WorkScale:
    """Return the size at which cells have the diameter that the networks were trained for.

    Parameters
    ----------
    shape
        (Z, Y, X) of the frame.
    voxel_size
        Edge lengths of a voxel.
    cell_diameter_um
        Typical diameter of a cell within a plane, in the unit of `voxel_size`.
    trained_diameter_px
        Diameter in pixels of the cells that the networks were trained on.
    """
    z, y, x = shape
    planes = cell_diameter_um / voxel_size.z
    factors = [_WANTED_PLANES / planes if z > 1 and planes > _MOST_PLANES else 1.0]
    for pixel in (voxel_size.y, voxel_size.x):
        factor = trained_diameter_px * pixel / cell_diameter_um
        factors.append(1.0 if 1 / _CLOSE_ENOUGH <= factor <= _CLOSE_ENOUGH else factor)
    sizes = [
        max(1, round(n * min(max(f, 1 / _MOST_GROWTH), _MOST_GROWTH))) for n, f in zip((z, y, x), factors, strict=True)
    ]
    return WorkScale(frame_shape=(z, y, x), work_shape=(sizes[0], sizes[1], sizes[2]))


def _interpolate(values: Floats, shape: tuple[int, int, int]) -> Floats:
    """Return `values` at another size: linear, axis by axis, the centres of the outer voxels' edges in place."""
    for axis, wanted in enumerate(shape):
        length = values.shape[axis]
        if wanted == length:
            continue
        place = np.clip((np.arange(wanted) + 0.5) * length / wanted - 0.5, 0, length - 1)
        below = np.minimum(place.astype(np.intp), max(length - 2, 0))
        weight = (place - below).astype(np.float32).reshape([-1 if a == axis else 1 for a in range(3)])
        low = values.take(below, axis=axis)
        values = values.take(np.minimum(below + 1, length - 1), axis=axis)
        values -= low  # in place: new memory costs more than the arithmetic
        values *= weight
        values += low
    return np.ascontiguousarray(values, dtype=np.float32)


def _take_nearest(values: npt.NDArray[Any], shape: tuple[int, int, int]) -> npt.NDArray[Any]:
    """Return the nearest value at another size."""
    for axis, wanted in enumerate(shape):
        length = values.shape[axis]
        if wanted != length:
            values = np.take(values, ((np.arange(wanted) + 0.5) * length / wanted).astype(np.intp), axis=axis)
    return values


def _grow_by_one(labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return labels grown by one pixel within the plane into the background; each new pixel touches its label."""
    grown = labels.copy()
    for axis in (1, 2):
        ahead, behind = ([slice(None)] * 3 for _ in range(2))
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        for target, source in ((ahead, behind), (behind, ahead)):
            free = grown[tuple(target)]
            np.copyto(free, labels[tuple(source)], where=free == 0)
    return grown
