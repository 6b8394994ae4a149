"""Rules (b) and (c) of pruning: short tracks without division, and short tracklets before the first division."""

from __future__ import annotations

import numpy as np

from volltrack.link.prune.runs import Removals, Runs, TimedGraph, sort_removals
from volltrack.model.lineage import number_components

__all__ = ["find_short_roots", "find_short_tracks"]


def find_short_roots(graph: TimedGraph) -> Removals:
    """Return the root tracklets that end in a division and are too short.

    A removed root takes the links to its daughters along, so each daughter becomes a root and is judged in its turn,
    by the time from its own first spot. A root that ends in a merging spot or without a division is not touched.
    """
    runs = Runs.of(graph)
    length = graph.times[runs.last] - graph.times[runs.first]
    would_go = (graph.out_degrees[runs.last] > 1) & (length < graph.limit)

    by_source = np.argsort(graph.source, kind="stable")
    begin = np.concatenate([[0], np.cumsum(graph.out_degrees)])
    entering = graph.in_degrees.copy()
    waiting = np.flatnonzero(would_go & (entering[runs.first] == 0)).tolist()
    removed: list[int] = []
    while waiting:
        run = waiting.pop()
        removed.append(run)
        spot = runs.last[run]
        for daughter in graph.target[by_source[begin[spot] : begin[spot + 1]]].tolist():
            entering[daughter] -= 1
            if entering[daughter] == 0 and would_go[runs.of_spot[daughter]]:
                waiting.append(int(runs.of_spot[daughter]))

    heads = np.array(removed, dtype=np.int64)
    removal_of_run = np.full(len(runs.first), -1, dtype=np.int64)
    removal_of_run[heads] = np.arange(len(heads))
    return sort_removals(
        graph,
        Removals(
            of_link=removal_of_run[runs.of_spot[graph.source]],
            first=runs.first[heads],
            last=runs.last[heads],
            division=np.full(len(heads), -1, dtype=np.int64),
            length=length[heads],
        ),
    )


def find_short_tracks(graph: TimedGraph) -> Removals:
    """Return the tracks without division that are too short, from their earliest to their latest spot."""
    track = number_components(len(graph.ids), graph.source, graph.target)
    n_tracks = int(track.max()) + 1 if len(track) else 0
    in_time = np.lexsort((graph.ids, graph.times, track))
    begins = np.searchsorted(track[in_time], np.arange(n_tracks + 1))
    first, last = in_time[begins[:-1]], in_time[begins[1:] - 1]
    length = graph.times[last] - graph.times[first]

    goes = (first != last) & (length < graph.limit)
    goes[track[graph.out_degrees > 1]] = False
    heads = np.flatnonzero(goes)
    removal_of_track = np.full(n_tracks, -1, dtype=np.int64)
    removal_of_track[heads] = np.arange(len(heads))
    return sort_removals(
        graph,
        Removals(
            of_link=removal_of_track[track[graph.source]],
            first=first[heads],
            last=last[heads],
            division=np.full(len(heads), -1, dtype=np.int64),
            length=length[heads],
        ),
    )
