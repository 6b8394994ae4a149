"""New tracks on a movie that has none yet, from a file or from a layer that a person has opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from napari.layers import Image

from volltrack.apps.napari_plugin.layers import add_session_layers, place
from volltrack.apps.napari_plugin.opening.ask_calibration import read_or_ask
from volltrack.apps.napari_plugin.session import SESSION_KEY, TrackSession
from volltrack.apps.napari_plugin.watching import attach
from volltrack.edit import Images
from volltrack.errors import BadValue
from volltrack.io.image_rules import is_image
from volltrack.io.images import open_movie
from volltrack.io.tracks import recognise_tracks
from volltrack.model import Calibration, Frame, Lineage, Links, Movie, Spots, VoxelSize
from volltrack.model.calibration.unit_names import name_length_unit

__all__ = ["begin_tracks", "begin_tracks_on_layer", "find_movie_layer", "is_bare_movie"]


def is_bare_movie(path: Path) -> bool:
    """Whether a file or folder is a movie, and holds no tracks."""
    return is_image(path) and recognise_tracks(path) is None


def begin_tracks(movie: Movie, path: Path | None, *, channel: int = 1) -> TrackSession:
    """Return a session without spots on a movie; it is saved beside the movie's file, whose name the XML states.

    Parameters
    ----------
    movie
        One channel.
    path
        Its file; None where there is none, so that a name must be given when the tracks are saved.
    channel
        Its number, from 1.
    """
    nothing = Lineage(spots=Spots.empty(), links=Links.empty())
    target = None if path is None else _find_free_name(path.resolve())
    session = TrackSession.from_lineage(nothing, calibration=movie.calibration, path=target)
    session.images = Images(movie=movie, channel=channel)
    if path is not None:
        session.name_movie(movie, path)
    return session


def find_movie_layer(viewer: Any) -> Image | None:
    """Return the image that new tracks would be made on: the active layer, else the topmost one; None without any."""
    active = viewer.layers.selection.active
    for layer in [*([] if active is None else [active]), *reversed(viewer.layers)]:
        if isinstance(layer, Image) and SESSION_KEY not in layer.metadata and not layer.rgb:
            return layer
    return None


def begin_tracks_on_layer(viewer: Any, layer: Image) -> TrackSession:
    """Begin tracks on an image that a person has opened, and return their session; its layers are in the viewer then.

    The file of the layer is opened anew, for its calibration; what it does not say is asked for. The layer is put where
    the tracks are, or replaced by the first channel of the file where it has other axes.

    Raises
    ------
    BadFile, BadValue, MissingCalibration
        A file or a layer that is no movie, or whose calibration nobody gives.
    """
    path = None if layer.source.path is None else Path(layer.source.path)
    if path is not None and is_image(path):
        movie = read_or_ask(open_movie, path, viewer)
        movie.frame(0)
    else:
        path, movie = None, _take_layer(layer)
    session = begin_tracks(movie, path)
    data = layer.data[0] if layer.multiscale else layer.data
    if tuple(data.shape) == movie.shape:
        for name, value in place(movie.calibration).items():
            setattr(layer, name, value)
        add_session_layers(viewer, session)
    else:
        viewer.layers.remove(layer)
        add_session_layers(viewer, session, movie=movie)
    session.images = Images(movie=movie)
    attach(viewer, session)
    return session


def _take_layer(layer: Image) -> Movie:
    """Return the movie in a layer of time, z, y, x, under the scale that the layer has; time is counted in frames."""
    data = layer.data[0] if layer.multiscale else layer.data
    if data.ndim != 4:
        raise BadValue(
            f"layer {layer.name!r} has {data.ndim} axes and comes from no TIFF or OME-Zarr: expected time, z, y, x; "
            "save it as one of these and open that"
        )
    z, y, x = (abs(float(size)) for size in layer.scale[-3:])
    unit = str(layer.units[-1])

    def read_frame(t: int) -> Frame:
        return np.asarray(data[t])

    return Movie(
        shape=(int(data.shape[0]), int(data.shape[1]), int(data.shape[2]), int(data.shape[3])),
        dtype=np.dtype(data.dtype),
        calibration=Calibration(
            voxel_size=VoxelSize(z=z, y=y, x=x, unit=name_length_unit(unit)),
            frame_interval=1.0,
            time_unit="frame",
        ),
        read_frame=read_frame,
        name=layer.name,
    )


def _find_free_name(movie: Path) -> Path:
    """Return ``movie.xml`` beside ``movie.tif``, as TrackMate calls it, or a numbered name where that is taken."""
    stem = movie.name
    for suffix in (".tif", ".tiff", ".zarr", ".ome"):
        stem = stem[: -len(suffix)] if stem.lower().endswith(suffix) and len(stem) > len(suffix) else stem
    path, number = movie.with_name(f"{stem}.xml"), 1
    while path.exists():
        number += 1
        path = movie.with_name(f"{stem}-{number}.xml")
    return path
