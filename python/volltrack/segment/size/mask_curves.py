"""Sizes of the pieces of an image above thresholds, as shares over diameters."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.filters import threshold_otsu

from volltrack.segment.size.sections import disk_diameters, largest_sections

__all__ = ["MASK_CHANNELS", "measure_mask_curves"]

Floats = npt.NDArray[np.float32]
Curves = npt.NDArray[np.float64]

MASK_CHANNELS = 9
"""Three curves for each of three masks."""

_MOST_PIXELS = 300_000
"""Of more, distances are measured in some planes only."""

_FEWEST_PIXELS = 6
"""Smaller pieces are noise."""


def measure_mask_curves(image: Floats, spacing: tuple[float, float, float], diameters: Curves) -> Curves:
    """Return float64 (S, `MASK_CHANNELS`): shares of the pieces by number and by area, and of the inscribed disks.

    Parameters
    ----------
    image
        float32 (Z, Y, X), smoothed by about a pixel.
    spacing
        Edge lengths of a voxel along (z, y, x).
    diameters
        Where the shares are taken, evenly spaced in their logarithm.

    Notes
    -----
    The thresholds: half-way between background and Otsu's, Otsu's, and Otsu's of what is above it.
    """
    curves = [_measure_mask(image > level, spacing, diameters) for level in _choose_levels(image)]
    return np.concatenate(curves, axis=1)


def _choose_levels(image: Floats) -> tuple[float, float, float]:
    """Return three thresholds, rising."""
    values = image.ravel()[:: max(1, image.size // 200_000)]
    if float(np.ptp(values)) == 0.0:
        return (float(values[0]),) * 3
    middle = float(threshold_otsu(values))  # type: ignore[no-untyped-call]
    above, below = values[values > middle], values[values <= middle]
    upper = middle
    if len(above) > 1 and float(np.ptp(above)) > 0:
        upper = float(threshold_otsu(above))  # type: ignore[no-untyped-call]
    return 0.5 * (float(np.median(below)) + middle), middle, upper


def _measure_mask(mask: npt.NDArray[np.bool_], spacing: tuple[float, float, float], diameters: Curves) -> Curves:
    """Return three curves of one mask."""
    labels, n = ndimage.label(mask)
    pixels = largest_sections(labels, n)
    pixels = pixels[pixels >= _FEWEST_PIXELS]
    areas = pixels * spacing[1] * spacing[2]
    widths = disk_diameters(areas)
    inner = _inscribed(mask, spacing)
    return np.stack(
        [
            _spread(widths, np.ones(len(widths)), diameters),
            _spread(widths, areas, diameters),
            _spread(inner, inner**2, diameters),
        ],
        axis=1,
    )


def _inscribed(mask: npt.NDArray[np.bool_], spacing: tuple[float, float, float]) -> Curves:
    """Return the diameters of the disks at the maxima of the distance to the background, in each plane."""
    n = max(1, min(len(mask), _MOST_PIXELS // max(mask[0].size, 1)))
    chosen = np.linspace(0, len(mask) - 1, n + 2)[1:-1].round().astype(int)
    found = []
    for plane in mask[chosen]:
        if plane.all():
            continue
        distance = ndimage.distance_transform_edt(plane, sampling=spacing[1:]).astype(np.float32)
        distance = ndimage.gaussian_filter(distance, 1.0, mode="nearest")
        peaks = (distance == ndimage.maximum_filter(distance, 5, mode="nearest")) & (distance > 1.2 * spacing[2])
        found.append(2 * distance[peaks].astype(np.float64))
    return np.concatenate(found) if found else np.zeros(0)


def _spread(widths: Curves, weights: Curves, diameters: Curves) -> Curves:
    """Return the shares of the weights at the diameters, shared between the two nearest."""
    shares = np.zeros(len(diameters))
    if not len(widths):
        return shares
    step = math.log(diameters[1] / diameters[0])
    place = np.clip(np.log(widths / diameters[0]) / step, 0, len(diameters) - 1)
    below = np.minimum(place.astype(int), len(diameters) - 2)
    np.add.at(shares, below, weights * (1 - (place - below)))
    np.add.at(shares, below + 1, weights * (place - below))
    return np.asarray(3 * shares / shares.sum())
