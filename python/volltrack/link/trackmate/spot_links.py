"""Spots in, links out: the steps of TrackMate's trackers in their order."""

from __future__ import annotations

import numpy as np

from volltrack.errors import BadSettings
from volltrack.link.trackmate.candidates import Candidates
from volltrack.link.trackmate.frame_links import link_frames
from volltrack.link.trackmate.kalman_links import link_by_prediction
from volltrack.link.trackmate.points import SortedSpots, sort_spots
from volltrack.link.trackmate.segments import find_segments, link_segments
from volltrack.link.trackmate.settings import LinkSettings
from volltrack.model import Links, Spots
from volltrack.progress import OnProgress, report_progress

__all__ = ["link_spots"]


def link_spots(spots: Spots, settings: LinkSettings, *, on_progress: OnProgress | None = None) -> Links:
    """Return the links that TrackMate 7.14 makes between `spots`, sorted by frame and id of the source.

    Parameters
    ----------
    spots
        Positions in the unit of the distances in `settings`. Spots with a column ``VISIBILITY`` of 0 get no links.
        The order of the rows does not matter.
    settings
        Method ``"lap"``, ``"kalman"`` or ``"advanced-kalman"``.
    on_progress
        Called after each pair of frames, and around the segment step.

    Returns
    -------
    Links
        With ``LINK_COST``: squared distance, raised by penalties; for Kalman links the squared distance between
        prediction and spot.

    Raises
    ------
    BadSettings
        If a penalised feature is not a numeric column, if a Kalman method finds no radius, or for method
        ``"overlap"``, which needs the label movie.
    Cancelled
        If `on_progress` asks for it.

    Notes
    -----
    Equal to TrackMate unless two solutions cost exactly the same (regular grids): then either may be chosen, always
    the same one for the same spots.
    """
    if settings.method == "overlap":
        raise BadSettings("method 'overlap' needs the label movie: expected a call of link_labels_by_overlap")
    table = sort_spots(spots, settings)
    if settings.method == "lap":
        links = link_frames(table, settings, on_progress=on_progress)
    else:
        links = link_by_prediction(table, settings, on_progress=on_progress)
    if settings.method != "kalman":
        report_progress(on_progress, "link segments", 0, 1)
        segments = find_segments(table, links, single_spots=settings.single_spot_segments)
        links = Candidates.join([links, link_segments(table, segments, settings)])
        report_progress(on_progress, "link segments", 1, 1)
    return _to_links(table, links)


def _to_links(spots: SortedSpots, links: Candidates) -> Links:
    """Return `links` in ids of the spots, sorted by source, then target."""
    links = links.take(np.lexsort((links.target, links.source)))
    return Links.from_arrays(spots.ids[links.source], spots.ids[links.target], links.cost)
