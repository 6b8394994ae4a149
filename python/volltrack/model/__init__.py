"""Frozen values that the other rooms exchange; numpy and pandas only."""

from volltrack.model.apply_edits import apply_edits, apply_net_edits
from volltrack.model.calibration import Calibration, VoxelSize
from volltrack.model.edit import AddLink, AddSpot, DeleteSpot, Edit, Outline, RemoveLink, SetSpot
from volltrack.model.feature import EDGE_FEATURES, SPOT_FEATURES, TRACK_FEATURES, Feature, declare_spot_feature
from volltrack.model.known_calibration import GivenCalibration, KnownCalibration
from volltrack.model.lineage import Lineage
from volltrack.model.links import Links
from volltrack.model.movie import Frame, LabelMovie, Movie, Tissue
from volltrack.model.net_edits import NetEdits, find_net_edits
from volltrack.model.spot_times import find_frame_interval, has_own_times, spot_times
from volltrack.model.spots import Spots
from volltrack.model.tissue_surface import TissueSurface

__all__ = [
    "EDGE_FEATURES",
    "SPOT_FEATURES",
    "TRACK_FEATURES",
    "AddLink",
    "AddSpot",
    "Calibration",
    "DeleteSpot",
    "Edit",
    "Feature",
    "Frame",
    "GivenCalibration",
    "KnownCalibration",
    "LabelMovie",
    "Lineage",
    "Links",
    "Movie",
    "NetEdits",
    "Outline",
    "RemoveLink",
    "SetSpot",
    "Spots",
    "Tissue",
    "TissueSurface",
    "VoxelSize",
    "apply_edits",
    "apply_net_edits",
    "declare_spot_feature",
    "find_frame_interval",
    "find_net_edits",
    "has_own_times",
    "spot_times",
]
