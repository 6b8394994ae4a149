"""What light and camera make of the signal of cells, at random; also fields and stacks that hold no cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from training_images.random_cells import smooth_noise

__all__ = ["expose", "make_empty", "scale_to_percentiles"]

Floats = npt.NDArray[np.float32]


def expose(signal: Floats, diameter: float, spacing: float, rng: np.random.Generator) -> Floats:
    """Return an image (Z, Y, X) of the signal, which is about 1 where cells are bright.

    Blur that grows with depth, haze, uneven light, stripes, debris, empty planes, saturation, and noise of a camera.
    """
    seen = _blur(signal, diameter, spacing, rng)
    if rng.random() < 0.5:
        reach = rng.uniform(0.5, 2.5) * diameter
        seen = seen + rng.uniform(0.05, 0.7) * _blur_widely(signal, reach, spacing)
    if rng.random() < 0.3:
        seen = seen + _debris(signal.shape, diameter, spacing, rng)
    seen = (seen + _background(signal.shape, diameter, rng)) * _uneven_light(signal.shape, rng)
    if rng.random() < 0.15:
        seen = np.minimum(seen, rng.uniform(0.4, 1.2))  # saturated
    return _record(seen, rng)


def make_empty(shape: tuple[int, int, int], rng: np.random.Generator) -> Floats:
    """Return an image (Z, Y, X) without a cell: noise, haze, gradients, stripes, debris, hot pixels."""
    diameter = float(np.exp(rng.uniform(np.log(8), np.log(60))))
    level = np.full(shape, rng.uniform(0.05, 2.0), np.float32) + _background(shape, diameter, rng)
    if rng.random() < 0.4:
        level = level + rng.uniform(0.1, 1.0) * np.clip(
            smooth_noise(rng, shape, _sigma(shape, 3 * diameter, 2.0)), 0, 3
        )
    if rng.random() < 0.3:  # small specks only
        level = level + _debris(shape, diameter, 2.0, rng)
    level = level * _uneven_light(shape, rng)
    if rng.random() < 0.3:
        for _ in range(int(rng.integers(1, 30))):
            level[tuple(int(rng.integers(n)) for n in shape)] += rng.uniform(0.5, 5)
    return _record(level, rng)


def scale_to_percentiles(image: Floats, percentiles: tuple[float, float] = (1.0, 99.8)) -> Floats:
    """Return the image scaled as at prediction; one without contrast becomes 0."""
    low, high = np.percentile(image, percentiles)
    if high <= low:
        return np.zeros(image.shape, np.float32)
    return np.asarray(np.clip((image - low) / (high - low), -5, 20), np.float32)


def _sigma(shape: tuple[int, ...], pixels: float, spacing: float) -> list[float]:
    """Return standard deviations along (z, y, x)."""
    return [0.0 if shape[0] == 1 else pixels / spacing, pixels, pixels]


def _blur_widely(signal: Floats, pixels: float, spacing: float) -> Floats:
    """Return the signal blurred by many pixels, computed on fewer of them."""
    step = max(1, int(pixels / 4))
    few = ndimage.uniform_filter(signal, (1, step, step))[:, ::step, ::step]
    few = ndimage.gaussian_filter(few, _sigma(signal.shape, pixels / step, spacing / step))
    wide = ndimage.zoom(few, (1, step, step), order=1)
    return np.asarray(wide[:, : signal.shape[1], : signal.shape[2]], np.float32)


def _blur(signal: Floats, diameter: float, spacing: float, rng: np.random.Generator) -> Floats:
    """Return the signal out of focus, in stacks the more so the deeper it lies."""
    width = rng.uniform(0.0, 0.15) * diameter
    across = 0.0 if len(signal) == 1 else min(width * rng.uniform(1, 3) / spacing, 2.5)
    first = ndimage.gaussian_filter(signal, (across, width, width))
    if len(signal) == 1 or rng.random() < 0.5:
        return np.asarray(first, np.float32)
    worst = ndimage.gaussian_filter(first, (0, *(2 * [rng.uniform(0.03, 0.15) * diameter])))
    share = np.linspace(0, 1, len(signal), dtype=np.float32)[:, np.newaxis, np.newaxis]
    share = share[::-1] if rng.random() < 0.5 else share
    faded = np.exp(-rng.uniform(0, 2.0) * share)
    return np.asarray(((1 - share) * first + share * worst) * faded, np.float32)


def _background(shape: tuple[int, int, int], diameter: float, rng: np.random.Generator) -> Floats:
    """Return light that no cell sends out: even, a gradient, cytoplasm, stripes, empty planes."""
    light = np.full(shape, rng.uniform(0.0, 0.4), np.float32)
    if rng.random() < 0.3:
        light = light + rng.uniform(0.02, 0.25) * np.clip(smooth_noise(rng, shape, [2, diameter, diameter]) + 1, 0, 4)
    if rng.random() < 0.15:
        axis = int(rng.integers(1, 3))
        wave = np.sin(np.arange(shape[axis]) * rng.uniform(0.05, 2.5)).astype(np.float32)
        light = light + rng.uniform(0.02, 0.3) * wave.reshape([-1 if a == axis else 1 for a in range(3)])
    return light


def _uneven_light(shape: tuple[int, int, int], rng: np.random.Generator) -> Floats:
    """Return a factor for each pixel, about 1."""
    if rng.random() < 0.4:
        return np.ones(shape, np.float32)
    y, x = np.meshgrid(*(np.linspace(-1, 1, n, dtype=np.float32) for n in shape[1:]), indexing="ij")
    angle, middle = rng.uniform(0, 2 * np.pi), rng.uniform(-1, 1, 2)
    tilt = np.cos(angle) * x + np.sin(angle) * y
    dome = -((y - middle[0]) ** 2 + (x - middle[1]) ** 2) / 2
    light = 1 + rng.uniform(0, 0.6) * (tilt if rng.random() < 0.5 else dome)
    return np.broadcast_to(np.clip(light, 0.15, 2).astype(np.float32), shape)


def _debris(shape: tuple[int, int, int], diameter: float, spacing: float, rng: np.random.Generator) -> Floats:
    """Return the light of specks that are no cells, much smaller than those."""
    specks = np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 15))):
        specks[tuple(int(rng.integers(n)) for n in shape)] = rng.uniform(0.3, 1)
    blurred = ndimage.gaussian_filter(specks, _sigma(shape, rng.uniform(0.03, 0.09) * diameter, spacing))
    return np.asarray(blurred / max(float(blurred.max()), 1e-9) * rng.uniform(0.3, 2.5), np.float32)


def _record(level: Floats, rng: np.random.Generator) -> Floats:
    """Return what a camera of a random kind makes of the light."""
    level = np.clip(level, 0, None)
    kind = rng.integers(5)
    if kind <= 2:  # photons
        photons = np.exp(rng.uniform(np.log(4), np.log(600)))
        level = rng.poisson(np.minimum(level, 50) * photons) / photons
    if kind in (2, 3):  # read-out
        level = level + rng.normal(0, np.exp(rng.uniform(np.log(0.005), np.log(0.3))), level.shape)
    if rng.random() < 0.25:  # noise of some width, as after denoising or resizing
        level = ndimage.gaussian_filter(level, (0, *(2 * [rng.uniform(0.4, 1.2)])))
    if rng.random() < 0.1:  # rows that differ, as of a scanner
        level = level + rng.normal(0, 0.05, (*level.shape[:2], 1))
    if rng.random() < 0.3:  # few bits
        steps = rng.uniform(12, 120)
        level = np.rint(level * steps) / steps
    return np.asarray(level, np.float32)
