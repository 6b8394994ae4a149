"""The frames that methods are tried on, of large ones the part where most is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.model import Movie

__all__ = ["take_sample"]

_MOST_VOXELS: Final = {True: 600_000, False: 500_000}
"""Of each frame, of single planes and of stacks."""

_BLOCK: Final = 16
"""Pixels of the blocks that are compared to see where something is."""


def take_sample(frames: Sequence[npt.NDArray[np.float32]], movie: Movie) -> Movie:
    """Return a movie of some frames of `movie`, of large ones a part: whole planes are cut, never the depth.

    Parameters
    ----------
    frames
        float32 (Z, Y, X), at least one.
    movie
        For name and calibration.
    """
    most = _MOST_VOXELS[movie.is_2d]
    return Movie.from_array(np.stack([_cut(frame, most) for frame in frames]), movie.calibration, name=movie.name)


def _cut(frame: npt.NDArray[np.float32], most: int) -> npt.NDArray[np.float32]:
    """Return the part of a frame in which brightness differs most between blocks, of at most so many voxels."""
    z, y, x = frame.shape
    if frame.size <= most:
        return frame
    share = math.sqrt(most / frame.size)
    height, width = (max(min(n, 4 * _BLOCK), int(n * share)) for n in (y, x))
    top = frame.max(axis=0) if z > 1 else frame[0]
    rows, columns = y // _BLOCK, x // _BLOCK
    blocks = top[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    contrast = blocks.std(axis=(1, 3))
    contrast = np.minimum(contrast, np.percentile(contrast, 90))  # many cells, not one speck
    sums = np.pad(contrast.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    tall, wide = (max(1, n // _BLOCK) for n in (height, width))
    tall, wide = min(tall, rows), min(wide, columns)
    inside = sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]
    row, column = np.unravel_index(int(np.argmax(inside)), inside.shape)
    up, left = min(int(row) * _BLOCK, y - height), min(int(column) * _BLOCK, x - width)
    return frame[:, up : up + height, left : left + width]
