"""How large the cells are: from blobs of the image, from StarDist's objects, and frames scaled to a trained size."""

from volltrack.segment.size.blob_diameter import estimate_cell_diameter
from volltrack.segment.size.trained_scale import estimate_movie_scale, estimate_trained_scale
from volltrack.segment.size.work_scale import WorkScale, choose_work_scale

__all__ = ["WorkScale", "choose_work_scale", "estimate_cell_diameter", "estimate_movie_scale", "estimate_trained_scale"]
