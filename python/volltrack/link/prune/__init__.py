"""Pruning of tracklets that are too short to be believed (BTrackMate's track inspector).

``runs`` is a lineage contracted to its tracklets, ``leaves`` and ``roots`` are the rules, ``tracklets`` applies them.
"""

from volltrack.link.prune.result import PruneResult
from volltrack.link.prune.settings import LengthUnit, PruneSettings
from volltrack.link.prune.tracklets import prune_short_tracklets

__all__ = ["LengthUnit", "PruneResult", "PruneSettings", "prune_short_tracklets"]
