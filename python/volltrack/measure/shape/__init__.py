"""Shape of 2D and 3D labels: centroid, moments, pieces, surface."""

from volltrack.measure.shape.moments import Ellipsoids, compute_centroids, fit_ellipsoids
from volltrack.measure.shape.pieces import count_pieces
from volltrack.measure.shape.surface import compute_sphericity, compute_surface, weigh_directions

__all__ = [
    "Ellipsoids",
    "compute_centroids",
    "compute_sphericity",
    "compute_surface",
    "count_pieces",
    "fit_ellipsoids",
    "weigh_directions",
]
