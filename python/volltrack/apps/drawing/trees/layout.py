"""Places for the tracklets of lineage trees: time runs down, leaves stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.model import Lineage

__all__ = ["TreeLayout", "lay_out_trees"]


@dataclass(frozen=True, kw_only=True)
class TreeLayout:
    """Line segments of lineage trees.

    Parameters
    ----------
    x
        Column of each tracklet, (K,).
    first_frame, last_frame
        Frames of the first and last spot of each tracklet, (K,).
    track
        Track number of each tracklet, (K,).
    first_row
        Row of a spot of each tracklet, (K,).
    joins
        Pairs (mother, daughter) of rows, (J, 2); a merge gives one tracklet two mothers.
    """

    x: npt.NDArray[np.float64]
    first_frame: npt.NDArray[np.int64]
    last_frame: npt.NDArray[np.int64]
    track: npt.NDArray[np.int64]
    first_row: npt.NDArray[np.int64]
    joins: npt.NDArray[np.int64]


def lay_out_trees(lineage: Lineage, *, max_trees: int = 40) -> TreeLayout:
    """Return places for the lineage trees with the most divisions, then the longest; at most `max_trees`."""
    track_of_spot, tracklet_of_spot = lineage.track_of_spot, lineage.tracklet_of_spot
    chosen = _choose_tracks(lineage, max_trees)
    spots = np.flatnonzero(np.isin(track_of_spot, chosen))
    tracklets, found, row_of_spot = np.unique(tracklet_of_spot[spots], return_index=True, return_inverse=True)
    first, last = np.full(len(tracklets), np.iinfo(np.int64).max), np.full(len(tracklets), -1, dtype=np.int64)
    np.minimum.at(first, row_of_spot, lineage.spots.frames[spots])
    np.maximum.at(last, row_of_spot, lineage.spots.frames[spots])
    track = np.zeros(len(tracklets), dtype=np.int64)
    track[row_of_spot] = track_of_spot[spots]

    outer = ~lineage.inner_links
    ends = tracklet_of_spot[np.stack([lineage.source_rows[outer], lineage.target_rows[outer]], axis=1)]
    ends = ends[np.isin(ends[:, 0], tracklets)]
    joins = np.searchsorted(tracklets, ends).astype(np.int64).reshape(-1, 2)
    rank = {int(number): place for place, number in enumerate(chosen)}
    order = np.array([rank[int(number)] for number in track], dtype=np.int64)
    return TreeLayout(
        x=_columns(order, first, joins),
        first_frame=first,
        last_frame=last,
        track=track,
        first_row=spots[found],
        joins=joins,
    )


def _choose_tracks(lineage: Lineage, max_trees: int) -> npt.NDArray[np.int64]:
    track = lineage.track_of_spot
    linked = track >= 0
    n_spots = np.bincount(track[linked], minlength=lineage.n_tracks)
    mothers = linked & (lineage.out_degrees > 1)
    n_divisions = np.bincount(track[mothers], minlength=lineage.n_tracks)
    return np.lexsort((np.arange(len(n_spots)), -n_spots, -n_divisions))[:max_trees].astype(np.int64)


def _columns(
    order: npt.NDArray[np.int64], first: npt.NDArray[np.int64], joins: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return a column per tracklet: leaves count up from tree to tree, a mother stands above her daughters' mean."""
    daughters: dict[int, list[int]] = {}
    has_mother: set[int] = set()
    for mother, daughter in joins.tolist():
        if daughter not in has_mother:  # a merged tracklet is placed once, under its first mother
            daughters.setdefault(mother, []).append(daughter)
            has_mother.add(daughter)
    x = np.zeros(len(order))
    column = 0.0
    roots = [row for row in np.lexsort((first, order)).tolist() if row not in has_mother]
    tree = None
    for root in roots:
        if tree is not None and order[root] != tree:
            column += 0.7  # a wider space between two trees
        tree = order[root]
        stack = [(root, False)]
        while stack:
            row, placed = stack.pop()
            children = daughters.get(row, [])
            if placed:
                x[row] = float(np.mean(x[children]))
            elif children:
                stack.append((row, True))
                stack.extend((child, False) for child in reversed(children))
            else:
                x[row] = column
                column += 1.0
    return x
