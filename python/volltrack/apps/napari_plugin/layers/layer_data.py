"""A session as napari layer data: tuples of data, options and type, as readers return them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from napari.utils.colormaps import Colormap

from volltrack.analyse import Tracklets
from volltrack.apps.napari_plugin.layers.track_data import TrackData, locate_in_voxels, make_track_data
from volltrack.apps.napari_plugin.layers.units import napari_units
from volltrack.apps.napari_plugin.session import SESSION_KEY, TrackSession
from volltrack.model import Calibration

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
    "make_layer_data",
    "make_lineage_data",
    "make_selection_data",
    "make_spot_data",
    "place",
]

LayerData = tuple[Any, dict[str, Any], str]
"""Data, options, type of layer."""

ROLE_KEY: Final = "volltrack_role"
"""Key of the role of a layer in its metadata: one of the four below."""

CONTENT_KEY: Final = "volltrack_content"
"""Key in the metadata of a layer of ours that shows an image: `CELLS`, `MOVIE` or `TISSUE`."""

CELLS, MOVIE, TISSUE = "labels", "movie", "tissue"

DIVIDING, NON_DIVIDING, SELECTION, SPOTS = "dividing", "non-dividing", "selection", "spots"

AXIS_LABELS: Final = ("frame", "z", "y", "x")

_NAMES: Final = {
    DIVIDING: "dividing lineages",
    NON_DIVIDING: "non-dividing lineages",
    SELECTION: "selected lineage",
    SPOTS: "spots",
}
_TAIL_FRAMES: Final = 30
_FADE: Final = 20  # tails fade from now to their end: one as long as many movies is bright all through this one
_DEFAULT_DIAMETER_VOXELS: Final = 6.0
_PARENT_GREEN, _DAUGHTER_RED = "#00e040", "#ff3030"


def make_layer_data(session: TrackSession) -> list[LayerData]:
    """Return all layers of a session; Tracks layers that would be empty are left out, for napari refuses them."""
    tracklets = Tracklets.of(session.lineage)
    layers = [make_lineage_data(session, tracklets, role) for role in (NON_DIVIDING, DIVIDING)]
    made = [layer for layer in layers if layer is not None]
    made.append(make_spot_data(session))
    selection = make_selection_data(session, tracklets)
    return made if selection is None else [*made, selection]


def make_lineage_data(session: TrackSession, tracklets: Tracklets, role: str) -> LayerData | None:
    """Return the Tracks layer of all lineages with divisions, or of those without and the unlinked spots."""
    dividing = tracklets.is_in_dividing_track & (tracklets.tracks >= 0)
    keep = dividing if role == DIVIDING else ~dividing
    found = make_track_data(tracklets, session.calibration.voxel_size, keep=keep)
    if not len(found):
        return None
    look = {"tail_length": _TAIL_FRAMES, "colormap": "hsv" if role == DIVIDING else "plasma"}
    return _tracks(session, role, found, look)


def make_selection_data(session: TrackSession, tracklets: Tracklets) -> LayerData | None:
    """Return the Tracks layer of the selected lineage over all its time: parents green, daughters red."""
    if session.selected_track is None:
        return None
    lineage = session.lineage
    (row,) = lineage.spots.rows_of([session.selected_track])
    track = lineage.track_of_spot[row]
    own = np.arange(len(tracklets)) == lineage.tracklet_of_spot[row]
    found = make_track_data(
        tracklets, session.calibration.voxel_size, keep=own if track < 0 else tracklets.tracks == track
    )
    n_frames = max(1, lineage.spots.n_frames)
    look = {
        "color_by": "IS_DAUGHTER",
        "colormaps_dict": {"IS_DAUGHTER": Colormap([_PARENT_GREEN, _DAUGHTER_RED], name="parent and daughters")},
        "tail_length": _FADE * n_frames,
        "head_length": n_frames,
        "tail_width": 5,
        "blending": "translucent_no_depth",
    }
    return _tracks(session, SELECTION, found, look)


def make_spot_data(session: TrackSession) -> LayerData:
    """Return the Points layer: row i is row i of ``lineage.spots``; a disc has the diameter of its spot."""
    spots, lineage = session.lineage.spots, session.lineage
    features = {"ID": spots.ids, "TRACK": lineage.track_of_spot}
    look = {
        "size": _diameters_in_voxels(session),
        "features": features,
        "face_color": "transparent",
        "border_color": "white",
        "border_width": 0.06,
        "blending": "translucent_no_depth",
        "projection_mode": "all",  # spots that reach into the slice on view: see `add_session_layers`
        "opacity": 0.7,
    }
    data = locate_in_voxels(spots, session.calibration.voxel_size)
    return data, _common(session, SPOTS) | look, "points"


def place(calibration: Calibration) -> dict[str, Any]:
    """Return the options that put voxels of time, z, y, x where they belong: the same for images, labels and tracks."""
    return {
        "scale": (1.0, *calibration.voxel_size.zyx),
        "translate": (0.0, 0.0, 0.0, 0.0),
        "units": napari_units(calibration),
        "axis_labels": AXIS_LABELS,
    }


def _tracks(session: TrackSession, role: str, found: TrackData, look: dict[str, Any]) -> LayerData:
    options = {"graph": found.graph, "features": found.features}
    return found.data, _common(session, role) | options | look, "tracks"


def _common(session: TrackSession, role: str) -> dict[str, Any]:
    return place(session.calibration) | {
        "name": _NAMES[role],
        "metadata": {SESSION_KEY: session, ROLE_KEY: role},
    }


def _diameters_in_voxels(session: TrackSession) -> npt.NDArray[np.float64]:
    """Return diameters in voxels of x, (N,); the median where a spot has no radius."""
    table = session.lineage.spots.table
    if "RADIUS" not in table.columns:
        return np.full(len(table), _DEFAULT_DIAMETER_VOXELS)
    diameter = 2.0 * table["RADIUS"].to_numpy(dtype=np.float64) / session.calibration.voxel_size.x
    known = np.isfinite(diameter) & (diameter > 0)
    usual = float(np.median(diameter[known])) if known.any() else _DEFAULT_DIAMETER_VOXELS
    return np.where(known, diameter, usual)
