"""Rule (a) of pruning: short daughters that do not divide again."""

from __future__ import annotations

import numpy as np

from volltrack.link.prune.runs import BoolArray, FloatArray, IntArray, Removals, Runs, TimedGraph, sort_removals

__all__ = ["find_short_leaves"]


def find_short_leaves(graph: TimedGraph) -> Removals:
    """Return the leaf tracklets that are removed one by one, shortest first, re-evaluating after each removal.

    Notes
    -----
    The removal in that order has a closed form, found in linear time. Let the *reach* of a daughter be the latest time
    in its subtree. At each division the daughter of the largest reach (of equal reach, the larger id of its first spot)
    continues its mother; every other daughter begins a *branch* whose length is its reach minus the time of the
    division spot. Exactly the branches that are too short are removed:

    - a daughter whose reach is too short holds only divisions that are nearer to its end, so everything behind it is
      too short as well and is gone before it is looked at;
    - a removal makes the surviving tracklet longer, never shorter, and only removals of smaller length come before.

    (The same argument pairs the extrema of a merge tree; Edelsbrunner & Harer, Computational Topology, 2010, VII.1.)

    A tracklet that starts at a merging spot is not a daughter and stays; so does every tracklet from which a merging
    spot can be reached: its reach is infinite.
    """
    runs = Runs.of(graph)
    merging = graph.in_degrees > 1
    mother_spot = np.full(len(graph.ids), -1, dtype=np.int64)
    mother_spot[graph.target] = graph.source
    mother_spot[merging] = -1
    feeds_merge = np.zeros(len(runs.first), dtype=bool)
    feeds_merge[runs.of_spot[graph.source[merging[graph.target]]]] = True

    division = mother_spot[runs.first]  # a first spot with one incoming link hangs on a division
    daughters = np.flatnonzero(division >= 0)
    mothers = runs.of_spot[division[daughters]]
    reach = _find_reach(graph.times[runs.first], graph.times[runs.last], feeds_merge, daughters, mothers)

    continues = _choose_continuations(graph.ids[runs.first[daughters]], reach[daughters], mothers)
    continues &= ~feeds_merge[mothers]
    branch = np.arange(len(runs.first))
    branch[daughters[continues]] = mothers[continues]
    while not np.array_equal(jumped := branch[branch], branch):
        branch = jumped

    heads = daughters[~continues]
    length = reach[heads] - graph.times[division[heads]]
    short = length < graph.limit
    heads, length = heads[short], length[short]

    removal_of_run = np.full(len(runs.first), -1, dtype=np.int64)
    removal_of_run[heads] = np.arange(len(heads))
    removal_of_run = removal_of_run[branch]
    ends = (removal_of_run >= 0) & (graph.out_degrees[runs.last] == 0)
    last = np.zeros(len(heads), dtype=np.int64)
    last[removal_of_run[ends]] = runs.last[ends]
    return sort_removals(
        graph,
        Removals(
            of_link=removal_of_run[runs.of_spot[graph.target]],
            first=runs.first[heads],
            last=last,
            division=division[heads],
            length=length,
        ),
    )


def _find_reach(
    start: FloatArray, end: FloatArray, feeds_merge: BoolArray, daughters: IntArray, mothers: IntArray
) -> FloatArray:
    """Return the latest time behind each tracklet, (K,); infinite where a merging spot lies behind it."""
    reach: list[float] = np.where(feeds_merge, np.inf, end).tolist()
    latest_first = np.argsort(-start[daughters], kind="stable")
    for daughter, mother in zip(daughters[latest_first].tolist(), mothers[latest_first].tolist(), strict=True):
        if reach[daughter] > reach[mother]:
            reach[mother] = reach[daughter]
    return np.array(reach, dtype=np.float64)


def _choose_continuations(first_ids: IntArray, reach: FloatArray, mothers: IntArray) -> BoolArray:
    """Return which daughters continue their mother, bool (D,): the one of the largest (reach, id) of each mother."""
    order = np.lexsort((first_ids, reach, mothers))
    is_best = np.ones(len(order), dtype=bool)
    is_best[:-1] = mothers[order][1:] != mothers[order][:-1]
    continues = np.zeros(len(order), dtype=bool)
    continues[order[is_best]] = True
    return continues
