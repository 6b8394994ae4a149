"""The seeded watershed of VollSeg on any probability or distance map (spec/vollseg.md, stage 5)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from skimage.segmentation import watershed

from volltrack.errors import BadSettings, BadValue
from volltrack.model import VoxelSize
from volltrack.segment.frame_check import require_same_shape
from volltrack.segment.memory.padded_watershed import flood, pad_depth, pad_mask
from volltrack.segment.seed_pool import SeedPool

__all__ = ["grow_in_mask", "grow_seeds", "make_markers"]

Labels = npt.NDArray[np.int32]


def grow_seeds(
    height: npt.NDArray[Any],
    seeds: SeedPool | npt.NDArray[Any],
    mask: npt.NDArray[np.bool_] | None = None,
    *,
    marker_radius_px: float = 2.0,
    voxel_size: VoxelSize | None = None,
    seed_labels: npt.NDArray[np.int64] | None = None,
) -> Labels:
    """Return the labels that grow from the seeds downhill over `height`, int32 (Z, Y, X).

    Parameters
    ----------
    height
        (Z, Y, X), high in the middle of cells: a probability (VollSeg's ``use_probability=True``) or distance map.
    seeds
        A pool, or points (N, 3) z, y, x in voxels. Points outside the image are left out.
    mask
        bool (Z, Y, X): where cells may be; everywhere when not given.
    marker_radius_px
        Seeds are thickened to balls (in one plane: disks) of this radius before they grow, in pixels along y, >= 0.
    voxel_size
        With it the ball is a physical one, flat in z where planes are far apart; without it one in voxels.
    seed_labels
        (N,) label of each seed, 1 .. 2^31 - 1; 1, 2, ... in the order of the seeds when not given. Seeds with the
        same label grow together.

    Raises
    ------
    BadValue
        `height` is not 3D or holds NaN, or the seeds are not (N, 3).
    ShapeMismatch
        `mask` and `height` differ in shape.
    BadSettings
        Negative radius.

    Notes
    -----
    The background seed of a pool grows only where no mask is given, and what it covers is 0. With a mask it is dropped:
    outside the mask it has nothing to say, and inside it would flood a cell. The watershed is scikit-image's.
    """
    if height.ndim != 3:
        raise BadValue(f"height map has {height.ndim} axes, {height.shape}: expected (Z, Y, X)")
    if height.dtype.kind == "f" and np.isnan(height.sum()) and np.isnan(height).any():
        raise BadValue("height map holds NaN: expected a finite probability or distance for each voxel")
    if mask is not None:
        require_same_shape(mask, height, ("mask", "height map"))
    pool = (
        seeds
        if isinstance(seeds, SeedPool)
        else SeedPool(
            points=np.asarray(seeds, dtype=np.float64).reshape(-1, 3), n_from_centroids=0, has_background=False
        )
    )
    labels = np.arange(1, len(pool) + 1) if seed_labels is None else np.asarray(seed_labels, dtype=np.int64)
    if len(labels) != len(pool):
        raise BadValue(f"{len(labels)} seed labels for {len(pool)} seeds: expected one each")
    if mask is not None and height.dtype == np.float32:
        basins = grow_in_mask(
            pad_depth(height),
            pool.points,
            labels,
            pad_mask(mask),
            marker_radius_px=marker_radius_px,
            voxel_size=voxel_size,
        )
        return np.ascontiguousarray(basins)
    markers = make_markers(pool.points, labels, height.shape, radius_px=marker_radius_px, voxel_size=voxel_size)
    background = 0
    if pool.has_background and mask is None and markers[0, 0, 0] == 0:
        background = int(labels.max(initial=0)) + 1
        markers[0, 0, 0] = background
    if mask is not None:
        markers *= mask
    if not markers.any():
        return np.zeros(height.shape, np.int32)
    slope = height if height.dtype.kind == "f" else height.astype(np.float64)  # unsigned numbers have no negative
    basins = watershed(-slope, markers, mask=mask)  # type: ignore[no-untyped-call]
    grown = np.asarray(basins, dtype=np.int32)
    if background:
        grown[grown == background] = 0
    return grown


def grow_in_mask(
    depth: npt.NDArray[np.float64],
    points: npt.NDArray[Any],
    labels: npt.NDArray[Any],
    inside: npt.NDArray[np.int8],
    *,
    marker_radius_px: float = 0.0,
    voxel_size: VoxelSize | None = None,
) -> Labels:
    """Return the labels that grow from the seeds within a mask, int32 (Z, Y, X); `grow_seeds` without the height map.

    Parameters
    ----------
    depth, inside
        From `pad_depth` and `pad_mask` of `volltrack.segment.memory.padded_watershed`; height map and mask need not be
        kept.
    points
        (N, 3) z, y, x in voxels.
    labels
        (N,) label of each.
    marker_radius_px, voxel_size
        See `grow_seeds`.
    """
    middle = np.rint(points) + 1  # in the padded frame; rounded before, as half a voxel is rounded to even ones
    markers = make_markers(middle, labels, depth.shape, radius_px=marker_radius_px, voxel_size=voxel_size)
    return flood(depth, markers, inside)


def make_markers(
    points: npt.NDArray[Any],
    labels: npt.NDArray[Any],
    shape: tuple[int, ...],
    *,
    radius_px: float = 2.0,
    voxel_size: VoxelSize | None = None,
) -> Labels:
    """Return the seeds as small balls, int32 (Z, Y, X); a voxel belongs to its nearest seed, the first of equals.

    Parameters
    ----------
    points
        (N, 3) z, y, x in voxels.
    labels
        (N,) labels >= 1.
    shape
        Of the result.
    radius_px, voxel_size
        See `grow_seeds`.

    Raises
    ------
    BadSettings
        Negative radius.
    """
    if not radius_px >= 0:
        raise BadSettings(f"marker radius {radius_px!r} pixels: expected a number >= 0")
    markers = np.zeros(shape, np.int32)
    middle = np.rint(points).astype(np.int64)[
        ::-1
    ]  # of two writers of one voxel the last wins, which is the first seed
    values = np.asarray(labels)[::-1].astype(np.int32)
    for offset in _ball(radius_px, shape, voxel_size):
        at = middle + offset
        inside = ((at >= 0) & (at < shape)).all(axis=1)
        place = tuple(at[inside].T)
        free = markers[place] == 0
        markers[tuple(p[free] for p in place)] = values[inside][free]
    return markers


def _ball(radius_px: float, shape: tuple[int, ...], voxel_size: VoxelSize | None) -> npt.NDArray[np.int64]:
    """Return the offsets (M, 3) within a ball, nearest first, so that no seed overwrites a nearer one's."""
    spacing = np.ones(3) if voxel_size is None else np.array(voxel_size.zyx) / voxel_size.y
    reach = np.where(np.array(shape) > 1, np.floor(radius_px / spacing), 0).astype(np.int64)
    axes = [np.arange(-r, r + 1) for r in reach]
    offsets = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    distance = np.linalg.norm(offsets * spacing, axis=1)
    order = np.argsort(distance, kind="stable")
    return np.asarray(offsets[order][distance[order] <= radius_px + 1e-9])
