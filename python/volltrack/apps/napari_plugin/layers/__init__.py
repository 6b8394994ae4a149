"""Lineages as napari layers.

`make_track_data` and `locate_in_voxels` are arrays only; `make_layer_data` makes what a reader returns;
`add_session_layers` puts it into a viewer and keeps it as the session is.
"""

from volltrack.apps.napari_plugin.layers.layer_data import (
    AXIS_LABELS,
    CELLS,
    CONTENT_KEY,
    DIVIDING,
    MOVIE,
    NON_DIVIDING,
    ROLE_KEY,
    SELECTION,
    SPOTS,
    TISSUE,
    LayerData,
    make_layer_data,
    place,
)
from volltrack.apps.napari_plugin.layers.lazy_movie import lazy_frames
from volltrack.apps.napari_plugin.layers.session_layers import (
    SessionLayers,
    add_session_layers,
    connect_session,
    find_layer,
    find_session,
)
from volltrack.apps.napari_plugin.layers.track_data import TrackData, locate_in_voxels, make_track_data

__all__ = [
    "AXIS_LABELS",
    "CELLS",
    "CONTENT_KEY",
    "DIVIDING",
    "MOVIE",
    "NON_DIVIDING",
    "ROLE_KEY",
    "SELECTION",
    "SPOTS",
    "TISSUE",
    "LayerData",
    "SessionLayers",
    "TrackData",
    "add_session_layers",
    "connect_session",
    "find_layer",
    "find_session",
    "lazy_frames",
    "locate_in_voxels",
    "make_layer_data",
    "make_track_data",
    "place",
]
