"""Foreground masks: global, local or given threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.filters import threshold_otsu

from volltrack.errors import BadSettings
from volltrack.model import VoxelSize
from volltrack.segment.frame_check import require_frame, sigma_in_voxels

__all__ = ["find_otsu_threshold", "mask_above", "mask_locally"]

Mask = npt.NDArray[np.bool_]


def find_otsu_threshold(image: npt.NDArray[Any]) -> float:
    """Return Otsu's threshold of an image (Z, Y, X); its only value where the image is constant.

    Notes
    -----
    Otsu (1979), on the square root of the values above the smallest: photon noise grows with the signal, and the root
    makes it even, so that dim cells are not given away to the bright ones.
    """
    values = require_frame(image)
    low = float(values.min())
    if float(values.max()) == low:
        return low
    return low + float(threshold_otsu(np.sqrt(values - low))) ** 2  # type: ignore[no-untyped-call]


def mask_above(image: npt.NDArray[Any], threshold: float) -> Mask:
    """Return where an image (Z, Y, X) is greater than `threshold`, bool (Z, Y, X)."""
    return np.asarray(require_frame(image) > threshold)


def mask_locally(
    image: npt.NDArray[Any], voxel_size: VoxelSize, *, window_um: float, min_contrast: float = 0.0
) -> Mask:
    """Return where an image is brighter than its surroundings, bool (Z, Y, X).

    Parameters
    ----------
    image
        (Z, Y, X), without the strongest noise.
    voxel_size
        Edge lengths of a voxel.
    window_um
        Standard deviation of the Gaussian window over which the surroundings are averaged, > 0; about twice the
        diameter of a cell.
    min_contrast
        By what fraction of the surroundings a voxel must be brighter, >= 0.

    Raises
    ------
    BadSettings
        If a number is out of its range.
    """
    values = require_frame(image)
    if not (window_um > 0 and min_contrast >= 0):
        raise BadSettings(f"window_um = {window_um!r}, min_contrast = {min_contrast!r}: expected > 0 and >= 0")
    sigma = sigma_in_voxels(window_um, voxel_size.zyx, values.shape)
    mean = ndimage.gaussian_filter(values, sigma, mode="nearest", truncate=2.0)
    mean *= np.float32(1.0 + min_contrast)
    return np.asarray(values > mean)
