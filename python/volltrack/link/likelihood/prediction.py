"""Where a spot goes next: from the steps of its neighbours, and from its own steps before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.points import FramePoints
from volltrack.link.likelihood.search import NO_BENEFIT, CandidateTable, LikelihoodSolution
from volltrack.link.likelihood.step import log_rest

__all__ = ["LEAST_PERSISTENCE", "predict_from_neighbours", "prefer_persistent_links"]

FloatArray = npt.NDArray[np.float64]

LEAST_PERSISTENCE: Final = 0.15
"""Correlation of successive steps below which prediction does not help."""
_N_NEIGHBOURS: Final = 8
_TURN_RATE: Final = 0.05
"""Chance that a cell forgets its direction; it bounds what a wrong link before or after can do."""


def predict_from_neighbours(
    points: FramePoints, table: CandidateTable, solution: LikelihoodSolution
) -> tuple[FloatArray, float]:
    """Return the step of each spot as its neighbours' links tell it, (N, D), and the share of variance it explains.

    Parameters
    ----------
    points, table
        All spots; steps are counted in the frame of reference of ``table.place``, which drifts along.
    solution
        Links of a first round.

    Notes
    -----
    The mean step of the 8 nearest linked neighbours in the same frame, without the spot itself, times the slope of the
    regression of own steps on it. Where cells move independently the slope and the share are near 0.
    """
    single = _single_links(points, solution)
    source, target = solution.source[single], solution.target[single]
    step = table.place[target] - table.place[source]
    mean = np.zeros_like(table.place)
    n_near = min(_N_NEIGHBOURS + 1, len(source))
    if n_near < 4:
        return mean, 0.0
    far = 10 * (float(np.ptp(table.place, axis=0).max()) + 1.0)
    located = np.column_stack([table.place, points.frame * far])
    distance, near = cKDTree(located[source]).query(located, k=n_near, distance_upper_bound=far / 2)
    own = np.full(len(points), -1)
    own[source] = np.arange(len(source))
    usable = (distance < np.inf) & (near != own[:, None])
    safe = np.where(usable, near, 0)
    weight = usable / np.maximum(usable.sum(axis=1, keepdims=True), 1)
    mean = np.einsum("nk,nkd->nd", weight, step[safe])
    around = mean[source]
    power = float((around**2).sum())
    slope = float((step * around).sum()) / power if power > 0 else 0.0
    slope = min(max(slope, 0.0), 1.0)
    left, total = float(((step - slope * around) ** 2).sum()), float((step**2).sum())
    return slope * mean, 1.0 - left / total if total > 0 else 0.0


def prefer_persistent_links(
    points: FramePoints, table: CandidateTable, solution: LikelihoodSolution, model: LikelihoodModel
) -> CandidateTable:
    """Return the candidates with benefits that count how well a link continues the links before and after it.

    Parameters
    ----------
    points, table
        All spots and their candidates.
    solution
        Links of the round before: they give the step into each source and out of each target.
    model
        With `persistence` r: a step is r times the one before plus a random part of variance (1 - r^2).
    """
    r, n_axes = model.persistence, points.n_axes
    sigma = model.step_sigma(points.axes)
    into, out_of = np.full_like(table.place, np.nan), np.full_like(table.place, np.nan)
    rate = points.frame[solution.target] - points.frame[solution.source]
    velocity = (table.place[solution.target] - table.place[solution.source]) / rate[:, None] / sigma
    into[solution.target] = velocity
    single = ~np.isin(solution.source, solution.mother)
    out_of[solution.source[single]] = velocity[single]
    rows, at = np.nonzero((table.benefit > NO_BENEFIT) & (np.arange(table.target.shape[1]) > 0))
    target = table.target[rows, at]
    n_frames = points.frame[target] - points.frame[rows]
    step = (table.place[target] - table.place[rows]) / n_frames[:, None] / sigma
    spread = 1.0 - r**2
    change = np.zeros(len(rows))
    for earlier, later in ((into[rows], step), (step, out_of[target])):
        plain, follows = (later**2).sum(axis=1), ((later - r * earlier) ** 2).sum(axis=1) / spread
        gain = log_rest(follows, n_axes, model.step_tail) - log_rest(plain, n_axes, model.step_tail)
        gain -= 0.5 * n_axes * np.log(spread)
        known = np.isfinite(gain)
        change[known] += np.logaddexp(np.log(1 - _TURN_RATE) + gain[known], np.log(_TURN_RATE))
    benefit = table.benefit.copy()
    benefit[rows, at] += np.where(n_frames == 1, change, 0.0)
    expected = table.shift + r * np.where(np.isfinite(into), into - table.shift / sigma, 0.0) * sigma
    return replace(table, benefit=benefit, expected=expected)


def _single_links(points: FramePoints, solution: LikelihoodSolution) -> npt.NDArray[np.bool_]:
    """Return which links go to the next frame and belong to no division, (M,)."""
    next_frame = points.frame[solution.target] - points.frame[solution.source] == 1
    single: npt.NDArray[np.bool_] = next_frame & ~np.isin(solution.source, solution.mother)
    return single
