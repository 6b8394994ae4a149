"""Links by prediction: tracks of nearly constant velocity, as TrackMate's Kalman trackers make them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from volltrack.link.trackmate.candidates import Candidates, find_candidates
from volltrack.link.trackmate.cost import CostRule
from volltrack.link.trackmate.frame_links import choose_best_links
from volltrack.link.trackmate.kalman import KalmanFilters
from volltrack.link.trackmate.points import IntArray, Points, SortedSpots
from volltrack.link.trackmate.settings import LinkSettings
from volltrack.progress import OnProgress, track_progress

__all__ = ["link_by_prediction"]

_log = logging.getLogger(__name__)

_ALTERNATIVE_COST_FACTOR: Final = 1.05
"""Fixed in TrackMate's Kalman tracker, whatever the settings say."""


def link_by_prediction(
    spots: SortedSpots, settings: LinkSettings, *, on_progress: OnProgress | None = None
) -> Candidates:
    """Return the links of constant-velocity tracks, in rows of `spots`.

    In each frame the predictions of all filters are linked to spots within `kalman_search_radius`; spots that are left
    and left-over spots of the frame before are linked within `max_distance`, and each such link starts a filter. A
    filter dies when its misses, over its life, exceed `max_frame_gap`. Process std = search radius / 3 for position and
    velocity; measurement std = mean radius of the spots of the second frame / 10.

    Raises
    ------
    Cancelled
        If `on_progress` asks for it.

    Notes
    -----
    As in TrackMate 7.14 (``KalmanTracker``), a movie with spots in only two frames gets no links.
    """
    first, second = _find_first_frames(spots)
    if second is None:
        _log.warning("TrackMate's Kalman tracker makes no links unless three frames hold spots; nothing was linked")
        return Candidates.join([])
    near = CostRule(max_distance=settings.kalman_search_radius, penalties=settings.feature_penalties, inclusive=False)
    initial = CostRule(max_distance=settings.max_distance, penalties=settings.feature_penalties, inclusive=False)
    measurement_std = float(spots.points.features["RADIUS"][spots.rows_in(second)].mean()) / 10
    filters = KalmanFilters.start(
        process_variance=(settings.kalman_search_radius / 3) ** 2, measurement_variance=measurement_std**2
    )
    xyz = spots.points.xyz
    left_before = spots.rows_in(first)
    found = []
    frames = list(_iterate_frames(spots, second, settings.max_frame_gap))
    for frame in track_progress(frames, on_progress, "link frames", len(frames)):
        measured = spots.rows_in(frame)
        filters.predict()
        by_prediction = _link_predictions(spots.points, filters, measured, near)
        which, target = by_prediction.source, by_prediction.target
        found.append(Candidates(source=filters.spot[which], target=target, cost=by_prediction.cost))
        left = np.setdiff1d(measured, target, assume_unique=True)
        new = choose_best_links(find_candidates(spots.points, left_before, left, initial), _ALTERNATIVE_COST_FACTOR)
        found.append(new)
        filters.update(which, target, xyz[target])
        filters.forget_lost(settings.max_frame_gap)
        filters.add(new.target, xyz[new.target], xyz[new.target] - xyz[new.source])
        left_before = np.setdiff1d(left, new.target, assume_unique=True)
    return Candidates.join(found)


def _find_first_frames(spots: SortedSpots) -> tuple[int, int | None]:
    """Return the first two frames with visible spots; no second one if it is the last frame of all (see Notes)."""
    frames = spots.used_frames.tolist()
    visible = np.unique(spots.frames[spots.visible]).tolist()
    if len(visible) < 2 or visible[1] == frames[-1]:
        return -1, None
    return visible[0], visible[1]


def _iterate_frames(spots: SortedSpots, second: int, max_frame_gap: int) -> Iterator[int]:
    """Yield the frames from `second` on, with those empty frames in which a filter may still be alive."""
    frames = [frame for frame in spots.used_frames.tolist() if frame >= second]
    for frame, following in pairwise(frames):
        yield from range(frame, min(following, frame + max_frame_gap + 2))
    yield frames[-1]


def _link_predictions(points: Points, filters: KalmanFilters, measured: IntArray, rule: CostRule) -> Candidates:
    """Return the links from filters (not spots) to the spots at rows `measured`."""
    last = points.take(filters.spot)
    predicted = Points(xyz=filters.position, features=last.features)
    candidates = find_candidates(points, np.arange(len(filters)), measured, rule, sources=predicted)
    return choose_best_links(candidates, _ALTERNATIVE_COST_FACTOR)
