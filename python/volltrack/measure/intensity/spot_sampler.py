"""The pixels of one spot after the other, as TrackMate finds them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.measure.intensity.neighbourhood import build_neighbourhood
from volltrack.measure.intensity.window import FADE_OUT, crop_mirrored, crop_windowed
from volltrack.measure.outline.polygon import fill_polygon
from volltrack.model import VoxelSize

__all__ = ["SpotSampler"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MOST_REACHED = {2: 10_000, 3: 1_000}
_MOST_VOXELS = 2**28
"""A spot of a larger half-width (by the number of axes) or box comes from a wrong voxel size, not from a cell."""

_KEPT_VOXELS = 2**16
"""Shapes in boxes of up to so many voxels (1 MB) are kept for the next frame."""


class SpotSampler:
    """Takes the values in and around spots from one frame.

    Parameters
    ----------
    image
        (Z, Y, X), or (Y, X) for one plane.
    voxel_size
        See `VoxelSize`.

    Notes
    -----
    Positions are (z, y, x) in physical units; outlines are relative to them, (K, 2) as x, y.
    """

    def __init__(self, image: npt.NDArray[Any], voxel_size: VoxelSize) -> None:
        # ImageJ has no whole numbers of 32 bit: TrackMate sees them as real numbers, which fade without rounding
        self.image = image.astype(np.float64) if image.dtype.kind in "iu" and image.dtype.itemsize > 2 else image
        self.size = voxel_size.zyx[-image.ndim :]

    def take_sphere(self, position: FloatArray, radius: float) -> npt.NDArray[Any]:
        """Return the values in a sphere or circle."""
        shape = self._find_shape(radius)
        corner = self._find_corner(position, shape)
        if shape.is_single:
            box = zip(corner, shape.extent, self.image.shape, strict=True)
            return self.image[tuple(slice(min(max(a, 0), n), min(max(a + e, 0), n)) for a, e, n in box)].reshape(-1)
        return self._cut(corner, shape.extent).take(shape.index, mode="clip")

    def average_shell(self, position: FloatArray, radius: float) -> float:
        """Return the mean between `radius` and twice of it; NaN where even that is a single voxel."""
        shape = self._find_shape(2 * radius)
        if shape.is_single:
            return math.nan
        inner = int(shape.distance2.searchsorted(radius * radius, side="right"))
        box = self._cut(self._find_corner(position, shape), shape.extent)
        return _average(box.take(shape.index[inner:], mode="clip"))

    def take_outline(self, position: FloatArray, outline: FloatArray) -> npt.NDArray[Any]:
        """Return the values of the pixels whose centre lies in an outline."""
        vertices = (position[:0:-1] + outline) / np.array(self.size[::-1])
        low = np.floor(vertices.min(axis=0)).astype(np.int64)[::-1]
        high = np.ceil(vertices.max(axis=0)).astype(np.int64)[::-1] + 1
        inside = fill_polygon(vertices, low, (int(high[0] - low[0]), int(high[1] - low[1])))
        return crop_mirrored(self.image, low.tolist(), high.tolist())[inside]

    def average_rim(self, position: FloatArray, outline: FloatArray, inner_total: float, inner_mean: float) -> float:
        """Return the mean between an outline and the same of twice the size, from totals as TrackMate does."""
        length = np.sqrt(outline[:, 0] ** 2 + outline[:, 1] ** 2)[:, np.newaxis]
        # the detour over the unit vector is TrackMate's; it decides on which side of an outline a pixel centre lies
        doubled = np.divide(outline, length, out=np.zeros_like(outline), where=length > 0) * length * 2.0
        values = self.take_outline(position, doubled).astype(np.float64)
        values = values[~np.isnan(values)]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            share = np.float64(inner_total) / inner_mean
            n_outer = len(values) - (int(share) if np.isfinite(share) else 0)
            return float((values.sum() - inner_total) / np.float64(n_outer))

    def _find_shape(self, radius: float) -> _Shape:
        reach = [radius / size for size in self.size]
        if max(reach) > _MOST_REACHED[len(reach)] or math.prod(2 * half + 1 for half in reach) > _MOST_VOXELS:
            raise BadValue(
                f"a spot of radius {radius:g} reaches {max(reach):.3g} voxels along one axis: check the voxel size "
                f"z, y, x = {', '.join(f'{size:g}' for size in self.size)}"
            )
        span = tuple(map(_round_half_up, reach))
        if math.prod(2 * half + 1 for half in span) > _KEPT_VOXELS:
            return _draw_shape(span, self.size)
        return _draw_small_shape(span, self.size)

    def _find_corner(self, position: FloatArray, shape: _Shape) -> tuple[int, ...]:
        """Return the first voxel of the box of a shape around a position; it may lie outside the image."""
        place = zip(position[-self.image.ndim :].tolist(), self.size, shape.low, strict=True)
        return tuple(_round_half_up(p / size) + low for p, size, low in place)

    @cached_property
    def _faded(self) -> npt.NDArray[Any]:
        """The image with the margin beyond which every value is 0."""
        high = [n + FADE_OUT for n in self.image.shape]
        return crop_windowed(self.image, [-FADE_OUT] * self.image.ndim, high)

    def _cut(self, corner: tuple[int, ...], extent: tuple[int, ...]) -> npt.NDArray[Any]:
        """Return the values of a box, flat; it may reach over the border."""
        place = list(zip(corner, extent, self.image.shape, strict=True))
        if all(a >= 0 and a + e <= n for a, e, n in place):
            return self.image[tuple(slice(a, a + e) for a, e, _ in place)].reshape(-1)
        margin = FADE_OUT  # of the image that is cut from
        low = [min(max(a + margin, 0), n + 2 * margin) for a, _, n in place]
        high = [min(max(a + margin + e, 0), n + 2 * margin) for a, e, n in place]
        part = self._faded[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
        if part.shape == extent:
            return part.reshape(-1)
        box = np.zeros(extent, dtype=self.image.dtype)
        box[tuple(slice(a - c - margin, b - c - margin) for a, b, c in zip(low, high, corner, strict=True))] = part
        return box.reshape(-1)


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """A neighbourhood as places in its bounding box, nearest to the centre first."""

    low: tuple[int, ...]
    extent: tuple[int, ...]
    index: IntArray
    distance2: FloatArray
    is_single: bool


def _round_half_up(value: float) -> int:
    """Return the nearest whole number, as `neighbourhood.round_half_up` does, of one value."""
    return math.floor(value + 0.5)


def _draw_shape(span: tuple[int, ...], size: tuple[float, ...]) -> _Shape:
    """Return the neighbourhood with half-widths `span` for voxels of `size`, both in array order."""
    lines = build_neighbourhood(span)
    low = lines[:, :3].min(axis=0)
    extent = np.array([*lines[:, :2].max(axis=0), lines[:, 3].max()]) + 1 - low
    width = lines[:, 3] - lines[:, 2] + 1
    line = np.repeat(np.arange(len(lines)), width)
    x = lines[line, 2] + np.arange(len(line)) - np.repeat(np.cumsum(width) - width, width)
    z, y = lines[line, 0], lines[line, 1]
    index = ((z - low[0]) * extent[1] + y - low[1]) * extent[2] + x - low[2]
    distance2 = (size[-1] * x) ** 2 + (size[-2] * y) ** 2
    if len(size) == 3:
        distance2 = distance2 + (size[0] * z) ** 2
    order = np.argsort(distance2, kind="stable")
    axes = slice(3 - len(size), 3)
    is_single = span[-1] == 0 and span[-2] == 0
    return _Shape(
        low=tuple(low[axes].tolist()),
        extent=tuple(extent[axes].tolist()),
        index=index[order],
        distance2=distance2[order],
        is_single=is_single,
    )


_draw_small_shape = lru_cache(maxsize=64)(_draw_shape)


def _average(values: npt.NDArray[Any]) -> float:
    """Return the mean of the values that are numbers, NaN if there are none."""
    known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    return float(known.sum(dtype=np.float64)) / len(known) if len(known) else math.nan
