"""A result against a known truth: Cell Tracking Challenge measures through maintained libraries, and exact links."""

from volltrack.score.ctc import ScoreSettings, TrackingScore, score_tracking
from volltrack.score.links import LinkScore, score_links
from volltrack.score.packages import has_score_packages, require_score_packages
from volltrack.score.segmentation import score_segmentation

__all__ = [
    "LinkScore",
    "ScoreSettings",
    "TrackingScore",
    "has_score_packages",
    "require_score_packages",
    "score_links",
    "score_segmentation",
    "score_tracking",
]
