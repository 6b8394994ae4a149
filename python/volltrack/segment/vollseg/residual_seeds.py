"""Seeds in the parts of a mask that StarDist left over, for tissue whose cells touch."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
from annotated_types import Ge
from scipy import ndimage

from volltrack.errors import ShapeMismatch
from volltrack.model import VoxelSize
from volltrack.model.settings import Fraction, NotNegative, Unit, require_fields

__all__ = ["ResidualSettings", "find_residual_seeds"]

_SAMPLE = 25
"""Of so many objects the median depth is taken."""

_DIRECTIONS = np.array([d for d in itertools.product((-1.0, 0.0, 1.0), repeat=3) if any(d)])
"""A hull is first taken of the utmost points along these."""


@dataclass(frozen=True, kw_only=True)
class ResidualSettings:
    """Which left-over parts of a mask are cells.

    The defaults were chosen on `volltrack.testing.dense_tissue` (see benchmarks/segment).

    Parameters
    ----------
    gap
        By how much StarDist objects are dilated before they are taken out of the mask, in the unit of the voxel size,
        >= 0; one voxel of the finest axis when not given.
    least_size
        Least volume of a left-over part as a share of the median volume of the StarDist objects, 0 .. 1.
    least_voxels
        Least number of voxels of a left-over part, >= 1; all that counts where StarDist found nothing.
    least_solidity
        Least share of its convex hull that a left-over part fills, 0 .. 1; shells around cells fill little.
    least_depth
        Least depth of a left-over part (largest distance to its border) as a share of the median depth of the
        StarDist objects, 0 .. 1; this is what tells a cell from a rim best.
    """

    gap: Annotated[NotNegative, Unit("µm")] | None = None
    least_size: Fraction = 0.1
    least_voxels: Annotated[int, Ge(1), Unit("voxels")] = 20
    least_solidity: Fraction = 0.35
    least_depth: Fraction = 0.7

    def __post_init__(self) -> None:
        require_fields(self)


def find_residual_seeds(
    mask: npt.NDArray[np.bool_],
    stars: npt.NDArray[np.int32],
    voxel_size: VoxelSize,
    settings: ResidualSettings | None = None,
) -> npt.NDArray[np.int64]:
    """Return a seed for each part of the mask that is a cell which StarDist lacks.

    The mask minus the dilated StarDist objects falls into connected parts. A part that is large enough and nearly
    convex is a cell; its seed is the voxel that lies deepest in it, which is inside whatever its form.

    Parameters
    ----------
    mask
        bool (Z, Y, X).
    stars
        int (Z, Y, X), 0 is background.
    voxel_size
        Edge lengths of a voxel; depth and gap are measured with them.
    settings
        Defaults when not given.

    Returns
    -------
    ndarray
        int64 (N, 3), voxel indices (z, y, x).

    Raises
    ------
    ShapeMismatch
        If mask and labels differ in shape.

    Notes
    -----
    Objects are dilated with a box, one axis after the other, and parts are looked at in their own boxes, so the cost
    is linear in the voxels. Parts that are too thin along the axes to be deep enough are not looked at.
    """
    settings = settings or ResidualSettings()
    if mask.shape != stars.shape:
        raise ShapeMismatch(f"mask is {mask.shape} but the StarDist labels are {stars.shape}: expected the same shape")
    left = np.logical_and(mask, ~_dilate(stars > 0, voxel_size, settings.gap))
    parts, count = ndimage.label(left, output=np.int32)
    if count == 0:
        return np.zeros((0, 3), np.int64)
    sizes = _count_voxels(parts)
    star_sizes = _count_voxels(stars)
    typical = float(np.median(star_sizes[star_sizes > 0])) if star_sizes.any() else 0.0
    least = max(settings.least_voxels, settings.least_size * typical)
    least_depth = settings.least_depth * _typical_depth(stars, star_sizes, voxel_size)
    may_be_deep = np.zeros(count + 1, bool)
    may_be_deep[parts[_erode(left, voxel_size, least_depth)]] = True
    chosen = np.flatnonzero((sizes[1:] >= least) & may_be_deep[1:]) + 1
    boxes = ndimage.find_objects(parts) if len(chosen) else []
    seeds = []
    for number in chosen:
        box = boxes[number - 1]
        part = parts[box] == number
        if not _is_solid(part, settings.least_solidity):
            continue
        depth = _depth(part, voxel_size)
        if depth.max() < least_depth:
            continue
        deepest = np.unravel_index(int(np.argmax(depth)), depth.shape)
        seeds.append([int(d) + b.start for d, b in zip(deepest, box, strict=True)])
    return np.array(seeds, dtype=np.int64).reshape(-1, 3)


def _count_voxels(labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return the number of voxels of each label; 0 for background, which is left out because there is most of it."""
    return np.bincount(labels[labels > 0], minlength=int(labels.max()) + 1)


