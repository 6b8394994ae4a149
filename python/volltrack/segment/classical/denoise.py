"""Noise removal with a physical scale."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.errors import BadSettings
from volltrack.model import VoxelSize
from volltrack.segment.frame_check import require_frame, sigma_in_voxels

__all__ = ["DenoiseMethod", "denoise"]

DenoiseMethod = Literal["gaussian", "median", "none"]


def denoise(
    image: npt.NDArray[Any], voxel_size: VoxelSize, *, method: DenoiseMethod = "gaussian", sigma_um: float
) -> npt.NDArray[np.float32]:
    """Return a smoother copy of a frame.

    Parameters
    ----------
    image
        (Z, Y, X), any real type.
    voxel_size
        Edge lengths of a voxel; the same physical scale is used along each axis.
    method
        ``"gaussian"``: standard deviation `sigma_um`. ``"median"``: over the ellipsoid of radius 2 `sigma_um`, which
        keeps edges and removes single bright voxels, but costs more. ``"none"``: a float copy.
    sigma_um
        Scale in the unit of `voxel_size`, >= 0.

    Raises
    ------
    BadSettings
        Unknown method or negative scale.
    BadValue
        See `volltrack.segment.frame_check.require_frame`.
    """
    values = require_frame(image)
    if not sigma_um >= 0:
        raise BadSettings(f"sigma_um = {sigma_um!r}: expected a number >= 0")
    sigma = sigma_in_voxels(sigma_um, voxel_size.zyx, values.shape)
    if method == "none":
        return np.array(values)
    if method == "gaussian":
        return np.asarray(ndimage.gaussian_filter(values, sigma, mode="nearest", truncate=3.0), dtype=np.float32)
    if method == "median":
        return np.asarray(ndimage.median_filter(values, footprint=_ellipsoid([2 * s for s in sigma]), mode="nearest"))
    raise BadSettings(f"denoise method {method!r}: expected 'gaussian', 'median' or 'none'")


def _ellipsoid(radii: list[float]) -> npt.NDArray[np.bool_]:
    """Return the voxels within the given radii, in voxels, of the middle one."""
    reach = [int(r) for r in radii]
    axes = np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij", sparse=True)
    square: Any = sum((a / max(r, 1.0)) ** 2 for a, r in zip(axes, radii, strict=True))
    return np.asarray(square <= 1.0)
