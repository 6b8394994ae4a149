"""Spots prepared for linking by likelihood: sorted by frame, without the axes along which nothing varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from volltrack.model import Spots

__all__ = ["FramePoints", "measure_spacing", "sort_points", "take_frames"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MAX_SAMPLED: Final = 5000
_LONGEST_PAUSE: Final = 10
_BALL: Final = {1: 2.0, 2: np.pi, 3: 4 * np.pi / 3}


@dataclass(frozen=True, kw_only=True)
class FramePoints:
    """Positions in the order of their frames.

    Parameters
    ----------
    position
        float64 (N, D), D = 1 to 3: the axes in `axes`.
    frame
        int64 (N,), ascending from 0; pauses of more than 10 frames are cut to 10.
    first
        int64 (T + 1,): the points of frame t are rows first[t] to first[t + 1] - 1.
    row
        int64 (N,): row of each point in the table of spots.
    axes
        Which of z, y, x (0, 1, 2) vary.
    """

    position: FloatArray
    frame: IntArray
    first: IntArray
    row: IntArray
    axes: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.position)

    @property
    def n_frames(self) -> int:
        """Number of frames, empty ones included."""
        return len(self.first) - 1

    @property
    def n_axes(self) -> int:
        """Number of axes D."""
        return len(self.axes)

    @property
    def observed(self) -> npt.NDArray[np.int64]:
        """1 for each frame with a spot, 0 for each empty one, (T,)."""
        return (np.diff(self.first) > 0).astype(np.int64)


def sort_points(spots: Spots) -> FramePoints:
    """Return the visible `spots` by frame, then id, so that the order of the table's rows does not matter."""
    order = np.lexsort((spots.ids, spots.frames))
    if "VISIBILITY" in spots.table.columns:
        # as in TrackMate, where 0 hides a spot and nothing is known of NaN
        order = order[~(spots.table["VISIBILITY"].to_numpy(dtype=np.float64)[order] <= 0)]
    frame = spots.frames[order]
    position = spots.positions_zyx[order]
    varies = np.ptp(position, axis=0) > 0 if len(position) else np.ones(3, dtype=bool)
    axes = tuple(int(a) for a in np.flatnonzero(varies)) or (2,)
    # nothing is linked over more than a few frames, so a longer pause need not keep its length
    pause = np.minimum(np.diff(frame, prepend=frame[:1]), _LONGEST_PAUSE)
    return _build(position[:, list(axes)], np.cumsum(pause), order, axes)


def take_frames(points: FramePoints, begin: int, end: int) -> FramePoints:
    """Return the points of frames `begin` to `end` - 1, frames counted from `begin`."""
    part = slice(int(points.first[begin]), int(points.first[end]))
    return _build(points.position[part], points.frame[part] - begin, points.row[part], points.axes, end - begin)


def measure_spacing(points: FramePoints) -> tuple[float, float]:
    """Return the median distance of nearest neighbours within frames, and the spots per unit of volume.

    For points at random the density follows from that median: half of all have no neighbour in a ball of this radius.
    (0, 0) when no frame holds two different points.
    """
    shares = max(1, len(points) // _MAX_SAMPLED)
    distances = []
    for t in range(0, points.n_frames, shares):
        here = points.position[points.first[t] : points.first[t + 1]]
        if len(here) > 1:
            distances.append(cKDTree(here).query(here, k=2)[0][:, 1])
    distance = np.concatenate(distances) if distances else np.zeros(0)
    distance = distance[distance > 0]
    if len(distance) == 0:
        return 0.0, 0.0
    median = float(np.median(distance))
    return median, float(np.log(2) / (_BALL[points.n_axes] * median**points.n_axes))


def _build(
    position: FloatArray, frame: IntArray, row: IntArray, axes: tuple[int, ...], n_frames: int | None = None
) -> FramePoints:
    """Return points with the index of their frames."""
    if n_frames is None:
        n_frames = int(frame[-1]) + 1 if len(frame) else 0
    first = np.searchsorted(frame, np.arange(n_frames + 1)).astype(np.int64)
    return FramePoints(position=np.ascontiguousarray(position), frame=frame, first=first, row=row, axes=axes)
