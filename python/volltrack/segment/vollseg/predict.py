"""Segmentation with networks: denoise, tissue, star-convex objects, mask, joined cells; each step optional."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.model import VoxelSize
from volltrack.model.methods import DENOISED, LABELS, TISSUE, Segmentation
from volltrack.segment.frame_check import require_frame
from volltrack.segment.judge import drop_implausible
from volltrack.segment.networks.load import Networks
from volltrack.segment.networks.outputs import normalise_frame, predict_denoised, predict_mask
from volltrack.segment.size.trained_scale import estimate_trained_scale
from volltrack.segment.vollseg.cells import find_cells, look_with_networks
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["predict_frame"]

_MARGIN_VOXELS = 16
"""So much around the tissue is shown to the networks."""


def predict_frame(
    raw: npt.NDArray[Any],
    voxel_size: VoxelSize,
    networks: Networks,
    settings: VollSegSettings | None = None,
    *,
    only_labels: bool = False,
) -> Segmentation:
    """Return what the networks find in one frame.

    StarDist and U-Net together give VollSeg's joined cells; StarDist alone its objects; the U-Net alone the connected
    components of its mask. Each works with or without denoising, and with or without a tissue.

    Parameters
    ----------
    raw
        (Z, Y, X), or (Y, X) as one plane, any real type. A 2D network takes a stack plane by plane; its StarDist
        objects are then joined by `merge_slices`.
    voxel_size
        Edge lengths of a voxel.
    networks
        From `load_networks`.
    settings
        Defaults when not given.
    only_labels
        Whether seeds, mask, probability and distance are left out, which saves their enlargement.

    Returns
    -------
    Segmentation
        As far as the given networks make them: labels; seeds, the markers from which the cells grew; mask, the
        foreground of the U-Net within the tissue; StarDist's probability and distance; denoised; tissue.

    Raises
    ------
    BadValue
        NaN or infinite values, wrong number of axes, or single planes for a 3D network.
    BadSettings
        If not even one tile fits into the memory.
    """
    settings = settings or VollSegSettings()
    image = require_frame(raw)
    networks.require_fit(image.shape[0], "the frame")
    images: dict[str, npt.NDArray[Any]] = {}
    if networks.denoise is not None:
        image = images[DENOISED] = predict_denoised(networks.denoise, image, settings)
    if networks.gives_labels:
        settings = estimate_trained_scale([image], voxel_size, networks, settings)
    image = normalise_frame(image, settings.percentiles)
    tissue = None
    box: tuple[slice, ...] = (slice(None),) * 3
    if networks.tissue is not None:
        tissue = images[TISSUE] = predict_mask(networks.tissue, image, settings, settings.tissue_threshold)
        box = _box_around(tissue)
    if not networks.gives_labels:
        return Segmentation(images=images)
    shape = image.shape
    image = image[box]
    allowed = None if tissue is None else tissue[box]
    found = find_cells(
        look_with_networks(image, allowed, voxel_size, networks, settings), settings, only_labels=only_labels
    )
    found[LABELS] = drop_implausible(image, found[LABELS], settings.least_chance)
    return Segmentation(images=images | {name: _put_back(values, box, shape) for name, values in found.items()})


def _box_around(tissue: npt.NDArray[np.bool_]) -> tuple[slice, ...]:
    """Return the box of the tissue with a margin; the whole frame where there is no tissue."""
    box = []
    for axis, length in enumerate(tissue.shape):
        present = np.flatnonzero(tissue.any(axis=tuple(a for a in range(3) if a != axis)))
        if len(present) == 0:
            return (slice(None),) * 3
        box.append(slice(max(0, int(present[0]) - _MARGIN_VOXELS), min(length, int(present[-1]) + 1 + _MARGIN_VOXELS)))
    return tuple(box)


def _put_back(values: npt.NDArray[Any], box: tuple[slice, ...], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return an array of the whole frame that is 0 outside the box."""
    if values.shape == shape:
        return values
    whole = np.zeros(shape, values.dtype)
    whole[box] = values
    return whole
