"""Hypotheses "this spot divides into these two", each judged as one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.points import FramePoints
from volltrack.link.likelihood.search.auction import NO_BENEFIT, Assignment
from volltrack.link.likelihood.search.candidates import CandidateTable

__all__ = ["DivisionHypotheses", "list_divisions", "measure_loss"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_SLACK: Final = 2.0
"""A hypothesis that seems to lose less than this is kept: the estimate is rough."""
_MAX_FRAMES: Final = 2
"""A daughter may be missed in one frame after the division."""
_ROWS_AT_ONCE: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class DivisionHypotheses:
    """Possible divisions.

    Parameters
    ----------
    mother, first, second
        int64 (H,): rows of the spots.
    benefit
        float64 (H,): log-likelihood of the division minus that of an end and two starts.
    """

    mother: IntArray
    first: IntArray
    second: IntArray
    benefit: FloatArray

    def __len__(self) -> int:
        return len(self.mother)


def list_divisions(
    points: FramePoints, table: CandidateTable, model: LikelihoodModel, assignment: Assignment, value: FloatArray
) -> DivisionHypotheses:
    """Return the divisions that may be better than the links of `assignment`.

    Parameters
    ----------
    points, table, model
        What was linked.
    assignment, value
        The best links without divisions, and what each spot's link is worth (`compute_column_values`).

    Notes
    -----
    The daughters stand at opposite sides of the place where the mother would have gone, at distance `division_offset`
    from it in an unknown direction, with a normal error. Integrated over all directions the likelihood is the product
    of two normal densities times sinh(kappa) / kappa (von Mises-Fisher; Bessel I0 in a plane), which judges the
    midpoint and the distance of the sisters together, also when one of them was seen a frame later.
    """
    n = len(table)
    top = _largest_benefit(points, table, model)
    parts = []
    for begin in range(0, n, _ROWS_AT_ONCE):
        rows = np.arange(begin, min(begin + _ROWS_AT_ONCE, n))
        child, first_at, second_at = _list_children(points, table, assignment, value, rows, top)
        pairs = [(child[:, i], child[:, j]) for i, j in zip(first_at, second_at, strict=True)]
        for one, other in pairs:
            at = np.flatnonzero((one < n) & (other < n))
            mother, a, b = rows[at], one[at], other[at]
            hopeful = measure_loss(assignment, value, mother, a, b) < top + _SLACK
            parts.append(np.stack([mother[hopeful], a[hopeful], b[hopeful]]))
    mother, first, second = np.concatenate([*parts, np.zeros((3, 0), dtype=np.int64)], axis=1)
    benefit = _benefit_of(points, table, model, mother, first, second)
    good = benefit + _SLACK > measure_loss(assignment, value, mother, first, second)
    return DivisionHypotheses(mother=mother[good], first=first[good], second=second[good], benefit=benefit[good])


def measure_loss(
    assignment: Assignment, value: FloatArray, mother: IntArray, first: IntArray, second: IntArray
) -> FloatArray:
    """Return what the links lose, about, when the three spots are taken out of them, (H,)."""
    own = assignment.column[mother]
    row_value = assignment.benefit[mother] - np.where(own >= 0, assignment.price[own], 0.0)
    loss: FloatArray = np.where(
        own == first,
        assignment.benefit[mother] + value[second],
        np.where(own == second, assignment.benefit[mother] + value[first], row_value + value[first] + value[second]),
    )
    return loss


def _list_children(
    points: FramePoints,
    table: CandidateTable,
    assignment: Assignment,
    value: FloatArray,
    rows: IntArray,
    top: float,
) -> tuple[IntArray, IntArray, IntArray]:
    """Return children (n, K) that each row may afford, N for padding, padding last; and the pairs of columns."""
    n = len(table)
    child = table.target[rows, 1:]
    real = table.benefit[rows, 1:] > NO_BENEFIT
    safe = np.where(real, child, 0)
    late = points.frame[safe] - points.frame[rows][:, None] > _MAX_FRAMES
    own = assignment.column[rows]
    row_value = assignment.benefit[rows] - np.where(own >= 0, assignment.price[own], 0.0)
    affordable = (child == own[:, None]) | (value[safe] + row_value[:, None] < top + _SLACK)
    keep = real & affordable & ~late
    width = int(keep.sum(axis=1).max()) if keep.size else 0
    order = np.argsort(~keep, axis=1, kind="stable")[:, :width]
    child = np.take_along_axis(np.where(keep, child, n), order, axis=1)
    first_at, second_at = np.triu_indices(width, 1)
    return child, first_at, second_at


def _largest_benefit(points: FramePoints, table: CandidateTable, model: LikelihoodModel) -> float:
    """Return the benefit of a division with both daughters exactly where expected."""
    if not len(table):
        return 0.0
    density = -points.n_axes * np.log(2 * np.pi * model.division_sigma**2)
    kappa = np.array([2 * model.division_offset**2 / model.division_sigma**2])
    density += float((_log_mean_over_directions(kappa, points.n_axes) - kappa)[0])
    return float(np.log(2 * model.division_rate) + density + 2 * table.start_cost.max() + table.end_cost.max())


def _benefit_of(
    points: FramePoints,
    table: CandidateTable,
    model: LikelihoodModel,
    mother: IntArray,
    first: IntArray,
    second: IntArray,
) -> FloatArray:
    """Return the benefit of each division, (H,)."""
    n_axes = points.n_axes
    step_variance = float(np.mean(model.step_sigma(points.axes) ** 2))
    offset = model.division_offset
    log_likelihood = np.log(2 * model.division_rate) + 2 * np.log(1 - model.missed_rate)
    log_likelihood = np.full(len(mother), log_likelihood)
    pull = np.zeros((len(mother), n_axes))
    n_missed = np.zeros(len(mother))
    for daughter, side in ((first, 1.0), (second, -1.0)):
        n_frames = points.frame[daughter] - points.frame[mother]
        step = table.place[daughter] - table.place[mother] - n_frames[:, None] * table.expected[mother]
        extra = model.gap_variance_growth * (n_frames - 1) * step_variance
        variance = model.division_sigma**2 + extra
        log_likelihood -= (np.sum(step**2, axis=1) + offset**2) / (2 * variance)
        log_likelihood -= 0.5 * n_axes * np.log(2 * np.pi * variance)
        pull += side * offset * step / variance[:, None]
        n_missed = np.where(side > 0, n_frames - 1, np.maximum(n_missed, n_frames - 1))
    kappa = np.linalg.norm(pull, axis=1)
    log_likelihood += _log_mean_over_directions(kappa, n_axes) + n_missed * np.log(model.missed_rate)
    gained = table.end_cost[mother] + table.start_cost[first] + table.start_cost[second]
    benefit: FloatArray = log_likelihood + gained
    return benefit


def _log_mean_over_directions(kappa: FloatArray, n_axes: int) -> FloatArray:
    """Return log of the mean of exp(kappa cos(angle)) over all directions in `n_axes` dimensions."""
    kappa = np.maximum(kappa, 1e-6)
    even = 1 + np.exp(-2 * kappa)
    if n_axes == 1:
        return np.asarray(kappa + np.log(even / 2))
    if n_axes == 2:
        large = kappa > 30
        return np.where(large, kappa - 0.5 * np.log(2 * np.pi * kappa), np.log(np.i0(np.minimum(kappa, 30))))
    return np.asarray(kappa + np.log1p(-np.exp(-2 * kappa)) - np.log(2 * kappa))
