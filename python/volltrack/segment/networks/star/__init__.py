"""Star-convex objects of StarDist: candidates, their peaks, suppression, maps on the image."""

from volltrack.segment.networks.star.network import StarNetwork, StarPrediction

__all__ = ["StarNetwork", "StarPrediction"]
