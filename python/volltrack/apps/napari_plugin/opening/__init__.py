"""How work begins: tracks with the movie that they name and the calibration that they lack, new tracks on a movie."""

from volltrack.apps.napari_plugin.opening.ask_calibration import open_or_ask
from volltrack.apps.napari_plugin.opening.named_movie import open_named_movie
from volltrack.apps.napari_plugin.opening.new_tracks import (
    begin_tracks,
    begin_tracks_on_layer,
    find_movie_layer,
    is_bare_movie,
)

__all__ = [
    "begin_tracks",
    "begin_tracks_on_layer",
    "find_movie_layer",
    "is_bare_movie",
    "open_named_movie",
    "open_or_ask",
]
