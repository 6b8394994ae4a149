"""Varied synthetic stacks of tissue with labels, from which the shipped networks learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Gt, Interval, MinLen
from scipy import ndimage

from volltrack.errors import BadSettings
from volltrack.model.settings import NotNegative, Positive, require_fields

__all__ = ["STAINS", "TrainingStackSettings", "make_training_stack"]

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]

Stain = Literal["nucleus", "body", "membrane"]
STAINS: tuple[Stain, ...] = get_args(Stain)
"""What is bright: round nuclei with gaps; whole cells with a brighter nucleus; the borders of cells."""


Edge: TypeAlias = Annotated[int, Ge(4)]
Diameter: TypeAlias = Annotated[float, Gt(2)]
Planes: TypeAlias = Annotated[float, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class TrainingStackSettings:
    """Ranges from which each stack draws its look; the defaults are our choice and fitted to no data.

    Parameters
    ----------
    shape_zyx
        Voxels of a stack, each >= 4.
    diameter_px
        Range of the cell diameter in pixels within a plane, both > 2.
    planes_per_cell
        Range of the number of planes through a cell, both >= 1; with the diameter it gives the anisotropy.
    photons
        Range of the expected count in a bright voxel, both > 0: the smaller the noisier.
    stains
        Which of `STAINS` are drawn, each as often as it is named.
    max_blur
        Largest standard deviation of the blur within a plane as a fraction of the cell diameter, 0.05 .. 0.3.
    max_z_blur
        Largest standard deviation of the blur across planes, in planes, >= 0.
    max_haze
        Largest light from far around, as a fraction of the cells' own light there, >= 0.
    """

    shape_zyx: tuple[Edge, Edge, Edge] = (16, 128, 128)
    diameter_px: tuple[Diameter, Diameter] = (10.0, 34.0)
    planes_per_cell: tuple[Planes, Planes] = (2.5, 14.0)
    photons: tuple[Positive, Positive] = (6.0, 300.0)
    stains: Annotated[tuple[Stain, ...], MinLen(1)] = ("nucleus", "nucleus", "body", "membrane")
    max_blur: Annotated[float, Interval(ge=0.05, le=0.3)] = 0.09
    max_z_blur: NotNegative = 1.2
    max_haze: NotNegative = 0.15

    def __post_init__(self) -> None:
        require_fields(self)
        for name in ("diameter_px", "planes_per_cell", "photons"):
            low, high = getattr(self, name)
            if low > high:
                raise BadSettings(f"{name} = {(low, high)!r}: expected (low, high), low <= high")


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What one stack drew."""

    stain: str
    diameter: float  # pixels
    anisotropy: float  # spacing of planes in pixels
    fill: float  # share of the room that cells take


def make_training_stack(settings: TrainingStackSettings, seed: int) -> tuple[npt.NDArray[np.uint16], Labels]:
    """Return an image (Z, Y, X) in counts and its labels int32 (Z, Y, X), the same for the same seed.

    Cells are bent ellipsoids that share the space between them by power distance. The labels of a nuclear stain are
    the nuclei, those of the others whole cells. Light is uneven, fades with depth, is blurred and noisy.
    """
    rng = np.random.default_rng([seed, 7])
    look = _draw_look(settings, rng)
    spacing = np.array([look.anisotropy, 1.0, 1.0])
    labels, depth = _partition(settings, look, spacing, rng)
    signal = _paint(labels, depth, look, rng)
    return _expose(signal, settings, look, rng), labels


