"""Blob response: where something bright of a given size is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.model import VoxelSize
from volltrack.segment.frame_check import free_axes, require_frame, sigma_in_voxels
from volltrack.segment.memory.slabs import iterate_slabs

__all__ = ["blob_response", "distance_response", "even_out_noise"]

Floats = npt.NDArray[np.float32]


def even_out_noise(image: npt.NDArray[Any]) -> Floats:
    """Return the square root of the values above the background level, (Z, Y, X).

    Photon noise becomes the same everywhere and bright cells count less against dim ones (Anscombe 1948). The
    background level is the 0.1 % quantile.
    """
    values = require_frame(image)
    low = np.float32(np.percentile(values, 0.1))
    even: Floats = values - low
    np.maximum(even, 0, out=even)
    np.sqrt(even, out=even)
    return even


def blob_response(
    image: npt.NDArray[Any], voxel_size: VoxelSize, *, diameter_um: float, overwrite: bool = False
) -> Floats:
    """Return minus the Laplacian of Gaussian, scale-normalised: large in the middle of a bright blob, (Z, Y, X).

    Parameters
    ----------
    image
        (Z, Y, X).
    voxel_size
        Edge lengths of a voxel; smoothing and derivatives are physical, so anisotropy does not matter.
    diameter_um
        Diameter of the blobs, > 0. The standard deviation of the Gaussian is diameter / (2 sqrt(n)) in n dimensions,
        where a ball gives the largest response (Lindeberg 1998).
    overwrite
        Whether a float32 image may be used as working memory.
    """
    values = require_frame(image)
    axes = free_axes(values.shape)
    sigma_um = diameter_um / (2 * math.sqrt(max(len(axes), 1)))
    spacing = voxel_size.zyx
    sigma = sigma_in_voxels(sigma_um, spacing, values.shape)
    smooth: Floats = ndimage.gaussian_filter(
        values, sigma, mode="nearest", truncate=3.0, output=values if overwrite else None
    )
    response = np.zeros_like(smooth)
    for place in iterate_slabs(values.shape):
        for axis in axes:
            response[place] -= _second_difference(smooth, place, axis) * np.float32(sigma_um**2 / spacing[axis] ** 2)
    return response


def _second_difference(image: Floats, place: tuple[slice, ...], axis: int) -> Floats:
    """Return the second difference along an axis in a slab of the image; the border voxels are repeated outside."""
    cut = len(place) - 1  # the axis along which the image is cut
    start, stop = place[cut].start, place[cut].stop
    wider = slice(max(0, start - 1), min(image.shape[cut], stop + 1))
    second: Floats = ndimage.correlate1d(image[(*place[:cut], wider)], [1.0, -2.0, 1.0], axis=axis, mode="nearest")
    return second[(*place[:cut], slice(start - wider.start, stop - wider.start))]


def distance_response(mask: npt.NDArray[np.bool_], voxel_size: VoxelSize, *, smooth_um: float) -> Floats:
    """Return the physical distance to the background inside a mask, slightly smoothed, (Z, Y, X).

    Parameters
    ----------
    mask
        bool (Z, Y, X). The border of the image does not count as background.
    voxel_size
        Edge lengths of a voxel.
    smooth_um
        Standard deviation of the smoothing, which removes the maxima of rough outlines, >= 0.
    """
    if mask.all():
        return np.zeros(mask.shape, np.float32)
    plane = mask.shape[0] == 1
    distance = ndimage.distance_transform_edt(mask[0] if plane else mask, sampling=voxel_size.zyx[1 if plane else 0 :])
    distance = distance.reshape(mask.shape).astype(np.float32)
    sigma = sigma_in_voxels(smooth_um, voxel_size.zyx, mask.shape)
    return np.asarray(ndimage.gaussian_filter(distance, sigma, mode="nearest", truncate=3.0) * mask)
