"""The images between a frame and its cells: smoothed, blobs, mask, response of the seeds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.model import VoxelSize
from volltrack.segment.classical.denoise import denoise
from volltrack.segment.classical.mask import mask_above, mask_locally
from volltrack.segment.classical.settings import ClassicalSettings
from volltrack.segment.size.blobs import blob_response, distance_response, even_out_noise

__all__ = ["find_blobs", "find_mask", "find_response", "smooth_frame"]


def smooth_frame(
    image: npt.NDArray[np.float32], voxel_size: VoxelSize, settings: ClassicalSettings
) -> npt.NDArray[np.float32]:
    """Return the denoised image."""
    sigma_um = settings.denoise_scale * (settings.cell_diameter_um or 0.0)
    return denoise(image, voxel_size, method=settings.denoise_method, sigma_um=sigma_um)


def find_blobs(
    image: npt.NDArray[np.float32], voxel_size: VoxelSize, settings: ClassicalSettings
) -> npt.NDArray[np.float32]:
    """Return the blob response at the scale of the seeds."""
    assert settings.cell_diameter_um is not None
    diameter_um = settings.seed_scale * settings.cell_diameter_um
    return blob_response(even_out_noise(image), voxel_size, diameter_um=diameter_um, overwrite=True)


def find_mask(
    image: npt.NDArray[np.float32],
    smooth: npt.NDArray[np.float32],
    voxel_size: VoxelSize,
    settings: ClassicalSettings,
) -> npt.NDArray[np.bool_]:
    """Return the foreground."""
    if settings.mask_method == "local":
        window_um = settings.local_window * (settings.cell_diameter_um or 1.0)
        return mask_locally(smooth, voxel_size, window_um=window_um)
    assert settings.mask_threshold is not None
    return mask_above(smooth_frame(image, voxel_size, settings), settings.mask_threshold)


def find_response(
    image: npt.NDArray[np.float32],
    mask: npt.NDArray[np.bool_],
    voxel_size: VoxelSize,
    settings: ClassicalSettings,
) -> npt.NDArray[np.float32]:
    """Return the response whose maxima are seeds; about 1 in the middle of a typical cell."""
    assert settings.cell_diameter_um is not None
    assert settings.typical_response is not None
    if settings.seed_source == "distance":
        response = np.zeros(image.shape, np.float32)
    else:
        response = find_blobs(image, voxel_size, settings)
        response /= np.float32(settings.typical_response)
        response += np.float32(0)  # no minus zero
    if settings.seed_source in ("distance", "both"):
        smooth_um = settings.denoise_scale * settings.cell_diameter_um
        distance = distance_response(mask, voxel_size, smooth_um=smooth_um)
        response += distance / np.float32(0.5 * settings.cell_diameter_um)
    return response
