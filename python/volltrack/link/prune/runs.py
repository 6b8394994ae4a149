"""A lineage contracted to its tracklets, as plain arrays: what the rules of pruning look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from volltrack.model.lineage import number_components

__all__ = ["BoolArray", "FloatArray", "IntArray", "Removals", "Runs", "TimedGraph", "sort_removals"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class TimedGraph:
    """Spots with a time, and links between their rows, each towards a later time.

    Parameters
    ----------
    ids
        Spot ids, (N,); only ties are decided by them.
    times
        Time or frame of each spot, (N,).
    source, target
        Rows of the earlier and the later spot of each link, (M,).
    limit
        Lengths strictly below this are too short.
    """

    ids: IntArray
    times: FloatArray
    source: IntArray
    target: IntArray
    limit: float

    def without(self, removed: BoolArray) -> TimedGraph:
        """Return the graph without the links where `removed`, bool (M,), is true."""
        keep = ~removed
        return TimedGraph(
            ids=self.ids, times=self.times, source=self.source[keep], target=self.target[keep], limit=self.limit
        )

    @cached_property
    def out_degrees(self) -> IntArray:
        """Number of links that leave each spot, (N,)."""
        return np.bincount(self.source, minlength=len(self.ids)).astype(np.int64)

    @cached_property
    def in_degrees(self) -> IntArray:
        """Number of links that enter each spot, (N,)."""
        return np.bincount(self.target, minlength=len(self.ids)).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Runs:
    """The K tracklets of a graph: which spots they hold and where they begin and end.

    Parameters
    ----------
    of_spot
        Tracklet of each spot, (N,).
    first, last
        Rows of the first and the last spot of each tracklet, (K,).
    """

    of_spot: IntArray
    first: IntArray
    last: IntArray

    @classmethod
    def of(cls, graph: TimedGraph) -> Runs:
        """Return the tracklets of `graph`: maximal runs that neither branch nor merge."""
        inner = (graph.out_degrees[graph.source] == 1) & (graph.in_degrees[graph.target] == 1)
        source, target = graph.source[inner], graph.target[inner]
        of_spot = number_components(len(graph.ids), source, target)
        n_runs = int(of_spot.max()) + 1 if len(of_spot) else 0
        is_first, is_last = np.ones(len(of_spot), dtype=bool), np.ones(len(of_spot), dtype=bool)
        is_first[target] = False
        is_last[source] = False
        first, last = np.zeros(n_runs, dtype=np.int64), np.zeros(n_runs, dtype=np.int64)
        first[of_spot[is_first]] = np.flatnonzero(is_first)
        last[of_spot[is_last]] = np.flatnonzero(is_last)
        return cls(of_spot=of_spot, first=first, last=last)


@dataclass(frozen=True, kw_only=True)
class Removals:
    """R tracklets that one rule removes, and the links that go with them.

    Parameters
    ----------
    of_link
        Number of the removal that takes each link of the graph, (M,); -1 where the link stays.
    first, last
        Rows of the first and the last spot of each removed tracklet, (R,).
    division
        Row of the division spot that a removed daughter hangs on, (R,); -1 for the other rules.
    length
        Length of each removed tracklet, (R,), from the division spot for a daughter.
    """

    of_link: IntArray
    first: IntArray
    last: IntArray
    division: IntArray
    length: FloatArray


def sort_removals(graph: TimedGraph, removals: Removals) -> Removals:
    """Return the removals numbered shortest first; of equal length, the smaller id of the first spot first."""
    order = np.lexsort((graph.ids[removals.first], removals.length))
    rank = np.full(len(order) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Removals(
        of_link=rank[removals.of_link],
        first=removals.first[order],
        last=removals.last[order],
        division=removals.division[order],
        length=removals.length[order],
    )
