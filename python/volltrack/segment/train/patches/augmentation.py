"""A small set of training images enlarged by copies that look different and mean the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.errors import BadSettings
from volltrack.segment.train.training_pairs import TrainingPair

__all__ = ["VARY", "augment_stack", "enlarge_pairs", "vary_contrast", "vary_patch"]

Image = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]


def enlarge_pairs(pairs: Sequence[TrainingPair], copies: int, *, seed: int = 0) -> Iterator[TrainingPair]:
    """Yield each pair and its augmented copies; an image is read and changed only when it is asked for.

    Parameters
    ----------
    pairs
        N stacks with labels.
    copies
        How many each becomes, itself among them, >= 1: N * copies are yielded (paper: 14 become 700 with 50).
    seed
        >= 0; the same seed makes the same copies.

    Raises
    ------
    BadSettings
        If `copies` is below 1.
    """
    if copies < 1:
        raise BadSettings(f"copies = {copies!r}: expected a whole number >= 1")
    for number, pair in enumerate(pairs):
        yield pair
        for copy in range(1, copies):
            yield _copy_of(pair, [seed, number, copy])


def augment_stack(raw: Image, labels: Labels, rng: np.random.Generator) -> tuple[Image, Labels]:
    """Return a copy that is turned, bent, made brighter or darker, noisier or smoother, at random.

    Rotations by 90 degrees and flips always; elastic bending, another intensity, and one of denoised (Gaussian),
    Poisson noise or Gaussian noise each in a part of the copies. Planes are never turned into other directions, since
    voxels are longer along z.

    Parameters
    ----------
    raw
        float32 (Z, Y, X).
    labels
        int32 (Z, Y, X).
    rng
        Source of randomness.
    """
    raw, labels = _turn(raw, labels, rng)
    if rng.random() < 0.4:
        raw, labels = _bend(raw, labels, rng)
    low, high = (float(v) for v in np.percentile(raw, (1, 99.8)))
    span = max(high - low, 1e-6)
    level = np.clip((raw - low) / span, 0, None)
    if rng.random() < 0.6:
        level = level ** rng.uniform(0.7, 1.4) * rng.uniform(0.6, 1.5)
    kind = rng.integers(4)
    if kind == 1:
        sigma = rng.uniform(0.4, 1.2)
        level = ndimage.gaussian_filter(level, (0.3 * sigma if len(level) > 1 else 0.0, sigma, sigma))
    elif kind == 2:
        photons = np.exp(rng.uniform(np.log(10), np.log(200)))
        level = rng.poisson(level * photons) / photons
    elif kind == 3:
        level = level + rng.normal(0, rng.uniform(0.02, 0.15), level.shape)
    return np.asarray(level * span + low, dtype=np.float32), labels


def vary_patch(
    raw: npt.NDArray[Any], labels: npt.NDArray[Any], rng: np.random.Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[Any]]:
    """Return a patch flipped, turned by 90 degrees within the plane, brighter or darker: as it is seen once.

    Parameters
    ----------
    raw
        (Y, X) or (Z, Y, X), scaled to about 0 .. 1.
    labels
        Of the same shape.
    rng
        Source of randomness.
    """
    raw, labels = _flip_and_turn(raw, labels, rng)
    raw = raw * rng.uniform(0.6, 1.6) + rng.uniform(-0.1, 0.1)
    if rng.random() < 0.3:
        raw = np.sign(raw) * np.abs(raw) ** rng.uniform(0.7, 1.4)
    return np.ascontiguousarray(raw, dtype=np.float32), np.ascontiguousarray(labels)


def vary_contrast(
    raw: npt.NDArray[Any], labels: npt.NDArray[Any], rng: np.random.Generator
) -> tuple[npt.NDArray[np.float32], npt.NDArray[Any]]:
    """Return a patch flipped, turned, with more or less contrast about its middle level, shifted, noisier or smoother.

    For images whose cells are brighter and darker than what is around them: `vary_patch` brings the background of
    phase contrast, about 0.5, to anything between 0.2 and 0.9.

    Parameters
    ----------
    raw, labels, rng
        See `vary_patch`.
    """
    raw, labels = _flip_and_turn(raw, labels, rng)
    middle = float(np.median(raw))
    raw = (raw - middle) * rng.uniform(0.7, 1.4) + middle + rng.uniform(-0.1, 0.1)
    kind = rng.random()
    if kind < 0.3:
        raw = raw + rng.normal(0, rng.uniform(0.01, 0.06), raw.shape)
    elif kind < 0.5:
        sigma = rng.uniform(0.3, 1.0)
        raw = ndimage.gaussian_filter(raw, [0.0] * (raw.ndim - 2) + [sigma] * 2)
    return np.ascontiguousarray(raw, dtype=np.float32), np.ascontiguousarray(labels)


def _flip_and_turn(
    raw: npt.NDArray[Any], labels: npt.NDArray[Any], rng: np.random.Generator
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return both flipped along random axes and turned by 90 degrees or not."""
    for axis in range(raw.ndim):
        if rng.random() < 0.5:
            raw, labels = np.flip(raw, axis), np.flip(labels, axis)
    if raw.shape[-1] == raw.shape[-2] and rng.random() < 0.5:
        raw, labels = np.swapaxes(raw, -1, -2), np.swapaxes(labels, -1, -2)
    return raw, labels


VARY = {"brightness": vary_patch, "contrast": vary_contrast}
"""How a patch is changed when it is seen, by the names in the settings."""


def _copy_of(pair: TrainingPair, seed: list[int]) -> TrainingPair:
    """Return a pair that is read and augmented together, once for both images."""
    made: dict[str, Any] = {}

    def make() -> tuple[Image, Labels]:
        if "both" not in made:
            made["both"] = augment_stack(*pair.load(), np.random.default_rng(seed))
        return made["both"]  # type: ignore[no-any-return]

    def take_labels() -> Labels:
        labels = make()[1]
        made.clear()  # labels are read last; nothing is kept
        return labels

    name = f"{pair.name} (copy {seed[-1]})"
    return TrainingPair(name=name, read_raw=lambda: make()[0], read_labels=take_labels)


def _turn(raw: Image, labels: Labels, rng: np.random.Generator) -> tuple[Image, Labels]:
    """Return both flipped along random axes and turned within the plane."""
    for axis in range(3):
        if rng.random() < 0.5:
            raw, labels = np.flip(raw, axis), np.flip(labels, axis)
    quarters = int(rng.integers(4)) if raw.shape[1] == raw.shape[2] else 2 * int(rng.integers(2))
    return np.rot90(raw, quarters, (1, 2)), np.rot90(labels, quarters, (1, 2))


def _bend(raw: Image, labels: Labels, rng: np.random.Generator) -> tuple[Image, Labels]:
    """Return both bent elastically within the planes, all planes alike."""
    shape = raw.shape[1:]
    scale, strength = 0.12 * min(shape), rng.uniform(0.01, 0.03) * min(shape)
    shifts = []
    for _ in range(2):
        field = ndimage.gaussian_filter(rng.normal(size=shape), scale, mode="reflect")
        shifts.append(field * strength / max(float(np.abs(field).max()), 1e-9))
    rows, columns = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")
    places = (rows + shifts[0], columns + shifts[1])
    bent_raw = np.stack([ndimage.map_coordinates(p, places, order=1, mode="reflect") for p in raw])
    bent_labels = np.stack([ndimage.map_coordinates(p, places, order=0, mode="reflect") for p in labels])
    return bent_raw.astype(np.float32), bent_labels.astype(np.int32)
