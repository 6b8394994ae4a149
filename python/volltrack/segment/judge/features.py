"""What can be measured of labelled objects without knowing the truth: contrast, outlines, shape, neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.segment.size.sections import disk_diameters, largest_sections
from volltrack.segment.size.work_scale import WorkScale

__all__ = ["FEATURES", "JudgedObjects", "measure_objects"]

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]

FEATURES: Final = (
    "contrast",
    "relative contrast",
    "signal to noise",
    "edge",
    "bright outside",
    "dim inside",
    "touching",
    "bridge",
    "compactness",
    "size",
    "evenness",
    "border",
    "planes",
    "brightness",
)
"""What is measured of each object; every one is bounded, and none depends on the units of the image."""

_WORK_PX: Final = 16.0
"""Objects are looked at when their median diameter is so many pixels."""

_VOXELS_AT_ONCE: Final = 500_000


@dataclass(frozen=True, kw_only=True)
class JudgedObjects:
    """Measures of the objects of one frame.

    Parameters
    ----------
    numbers
        Labels that were measured, int (N,); those that are lost at the size of the judge are left out.
    values
        float (N, len(FEATURES)).
    """

    numbers: npt.NDArray[np.int64]
    values: Numbers


def measure_objects(frame: Floats, labels: Labels) -> JudgedObjects:
    """Return the measures of all objects of a frame.

    Parameters
    ----------
    frame
        float32 (Z, Y, X).
    labels
        int32 (Z, Y, X): 1 .. n.
    """
    areas = largest_sections(labels, int(labels.max(initial=0)))
    if not areas.any():
        return JudgedObjects(numbers=np.zeros(0, np.int64), values=np.zeros((0, len(FEATURES))))
    image, shown = _bring_to_size(frame, labels, float(np.median(disk_diameters(areas[areas > 0]))))
    return _measure(image, shown)


def _bring_to_size(frame: Floats, labels: Labels, diameter: float) -> tuple[Floats, Labels]:
    """Return both so small that objects are `_WORK_PX` wide, never larger than they are."""
    factor = min(1.0, _WORK_PX / max(diameter, 1.0))
    z, y, x = frame.shape
    work = (z, max(1, round(y * factor)), max(1, round(x * factor)))
    scale = WorkScale(frame_shape=(z, y, x), work_shape=work)
    return scale.to_work(frame), scale.labels_to_work(labels)


def _measure(image: Floats, labels: Labels) -> JudgedObjects:
    """Return the measures at the size of the judge; planes are gone through one group after the other."""
    n = int(labels.max(initial=0))
    level = _Level.of(image)
    sums = _Sums(n)
    for planes in _group_planes(image.shape):
        sums.add(level.scale(image[planes]), labels[planes])
    return sums.finish(level.noise)


def _group_planes(shape: tuple[int, ...]) -> Iterator[slice]:
    """Yield groups of planes of about `_VOXELS_AT_ONCE`."""
    step = max(1, _VOXELS_AT_ONCE // (shape[1] * shape[2]))
    for start in range(0, shape[0], step):
        yield slice(start, start + step)


@dataclass(frozen=True, kw_only=True)
class _Level:
    """What brightness means in a frame: two percentiles, and the noise as a part of their distance."""

    low: float
    high: float
    noise: float

    @classmethod
    def of(cls, image: Floats) -> Self:
        """Return that of a frame, from at most so many of its planes as hold `_VOXELS_AT_ONCE`."""
        most = max(1, _VOXELS_AT_ONCE // (image.shape[1] * image.shape[2]))
        some = image if len(image) <= most else image[np.linspace(0, len(image) - 1, most).astype(np.intp)]
        low, high = (float(v) for v in np.percentile(some, (1, 99.8)))
        level = cls(low=low, high=high, noise=0.0)
        scaled = level.scale(some)
        second = scaled[:, :, 2:] - 2 * scaled[:, :, 1:-1] + scaled[:, :, :-2]
        noise = float(np.median(np.abs(second)) / 0.6745 / math.sqrt(6)) if second.size else 0.0
        return cls(low=low, high=high, noise=noise)

    def scale(self, image: Floats) -> Floats:
        """Return the image as 0 .. 1 between the percentiles."""
        scaled: Floats = np.clip((image - np.float32(self.low)) / np.float32(max(self.high - self.low, 1e-9)), -0.5, 3)
        return scaled


class _Sums:
    """What is summed up for each object, plane by plane."""

    def __init__(self, n: int) -> None:
        self.n = n
        names = ("size", "light", "square", "edge", "slope", "ring", "ring_light", "touch", "touch_light", "planes")
        self.of = {name: np.zeros(n + 1) for name in names}
        self.border = np.zeros(n + 1)
        self.outlines: list[tuple[npt.NDArray[np.int32], Floats]] = []
        self.rings: list[tuple[npt.NDArray[np.int32], Floats]] = []
        self.slopes: list[float] = []
        self.backgrounds: list[float] = []

    def add(self, image: Floats, labels: Labels) -> None:
        """Add some planes."""
        smooth = ndimage.gaussian_filter(image, (0, 0.7, 0.7))
        flat, values = labels.ravel(), smooth.ravel()
        self._count("size", flat)
        self._count("light", flat, values)
        self._count("square", flat, values * values)
        slope = np.hypot(ndimage.sobel(smooth, 1), ndimage.sobel(smooth, 2)).ravel() / 8
        self.slopes.append(float(np.median(slope)))
        free = values[flat == 0]
        if free.size:
            self.backgrounds.append(float(np.median(free)))
        at = np.flatnonzero(_mark_edges(labels))
        self._count("edge", flat[at])
        self._count("slope", flat[at], slope[at])
        self.outlines.append((flat[at], values[at]))
        ring = _mark_ring(labels).ravel()
        at = np.flatnonzero(ring)
        self._count("ring", ring[at])
        self._count("ring_light", ring[at], values[at])
        self.rings.append((ring[at], values[at]))
        self._add_touching(labels, smooth)
        for plane in labels:
            self.of["planes"] += np.bincount(plane.ravel(), minlength=self.n + 1) > 0
        for side in (labels[:, 0], labels[:, -1], labels[:, :, 0], labels[:, :, -1]):
            self.border[np.unique(side)] = 1

    def _count(self, name: str, owner: npt.NDArray[np.int32], weights: npt.NDArray[Any] | None = None) -> None:
        self.of[name] += np.bincount(owner, weights, minlength=self.n + 1)

    def _add_touching(self, labels: Labels, image: Floats) -> None:
        """Add the borders between objects."""
        for axis in (1, 2):
            ahead, behind = _neighbours(axis)
            one, other = labels[ahead], labels[behind]
            at = (one != other) & (one > 0) & (other > 0)
            if at.any():
                level = 0.5 * (image[ahead][at] + image[behind][at])
                for owner in (one[at], other[at]):
                    self._count("touch", owner)
                    self._count("touch_light", owner, level)

    def _share(
        self, parts: list[tuple[npt.NDArray[np.int32], Floats]], middle: Numbers, count: Numbers, sign: int
    ) -> Numbers:
        """Return which share of the voxels beside each object is on the wrong side of the middle."""
        wrong = np.zeros(self.n + 1)
        for owner, values in parts:
            wrong += np.bincount(owner[sign * values > sign * middle[owner]], minlength=self.n + 1)
        return wrong / np.maximum(count, 1)

    def finish(self, noise: float) -> JudgedObjects:
        """Return the measures."""
        s, size = self.of, self.of["size"]
        inside = s["light"] / np.maximum(size, 1)
        background = float(np.median(self.backgrounds)) if self.backgrounds else 0.0
        outside = np.where(s["ring"] >= 4, s["ring_light"] / np.maximum(s["ring"], 1), background)
        contrast, middle = inside - outside, 0.5 * (inside + outside)
        edge, planes = np.maximum(s["edge"], 1), np.maximum(s["planes"], 1)
        sharp = s["slope"] / edge / (float(np.median(self.slopes)) + 1e-6)
        bridge = s["touch_light"] / np.maximum(s["touch"], 1) / np.maximum(inside, 0.02)
        spread = np.sqrt(np.maximum(s["square"] / np.maximum(size, 1) - inside**2, 0))
        numbers = np.flatnonzero(size[1:]) + 1
        typical = float(np.median(size[numbers])) if len(numbers) else 1.0
        table = [
            np.clip(contrast, -0.5, 1.5),
            np.clip(contrast / np.maximum(np.abs(inside) + np.abs(outside), 0.02), -1, 1),
            _squash(contrast * np.sqrt(np.minimum(size, 500)) / max(noise, 1e-3)),
            _squash(sharp - 1),
            self._share(self.rings, middle, s["ring"], 1),
            self._share(self.outlines, middle, s["edge"], -1),
            np.minimum(s["touch"] / edge, 1.5),
            np.clip(bridge, 0, 2),
            np.clip(4 * math.pi * (size / planes) / np.maximum(edge / planes, 1) ** 2, 0, 2),
            np.clip(np.log(np.maximum(size, 1) / typical), -3, 3),
            np.clip(spread / np.maximum(np.abs(contrast), 0.02), 0, 3),
            self.border,
            np.log(planes),
            np.clip(inside, 0, 2),
        ]
        return JudgedObjects(numbers=numbers, values=np.stack(table, axis=1)[numbers])


def _squash(value: Numbers) -> Numbers:
    """Return a value of any size as one of a few units."""
    return np.asarray(np.sign(value) * np.log1p(np.abs(value)))


def _neighbours(axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return the places of all voxels that have one before them along an axis, and of those before them."""
    ahead, behind = [slice(None)] * 3, [slice(None)] * 3
    ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
    return tuple(ahead), tuple(behind)


def _mark_edges(labels: Labels) -> npt.NDArray[np.bool_]:
    """Return which voxels of objects have a neighbour in the plane that is not of theirs."""
    edge = np.zeros(labels.shape, bool)
    for axis in (1, 2):
        ahead, behind = _neighbours(axis)
        differs = labels[ahead] != labels[behind]
        edge[ahead] |= differs
        edge[behind] |= differs
    return np.asarray(edge & (labels > 0))


def _mark_ring(labels: Labels) -> Labels:
    """Return the background 2 to 4 pixels beside objects, each pixel with the number of an object that is near."""
    next_to = ndimage.maximum_filter(labels, (1, 3, 3))
    return np.where(next_to > 0, 0, ndimage.maximum_filter(labels, (1, 9, 9)))
