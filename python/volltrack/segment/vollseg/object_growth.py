"""Cells that grow a little from whole StarDist objects, and new cells where the mask goes on beyond their reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.segmentation import watershed

from volltrack.model import VoxelSize
from volltrack.model.settings import Fraction, NotNegative, Positive, Unit, require_fields

__all__ = ["ObjectGrowthSettings", "fit_objects", "grow_objects", "unite_mask"]

Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_LEAST_WEIGHT = 0.1
"""Weight of the depth where the height is 0."""

_APART = 0.7
"""Peaks are at least so far from each other, as a share of the least depth."""

_LONE = 0.6
"""What is enough for the depth of the only cell in its piece of the mask, as a share of the least depth."""

_SAMPLE = 40
"""Of so many objects the median depth is taken."""


@dataclass(frozen=True, kw_only=True)
class ObjectGrowthSettings:
    """Which StarDist objects are believed, how far they grow, and what beyond them is a cell.

    The defaults were chosen on synthetic membrane tissue of low signal (benchmarks/segment/compare_methods.py, seeds
    from 6,000,000 on).

    Parameters
    ----------
    least_support
        Objects with a smaller share of their voxels in the U-Net's mask are dropped, 0 .. 1.
    full_support
        Objects with at least this share in the mask are cut to it, 0 .. 1; of the others the mask is not sure, and they
        are kept whole.
    reach_px
        Objects grow so far into the mask, >= 0, in pixels along y. StarDist's outlines are a little narrow; farther
        growth floods the place of cells that it missed.
    least_depth
        Where the mask goes on beyond the reach, places become new cells that are deep enough, > 0: their distance to
        its border, weighted with the height there, is at least this share of the median depth of the objects. In a
        piece of the mask without such a place it is the deepest one with 60 % of that depth, whatever the
        height. They share what is connected to them: a large rest can become one large object, which `max_size` of
        `VollSegSettings` drops. Smaller values split it, and find more cells that are none.
    rest_px
        Mask that then belongs to no cell falls to the nearest one within this distance, >= 0, in pixels along y; what
        is farther away is background.
    speck_volume
        Holes in the mask and specks of it up to this share of the median volume of the objects are filled and dropped,
        0 .. 1.
    """

    least_support: Fraction = 0.3
    full_support: Fraction = 0.8
    reach_px: Annotated[NotNegative, Unit("pixels")] = 1.25
    least_depth: Positive = 1.2
    rest_px: Annotated[NotNegative, Unit("pixels")] = 2.0
    speck_volume: Fraction = 0.1

    def __post_init__(self) -> None:
        require_fields(self)


def fit_objects(stars: Labels, mask: Mask, settings: ObjectGrowthSettings) -> Labels:
    """Return the objects (Z, Y, X) of which enough lies in the mask, with their numbers, some cut to it."""
    sizes = np.bincount(stars.ravel())
    support = np.bincount(stars[mask], minlength=len(sizes)) / np.maximum(sizes, 1)
    kept, cut = support >= settings.least_support, support >= settings.full_support
    kept[0] = False
    return np.where(kept[stars] & (mask | ~cut[stars]), stars, 0).astype(np.int32)


def unite_mask(mask: Mask, stars: Labels, settings: ObjectGrowthSettings) -> Mask:
    """Return mask and objects (Z, Y, X) together, without small holes and specks."""
    united = mask | (stars > 0)
    sizes = np.bincount(stars.ravel())[1:]
    speck = int(settings.speck_volume * np.median(sizes[sizes > 0])) if sizes.any() else 0
    if speck < 1:
        return united
    return _drop_pieces(~_drop_pieces(~united, speck), speck)


def grow_objects(
    stars: Labels,
    height: npt.NDArray[np.float32],
    mask: Mask,
    voxel_size: VoxelSize,
    settings: ObjectGrowthSettings | None = None,
) -> tuple[Labels, Labels]:
    """Return the cells and the markers from which they grew, both int32 (Z, Y, X).

    Every StarDist object is a marker as a whole and grows downhill over `height` inside the mask, as far as it may.
    Where the mask goes on, deep places become new cells.

    Parameters
    ----------
    stars, height, mask, voxel_size
        See `volltrack.segment.vollseg.joined_labels.join_stars_and_mask`.
    settings
        Defaults when not given.

    Notes
    -----
    Three distance transforms and three watersheds: about four times the cost of the seeds' watershed alone.
    """
    settings = settings or ObjectGrowthSettings()
    markers = np.where(mask, stars, 0).astype(np.int32)
    if not markers.any():
        return markers, markers.copy()
    sampling = np.array(voxel_size.zyx) / voxel_size.y
    near = mask & (_distance(markers == 0, sampling) <= settings.reach_px)
    grown = _grow(-height, markers, near)
    beyond = mask & (grown == 0)
    depth = ndimage.gaussian_filter(_distance(beyond, sampling), 1.0 / sampling)
    level = depth * _weigh(height, markers > 0, sampling)
    new = _mark_new(level, depth, beyond, settings.least_depth * _typical_depth(stars, sampling))
    if new.any():
        new[new > 0] += int(stars.max())
        added = _grow(-level, new, beyond)
        grown = np.where(added > 0, added, grown).astype(np.int32)
    gap = _distance(grown == 0, sampling)
    grown = _grow(gap, grown, mask & (gap <= settings.rest_px))
    return grown, np.where(new > 0, new, markers).astype(np.int32)


def _drop_pieces(mask: Mask, most: int) -> Mask:
    """Return the mask without pieces, connected by faces, of at most so many voxels."""
    pieces, _ = ndimage.label(mask)
    return np.asarray(mask & (np.bincount(pieces.ravel()) > most)[pieces])


def _grow(slope: npt.NDArray[np.floating], markers: Labels, mask: Mask) -> Labels:
    return np.asarray(watershed(slope, markers, mask=mask), dtype=np.int32)  # type: ignore[no-untyped-call]


def _distance(inside: Mask, sampling: Floats) -> Floats:
    return np.asarray(ndimage.distance_transform_edt(inside, sampling=sampling), dtype=np.float64)


def _typical_depth(stars: Labels, sampling: Floats) -> float:
    """Return the median depth of the objects in pixels, of a sample when there are many."""
    boxes = [(number, box) for number, box in enumerate(ndimage.find_objects(stars), start=1) if box is not None]
    sample = boxes[:: max(1, -(-len(boxes) // _SAMPLE))]
    return float(np.median([_distance(np.pad(stars[box] == number, 1), sampling).max() for number, box in sample]))


def _weigh(height: npt.NDArray[np.float32], objects: Mask, sampling: Floats) -> Floats:
    """Return the height as a weight: 1 where it is as high as the median of the objects, and never 0."""
    smooth = ndimage.gaussian_filter(height.astype(np.float64), 1.5 / sampling)
    usual = float(np.median(smooth[objects]))
    share = np.maximum(smooth / usual, 0) if usual > 0 else np.ones_like(smooth)
    return np.asarray((_LEAST_WEIGHT + share) / (_LEAST_WEIGHT + 1))


def _mark_new(level: Floats, depth: Floats, beyond: Mask, least: float) -> Labels:
    """Return a marker of one voxel, 1 .. n, at each high place, and at the deepest place of a piece without any."""
    markers = np.zeros(level.shape, np.int32)
    pieces, count = ndimage.label(beyond)
    if count == 0:
        return markers
    apart = max(2, int(_APART * least))
    peaks = peak_local_max(  # type: ignore[no-untyped-call]
        level, min_distance=apart, threshold_abs=least, exclude_border=False, labels=beyond.astype(np.int32)
    )
    has_cell = np.zeros(count + 1, bool)
    has_cell[pieces[tuple(peaks.T)]] = True
    lone = np.flatnonzero(~has_cell[1:]) + 1
    deepest = np.array(ndimage.maximum_position(depth, pieces, lone), dtype=np.int64).reshape(-1, depth.ndim)
    deepest = deepest[depth[tuple(deepest.T)] >= _LONE * least]
    places = np.concatenate([peaks.astype(np.int64), deepest])
    markers[tuple(places.T)] = np.arange(1, len(places) + 1)
    return markers