def _typical_depth(stars: npt.NDArray[np.int32], sizes: npt.NDArray[np.int64], voxel_size: VoxelSize) -> float:
    """Return the median depth of the StarDist objects, of a sample when there are many."""
    numbers = np.flatnonzero(sizes)
    if not len(numbers):
        return 0.0
    boxes = ndimage.find_objects(stars)
    sample = numbers[:: -(-len(numbers) // _SAMPLE)]
    return float(np.median([_depth(stars[boxes[n - 1]] == n, voxel_size).max() for n in sample]))


def _depth(part: npt.NDArray[np.bool_], voxel_size: VoxelSize) -> npt.NDArray[np.float64]:
    """Return the distance of each voxel to the outside of the part; behind the box is outside, too."""
    inside = (slice(1, -1),) * 3
    padded = np.zeros([n + 2 for n in part.shape], bool)
    padded[inside] = part
    return np.asarray(ndimage.distance_transform_edt(padded, sampling=voxel_size.zyx)[inside])


def _dilate(inside: npt.NDArray[np.bool_], voxel_size: VoxelSize, gap: float | None) -> npt.NDArray[np.bool_]:
    """Return the voxels within a box of half width `gap` around those inside."""
    width = min(voxel_size.y, voxel_size.x) if gap is None else gap
    grown = inside.copy()
    for axis, edge in enumerate(voxel_size.zyx):
        source = grown.copy()
        for shift in range(1, int(width / edge + 1e-9) + 1):
            ahead = tuple(slice(shift, None) if a == axis else slice(None) for a in range(3))
            behind = tuple(slice(None, -shift) if a == axis else slice(None) for a in range(3))
            grown[ahead] |= source[behind]
            grown[behind] |= source[ahead]
    return grown


def _erode(inside: npt.NDArray[np.bool_], voxel_size: VoxelSize, depth: float) -> npt.NDArray[np.bool_]:
    """Return the voxels that may be as deep as `depth`: along no axis is there an end nearer than that."""
    core = inside.copy()
    for axis, (edge, length) in enumerate(zip(voxel_size.zyx, inside.shape, strict=True)):
        for shift in range(1, math.ceil(depth / edge * (1 - 1e-9))):
            if shift >= length:
                return np.zeros_like(core)
            ahead = tuple(slice(shift, None) if a == axis else slice(None) for a in range(3))
            behind = tuple(slice(None, -shift) if a == axis else slice(None) for a in range(3))
            first = tuple(slice(None, shift) if a == axis else slice(None) for a in range(3))
            last = tuple(slice(-shift, None) if a == axis else slice(None) for a in range(3))
            core[ahead] &= inside[behind]
            core[behind] &= inside[ahead]
            core[first] = core[last] = False
    return core


def _is_solid(part: npt.NDArray[np.bool_], least: float) -> bool:
    """Return whether a part fills at least this share of its convex hull.

    The hull is no larger than the box around the part, and no smaller than that of a few points of the part: mostly
    one of the two, which cost much less, decides.
    """
    from scipy.spatial import ConvexHull, QhullError

    size = float(np.count_nonzero(part))
    if size >= least * part.size:
        return True
    points = _find_corners(part)
    utmost = np.unique((points @ _DIRECTIONS.T).argmax(axis=0))
    try:
        return bool(size >= least * ConvexHull(points[utmost]).volume and size >= least * ConvexHull(points).volume)
    except QhullError:  # too flat
        return True


def _find_corners(part: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return the corners of voxels that can lie on the hull: of each line of corners along x the first and the last."""
    n_z, n_y, n_x = part.shape
    filled = part.any(axis=2)
    first = np.where(filled, part.argmax(axis=2), n_x + 1)
    last = np.where(filled, n_x - part[:, :, ::-1].argmax(axis=2), -1)
    low, high = np.full((n_z + 1, n_y + 1), n_x + 1), np.full((n_z + 1, n_y + 1), -1)
    for above, before in itertools.product((0, 1), repeat=2):
        near = (slice(above, n_z + above), slice(before, n_y + before))
        np.minimum(low[near], first, out=low[near])
        np.maximum(high[near], last, out=high[near])
    z, y = np.nonzero(high >= 0)
    return np.concatenate([np.stack([z, y, x[z, y]], axis=1) for x in (low, high)]).astype(np.float64)