def _draw_look(settings: TrainingStackSettings, rng: np.random.Generator) -> _Look:
    """Return stain, size and density of one stack."""
    diameter = _log_uniform(rng, *settings.diameter_px)
    planes = min(_log_uniform(rng, *settings.planes_per_cell), diameter)
    return _Look(
        stain=str(rng.choice(settings.stains)),
        diameter=diameter,
        anisotropy=diameter / planes,
        fill=float(rng.uniform(0.25, 0.95)),
    )


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _smooth_noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: npt.ArrayLike) -> Floats:
    """Return a Gaussian random field of mean 0 and standard deviation 1."""
    step = np.maximum(1, np.asarray(sigma, dtype=float)).astype(int)
    coarse = rng.normal(size=[n // s + 4 for n, s in zip(shape, step, strict=True)]).astype(np.float32)
    coarse = ndimage.gaussian_filter(coarse, 0.8)
    field = ndimage.zoom(coarse, step, order=1)[tuple(slice(s, s + n) for s, n in zip(step, shape, strict=True))]
    return np.asarray((field - field.mean()) / max(float(field.std()), 1e-6), dtype=np.float32)


def _scatter_centres(
    settings: TrainingStackSettings, look: _Look, spacing: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return centres (N, 3) in pixels, none nearer to another than a part of the diameter, inside a random tissue."""
    extent = np.array(settings.shape_zyx) * spacing
    margin = 0.4 * look.diameter
    room = float(np.prod(extent + 2 * margin))
    wanted = max(4, int(look.fill * room / (np.pi / 6 * look.diameter**3) * 1.35))
    darts = rng.uniform(-margin, extent + margin, (min(wanted * 30, 60000), 3))
    if rng.random() < 0.6:  # a border of the tissue runs through the stack
        normal = rng.normal(size=3) / spacing
        along = (darts - extent / 2) @ (normal / np.linalg.norm(normal))
        darts = darts[along < rng.uniform(-0.1, 0.6) * np.abs(along).max()]
    least = look.diameter * rng.uniform(0.62, 0.8)
    kept = np.empty((0, 3))
    for dart in darts:
        if len(kept) >= wanted:
            break
        if not len(kept) or np.min(((kept - dart) ** 2).sum(axis=1)) > least**2:
            kept = np.vstack([kept, dart])
    return kept


def _partition(
    settings: TrainingStackSettings, look: _Look, spacing: npt.NDArray[np.float64], rng: np.random.Generator
) -> tuple[Labels, Floats]:
    """Return labels and depth: 0 in the centre of the owning cell, 1 at its free surface."""
    shape = settings.shape_zyx
    bend_px = rng.uniform(0.02, 0.14) * look.diameter
    scale = np.maximum(0.35 * look.diameter / spacing, 1)
    grid = [
        (np.arange(n, dtype=np.float32) * np.float32(s)).reshape([-1 if j == i else 1 for j in range(3)])
        + np.float32(bend_px) * np.clip(_smooth_noise(rng, shape, scale), -2.5, 2.5)
        for i, (n, s) in enumerate(zip(shape, spacing, strict=True))
    ]
    best = np.zeros(shape, np.float32)
    depth = np.ones(shape, np.float32)
    labels = np.zeros(shape, np.int32)
    size = rng.uniform(0.72, 0.92) if look.stain == "nucleus" else rng.uniform(1.0, 1.2)
    elongation = 0.5 * np.log(rng.uniform(1.05, 2.0))
    for number, centre in enumerate(_scatter_centres(settings, look, spacing, rng), start=1):
        radius = 0.5 * look.diameter * size * rng.uniform(0.82, 1.15)
        logs = rng.uniform(-elongation, elongation, 3)
        turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        metric = turn @ np.diag(np.exp(-2 * (logs - logs.mean()))) @ turn.T
        reach = radius * np.sqrt(np.diag(np.linalg.inv(metric))) + 2.5 * bend_px
        low = np.clip(np.floor((centre - reach) / spacing).astype(int), 0, shape)
        high = np.clip(np.ceil((centre + reach) / spacing).astype(int) + 1, 0, shape)
        if np.any(low >= high):
            continue
        box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        d = np.stack([g[box] - np.float32(c) for g, c in zip(grid, centre, strict=True)])
        square = np.einsum("izyx,ij,jzyx->zyx", d, metric.astype(np.float32), d, optimize=True)
        power = square - np.float32(radius**2)
        nearer = power < best[box]
        best[box][nearer] = power[nearer]
        labels[box][nearer] = number
        depth[box][nearer] = (square / np.float32(radius**2))[nearer]
    return _drop_fragments(labels), depth


def _drop_fragments(labels: Labels) -> Labels:
    """Return the labels numbered 1..n, each its largest connected piece, none of under 12 voxels."""
    kept = np.zeros_like(labels)
    count = 0
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        pieces, _ = ndimage.label(labels[box] == number)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        if sizes.max(initial=0) >= 12:
            count += 1
            kept[box][pieces == sizes.argmax()] = count
    return kept


def _paint(labels: Labels, depth: Floats, look: _Look, rng: np.random.Generator) -> Floats:
    """Return the light that the cells send out, about 1 where it is bright."""
    shape = labels.shape
    n = int(labels.max())
    brightness = np.exp(rng.normal(0, rng.uniform(0.1, 0.45), n + 1)).astype(np.float32)
    brightness[rng.random(n + 1) < 0.02] *= 2.5  # mitoses
    brightness[0] = 0
    inside = (labels > 0).astype(np.float32)
    if look.stain == "membrane":
        width = rng.uniform(0.7, 1.4)
        signal = np.exp(-((_border_distance(labels, look.anisotropy) / width) ** 2)) * brightness.mean()
        signal *= np.clip(1 + 0.3 * _smooth_noise(rng, shape, (2, 6, 6)), 0.2, 2)
        return np.asarray(signal + rng.uniform(0.0, 0.25) * inside, dtype=np.float32)
    texture = np.clip(1 + rng.uniform(0, 0.3) * _smooth_noise(rng, shape, (1, 3, 3)), 0.2, 2)
    signal = brightness[labels] * texture
    if look.stain == "body":
        nucleus = 1.0 / (1.0 + np.exp(np.clip((depth - rng.uniform(0.25, 0.45)) / 0.06, -30, 30)))
        level = rng.uniform(0.25, 0.7)
        border = 1 - rng.uniform(0.2, 0.7) * np.exp(-((_border_distance(labels, look.anisotropy) / 1.5) ** 2))
        signal = signal * (level + (1 - level) * nucleus) * border
    return np.asarray(signal, dtype=np.float32)


def _border_distance(labels: Labels, anisotropy: float) -> Floats:
    """Return the distance in pixels to the border with another cell or the outside; far outside it is large."""
    border = np.zeros(labels.shape, bool)
    for axis in range(3):
        ahead = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        behind = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
        differs = labels[ahead] != labels[behind]
        border[ahead] |= differs
        if axis > 0:
            border[behind] |= differs
    if not border.any():
        return np.full(labels.shape, 1e3, np.float32)
    return np.asarray(ndimage.distance_transform_edt(~border, sampling=(anisotropy, 1, 1)), dtype=np.float32)


def _expose(
    signal: Floats, settings: TrainingStackSettings, look: _Look, rng: np.random.Generator
) -> npt.NDArray[np.uint16]:
    """Return what a camera records of the light."""
    shape = signal.shape
    blur = rng.uniform(0.3, settings.max_blur / 0.09 * min(1.6, 0.09 * look.diameter))
    sigma = (min(blur * rng.uniform(1.5, 3.0) / look.anisotropy, settings.max_z_blur), blur, blur)
    haze = rng.uniform(0, settings.max_haze) * ndimage.gaussian_filter(signal, (2, 12, 12))
    light = np.clip(1 + rng.uniform(0, 0.35) * _smooth_noise(rng, shape, (8, 50, 50)), 0.25, 2)
    fade = np.exp(-rng.uniform(0, 1.4) * np.linspace(0, 1, shape[0], dtype=np.float32))
    if rng.random() < 0.5:
        fade = fade[::-1]
    if rng.random() < 0.4:
        fade = np.ones_like(fade)
    seen = (ndimage.gaussian_filter(signal, sigma) + haze) * light * fade[:, np.newaxis, np.newaxis]
    if rng.random() < 0.4:
        seen = seen + _debris(shape, look, rng)
    photons = _log_uniform(rng, *settings.photons)
    expected = photons * (seen + rng.uniform(0.0, 0.4))
    gain = rng.uniform(2, 20)
    counts = gain * rng.poisson(expected) + rng.normal(0, gain * rng.uniform(0, 0.04) * photons, shape)
    return np.asarray(np.clip(np.rint(counts + rng.uniform(0, 200)), 0, 65535), dtype=np.uint16)


def _debris(shape: tuple[int, ...], look: _Look, rng: np.random.Generator) -> Floats:
    """Return the light of a few small bright specks that are no cells."""
    specks = np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 8))):
        specks[tuple(int(rng.integers(n)) for n in shape)] = 1.0
    sigma = rng.uniform(0.05, 0.1) * look.diameter
    blurred = ndimage.gaussian_filter(specks, (max(0.4, sigma / look.anisotropy), sigma, sigma))
    return np.asarray(blurred / max(float(blurred.max()), 1e-9) * rng.uniform(0.5, 2), dtype=np.float32)
