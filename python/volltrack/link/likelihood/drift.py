"""Drift: the movement that all cells share, found before anything is linked."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from volltrack.link.likelihood.points import FramePoints

__all__ = ["estimate_drift"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_REACH: Final = 3.0
"""Largest drift looked for, in distances of nearest neighbours."""
_BIN: Final = 0.25
_CORE: Final = 0.6
_MAX_PAIRS_POOLED: Final = 20
_MAX_QUERIES: Final = 200
_CLEAR_SHARE: Final = 0.5
"""A frame where this share of the spots follows the mean drift is not searched for another."""
_MIN_QUERIES_OWN: Final = 15
"""Frames with fewer spots have no drift of their own."""


def estimate_drift(points: FramePoints, spacing: float, mean_drift: FloatArray | None = None) -> FloatArray:
    """Return the drift from each frame to the next, float64 (T, D); the last row repeats the mean.

    Parameters
    ----------
    points
        All spots.
    spacing
        Median distance of nearest neighbours; 0 gives no drift.
    mean_drift
        Mean drift (D,) when known; None to find it.

    Notes
    -----
    Every pair of spots of two consecutive frames votes for its displacement. Wrong pairs spread evenly, right ones
    pile up at the drift, even when it is larger than the distance between neighbours. The peak of all frames together
    is the mean drift; single frames deviate from it as far as their own peak says so against its standard error
    (shrinkage by the variance between frames, as in empirical Bayes).
    """
    n_frames, n_axes = points.n_frames, points.n_axes
    zero = np.zeros(n_axes)
    if spacing <= 0 or n_frames < 2:
        return np.tile(zero if mean_drift is None else mean_drift, (max(n_frames, 1), 1))
    pairs = np.flatnonzero(points.observed[:-1] * points.observed[1:])
    if mean_drift is None:
        some = pairs[:: max(1, len(pairs) // _MAX_PAIRS_POOLED)]
        votes = [_collect_votes(points, int(t), zero, _REACH * spacing) for t in some]
        mean_drift = _find_peak(np.concatenate([*votes, np.zeros((0, n_axes))]), zero, spacing)
    own = np.tile(mean_drift, (n_frames, 1))
    error = np.full(n_frames, np.inf)
    for t in pairs:
        n_queries = min(_MAX_QUERIES, int(points.first[t + 1] - points.first[t]))
        if n_queries < _MIN_QUERIES_OWN:
            continue
        votes_here = _collect_votes(points, int(t), mean_drift, spacing)
        own[t] = _climb(votes_here, mean_drift, spacing)
        if _count_near(votes_here, own[t], spacing) < _CLEAR_SHARE * n_queries:
            votes_here = _collect_votes(points, int(t), mean_drift, _REACH * spacing)
            own[t] = _find_peak(votes_here, mean_drift, spacing)
        near = votes_here[np.linalg.norm(votes_here - own[t], axis=1) < _CORE * spacing]
        if len(near) > 2:
            error[t] = float(np.mean(np.var(near, axis=0))) / len(near)
    return _shrink(own, error, mean_drift)


def _collect_votes(points: FramePoints, t: int, center: FloatArray, reach: float) -> FloatArray:
    """Return the displacements (V, D) from frame `t` to the next that lie within `reach` of `center`."""
    here = points.position[points.first[t] : points.first[t + 1]]
    there = points.position[points.first[t + 1] : points.first[t + 2]]
    here = here[:: max(1, -(-len(here) // _MAX_QUERIES))]
    found = cKDTree(here + center).sparse_distance_matrix(cKDTree(there), reach, output_type="ndarray")
    votes: FloatArray = there[found["j"]] - here[found["i"]]
    return votes


def _find_peak(votes: FloatArray, center: FloatArray, spacing: float) -> FloatArray:
    """Return the displacement with most votes around it, (D,); `center` unless another place is clearly better."""
    if len(votes) == 0:
        return center
    width = _BIN * spacing
    n_bins = 2 * int(np.ceil(_REACH / _BIN)) + 1
    index = np.clip(np.round((votes - center) / width).astype(np.int64) + n_bins // 2, 0, n_bins - 1)
    shape = (n_bins,) * votes.shape[1]
    count = np.bincount(np.ravel_multi_index(tuple(index.T), shape), minlength=n_bins ** votes.shape[1])
    smooth = count.reshape(shape).astype(np.float64)
    for axis in range(smooth.ndim):
        padded = np.pad(smooth, [(1, 1) if a == axis else (0, 0) for a in range(smooth.ndim)])
        low, mid, high = (np.take(padded, np.arange(n_bins) + k, axis=axis) for k in range(3))
        smooth = low + 2 * mid + high
    at = np.array(np.unravel_index(int(smooth.argmax()), shape))
    best = _climb(votes, center + (at - n_bins // 2) * width, spacing)
    stay = _climb(votes, center, spacing)
    n_best, n_stay = (_count_near(votes, place, spacing) for place in (best, stay))
    if n_best > n_stay + 3 * np.sqrt(n_stay + 1):
        return best
    return stay if n_stay >= 5 else center


def _climb(votes: FloatArray, place: FloatArray, spacing: float) -> FloatArray:
    """Return the place (D,) where the mean of the votes around it is itself."""
    for _ in range(10):
        near = votes[np.linalg.norm(votes - place, axis=1) < _CORE * spacing]
        if len(near) == 0:
            break
        moved: FloatArray = near.mean(axis=0)
        if np.linalg.norm(moved - place) < 1e-3 * spacing:
            return moved
        place = moved
    return place


def _count_near(votes: FloatArray, place: FloatArray, spacing: float) -> int:
    """Return the number of votes around `place`."""
    return int((np.linalg.norm(votes - place, axis=1) < _CORE * spacing).sum())


def _shrink(own: FloatArray, error: FloatArray, mean: FloatArray) -> FloatArray:
    """Return the drift of each frame, pulled to the mean as far as `error` (variance of each, per axis) demands."""
    known = np.isfinite(error)
    if known.sum() < 2:
        return own if known.any() else np.tile(mean, (len(own), 1))
    between = float(np.mean((own[known] - mean) ** 2)) - float(error[known].mean())
    between = max(between, 1e-300)
    weight = np.where(known, between / (between + np.where(known, error, 1.0)), 0.0)
    return mean + weight[:, None] * (own - mean)
