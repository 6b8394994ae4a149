"""StarDist objects and a mask joined to cells: seed pool, watershed, clean-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.model import VoxelSize
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.fragments import join_fragments
from volltrack.segment.frame_check import require_same_shape
from volltrack.segment.seed_pool import SeedPool, pool_seeds
from volltrack.segment.vollseg.object_growth import fit_objects, grow_objects, unite_mask
from volltrack.segment.vollseg.residual_seeds import find_residual_seeds
from volltrack.segment.vollseg.settings import VollSegSettings
from volltrack.segment.watershed import grow_seeds, make_markers

__all__ = ["JoinedLabels", "find_centroids", "join_objects", "join_stars_and_mask", "label_mask", "pool_star_seeds"]

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class JoinedLabels:
    """Cells of one frame, all arrays (Z, Y, X).

    Parameters
    ----------
    labels
        int32: the cells, 1 .. n.
    seeds
        int32: the markers from which they grew; marker i is the i-th seed of the pool, which need not be label i.
    mask
        bool: where cells were allowed.
    objects
        int32: StarDist's objects as the cells grew from them; 0 without StarDist.
    """

    labels: Labels
    seeds: Labels
    mask: npt.NDArray[np.bool_]
    objects: Labels


def join_stars_and_mask(
    stars: Labels,
    height: npt.NDArray[np.float32],
    mask: npt.NDArray[np.bool_],
    voxel_size: VoxelSize,
    settings: VollSegSettings | None = None,
) -> JoinedLabels:
    """Return the cells that grow inside a mask from StarDist's objects and from parts of the mask that have none.

    Parameters
    ----------
    stars
        int32 (Z, Y, X): StarDist's objects.
    height
        float32 (Z, Y, X): StarDist's probability or distance map.
    mask
        bool (Z, Y, X): foreground of the U-Net.
    voxel_size
        Edge lengths of a voxel.
    settings
        Defaults when not given.

    Raises
    ------
    ShapeMismatch
        If the images differ in shape.
    """
    settings = settings or VollSegSettings()
    require_same_shape(stars, mask, ("StarDist's labels", "mask"))
    require_same_shape(height, mask, ("height map", "mask"))
    if settings.seed_rule == "object":
        stars = fit_objects(stars, mask, settings.objects)
    mask = join_objects(mask, stars, settings)
    if settings.seed_rule == "object":
        cells, seeds = grow_objects(stars, height, mask, voxel_size, settings.objects)
        return JoinedLabels(labels=_clean(cells, settings), seeds=seeds, mask=mask, objects=stars)
    pool = pool_star_seeds(stars, mask, voxel_size, settings)
    grown = grow_seeds(height, pool, mask, marker_radius_px=settings.marker_radius_px, voxel_size=voxel_size)
    if settings.merge_score is not None:
        grown = join_fragments(grown, height, voxel_size, min_score=settings.merge_score)
    markers = make_markers(
        pool.points,
        np.arange(1, len(pool) + 1),
        mask.shape,
        radius_px=settings.marker_radius_px,
        voxel_size=voxel_size,
    )
    seeds = np.where(mask, markers, 0).astype(np.int32)
    return JoinedLabels(labels=_clean(grown, settings), seeds=seeds, mask=mask, objects=stars)


def join_objects(mask: npt.NDArray[np.bool_], stars: Labels, settings: VollSegSettings) -> npt.NDArray[np.bool_]:
    """Return the mask (Z, Y, X), with StarDist's objects where the settings take them as foreground."""
    if settings.seed_rule == "object":
        return unite_mask(mask, stars, settings.objects)
    return mask | (stars > 0) if settings.join_masks else mask


def label_mask(mask: npt.NDArray[np.bool_], settings: VollSegSettings | None = None) -> JoinedLabels:
    """Return the connected components of a mask as cells; each is its own seed, at its centroid.

    Parameters
    ----------
    mask
        bool (Z, Y, X). Voxels that touch, also by an edge or a corner, are one component.
    settings
        Defaults when not given; sizes and holes count.
    """
    settings = settings or VollSegSettings()
    components, _ = ndimage.label(mask, structure=np.ones((3, 3, 3), bool), output=np.int32)
    pool = pool_seeds(np.zeros((0, 3)), mask, rule="label")
    markers = make_markers(pool.points, np.arange(1, len(pool) + 1), mask.shape, radius_px=0)
    none = np.zeros_like(components)
    return JoinedLabels(labels=_clean(components, settings), seeds=markers, mask=mask, objects=none)


def find_centroids(labels: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Return the centroid of each label that is present, in the order of the labels, float64 (N, 3) in voxels."""
    places = np.flatnonzero(labels > 0)  # much faster on bool than on the labels
    axes = np.unravel_index(places, labels.shape)
    numbers = labels.ravel()[places]
    sizes = np.bincount(numbers)
    present = np.flatnonzero(sizes)
    sums = [np.bincount(numbers, weights=axis)[present] for axis in axes]
    return np.stack(sums, axis=1) / sizes[present, np.newaxis] if len(present) else np.zeros((0, labels.ndim))


def pool_star_seeds(
    stars: Labels, mask: npt.NDArray[np.bool_], voxel_size: VoxelSize, settings: VollSegSettings | None = None
) -> SeedPool:
    """Return the centroids of StarDist's objects and the seeds that the rule of the settings adds to them.

    Parameters
    ----------
    stars, mask, voxel_size, settings
        See `join_stars_and_mask`.
    """
    settings = settings or VollSegSettings()
    centroids = find_centroids(stars)
    if settings.seed_rule in ("box", "label"):
        return pool_seeds(centroids, mask, rule=settings.seed_rule, voxel_size=voxel_size)
    left_over = find_residual_seeds(mask, stars, voxel_size, settings.residual)
    pool = pool_seeds(np.concatenate([centroids, left_over]), mask, rule="label", voxel_size=voxel_size)
    return SeedPool(points=pool.points, n_from_centroids=len(centroids), has_background=pool.has_background)


def _clean(labels: Labels, settings: VollSegSettings) -> Labels:
    """Return the labels of allowed sizes, without holes, numbered 1 .. n."""
    return clean_labels(labels, min_size=settings.min_size, max_size=settings.max_size, fill_holes=settings.fill_holes)
