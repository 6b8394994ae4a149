"""Cells that grow from whole StarDist objects, and new cells where the mask goes on beyond their reach."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.segmentation import watershed

from volltrack.errors import BadSettings
from volltrack.model import VoxelSize

__all__ = ["ObjectGrowthSettings", "grow_objects", "smooth_mask"]

Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_SAMPLE = 40
"""Of so many objects the median depth is taken."""


@dataclass(frozen=True, kw_only=True)
class ObjectGrowthSettings:
    """How far StarDist objects reach, and what beyond them is a cell.

    The defaults were chosen on synthetic membrane tissue of low signal (benchmarks/segment/compare_methods.py).

    Parameters
    ----------
    reach_px
        Voxels of the mask farther than this from every object may become new cells, >= 0, in pixels along y.
    least_depth
        Least depth (largest distance to the border) of a new cell as a share of the median depth of the StarDist
        objects, > 0. Depth is measured beyond the reach, so 1.0 adds only cells larger than the objects, of a mask
        that is not sure; 0.6 also finds missing cells of their size.
    smoothing_px
        Half width of the median filter within planes over mask and objects together, >= 0; 0 for none.
    """

    reach_px: float = 2.0
    least_depth: float = 1.0
    smoothing_px: int = 2

    def __post_init__(self) -> None:
        if not (math.isfinite(self.reach_px) and self.reach_px >= 0):
            raise BadSettings(f"reach_px = {self.reach_px!r}: expected a length >= 0 in pixels")
        if not (math.isfinite(self.least_depth) and self.least_depth > 0):
            raise BadSettings(f"least_depth = {self.least_depth!r}: expected a number > 0")
        if self.smoothing_px < 0:
            raise BadSettings(f"smoothing_px = {self.smoothing_px!r}: expected a whole number >= 0")


def smooth_mask(mask: Mask, half_width_px: int) -> Mask:
    """Return what most voxels of a square around each voxel, within its plane, are."""
    if half_width_px == 0:
        return mask
    side = 2 * half_width_px + 1
    share = ndimage.uniform_filter(mask.astype(np.float32), (1, side, side), mode="nearest")
    return np.asarray(share > 0.5)


def grow_objects(
    stars: Labels,
    height: npt.NDArray[np.float32],
    mask: Mask,
    voxel_size: VoxelSize,
    settings: ObjectGrowthSettings | None = None,
) -> tuple[Labels, Labels]:
    """Return the cells and the markers from which they grew, both int32 (Z, Y, X).

    Every StarDist object is a marker as a whole and grows downhill over `height` inside the mask. Where the mask goes
    on beyond the reach of the objects, its deepest places become new cells; what then belongs to none falls to the
    nearest.

    Parameters
    ----------
    stars, height, mask, voxel_size
        See `volltrack.segment.joined_labels.join_stars_and_mask`.
    settings
        Defaults when not given.

    Notes
    -----
    Three distance transforms and up to three watersheds: about four times the cost of the seeds' watershed alone.
    """
    settings = settings or ObjectGrowthSettings()
    markers = np.where(mask, stars, 0).astype(np.int32)
    sampling = np.array(voxel_size.zyx) / voxel_size.y
    distance = _distance(markers == 0, sampling) if markers.any() else np.full(mask.shape, np.inf)
    beyond = mask & (distance > settings.reach_px)
    depth = ndimage.gaussian_filter(_distance(beyond, sampling), 1.0 / sampling)
    new = _mark_deepest(depth, beyond, _typical_depth(stars, sampling), settings)
    new[new > 0] += int(stars.max(initial=0))
    grown = _grow(-height, markers, mask)
    if new.any():
        added = _grow(-depth, new, beyond)
        taken = np.where(added > 0, added, np.where(beyond, 0, grown)).astype(np.int32)
        grown = _grow(np.where(np.isfinite(distance), distance, 0.0), taken, mask)
    return grown, np.where(new > 0, new, markers).astype(np.int32)


def _grow(slope: npt.NDArray[np.floating], markers: Labels, mask: Mask) -> Labels:
    if not markers.any():
        return np.zeros(mask.shape, np.int32)
    return np.asarray(watershed(slope, markers, mask=mask), dtype=np.int32)  # type: ignore[no-untyped-call]


def _distance(inside: Mask, sampling: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(ndimage.distance_transform_edt(inside, sampling=sampling), dtype=np.float64)


def _typical_depth(stars: Labels, sampling: npt.NDArray[np.float64]) -> float:
    """Return the median depth of the objects in pixels, of a sample when there are many; 0 without any."""
    boxes = [(number, box) for number, box in enumerate(ndimage.find_objects(stars), start=1) if box is not None]
    sample = boxes[:: max(1, -(-len(boxes) // _SAMPLE))]
    depths = [_distance(np.pad(stars[box] == number, 1), sampling).max() for number, box in sample]
    return float(np.median(depths)) if depths else 0.0


def _mark_deepest(
    depth: npt.NDArray[np.float64], beyond: Mask, typical: float, settings: ObjectGrowthSettings
) -> Labels:
    """Return a marker of one voxel, 1 .. n, at each place that is deep enough for a cell."""
    markers = np.zeros(depth.shape, np.int32)
    if typical > 0 and beyond.any():
        peaks = peak_local_max(  # type: ignore[no-untyped-call]
            depth,
            min_distance=max(2, int(0.7 * typical)),
            threshold_abs=settings.least_depth * typical,
            exclude_border=False,
            labels=beyond.astype(np.int32),
        )
        markers[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return markers
