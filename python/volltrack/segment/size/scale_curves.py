"""Curves over diameters that tell how large the bright objects of an image are: blobs, their number, their outlines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.segment.size.mask_curves import measure_mask_curves
from volltrack.segment.size.sections import disk_diameters, largest_sections

__all__ = ["CHANNELS", "STEPS_AN_OCTAVE", "ScaleCurves", "measure_scale_curves"]

Floats = npt.NDArray[np.float32]
Curves = npt.NDArray[np.float64]

STEPS_AN_OCTAVE = 3
_SMALLEST_PX = 4.0
_LARGEST_SHARE = 1.0
"""Diameters that are looked at: from 4 pixels to the shorter side of the image."""

_COARSER_PX = 12.0
"""From this diameter on, in pixels of the reduced image, the image is reduced by 2 along every axis that allows it."""

_CLEAR = 0.4
"""Maxima of at least this share of the typical one are counted, and regions above this share measured."""

CHANNELS = 24
"""Number of curves."""

_FLOOR = 1e-12


@dataclass(frozen=True, kw_only=True)
class ScaleCurves:
    """What `measure_scale_curves` returns.

    Parameters
    ----------
    diameters
        float64 (S,): the diameters, in the unit of the spacing.
    values
        float32 (S, `CHANNELS`): none depends on the brightness, the offset or the unit.
    """

    diameters: Curves
    values: Floats


@dataclass(frozen=True, kw_only=True)
class _Level:
    """The image smoothed for one diameter, perhaps reduced."""

    image: Floats
    spacing: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class _Maxima:
    """Local maxima of the blob response at one diameter: places in the unit of the spacing (N, 3), strengths (N,)."""

    places: Curves
    strengths: Curves


def measure_scale_curves(even: Floats, spacing: tuple[float, float, float]) -> ScaleCurves:
    """Return the curves of an image.

    Parameters
    ----------
    even
        float32 (Z, Y, X) of even noise (`even_out_noise`), at least 8 pixels wide along y and x.
    spacing
        Edge lengths of a voxel along (z, y, x).

    Notes
    -----
    Differences of Gaussians in the manner of Lowe (2004), three to an octave, approximate the scale-normalised
    Laplacian of Lindeberg (1998): energies of its two signs, kurtosis, maxima in space and over scales, and the size of
    the regions where it is high. Beside them stand the sizes of the components of masks by Otsu's thresholds, and of
    the distance transform within them; see `mask_curves`.
    """
    pixel = max(spacing[1:])
    side = min(n * s for n, s in zip(even.shape[1:], spacing[1:], strict=True))
    n_scales = max(4, int(STEPS_AN_OCTAVE * math.log2(_LARGEST_SHARE * side / (_SMALLEST_PX * pixel))) + 1)
    diameters = _SMALLEST_PX * pixel * 2 ** (np.arange(n_scales) / STEPS_AN_OCTAVE)
    n_axes = sum(n > 1 for n in even.shape)
    volume = math.prod(n * s for n, s in zip(even.shape, spacing, strict=True) if n > 1)
    rows, maxima, maps = [], [], []
    first: _Level | None = None
    for diameter, response, level in _iterate_responses(even, spacing, diameters, n_axes):
        first = first or level
        largest = _largest_around(response)
        found = _find_maxima(response, largest, level.spacing)
        rows.append(_describe(response, found, level.spacing, diameter, n_axes, volume))
        maxima.append(found)
        maps.append((largest, level.spacing))
    assert first is not None
    blobs = np.array(rows)
    blobs[:, :2] -= blobs[:, 0].max()
    blobs[:, 3] -= blobs[:, 3].max()
    lasting = _find_lasting(maxima, maps, diameters**n_axes)
    masks = measure_mask_curves(first.image, first.spacing, diameters)
    extent = even.shape[0] * spacing[0]
    place = np.stack(
        [
            0.25 * np.log2(diameters / pixel),
            0.5 * np.log2(side / diameters),
            np.zeros(n_scales) if even.shape[0] == 1 else 0.5 * np.clip(np.log2(extent / diameters), -4, 4),
            np.zeros(n_scales) if even.shape[0] == 1 else 0.5 * np.clip(np.log2(diameters / spacing[0]), -4, 4),
        ],
        axis=1,
    )
    values = np.concatenate([blobs, lasting, masks, place], axis=1)
    return ScaleCurves(diameters=diameters, values=np.asarray(np.clip(values, -12, 12), np.float32))


def _iterate_responses(
    even: Floats, spacing: tuple[float, float, float], diameters: Curves, n_axes: int
) -> Iterator[tuple[float, Floats, _Level]]:
    """Yield diameter, blob response and the image that it was taken from, for every diameter."""
    half = 2 ** (0.5 / STEPS_AN_OCTAVE)
    sigmas = [float(d) / (2 * math.sqrt(n_axes)) for d in diameters]
    level = _Level(image=even, spacing=spacing)
    finest = max(spacing[1:])
    for axis in (0, 1, 2):  # an axis much finer than the others
        while level.image.shape[axis] > 1 and 2 * level.spacing[axis] <= finest:
            level = _halve(level, (axis,))
    level = _smooth(level, 0.0, sigmas[0] / half)
    for diameter, sigma in zip(diameters, sigmas, strict=True):
        if diameter >= _COARSER_PX * max(level.spacing[1:]):
            coarse = 2 * max(level.spacing[1:])
            axes = tuple(a for a in range(3) if level.image.shape[a] > 1 and 2 * level.spacing[a] <= coarse)
            level = _halve(level, axes)
        smoother = _smooth(level, sigma / half, sigma * half)
        response = level.image - smoother.image
        yield float(diameter), response, level
        level = smoother


def _halve(level: _Level, axes: tuple[int, ...]) -> _Level:
    """Return the image with two voxels averaged along the axes."""
    image, spacing = level.image, list(level.spacing)
    for axis in axes:
        n = image.shape[axis] // 2
        if n < 2:
            continue
        even = image.take(np.arange(0, 2 * n, 2), axis=axis)
        even += image.take(np.arange(1, 2 * n, 2), axis=axis)
        even *= np.float32(0.5)
        image = even
        spacing[axis] *= 2
    return _Level(image=image, spacing=(spacing[0], spacing[1], spacing[2]))


def _smooth(level: _Level, have: float, want: float) -> _Level:
    """Return the image brought from one standard deviation to another."""
    more = math.sqrt(max(want**2 - have**2, 0.0))
    sigma = [more / s if n > 1 else 0.0 for n, s in zip(level.image.shape, level.spacing, strict=True)]
    image = ndimage.gaussian_filter(level.image, sigma, mode="reflect", truncate=2.5)
    return _Level(image=image, spacing=level.spacing)


def _largest_around(response: Floats) -> Floats:
    """Return the largest value of the voxel and its neighbours along and across the axes."""
    largest = response
    for axis in range(response.ndim):
        if response.shape[axis] < 2:
            continue
        ahead, behind = [slice(None)] * 3, [slice(None)] * 3
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        wider = largest.copy()
        np.maximum(wider[tuple(ahead)], largest[tuple(behind)], out=wider[tuple(ahead)])
        np.maximum(wider[tuple(behind)], largest[tuple(ahead)], out=wider[tuple(behind)])
        largest = wider
    return largest


def _find_maxima(response: Floats, largest: Floats, spacing: tuple[float, float, float]) -> _Maxima:
    """Return the positive local maxima."""
    peaks = np.argwhere((response == largest) & (response > 0))
    strengths = response[tuple(peaks.T)].astype(np.float64)
    return _Maxima(places=(peaks + 0.5) * np.array(spacing), strengths=strengths)


def _describe(
    response: Floats,
    maxima: _Maxima,
    spacing: tuple[float, float, float],
    diameter: float,
    n_axes: int,
    volume: float,
) -> list[float]:
    """Return what is measured at one diameter."""
    flat = response.ravel()
    square = np.square(flat)
    total = float(square.mean(dtype=np.float64)) + _FLOOR
    kurtosis = float(np.square(square).mean(dtype=np.float64)) / total**2 + _FLOOR
    np.maximum(flat, 0, out=square)
    above = float(np.square(square).mean(dtype=np.float64)) + _FLOOR
    s = maxima.strengths
    typical = float((s**3).sum() / max((s**2).sum(), _FLOOR))
    number = float((s**2).sum() ** 2 / max((s**4).sum(), _FLOOR))
    density = number * diameter**n_axes / volume
    wide, share = _measure_regions(response, _CLEAR * typical, spacing)
    return [
        0.5 * math.log(above),
        0.5 * math.log(total - above + _FLOOR),
        0.5 * math.log(kurtosis),
        math.log(typical + _FLOOR),
        0.5 * math.log(density + 1e-6),
        2 * math.log(wide / diameter + 1e-3),
        0.5 * math.log(share + 1e-6),
        0.5 * math.log(number + 1),
    ]


def _measure_regions(response: Floats, level: float, spacing: tuple[float, float, float]) -> tuple[float, float]:
    """Return the typical diameter of the regions above a level, the large ones counting more, and their share."""
    mask = response > level
    labels, n = ndimage.label(mask)
    if n == 0 or level <= 0:
        return spacing[2], 0.0
    areas = largest_sections(labels, n) * spacing[1] * spacing[2]
    widths = disk_diameters(areas)
    order = np.argsort(widths)
    half = np.searchsorted(np.cumsum(areas[order]), 0.5 * areas.sum())
    return float(widths[order][min(half, n - 1)]), float(mask.mean())


def _find_lasting(
    maxima: list[_Maxima], maps: list[tuple[Floats, tuple[float, float, float]]], sizes: Curves
) -> Curves:
    """Return shares of the maxima in space and over diameters: by energy times size, by number of the clear ones."""
    n = len(maxima)
    kept: list[Curves] = []
    for i, found in enumerate(maxima):
        lasts = np.ones(len(found.strengths), bool)
        for j in (i - 1, i + 1):
            if 0 <= j < n:
                other, spacing = maps[j]
                at = (found.places / np.array(spacing)).astype(int)
                at = np.minimum(at, np.array(other.shape) - 1)
                lasts &= found.strengths >= other[tuple(at.T)]
        kept.append(found.strengths[lasts])
    weight = sum(float((s**2).sum()) * size for s, size in zip(kept, sizes, strict=True))
    if weight == 0.0:
        return np.zeros((n, 3))
    typical = sum(float((s**3).sum()) * size for s, size in zip(kept, sizes, strict=True)) / weight
    energy = np.array([(s**2).sum() for s in kept]) * sizes
    clear = np.array([(s > _CLEAR * typical).sum() for s in kept], np.float64)
    few = np.array([(s > 0.15 * typical).sum() for s in kept], np.float64)
    return np.stack([3 * c / max(float(c.sum()), _FLOOR) for c in (energy, clear, few)], axis=1)
