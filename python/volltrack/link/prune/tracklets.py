"""Prune tracklets that are too short to be believed (BTrackMate's track inspector)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadTable
from volltrack.link.prune.leaves import find_short_leaves
from volltrack.link.prune.result import (
    LEAF_TRACKLET,
    ROOT_TRACKLET,
    WHOLE_TRACK,
    PruneResult,
    gather_prune_result,
)
from volltrack.link.prune.roots import find_short_roots, find_short_tracks
from volltrack.link.prune.runs import FloatArray, Removals, TimedGraph
from volltrack.link.prune.settings import LengthUnit, PruneSettings
from volltrack.model.lineage import IntArray, Lineage

__all__ = ["prune_short_tracklets", "take_times"]

_TIME_TOLERANCE = 1e-9
"""Times are products of a frame and an interval; differences this small, relative to the latest time, are rounding."""

_logger = logging.getLogger(__name__)


def prune_short_tracklets(lineage: Lineage, settings: PruneSettings) -> PruneResult:
    """Return the lineage without the tracklets that are shorter than the minimum.

    The spots of a removed tracklet stay in the table, unlinked. The length of a tracklet is the time from its first to
    its last spot, for a daughter from the division spot; frames missed by a gap count. Strictly shorter is removed.

    Parameters
    ----------
    lineage
        Spots and links; links are in time order whatever their stored direction.
    settings
        See `PruneSettings`. The rules run one after the other, each to its end: leaf tracklets, root tracklets, whole
        tracks; leaves and roots again while the removal of a root opened a merge.

    Raises
    ------
    BadTable
        The unit is ``"time"`` and ``POSITION_T`` is missing, not finite, or does not grow along a link.

    Notes
    -----
    Time and memory grow linearly with the number of links. Two daughters of equal length that are both too short: the
    one whose first spot has the smaller id is removed. The Java class ``TrackletPruner`` gives the same result.
    """
    times = take_times(lineage, settings.unit)
    removal_of_link = np.full(len(lineage.links), -1, dtype=np.int64)
    found: list[tuple[str, Removals]] = []
    if settings.min_tracklet_length > 0 and len(lineage.links):
        tolerance = 0.0 if settings.unit == "frames" else _TIME_TOLERANCE * float(np.abs(times).max())
        graph = TimedGraph(
            ids=lineage.spots.ids,
            times=times,
            source=lineage.source_rows,
            target=lineage.target_rows,
            limit=settings.min_tracklet_length - tolerance,
        )
        left = np.arange(len(removal_of_link))
        n_removed = 0
        for rule, removals in _apply_rules(graph, settings):
            gone = removals.of_link >= 0
            removal_of_link[left[gone]] = n_removed + removals.of_link[gone]
            left = left[~gone]
            n_removed += len(removals.first)
            found.append((rule, removals))
    result = gather_prune_result(lineage, removal_of_link, _describe_removals(lineage.spots.ids, found))
    _logger.info("pruned %d tracklets, %d links", len(result.removed_tracklets), len(result.removed_links))
    return result


def take_times(lineage: Lineage, unit: LengthUnit) -> FloatArray:
    """Return the time of each spot in `unit`, (N,); 0 for an unlinked spot without a time.

    Raises
    ------
    BadTable
        See `prune_short_tracklets`.
    """
    if unit == "frames":
        return lineage.spots.frames.astype(np.float64)
    if "POSITION_T" not in lineage.spots.table.columns:
        raise BadTable(
            "a minimum tracklet length in time units needs the column POSITION_T, which the spots do not have: "
            "give the length in frames (unit 'frames') or add the column"
        )
    times = lineage.spots.table["POSITION_T"].to_numpy(dtype=np.float64)
    backwards = ~(times[lineage.target_rows] > times[lineage.source_rows]) | ~np.isfinite(times[lineage.target_rows])
    if backwards.any():
        at = int(np.argmax(backwards))
        source, target = lineage.source_rows[at], lineage.target_rows[at]
        raise BadTable(
            f"link {lineage.links.source_ids[at]} -> {lineage.links.target_ids[at]} goes from POSITION_T = "
            f"{times[source]:g} to {times[target]:g}: expected a later time; give the length in frames instead"
        )
    return np.where(np.isfinite(times), times, 0.0)


def _apply_rules(graph: TimedGraph, settings: PruneSettings) -> Iterator[tuple[str, Removals]]:
    """Yield what each rule removes from what the rules before it left."""
    rules: list[tuple[str, Callable[[TimedGraph], Removals]]] = []
    if settings.leaf_tracklets:
        rules.append((LEAF_TRACKLET, find_short_leaves))
    if settings.root_tracklets:
        rules.append((ROOT_TRACKLET, find_short_roots))
    opened = bool(rules)
    while opened:
        opened = False
        for rule, find in rules:
            again = True
            while again:
                removals = find(graph)
                yield rule, removals
                smaller = graph.without(removals.of_link >= 0)
                # only a merge that lost some but not all of its links gives the rules new work
                again = bool(((smaller.in_degrees < graph.in_degrees) & (smaller.in_degrees > 0)).any())
                opened |= again
                graph = smaller
    if settings.whole_tracks:
        yield WHOLE_TRACK, find_short_tracks(graph)


def _describe_removals(ids: IntArray, found: list[tuple[str, Removals]]) -> pd.DataFrame:
    """Return one row per removed tracklet."""

    def join(arrays: list[npt.NDArray[Any]], dtype: type) -> npt.NDArray[Any]:
        return np.concatenate([np.zeros(0, dtype), *arrays])

    division = join([r.division for _, r in found], np.int64)
    return pd.DataFrame(
        {
            "RULE": pd.Series([rule for rule, r in found for _ in range(len(r.first))], dtype=object),
            "FIRST_SPOT_ID": ids[join([r.first for _, r in found], np.int64)],
            "LAST_SPOT_ID": ids[join([r.last for _, r in found], np.int64)],
            "DIVISION_SPOT_ID": np.where(division >= 0, ids[division], -1),
            "LENGTH": join([r.length for _, r in found], np.float64),
        }
    )
