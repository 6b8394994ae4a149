"""The size of cells, from the objects that StarDist finds at several scales."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from volltrack.model import VoxelSize
from volltrack.segment.networks.outputs import normalise_frame, predict_stars
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.size.sections import disk_diameters, largest_sections
from volltrack.segment.size.work_scale import choose_work_scale

__all__ = ["cut_middle", "measure_object_diameter", "search_cell_diameter"]

_FEWEST_CELLS = 5

_MOST_SEARCHED = 250_000
"""Of a larger frame the middle is looked at; voxels as the network sees them."""

_STEP = 1.35
"""From one diameter that is tried to the next."""

_NEAR = 0.9
"""So near to the trained size objects must come."""

_SMALLEST_PX, _LARGEST_SHARE = 5.0, 0.5
"""Diameters are tried from a share of the shorter side of the frame down to so many pixels."""


def search_cell_diameter(
    frame: npt.NDArray[np.float32],
    voxel_size: VoxelSize,
    star: StarNetwork,
    settings: PredictionSettings,
    trained_diameter_px: float,
) -> float | None:
    """Return the diameter of the cells in the unit of `voxel_size`, None where no scale gives it.

    Parameters
    ----------
    frame
        float32 (Z, Y, X).
    voxel_size
        Edge lengths of a voxel.
    star
        Trained for cells of one size.
    settings
        Those of the prediction.
    trained_diameter_px
        That size.

    Notes
    -----
    Shown too small, cells are lumped or lost, and the objects are smaller than the trained size as a rule; shown too
    large, they grow beyond it. The diameter is where the objects pass the trained size, coming from large diameters,
    or where they are largest if they come near to it. On 19 of 20 synthetic stacks of membranes it was within an
    eighth of the truth. On nuclei it is not sure enough: big real ones come apart at the scale that it gives.
    """
    image = normalise_frame(frame, settings.percentiles)
    pixel = math.sqrt(voxel_size.y * voxel_size.x)
    diameter = float(_LARGEST_SHARE * min(image.shape[1:]) * pixel)
    larger, best = (0.0, 0.0), (0.0, 0.0)  # diameter and factor of the last scale, and of the one nearest to 1
    while diameter >= _SMALLEST_PX * pixel:
        factor = _measure_factor(image, voxel_size, star, settings, diameter, trained_diameter_px)
        if factor >= 1:
            if larger[1] == 0:
                return diameter
            share = math.log(factor) / math.log(factor / larger[1])
            return float(diameter * (larger[0] / diameter) ** share)
        if best[1] >= _NEAR and factor < best[1]:
            break
        larger, best = (diameter, factor), max(best, (diameter, factor), key=lambda pair: pair[1])
        diameter /= _STEP
    return best[0] if best[1] >= _NEAR else None


def _measure_factor(
    image: npt.NDArray[np.float32],
    voxel_size: VoxelSize,
    star: StarNetwork,
    settings: PredictionSettings,
    diameter: float,
    trained_px: float,
) -> float:
    """Return how much larger the objects are than cells of the given diameter, 0 where there are too few."""
    scale = choose_work_scale(image.shape, voxel_size, cell_diameter_um=diameter, trained_diameter_px=trained_px)
    shown = cut_middle(image, int(_MOST_SEARCHED * math.prod(scale.frame_shape) / math.prod(scale.work_shape)))
    scale = choose_work_scale(shown.shape, voxel_size, cell_diameter_um=diameter, trained_diameter_px=trained_px)
    labels = predict_stars(star, scale.to_work(shown), settings).labels
    found_px = measure_object_diameter(labels)
    work_pixel = math.sqrt(voxel_size.y * voxel_size.x * shown[0].size / labels[0].size)
    return 0.0 if found_px is None else found_px * work_pixel / diameter


def measure_object_diameter(labels: npt.NDArray[np.int32]) -> float | None:
    """Return the median over the objects of the diameter of a disk as large as their largest section, in pixels.

    None where there are fewer than five.
    """
    n = int(labels.max(initial=0))
    if n < _FEWEST_CELLS:
        return None
    areas = largest_sections(labels, n)
    return float(np.median(disk_diameters(areas[areas > 0])))


def cut_middle(image: npt.NDArray[np.float32], most_voxels: int) -> npt.NDArray[np.float32]:
    """Return the middle of a frame (Z, Y, X) that is larger than needed, at least 64 pixels wide."""
    side = max(64, int(math.sqrt(most_voxels / image.shape[0])))
    y, x = (slice(max(0, (n - side) // 2), max(0, (n - side) // 2) + side) for n in image.shape[1:])
    return image[:, y, x]
