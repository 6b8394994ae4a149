"""Numbers per label: position, shape, intensity, tissue; and the filter that uses them. Arrays and tables, no files."""

from volltrack.measure.cell_filter import CellFilterSettings, filter_cells
from volltrack.measure.frame import measure_frame
from volltrack.measure.intensity.in_spot import measure_spot_intensity
from volltrack.measure.movie import measure_movie
from volltrack.measure.outline.shape import measure_contours
from volltrack.measure.settings import STATISTICS, IntensityRegion, MeasureSettings
from volltrack.measure.tissue import measure_positions_in_tissue, measure_tissue, measure_tissue_distance

__all__ = [
    "STATISTICS",
    "CellFilterSettings",
    "IntensityRegion",
    "MeasureSettings",
    "filter_cells",
    "measure_contours",
    "measure_frame",
    "measure_movie",
    "measure_positions_in_tissue",
    "measure_spot_intensity",
    "measure_tissue",
    "measure_tissue_distance",
]
