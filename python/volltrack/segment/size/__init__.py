"""How large the cells are: from curves over diameters, from StarDist's objects, and frames scaled to a trained size."""

from volltrack.segment.size.blob_diameter import (
    SizeEstimate,
    combine_estimates,
    estimate_cell_diameter,
    estimate_cell_size,
)
from volltrack.segment.size.trained_scale import estimate_movie_scale, estimate_trained_scale
from volltrack.segment.size.work_scale import WorkScale, choose_work_scale

__all__ = [
    "SizeEstimate",
    "WorkScale",
    "choose_work_scale",
    "combine_estimates",
    "estimate_cell_diameter",
    "estimate_cell_size",
    "estimate_movie_scale",
    "estimate_trained_scale",
]
