"""Cells of one frame from StarDist and U-Net, at the scale that the networks were trained for."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.model import VoxelSize
from volltrack.model.methods import DISTANCE, LABELS, MASK, PROBABILITY, SEEDS
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.networks.load import Networks
from volltrack.segment.networks.outputs import StackOfStars, predict_foreground, predict_stars
from volltrack.segment.networks.star.grow_stars import grow_stars
from volltrack.segment.networks.unet import binarise_foreground
from volltrack.segment.size.work_scale import WorkScale, choose_work_scale
from volltrack.segment.vollseg.joined_labels import find_centroids, join_objects, join_stars_and_mask, label_mask
from volltrack.segment.vollseg.settings import VollSegSettings
from volltrack.segment.watershed import make_markers

__all__ = ["NetworkView", "find_cells", "look_with_networks"]

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class NetworkView:
    """What StarDist and U-Net said of one frame, at the size in which they saw it.

    Parameters
    ----------
    scale
        That size, and the frame's.
    voxel_size
        Edge lengths of a voxel at that size.
    stars
        StarDist's objects and maps, if it was asked.
    mask
        bool (Z, Y, X): foreground at that size, if a U-Net was asked.
    frame_mask
        bool: the same at the size of the frame, with outlines as smooth as the frame allows.
    grow_prob
        StarDist alone: its objects grow over pixels of at least this probability; not at all when not given.
    """

    scale: WorkScale
    voxel_size: VoxelSize
    stars: StackOfStars | None
    mask: npt.NDArray[np.bool_] | None
    frame_mask: npt.NDArray[np.bool_] | None
    grow_prob: float | None = None


def look_with_networks(
    image: npt.NDArray[np.float32],
    allowed: npt.NDArray[np.bool_] | None,
    voxel_size: VoxelSize,
    networks: Networks,
    settings: VollSegSettings,
) -> NetworkView:
    """Return what star and unet networks say of a normalised frame (Z, Y, X); nothing is foreground outside `allowed`.

    The frame is scaled only if the networks were trained for cells of one size and `settings` know the diameter.
    """
    shape = (image.shape[0], image.shape[1], image.shape[2])
    if image.min() == image.max():  # a network may see cells even there
        allowed = np.zeros(shape, bool)
    scale = WorkScale(frame_shape=shape, work_shape=shape)
    trained = networks.trained_diameter_px
    if trained is not None and settings.cell_diameter_um is not None:
        scale = choose_work_scale(
            shape, voxel_size, cell_diameter_um=settings.cell_diameter_um, trained_diameter_px=trained
        )
    z, y, x = (v * f / w for v, f, w in zip(voxel_size.zyx, scale.frame_shape, scale.work_shape, strict=True))
    work = scale.to_work(image)
    stars = mask = frame_mask = None
    if networks.star is not None:
        stars = predict_stars(networks.star, work, settings)
    if networks.unet is not None:
        foreground = predict_foreground(networks.unet, work, settings)
        mask, threshold = binarise_foreground(foreground, settings.mask_threshold)
        frame_mask = mask if scale.is_same else scale.map_to_frame(foreground) > np.float32(threshold)
        if allowed is not None:
            mask = mask & scale.mask_to_work(allowed)
            frame_mask = frame_mask & allowed
    if stars is not None and allowed is not None:
        objects = np.where(scale.mask_to_work(allowed), stars.labels, 0).astype(np.int32)
        stars = replace(stars, labels=objects)
    return NetworkView(
        scale=scale,
        voxel_size=replace(voxel_size, z=z, y=y, x=x),
        stars=stars,
        mask=mask,
        frame_mask=frame_mask,
        grow_prob=None if networks.star is None else networks.star.folder.grow_prob,
    )


def find_cells(
    view: NetworkView, settings: VollSegSettings, *, only_labels: bool = False
) -> dict[str, npt.NDArray[Any]]:
    """Return the images that star and unet networks give, by name (`IMAGE_NAMES`), at the size of the frame."""
    found = _find_labels(view, settings)
    return {LABELS: found[LABELS]} if only_labels else found | _enlarge_maps(view)


def _enlarge_maps(view: NetworkView) -> dict[str, npt.NDArray[Any]]:
    """Return StarDist's maps at the size of the frame."""
    if view.stars is None:
        return {}
    return {
        PROBABILITY: view.scale.map_to_frame(view.stars.probability),
        DISTANCE: view.scale.distance_to_frame(view.stars.distance),
    }


