"""Candidate links of a whole movie, each with what it is worth against leaving its spots unlinked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from volltrack.link.likelihood.model import LikelihoodModel, compute_end_costs, compute_start_costs
from volltrack.link.likelihood.points import FramePoints
from volltrack.link.likelihood.search.auction import NO_BENEFIT
from volltrack.link.likelihood.step import log_peak, log_rest, squared_distance_of

__all__ = ["CandidateTable", "find_candidates"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MAX_PER_STEP: Final = 8
"""Nearest spots looked at in each later frame."""
_MAX_KEPT: Final = 11
"""Best candidates kept for each spot, over all later frames."""
_ROWS_AT_ONCE: Final = 50_000


@dataclass(frozen=True, kw_only=True)
class CandidateTable:
    """For each of N spots K possible followers; column 0 stands for "this spot is a false detection".

    Parameters
    ----------
    target
        int64 (N, K): rows of the followers, own row in column 0, N for padding.
    benefit
        float64 (N, K): log-likelihood of the link minus that of an end here and a start there; `NO_BENEFIT` for
        padding.
    place
        float64 (N, D): positions in a frame of reference that drifts along.
    shift
        float64 (N, D): step of each spot in that frame of reference that its neighbours predict; used in the search.
    expected
        float64 (N, D): the same with what the spot's own last step predicts; divisions are judged by it.
    start_cost, end_cost
        float64 (N,): see `volltrack.link.likelihood.model`.
    """

    target: IntArray
    benefit: FloatArray
    place: FloatArray
    shift: FloatArray
    expected: FloatArray
    start_cost: FloatArray
    end_cost: FloatArray

    def __len__(self) -> int:
        return len(self.target)


def find_candidates(
    points: FramePoints, drift: FloatArray, model: LikelihoodModel, shift: FloatArray | None = None
) -> CandidateTable:
    """Return the candidate links over up to `model.max_missed_frames` missed frames.

    Parameters
    ----------
    points
        N spots.
    drift
        float64 (T, D): movement of all cells from each frame to the next.
    model
        All values known.
    shift
        float64 (N, D): step of each spot that is predicted beside the drift; None for none.

    Notes
    -----
    A link from u to v over k frames is worth log[(1 - end - division) (1 - missed) missed^(k-1) density(v; u + drift +
    k shift, variance of k steps)] plus the costs of no follower for u and no predecessor for v. One tree holds all
    frames, set apart along one more axis, so a step of k frames is one vectorised query.
    """
    n = len(points)
    place = points.position - (np.cumsum(drift, axis=0) - drift)[points.frame]
    shift = np.zeros_like(place) if shift is None else shift
    start_cost = compute_start_costs(points, model)[points.frame]
    end_cost = compute_end_costs(points, model)[points.frame]
    # a false detection has the density of false detections instead of a start and an end
    own = start_cost + end_cost + np.log(model.false_rate * model.spot_density)
    steps = range(1, min(model.max_missed_frames + 1, points.n_frames - 1) + 1)
    constants = [_link_constant(points, model, k) for k in steps]
    if n == 0 or not constants:
        return CandidateTable(
            target=np.arange(n)[:, None], benefit=own[:, None], place=place, shift=shift, expected=shift,
            start_cost=start_cost, end_cost=end_cost,
        )  # fmt: skip
    sigma = model.step_sigma(points.axes)
    radii = [_search_radius(c, k, start_cost.max() + end_cost.max(), sigma, model)
             for c, k in zip(constants, steps, strict=True)]  # fmt: skip
    apart = 2 * max(radii) + 1.0
    tree = cKDTree(np.column_stack([place / sigma, points.frame * apart]), balanced_tree=False, compact_nodes=False)
    padded_start = np.append(start_cost, 0.0)
    n_skipped = np.append(np.cumsum(points.observed) - points.observed, 0)
    targets, benefits = [], []
    for begin in range(0, n, _ROWS_AT_ONCE):
        rows = np.arange(begin, min(begin + _ROWS_AT_ONCE, n))
        target, benefit = [], []
        for k, constant, radius in zip(steps, constants, radii, strict=True):
            query = np.column_stack([(place[rows] + k * shift[rows]) / sigma, (points.frame[rows] + k) * apart])
            distance, found = tree.query(query, k=_MAX_PER_STEP, distance_upper_bound=radius)
            is_none = found == n
            ratio = model.variance_ratio(k)
            # frames without any spot are no misses
            last = np.minimum(points.frame[rows] + k, points.n_frames - 1)
            n_missed = n_skipped[last] - n_skipped[points.frame[rows]] - 1
            squared = np.where(is_none, 0.0, distance) ** 2 / ratio
            worth = constant + log_rest(squared, points.n_axes, model.step_tail) + padded_start[found]
            worth += (end_cost[rows] + np.maximum(n_missed, 0) * np.log(model.missed_rate))[:, None]
            target.append(found)
            benefit.append(np.where(is_none, NO_BENEFIT, worth))
        kept_target, kept_benefit = _keep_best(np.concatenate(target, axis=1), np.concatenate(benefit, axis=1))
        targets.append(np.column_stack([rows, kept_target]))
        benefits.append(np.column_stack([own[rows], kept_benefit]))
    return CandidateTable(
        target=np.concatenate(targets), benefit=np.concatenate(benefits), place=place, shift=shift, expected=shift,
        start_cost=start_cost, end_cost=end_cost,
    )  # fmt: skip


def _link_constant(points: FramePoints, model: LikelihoodModel, n_frames: int) -> float:
    """Return the log-likelihood of a link that goes exactly where predicted, misses not counted."""
    survives = max(1.0 - model.end_rate - model.division_rate, 1e-3) * (1.0 - model.missed_rate)
    sigma = model.step_sigma(points.axes) * np.sqrt(model.variance_ratio(n_frames))
    return float(np.log(survives)) + log_peak(sigma, model.step_tail)


def _search_radius(constant: float, n_frames: int, slack: float, sigma: FloatArray, model: LikelihoodModel) -> float:
    """Return the distance, in standard deviations of one step, beyond which neither link nor division pays."""
    ratio = model.variance_ratio(n_frames)
    missed = (n_frames - 1) * np.log(model.missed_rate)
    fall = max(constant + missed + slack, 0.5)
    link = np.sqrt(ratio * squared_distance_of(fall, len(sigma), model.step_tail))
    if not model.divisions or n_frames > 2:
        return float(link)
    spread = np.sqrt(model.division_sigma**2 + (ratio - 1) * float(np.mean(sigma**2)))
    return float(max(link, (model.division_offset + 3.2 * spread) / float(sigma.min())))


def _keep_best(target: IntArray, benefit: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the candidates of most benefit, best first."""
    if target.shape[1] <= _MAX_KEPT:
        return target, benefit
    order = np.argsort(-benefit, axis=1, kind="stable")[:, :_MAX_KEPT]
    return np.take_along_axis(target, order, axis=1), np.take_along_axis(benefit, order, axis=1)
