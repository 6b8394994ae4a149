"""From spots to links: TrackMate's trackers, VollTrack's own linking by likelihood, pruning of short tracklets."""

from volltrack.link.likelihood import (
    LineageEstimate,
    LineageLinkSettings,
    estimate_lineage_settings,
    link_lineage,
)
from volltrack.link.prune import LengthUnit, PruneResult, PruneSettings, prune_short_tracklets
from volltrack.link.trackmate import LINK_METHODS, LinkSettings, link_labels_by_overlap, link_spots

__all__ = [
    "LINK_METHODS",
    "LengthUnit",
    "LineageEstimate",
    "LineageLinkSettings",
    "LinkSettings",
    "PruneResult",
    "PruneSettings",
    "estimate_lineage_settings",
    "link_labels_by_overlap",
    "link_lineage",
    "link_spots",
    "prune_short_tracklets",
]
