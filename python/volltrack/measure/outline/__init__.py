"""Outlines of 2D labels as polygons, and the shape features that TrackMate takes from them."""

from volltrack.measure.outline.contour import trace_contours
from volltrack.measure.outline.polygon import compute_convex_area, compute_perimeter, compute_signed_area, fill_polygon
from volltrack.measure.outline.shape import fit_ellipses, measure_contours

__all__ = [
    "compute_convex_area",
    "compute_perimeter",
    "compute_signed_area",
    "fill_polygon",
    "fit_ellipses",
    "measure_contours",
    "trace_contours",
]