def _find_labels(view: NetworkView, settings: VollSegSettings) -> dict[str, npt.NDArray[Any]]:
    """Return labels, seeds and mask at the size of the frame."""
    settings = _with_least_size(settings, view)
    scale, stars, mask = view.scale, view.stars, view.mask
    if stars is None:
        assert mask is not None
        assert view.frame_mask is not None
        alone = label_mask(view.frame_mask, settings)
        return {LABELS: alone.labels, SEEDS: alone.seeds, MASK: view.frame_mask}
    if mask is None:
        objects = scale.labels_to_frame(stars.labels)
        if view.grow_prob is not None:
            objects = grow_stars(objects, scale.map_to_frame(stars.probability), view.grow_prob)
        labels = _clean(objects, settings, fill_holes=False)
        return {LABELS: labels, SEEDS: _mark_centroids(labels, view, settings)}
    height = stars.probability if settings.use_probability else stars.distance
    if scale.is_same:
        joined = join_stars_and_mask(stars.labels, height, mask, view.voxel_size, settings)
        return {LABELS: joined.labels, SEEDS: joined.seeds, MASK: joined.mask}
    assert view.frame_mask is not None
    any_size = replace(settings, min_size=0, max_size=None, fill_holes=False)  # sizes and holes are those of the frame
    joined = join_stars_and_mask(stars.labels, height, mask, view.voxel_size, any_size)
    frame_mask = join_objects(view.frame_mask, scale.labels_to_frame(joined.objects), settings)
    labels = clean_labels(
        scale.labels_to_frame(joined.labels, frame_mask),
        min_size=settings.min_size,
        max_size=settings.max_size,
        fill_holes=settings.fill_holes,
        largest_piece=True,  # the mask may cut a label
    )
    return {LABELS: labels, SEEDS: scale.labels_to_frame(joined.seeds), MASK: frame_mask}


def _with_least_size(settings: VollSegSettings, view: NetworkView) -> VollSegSettings:
    """Return the settings with `min_volume` counted in voxels of the frame."""
    if settings.cell_diameter_um is None or settings.min_volume == 0:
        return settings
    depth_um = view.voxel_size.z * view.scale.work_shape[0]
    disk_um = math.pi / 4 * settings.cell_diameter_um**2 * depth_um
    whole_um = min(math.pi / 6 * settings.cell_diameter_um**3, disk_um)  # no cell is deeper than the stack, or plane
    voxel_um = view.voxel_size.volume * math.prod(view.scale.work_shape) / math.prod(view.scale.frame_shape)
    return replace(settings, min_size=max(settings.min_size, round(settings.min_volume * whole_um / voxel_um)))


def _mark_centroids(labels: Labels, view: NetworkView, settings: VollSegSettings) -> Labels:
    """Return the markers of objects that are not grown any more."""
    centroids = find_centroids(labels)
    return make_markers(
        centroids,
        np.arange(1, len(centroids) + 1),
        labels.shape,
        radius_px=settings.marker_radius_px,
        voxel_size=view.voxel_size,
    )


def _clean(labels: Labels, settings: VollSegSettings, *, fill_holes: bool) -> Labels:
    """Return the labels of allowed sizes, numbered 1 .. n."""
    return clean_labels(labels, min_size=settings.min_size, max_size=settings.max_size, fill_holes=fill_holes)
