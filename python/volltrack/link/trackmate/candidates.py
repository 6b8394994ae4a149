"""Candidates: the links that a step of the linking may choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from volltrack.link.trackmate.cost import CostRule
from volltrack.link.trackmate.points import FloatArray, IntArray, Points

__all__ = ["Candidates", "find_candidates"]

_MARGIN: Final = 1 + 1e-9
"""The tree rounds its distances; the cost decides."""

_PAIRS_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Possible links with their costs.

    Parameters
    ----------
    source, target
        Rows of the two ends, (K,) each; a pair stands at most once.
    cost
        Costs, (K,), > 0.
    """

    source: IntArray
    target: IntArray
    cost: FloatArray

    def __len__(self) -> int:
        return len(self.cost)

    def take(self, which: IntArray) -> Candidates:
        """Return the candidates at the places `which`."""
        return Candidates(source=self.source[which], target=self.target[which], cost=self.cost[which])

    @classmethod
    def join(cls, parts: Sequence[Candidates]) -> Candidates:
        """Return the candidates of all `parts`, in their order."""
        if not parts:
            return cls(source=np.zeros(0, np.int64), target=np.zeros(0, np.int64), cost=np.zeros(0))
        return cls(
            source=np.concatenate([part.source for part in parts]),
            target=np.concatenate([part.target for part in parts]),
            cost=np.concatenate([part.cost for part in parts]),
        )


def find_candidates(
    points: Points, source_rows: IntArray, target_rows: IntArray, rule: CostRule, *, sources: Points | None = None
) -> Candidates:
    """Return every allowed link from `source_rows` to `target_rows` of `points`.

    Parameters
    ----------
    points
        All spots.
    source_rows, target_rows
        (N,) and (M,); every source may be linked to every target.
    rule
        Prices and limits.
    sources
        Where the sources are if not at their spots, N of them: the predictions of a Kalman filter.

    Notes
    -----
    Near linear in N + M, but for negative values of a penalised feature: these may lower a cost, so that all
    N x M pairs are priced, as TrackMate does always.
    """
    here = points.take(source_rows) if sources is None else sources
    there = points.take(target_rows)
    if len(here) == 0 or len(there) == 0:
        return Candidates.join([])
    all_pairs = rule.can_lower_cost(here) or rule.can_lower_cost(there)
    found = []
    for i, j in _iterate_all_pairs(len(here), len(there)) if all_pairs else [_find_near_pairs(here, there, rule)]:
        cost = rule.costs(here, there, i, j)
        allowed = rule.allows(cost)
        found.append(Candidates(source=source_rows[i[allowed]], target=target_rows[j[allowed]], cost=cost[allowed]))
    return Candidates.join(found)


def _find_near_pairs(here: Points, there: Points, rule: CostRule) -> tuple[IntArray, IntArray]:
    """Return the places of all pairs within the largest distance, (K,) each."""
    pairs = cKDTree(here.xyz).sparse_distance_matrix(
        cKDTree(there.xyz), rule.max_distance * _MARGIN, output_type="ndarray"
    )
    return pairs["i"], pairs["j"]


def _iterate_all_pairs(n_here: int, n_there: int) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield the places of all pairs, a bounded number at a time."""
    rows_at_once = max(1, _PAIRS_AT_ONCE // n_there)
    for first in range(0, n_here, rows_at_once):
        i = np.arange(first, min(first + rows_at_once, n_here))
        yield np.repeat(i, n_there), np.tile(np.arange(n_there), len(i))
