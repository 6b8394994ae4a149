"""Segments: unbranched runs of frame-to-frame links, joined by gap closing, splitting and merging."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from volltrack.link.trackmate.assignment import choose_links
from volltrack.link.trackmate.candidates import Candidates, find_candidates
from volltrack.link.trackmate.cost import CostRule
from volltrack.link.trackmate.points import FloatArray, IntArray, SortedSpots
from volltrack.link.trackmate.settings import LinkSettings

__all__ = ["Segments", "find_segments", "link_segments"]


@dataclass(frozen=True, kw_only=True)
class Segments:
    """Rows of the spots that start a segment, end one, or stand between; ascending, so in time order."""

    starts: IntArray
    ends: IntArray
    middles: IntArray


def find_segments(spots: SortedSpots, links: Candidates, *, single_spots: bool) -> Segments:
    """Return the segments that `links`, at most one into and one out of each spot, make of `spots`.

    Parameters
    ----------
    spots
        N spots.
    links
        Frame-to-frame links.
    single_spots
        Whether a visible spot without link is a segment of its own, start and end at once.
    """
    has_next, has_previous = np.zeros(len(spots), dtype=bool), np.zeros(len(spots), dtype=bool)
    has_next[links.source] = True
    has_previous[links.target] = True
    single = ~has_next & ~has_previous & spots.visible & single_spots
    return Segments(
        starts=np.flatnonzero(has_next & ~has_previous | single),
        ends=np.flatnonzero(has_previous & ~has_next | single),
        middles=np.flatnonzero(has_previous & has_next),
    )


def link_segments(spots: SortedSpots, segments: Segments, settings: LinkSettings) -> Candidates:
    """Return the links that join segments: gaps, splits and merges, chosen together in one assignment.

    The cost of no link is the factor times the `cutoff_percentile` value of all candidates' costs.
    """
    candidates = Candidates.join(list(_iterate_candidates(spots, segments, settings)))
    if len(candidates) == 0:
        return candidates
    high_cost = pick_percentile(candidates.cost, settings.cutoff_percentile)
    return candidates.take(choose_links(candidates, settings.alternative_cost_factor * high_cost))


def pick_percentile(values: FloatArray, fraction: float) -> float:
    """Return the value at index round((n - 1) * `fraction`), halves up, of the sorted `values`; no interpolation."""
    index = math.floor((len(values) - 1) * fraction + 0.5)
    return float(np.partition(values, index)[index])


def _iterate_candidates(spots: SortedSpots, segments: Segments, settings: LinkSettings) -> Iterator[Candidates]:
    """Yield candidates of gap closing (end to start), merging (end to middle) and splitting (middle to start)."""
    if settings.gap_closing:
        rule = CostRule(
            max_distance=settings.gap_max_distance, penalties=settings.gap_feature_penalties, inclusive=True
        )
        for step in range(1, settings.max_frame_gap + 1):
            yield from _iterate_frames(spots, segments.ends, segments.starts, step, rule)
    if settings.merging:
        rule = CostRule(
            max_distance=settings.merging_max_distance, penalties=settings.merging_feature_penalties, inclusive=True
        )
        yield from _iterate_frames(spots, segments.ends, segments.middles, 1, rule)
    if settings.splitting:
        rule = CostRule(
            max_distance=settings.splitting_max_distance, penalties=settings.splitting_feature_penalties, inclusive=True
        )
        yield from _iterate_frames(spots, segments.middles, segments.starts, 1, rule)


def _iterate_frames(
    spots: SortedSpots, sources: IntArray, targets: IntArray, step: int, rule: CostRule
) -> Iterator[Candidates]:
    """Yield the candidates between spots that are `step` frames apart, one frame after the other."""
    source_frames, target_frames = spots.frames[sources], spots.frames[targets]
    frames = np.intersect1d(source_frames, target_frames - step)
    bounds = zip(
        np.searchsorted(source_frames, frames, "left"),
        np.searchsorted(source_frames, frames, "right"),
        np.searchsorted(target_frames, frames + step, "left"),
        np.searchsorted(target_frames, frames + step, "right"),
        strict=True,
    )
    for source_from, source_to, target_from, target_to in bounds:
        yield find_candidates(spots.points, sources[source_from:source_to], targets[target_from:target_to], rule)
