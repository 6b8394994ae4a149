"""Do new tracks begin as sisters? A test that does not depend on the divisions already found."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.points import FramePoints
from volltrack.link.likelihood.search import CandidateTable, LikelihoodSolution

__all__ = ["estimate_sister_share", "measure_symmetry"]

FloatArray = npt.NDArray[np.float64]

_PRIOR_STARTS: Final = 5.0
_PRIOR_SHARE: Final = 0.6
"""A guess that counts as this many starts: a movie of five frames may hold one division."""
_LEAST_COSINE: Final = 0.35


def measure_symmetry(points: FramePoints, table: CandidateTable, plain: LikelihoodSolution) -> FloatArray:
    """Return, for each start of a track beside a cell, the cosine between its offset and that cell's step, (S,).

    Parameters
    ----------
    points, table
        Spots and their candidates.
    plain
        Links without divisions: one daughter then continues her mother's track, the other starts one.

    Notes
    -----
    Seen from the place where the nearest cell was expected, a daughter and her sister stand on opposite sides, so the
    cosine is negative; a cell that appears by chance stands anywhere, so it is 0 on average. Starts are taken that go
    on for two more spots and are no false detections. The nearest cell is chosen by the distance of the start alone:
    that of its own step would bias the sign.
    """
    n = len(points)
    follower, leader = np.full(n, -1), np.full(n, -1)
    follower[plain.source], leader[plain.target] = plain.target, plain.source
    # in the second frame start all cells that were missed in the first
    n_before = np.cumsum(points.observed) - points.observed
    start = np.flatnonzero((leader < 0) & (follower >= 0) & (n_before[points.frame] > 1))
    start = start[follower[follower[start]] >= 0]
    mother = np.flatnonzero(follower >= 0)
    mother = mother[points.frame[follower[mother]] - points.frame[mother] == 1]
    if len(start) == 0 or len(mother) == 0:
        return np.zeros(0)
    expected = table.place + table.expected
    far = 10 * (float(np.ptp(table.place, axis=0).max()) + 1.0)
    tree = cKDTree(np.column_stack([expected[mother], points.frame[mother] * far]))
    query = np.column_stack([table.place[start], (points.frame[start] - 1) * far])
    distance, nearest = tree.query(query, distance_upper_bound=far / 2)
    start, mother = start[distance < np.inf], mother[nearest[distance < np.inf]]
    own = table.place[follower[mother]] - expected[mother]
    offset = table.place[start] - expected[mother]
    lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(offset, axis=1)
    cosine: FloatArray = np.sum(own * offset, axis=1) / np.maximum(lengths, 1e-12)
    return cosine


def estimate_sister_share(cosine: FloatArray, model: LikelihoodModel, n_axes: int) -> tuple[float, float]:
    """Return the share of such starts that are daughters, from the mean of `cosine`, (S,), and its standard error.

    The share is an unbiased guess, so chance may put it below 0 or above 1.
    """
    offset, spread = model.division_offset**2, n_axes * model.division_sigma**2
    if_sisters = max(0.85 * offset / (offset + spread), _LEAST_COSINE)
    n_sisters = -float(cosine.sum()) / if_sisters + _PRIOR_STARTS * _PRIOR_SHARE
    n_starts = len(cosine) + _PRIOR_STARTS
    return n_sisters / n_starts, float(1.0 / np.sqrt(n_axes * n_starts) / if_sisters)
