"""One frame of one channel, put together from the planes of a file."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile
from volltrack.io.image_rules import Layout
from volltrack.io.tiff.stored import StoredImage
from volltrack.model import Frame

__all__ = ["FrameReader"]


@dataclass(frozen=True, kw_only=True)
class FrameReader:
    """Reads frame t as (Z, Y, X), only from the planes that it needs.

    Parameters
    ----------
    stored
        The file.
    layout
        Names of its axes.
    channel
        Which channel, 0-based.

    Notes
    -----
    Where time is stored behind y or x, every page holds a part of every frame and all pages are read for one frame.
    """

    stored: StoredImage
    layout: Layout
    channel: int

    @property
    def between(self) -> tuple[str, tuple[int, ...]]:
        """Axes between the pages, slowest first, and their lengths."""
        split = len(self.layout.axes) - _count_paged_axes(self.layout, self.stored)
        return self.layout.axes[:split], self.layout.shape[:split]

    def __call__(self, t: int) -> Frame:
        """Return frame t, (Z, Y, X)."""
        layout = self.layout
        between, _ = self.between
        within, page_shape = layout.axes[len(between) :], layout.shape[len(between) :]
        frame: npt.NDArray[Any] = np.empty(layout.shape_tzyx[1:], dtype=self.stored.dtype.newbyteorder("="))
        fixed = {"T": t, "C": self.channel}
        for index in itertools.product(*([fixed[a]] if a in fixed else range(layout.length(a)) for a in between)):
            number = 0
            for axis, at in zip(between, index, strict=True):
                number = number * layout.length(axis) + at
            place = dict(zip(between, index, strict=True))
            page = self.stored.read_plane(number).reshape(page_shape)
            frame[tuple(place.get(axis, slice(None)) for axis in "ZYX")] = _orient(
                page, within, fixed, without="".join(place)
            )
        return frame


def _orient(page: npt.NDArray[Any], axes: str, fixed: Mapping[str, int], *, without: str) -> npt.NDArray[Any]:
    """Return the fixed time and channel of a page in the order (Z, Y, X), `without` the axes between pages."""
    for axis, at in fixed.items():
        if axis in axes:
            page = page.take(at, axis=axes.index(axis))
            axes = axes.replace(axis, "")
    if "Z" not in axes + without:
        page, axes = page[np.newaxis], "Z" + axes
    return page.transpose([axes.index(axis) for axis in "ZYX" if axis in axes])


def _count_paged_axes(layout: Layout, stored: StoredImage) -> int:
    """Return how many of the last axes of `layout` one page of the file holds."""
    page_size = math.prod(stored.shape[len(stored.shape) - stored.page_ndim :])
    for count in range(1, len(layout.axes) + 1):
        if math.prod(layout.shape[-count:]) == page_size:
            return count
    raise BadFile(f"a page does not hold whole axes of {layout.axes}; check `axes`", path=stored.path)
