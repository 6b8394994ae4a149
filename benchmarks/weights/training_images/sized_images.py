"""Images whose cells have a known size, from which the estimate of the size learns: real ones and drawn ones."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from training_images.random_cells import draw_cells, draw_signal
from training_images.random_light import expose, make_empty, scale_to_percentiles
from training_images.real_images import SHARED, list_images
from training_images.shown import measure_diameter
from training_images.training_tissue import TrainingStackSettings, make_training_stack
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

__all__ = ["KINDS", "SizedImage", "draw_sized_image"]

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]

KINDS = {
    "dsb2018-fluo-2d": 0.2,
    "bbbc050-mouse-embryo-3d": 0.16,
    "gonuclear-ovule-nuclei-3d": 0.06,
    "random plane": 0.17,
    "random stack": 0.18,
    "flat stack": 0.1,
    "tissue": 0.05,
    "movie": 0.03,
    "empty": 0.04,
}
"""Kinds of images and how often each is drawn; the first three are real."""

_MOST_VOXELS = 300_000
_FIRST_SEED = 920_000
_TRIES = 10


@dataclass(frozen=True, kw_only=True)
class SizedImage:
    """An image and the size of its cells.

    Parameters
    ----------
    kind
        One of `KINDS`.
    image
        float32 (Z, Y, X).
    z_step
        Distance of planes in pixels.
    diameter
        Of the cells in pixels, see `measure_diameter`; None where there is no cell.
    """

    kind: str
    image: Floats
    z_step: float
    diameter: float | None


def draw_sized_image(seed: int, shared: Path = SHARED) -> SizedImage:
    """Return an image of a random kind, the same for the same seed; real ones are of the train parts only."""
    rng = np.random.default_rng([seed, 14])
    kind = str(rng.choice(list(KINDS), p=np.array(list(KINDS.values())) / sum(KINDS.values())))
    for _ in range(_TRIES):
        image, labels, z_step = _draw(kind, rng, shared)
        if kind == "empty" or labels.any():
            break
    diameter = measure_diameter(labels) if labels.any() else None
    if rng.random() < 0.3:
        image = np.power(np.clip(scale_to_percentiles(image), 0, 4), rng.uniform(0.6, 1.6))
    return SizedImage(kind=kind, image=np.asarray(image, np.float32), z_step=z_step, diameter=diameter)


def _draw(kind: str, rng: np.random.Generator, shared: Path) -> tuple[Floats, Labels, float]:
    """Return image, labels and distance of planes."""
    if kind in ("dsb2018-fluo-2d", "bbbc050-mouse-embryo-3d", "gonuclear-ovule-nuclei-3d"):
        return _draw_real(kind, rng, shared)
    if kind == "random plane":
        return _draw_plane(rng)
    if kind == "random stack":
        return _draw_stack(rng)
    if kind == "flat stack":
        return _draw_flat_stack(rng, shared)
    if kind == "tissue":
        return _draw_tissue(rng)
    if kind == "movie":
        return _draw_movie(rng)
    shape = (1 if rng.random() < 0.85 else int(rng.integers(2, 12)), *(int(n) for n in rng.integers(64, 160, 2)))
    return make_empty(shape, rng), np.zeros(shape, np.int32), float(rng.uniform(1, 6))


@functools.cache
def _read_train(data_set: str, shared: Path) -> tuple[list[tuple[Floats, Labels, float]], npt.NDArray[np.float64]]:
    """Return the images of a train part, and how often each is drawn: all sizes alike."""
    images = [(*image.load(), image.z_step) for image in list_images(data_set, "train", shared)]
    if not images:
        raise SystemExit(f"no {data_set} below {shared / 'real'}: give --shared")
    sizes = np.round(2 * np.log2([measure_diameter(labels) for _, labels, _ in images]))
    often = np.array([1 / np.count_nonzero(sizes == s) for s in sizes]) ** 0.6
    return images, often / often.sum()


def _draw_real(data_set: str, rng: np.random.Generator, shared: Path) -> tuple[Floats, Labels, float]:
    """Return a real image rescaled, cut, turned, and sometimes exposed to more haze and noise."""
    images, often = _read_train(data_set, shared)
    raw, labels, z_step = images[int(rng.choice(len(images), p=often))]
    flat = len(raw) == 1
    if not flat and rng.random() < 0.5:  # fewer planes
        every, start = int(rng.integers(1, 4)), int(rng.integers(0, 2))
        raw, labels, z_step = raw[start::every], labels[start::every], z_step * every
    if rng.random() < 0.6:
        raw, labels = _cut(raw, labels, rng)
    factor = math.exp(rng.uniform(math.log(0.5), math.log(2.2)))
    factor = min(factor, math.sqrt(_MOST_VOXELS / (raw.size * (2 if flat else 1))))
    factor = max(factor, 40 / min(raw.shape[1:]))
    raw, labels = _resize(raw, labels, factor)
    z_step *= factor
    for axis in range(3):
        if rng.random() < 0.5:
            raw, labels = np.flip(raw, axis), np.flip(labels, axis)
    if rng.random() < 0.35:
        raw = expose(np.clip(scale_to_percentiles(raw), 0, 3), measure_diameter(labels), max(z_step, 1.0), rng)
    return raw, labels, 1.0 if flat else z_step


def _cut(raw: Floats, labels: Labels, rng: np.random.Generator) -> tuple[Floats, Labels]:
    """Return a part with at least one object, two of its diameters wide."""
    least = 2 * measure_diameter(labels)
    for _ in range(_TRIES):
        box = []
        for axis, n in enumerate(raw.shape):
            few = min(n, 3) if axis == 0 else min(n, max(48, math.ceil(least)))
            size = int(rng.integers(few, n + 1))
            start = int(rng.integers(0, n - size + 1))
            box.append(slice(start, start + size))
        if labels[tuple(box)].any():
            return raw[tuple(box)], labels[tuple(box)]
    return raw, labels


def _resize(raw: Floats, labels: Labels, factor: float) -> tuple[Floats, Labels]:
    """Return both with other pixels."""
    if factor < 1:
        blur = 0.5 * (1 / factor - 1)
        raw = ndimage.gaussian_filter(raw, (0, blur, blur))
    sizes = [max(8, round(n * factor)) for n in raw.shape[1:]]
    zoom = (1, sizes[0] / raw.shape[1], sizes[1] / raw.shape[2])
    return (
        np.asarray(ndimage.zoom(raw, zoom, order=1, grid_mode=True, mode="nearest"), np.float32),
        ndimage.zoom(labels, zoom, order=0, grid_mode=True, mode="nearest"),
    )


def _draw_plane(rng: np.random.Generator) -> tuple[Floats, Labels, float]:
    """Return a randomised plane."""
    diameter = math.exp(rng.uniform(math.log(6), math.log(110)))
    wide = int(np.clip(diameter * math.exp(rng.uniform(math.log(2.5), math.log(16))), 72, 360))
    shape = (1, wide, int(np.clip(wide * rng.uniform(0.7, 1.4), 72, 360)))
    field = draw_cells(shape, diameter, 1.0, rng)
    return expose(draw_signal(field, rng), diameter, 1.0, rng), field.labels, 1.0


def _draw_stack(rng: np.random.Generator) -> tuple[Floats, Labels, float]:
    """Return a randomised stack of few or many planes."""
    diameter = math.exp(rng.uniform(math.log(6), math.log(90)))
    spacing = diameter / min(math.exp(rng.uniform(math.log(1.5), math.log(20))), diameter)
    n_planes = int(np.clip(diameter / spacing * math.exp(rng.uniform(math.log(0.4), math.log(8))), 2, 40))
    most = math.sqrt(_MOST_VOXELS / n_planes)
    wide = int(np.clip(diameter * math.exp(rng.uniform(math.log(2.5), math.log(12))), 64, min(320, most)))
    field = draw_cells((n_planes, wide, wide), diameter, spacing, rng)
    return expose(draw_signal(field, rng), diameter, spacing, rng), field.labels, spacing


def _draw_flat_stack(rng: np.random.Generator, shared: Path) -> tuple[Floats, Labels, float]:
    """Return cells that lie flat on glass, imaged in few planes: sharp in some of them, out of focus in the others."""
    raw, labels, _ = _draw_plane(rng) if rng.random() < 0.6 else _draw_real("dsb2018-fluo-2d", rng, shared)
    light = np.clip(scale_to_percentiles(raw), 0, 3)
    diameter = measure_diameter(labels)
    n = int(np.clip(_MOST_VOXELS // light.size, 2, rng.integers(3, 16)))
    spacing = diameter * math.exp(rng.uniform(math.log(0.05), math.log(0.5)))
    middle, reach = rng.uniform(0, n - 1), diameter * rng.uniform(0.3, 0.8)
    planes = []
    for z in range(n):
        away = abs(z - middle) * spacing / reach
        blurred = ndimage.gaussian_filter(light[0], away * 0.12 * diameter)
        planes.append(blurred * math.exp(-0.5 * away**2))
    stack = np.stack(planes).astype(np.float32)
    return expose(stack, diameter, spacing, rng), np.repeat(labels, n, axis=0), spacing


def _draw_tissue(rng: np.random.Generator) -> tuple[Floats, Labels, float]:
    """Return a stack of `training_tissue`: nuclei, bodies or membranes."""
    low, planes = math.exp(rng.uniform(math.log(8), math.log(45))), math.exp(rng.uniform(math.log(2.5), math.log(12)))
    look = TrainingStackSettings(
        shape_zyx=(int(rng.integers(6, 16)), 128, 128), diameter_px=(low, low), planes_per_cell=(planes, planes)
    )
    raw, labels = make_training_stack(look, int(rng.integers(_FIRST_SEED, _FIRST_SEED + 100_000)))
    return raw.astype(np.float32), labels, low / planes


def _draw_movie(rng: np.random.Generator) -> tuple[Floats, Labels, float]:
    """Return a frame of a synthetic movie."""
    settings = SyntheticSettings(
        seed=int(rng.integers(_FIRST_SEED, _FIRST_SEED + 100_000)),
        n_frames=1,
        shape_zyx=(1 if rng.random() < 0.3 else 12, 160, 160),
        cell_diameter_um=float(rng.uniform(5, 13)),
        n_cells=int(rng.integers(6, 22)),
    )
    made = make_tissue_movie(settings)
    voxel = made.raw.calibration.voxel_size
    return made.raw.frame(0).astype(np.float32), made.labels.frame(0).astype(np.int32), voxel.z / voxel.x
