"""Cut-outs of an image that may reach over its border, with the values that TrackMate puts there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["FADE_OUT", "crop_mirrored", "crop_windowed"]

FADE_OUT = 5
"""Voxels beyond the border that hold more than 0 (imglib2's OutOfBoundsMirrorExpWindowing)."""


def crop_mirrored(image: npt.NDArray[Any], low: Sequence[int], high: Sequence[int]) -> npt.NDArray[Any]:
    """Return image[low:high] on each axis, mirrored at the border voxels, which are not repeated.

    Parameters
    ----------
    image
        Any number of axes.
    low, high
        First index and the one after the last, on each axis; may lie outside the image.
    """
    if _is_within(image, low, high):
        return image[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    index = [_mirror(np.arange(a, b), n) for a, b, n in zip(low, high, image.shape, strict=True)]
    return image[np.ix_(*index)]


def crop_windowed(image: npt.NDArray[Any], low: Sequence[int], high: Sequence[int]) -> npt.NDArray[Any]:
    """Return `crop_mirrored` with the values outside the image fading to 0 over five voxels.

    Values keep the image's type; whole numbers are rounded, halves away from 0, in single precision as in imglib2.
    """
    if _is_within(image, low, high):
        return crop_mirrored(image, low, high)
    result = np.empty([b - a for a, b in zip(low, high, strict=True)], dtype=image.dtype)
    inner_low = [min(max(a, 0), n) for a, n in zip(low, image.shape, strict=True)]
    inner_high = [max(min(b, n), a) for a, b, n in zip(inner_low, high, image.shape, strict=True)]
    _paste(result, crop_mirrored(image, inner_low, inner_high), low, inner_low)
    for axis in range(image.ndim):  # the slabs below and above the image; corners belong to the first axis
        for first, last in ((low[axis], min(high[axis], 0)), (max(low[axis], image.shape[axis]), high[axis])):
            if first < last:
                slab_low = [*inner_low[:axis], first, *low[axis + 1 :]]
                slab_high = [*inner_high[:axis], last, *high[axis + 1 :]]
                _paste(result, _fade_values(image, slab_low, slab_high), low, slab_low)
    return result


def _paste(target: npt.NDArray[Any], values: npt.NDArray[Any], low: Sequence[int], values_low: Sequence[int]) -> None:
    """Write `values`, whose corner is `values_low`, into `target`, whose corner is `low`."""
    place = zip(low, values_low, values.shape, strict=True)
    target[tuple(slice(b - a, b - a + n) for a, b, n in place)] = values


def _fade_values(image: npt.NDArray[Any], low: Sequence[int], high: Sequence[int]) -> npt.NDArray[Any]:
    """Return the faded values of a box of which every voxel lies outside the image."""
    values = crop_mirrored(image, low, high)
    weight = np.ones((1,) * image.ndim, dtype=np.float32)
    for axis in reversed(range(image.ndim)):  # x first
        place = np.arange(low[axis], high[axis])
        beyond = np.maximum(-place - 1, place - image.shape[axis])
        if (beyond < 0).all():
            continue
        shape = [1] * image.ndim
        shape[axis] = -1
        fade = _fade()[np.clip(beyond, 0, FADE_OUT)]
        weight = weight * np.where(beyond < 0, np.float32(1), fade).reshape(shape)
    faded = values.astype(np.float32) * weight
    if image.dtype.kind in "ub":
        faded += np.float32(0.5)  # what is made a whole number below is cut off
    elif image.dtype.kind == "i":
        faded = np.trunc(faded + np.copysign(np.float32(0.5), faded))
    return faded.astype(values.dtype)


def _fade() -> npt.NDArray[np.float32]:
    """Return the weight at 0 .. 5 voxels beyond the border: from 1 to 0 along an exponential of base 10."""
    relative = np.arange(FADE_OUT + 1, dtype=np.float32) / np.float32(FADE_OUT)
    falling = (1 - 1 / np.power(10.0, (1 - relative).astype(np.float64))).astype(np.float32)
    return falling * (1 + np.float32(1) / np.float32(9))


def _is_within(image: npt.NDArray[Any], low: Sequence[int], high: Sequence[int]) -> bool:
    return all(a >= 0 and b <= n for a, b, n in zip(low, high, image.shape, strict=True))


def _mirror(index: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Return indices within 0 .. n - 1: reflected at both ends, again and again."""
    if n == 1:
        return np.zeros_like(index)
    folded = np.abs(index) % (2 * n - 2)
    return np.where(folded < n, folded, 2 * n - 2 - folded)
