"""Frozen values that the other rooms exchange; numpy and pandas only."""

from volltrack.model.calibration import Calibration, GivenCalibration, KnownCalibration, VoxelSize
from volltrack.model.edits import (
    AddLink,
    AddSpot,
    DeleteSpot,
    Edit,
    NetEdits,
    Outline,
    RemoveLink,
    SetSpot,
    apply_edits,
    apply_net_edits,
    find_net_edits,
)
from volltrack.model.feature import EDGE_FEATURES, SPOT_FEATURES, TRACK_FEATURES, Feature, declare_spot_feature
from volltrack.model.lineage import Lineage
from volltrack.model.links import Links
from volltrack.model.movie import Frame, LabelMovie, Movie, Tissue
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
