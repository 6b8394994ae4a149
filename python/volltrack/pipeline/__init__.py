"""Rooms joined, on arrays and tables: from a movie to lineages, and from lineages to tables."""

from volltrack.pipeline.analyse_tracks import Analysis, analyse_tracks
from volltrack.pipeline.analysis_settings import AnalysisSettings
from volltrack.pipeline.default_segmentation import (
    DefaultSegmentation,
    choose_default_segmentation,
    choose_method,
    name_networks,
)
from volltrack.pipeline.frame_reach import require_frames_in_reach
from volltrack.pipeline.image_fit import Misfit, find_misfit, swap_z_and_t
from volltrack.pipeline.settings import KINDS, RunSettings
from volltrack.pipeline.spot_intensity import mean_spot_intensity
from volltrack.pipeline.track_cells import Linking, Tracking, link_cells, track_cells
from volltrack.pipeline.track_movie import TrackedMovie, hold_labels, track_movie

__all__ = [
    "KINDS",
    "Analysis",
    "AnalysisSettings",
    "DefaultSegmentation",
    "Linking",
    "Misfit",
    "RunSettings",
    "TrackedMovie",
    "Tracking",
    "analyse_tracks",
    "choose_default_segmentation",
    "choose_method",
    "find_misfit",
    "hold_labels",
    "link_cells",
    "mean_spot_intensity",
    "name_networks",
    "require_frames_in_reach",
    "swap_z_and_t",
    "track_cells",
    "track_movie",
]
