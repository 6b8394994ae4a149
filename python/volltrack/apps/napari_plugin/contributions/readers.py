"""The npe2 reader: files of lineages become layers that share a session; whatever is not ours is declined."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import napari
from napari.layers import Image

from volltrack.apps.napari_plugin.layers.layer_data import ROLE_KEY, SPOTS, LayerData, make_layer_data
from volltrack.apps.napari_plugin.layers.lazy_movie import make_image_data, make_label_data
from volltrack.apps.napari_plugin.opening import open_named_movie, open_or_ask
from volltrack.apps.napari_plugin.session import SESSION_KEY, TrackSession
from volltrack.apps.napari_plugin.watching import attach
from volltrack.io.tracks import recognise_tracks

__all__ = ["attach_when_added", "get_tracks_reader", "read_tracks"]

PathOrPaths = str | os.PathLike[str] | Sequence[str]


def get_tracks_reader(path: PathOrPaths) -> Callable[[PathOrPaths], list[LayerData]] | None:
    """Return the reader of a file, or None where it holds no lineages; several files at once are not ours."""
    if not isinstance(path, (str, os.PathLike)):
        return None
    return read_tracks if recognise_tracks(_without_table(Path(path))) else None


def read_tracks(path: PathOrPaths) -> list[LayerData]:
    """Return the layers of a file of lineages.

    Where it names its movie and the viewer shows none yet, the movie comes first. In a viewer on the screen the layers
    are kept as the session is, and the file is watched.

    Raises
    ------
    BadFile
        It cannot be read; says where.
    MissingCalibration
        It does not state its calibration, and there is nobody to ask.
    """
    if not isinstance(path, (str, os.PathLike)):
        path = path[0]
    viewer = napari.current_viewer()
    session = open_or_ask(_without_table(Path(path)), viewer)
    layers: list[LayerData] = []
    named = open_named_movie(session)
    movie = named.movie
    session.trust(replace(named, labels=session.tracks_file.labels))
    if movie is not None and not (viewer is not None and _shows_movie(viewer)):
        layers.append(make_image_data(movie, session.calibration))
    if session.tracks_file.labels is not None:
        layers.append(make_label_data(session.tracks_file.labels, session.calibration))
    layers += make_layer_data(session)
    attach_when_added(session)
    return layers


def _without_table(path: Path) -> Path:
    """Return the folder of the challenge for its table of tracks; other paths stay."""
    return path.parent if path.name in ("man_track.txt", "res_track.txt") else path


def _shows_movie(viewer: Any) -> bool:
    return any(isinstance(layer, Image) for layer in viewer.layers)


def attach_when_added(session: TrackSession) -> None:
    """Attach a session to the current viewer, if there is one, once napari has added its layers."""
    viewer = napari.current_viewer()
    if viewer is None:
        return

    def look(event: Any) -> None:
        if event.value.metadata.get(SESSION_KEY) is session:
            attach(viewer, session)
            if event.value.metadata.get(ROLE_KEY) == SPOTS:  # the last that is always there
                viewer.layers.events.inserted.disconnect(look)

    viewer.layers.events.inserted.connect(look)
