"""Intensities within a label, or within a spot as TrackMate's own analysers take them."""

from volltrack.measure.intensity.in_label import check_raw, measure_label_intensity, summarise_groups
from volltrack.measure.intensity.in_spot import measure_spot_intensity

__all__ = ["check_raw", "measure_label_intensity", "measure_spot_intensity", "summarise_groups"]
