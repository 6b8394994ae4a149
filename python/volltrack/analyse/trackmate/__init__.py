"""Edge and track features as TrackMate computes them."""

from volltrack.analyse.trackmate.edge_features import edge_features, spot_times
from volltrack.analyse.trackmate.track_features import track_features

__all__ = ["edge_features", "spot_times", "track_features"]
