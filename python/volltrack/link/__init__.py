"""From spots to links: TrackMate's trackers, VollTrack's own linking by likelihood, pruning of short tracklets."""

from volltrack.link.likelihood import (
    LikelihoodEstimate,
    LikelihoodLinkSettings,
    estimate_likelihood_settings,
    link_by_likelihood,
)
from volltrack.link.prune import LengthUnit, PruneResult, PruneSettings, prune_short_tracklets
from volltrack.link.trackmate import LINK_METHODS, LinkSettings, link_labels_by_overlap, link_spots

__all__ = [
    "LINK_METHODS",
    "LengthUnit",
    "LikelihoodEstimate",
    "LikelihoodLinkSettings",
    "LinkSettings",
    "PruneResult",
    "PruneSettings",
    "estimate_likelihood_settings",
    "link_by_likelihood",
    "link_labels_by_overlap",
    "link_spots",
    "prune_short_tracklets",
]
