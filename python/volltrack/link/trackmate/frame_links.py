"""Frame-to-frame links: each pair of consecutive frames is one assignment."""

from __future__ import annotations

from itertools import pairwise

from volltrack.link.trackmate.assignment import choose_links
from volltrack.link.trackmate.candidates import Candidates, find_candidates
from volltrack.link.trackmate.cost import CostRule
from volltrack.link.trackmate.points import SortedSpots
from volltrack.link.trackmate.settings import LinkSettings
from volltrack.progress import OnProgress, track_progress

__all__ = ["choose_best_links", "link_frames"]


def choose_best_links(candidates: Candidates, alternative_cost_factor: float) -> Candidates:
    """Return the chosen links where no link costs `alternative_cost_factor` times the dearest candidate."""
    if len(candidates) == 0:
        return candidates
    return candidates.take(choose_links(candidates, alternative_cost_factor * float(candidates.cost.max())))


def link_frames(spots: SortedSpots, settings: LinkSettings, *, on_progress: OnProgress | None = None) -> Candidates:
    """Return the links between consecutive frames that hold spots, in rows of `spots`.

    Raises
    ------
    Cancelled
        If `on_progress` asks for it.
    """
    rule = CostRule(max_distance=settings.max_distance, penalties=settings.feature_penalties, inclusive=False)
    pairs = list(pairwise(spots.used_frames.tolist()))
    found = []
    for earlier, later in track_progress(pairs, on_progress, "link frames", len(pairs)):
        candidates = find_candidates(spots.points, spots.rows_in(earlier), spots.rows_in(later), rule)
        found.append(choose_best_links(candidates, settings.alternative_cost_factor))
    return Candidates.join(found)
