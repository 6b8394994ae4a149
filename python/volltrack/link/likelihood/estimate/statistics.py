"""What a solution says about the cells: counts and samples."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.link.likelihood.points import FramePoints
from volltrack.link.likelihood.prediction import predict_from_neighbours
from volltrack.link.likelihood.search import CandidateTable, LikelihoodSolution

__all__ = ["LikelihoodStatistics", "count_solution"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LikelihoodStatistics:
    """Counts over the parts of a movie that were linked to learn from them.

    Parameters
    ----------
    n_spots, n_links, n_divisions
        What was linked.
    n_states, n_missed
        Frames that cells went through between detections, and those in which they were missed.
    n_isolated, n_could_be_isolated
        Spots without any link, of those that have a frame before and after.
    n_ends, n_could_end, n_starts, n_could_start
        Tracks that end or start although there are frames enough, of the spots that have these.
    n_could_show
        Spots whose track, if it started here, would be tested for symmetry.
    step, step_over_two, successive, sister_middle, sister_apart
        float64 (M, D): steps of one frame, of a gap of one missed frame, products of successive steps of a cell and
        their squares, daughters' midpoint against the prediction, and half their distance.
    cosine
        float64 (S,): whether tracks start as sisters (`volltrack.link.likelihood.estimate.symmetry`).
    explained
        Share of the variance of steps that the neighbours' steps explain, for each part.
    """

    n_spots: int
    n_links: int
    n_divisions: int
    n_states: int
    n_missed: int
    n_isolated: int
    n_could_be_isolated: int
    n_ends: int
    n_could_end: int
    n_starts: int
    n_could_start: int
    n_could_show: int
    step: FloatArray
    step_over_two: FloatArray
    successive: FloatArray
    sister_middle: FloatArray
    sister_apart: FloatArray
    cosine: FloatArray
    explained: FloatArray

    @classmethod
    def empty(cls, n_axes: int) -> LikelihoodStatistics:
        """Return the counts of nothing."""
        none = np.zeros((0, n_axes))
        values: dict[str, Any] = {f.name: 0 for f in fields(cls) if f.name.startswith("n_")}
        values |= dict.fromkeys(("step", "step_over_two", "sister_middle", "sister_apart"), none)
        return cls(**values, successive=np.zeros((0, 2)), cosine=np.zeros(0), explained=np.zeros((0, 2)))

    @property
    def explained_share(self) -> float:
        """Share of the variance of steps that neighbours explain, over all parts, weighted by their links."""
        weight = self.explained[:, 1]
        return float(np.average(self.explained[:, 0], weights=weight)) if weight.sum() > 0 else 0.0

    def add(self, other: LikelihoodStatistics) -> LikelihoodStatistics:
        """Return both together."""
        joined: dict[str, Any] = {}
        for f in fields(self):
            one, two = getattr(self, f.name), getattr(other, f.name)
            joined[f.name] = np.concatenate([one, two]) if isinstance(one, np.ndarray) else one + two
        return LikelihoodStatistics(**joined)


def count_solution(
    points: FramePoints, table: CandidateTable, solution: LikelihoodSolution, cosine: FloatArray
) -> LikelihoodStatistics:
    """Return the counts of one linked part; `cosine`, (S,), as `measure_symmetry` gives it."""
    n = len(points)
    source, target = solution.source, solution.target
    n_out, n_in = np.bincount(source, minlength=n), np.bincount(target, minlength=n)
    before = (np.cumsum(points.observed) - points.observed)[points.frame]
    after = (points.observed.sum() - np.cumsum(points.observed))[points.frame]
    middle = (before > 0) & (after > 0)
    isolated = (n_out == 0) & (n_in == 0)
    n_frames = points.frame[target] - points.frame[source]
    n_missed = before[target] - before[source] - 1
    is_single = n_out[source] == 1
    step = table.place[target] - table.place[source] - n_frames[:, None] * table.shift[source]
    one = step[is_single & (n_frames == 1)]
    middles, aparts = _measure_sisters(points, table, solution)
    _, explained = predict_from_neighbours(points, table, solution)
    return LikelihoodStatistics(
        n_spots=n,
        n_links=len(source),
        n_divisions=len(solution.mother),
        n_states=int((n_missed + 1).sum()),
        n_missed=int(n_missed.sum()),
        n_isolated=int((isolated & middle).sum()),
        n_could_be_isolated=int(middle.sum()),
        n_ends=int(((n_out == 0) & ~isolated & (after > 2)).sum()),
        n_could_end=int((~isolated & (after > 2)).sum()),
        n_starts=int(((n_in == 0) & ~isolated & (before > 2)).sum()),
        n_could_start=int((~isolated & (before > 2)).sum()),
        n_could_show=int((~isolated & (before > 1) & (after > 1)).sum()),
        step=one,
        step_over_two=step[is_single & (n_frames == 2)],
        successive=_multiply_successive(points, table, source[is_single], target[is_single]),
        sister_middle=middles,
        sister_apart=aparts,
        cosine=cosine,
        explained=np.array([[explained, float(len(one))]]),
    )


def _measure_sisters(
    points: FramePoints, table: CandidateTable, solution: LikelihoodSolution
) -> tuple[FloatArray, FloatArray]:
    """Return midpoint against prediction and half the distance of sisters seen in the next frame, both (D', D)."""
    frame = points.frame
    mother = solution.mother
    now = (frame[solution.first] - frame[mother] == 1) & (frame[solution.second] - frame[mother] == 1)
    mother, first, second = mother[now], solution.first[now], solution.second[now]
    expected = table.place[mother] + table.expected[mother]
    middle = (table.place[first] + table.place[second]) / 2 - expected
    return middle, (table.place[first] - table.place[second]) / 2


def _multiply_successive(
    points: FramePoints, table: CandidateTable, source: npt.NDArray[np.int64], target: npt.NDArray[np.int64]
) -> FloatArray:
    """Return the product of each step of one frame with the next, and the mean of their squares, (M, 2)."""
    one = points.frame[target] - points.frame[source] == 1
    source, target = source[one], target[one]
    follower = np.full(len(points), -1)
    follower[source] = target
    chained = follower[target] >= 0
    first = table.place[target[chained]] - table.place[source[chained]]
    second = table.place[follower[target[chained]]] - table.place[target[chained]]
    product = np.sum(first * second, axis=1)
    return np.column_stack([product, np.sum(first**2 + second**2, axis=1) / 2])
