"""How work begins: new tracks on a bare movie, and images that are looked at before they are trusted."""

from volltrack.apps.napari_plugin.opening.new_tracks import (
    begin_tracks,
    begin_tracks_on_layer,
    find_movie_layer,
    is_bare_movie,
)

__all__ = ["begin_tracks", "begin_tracks_on_layer", "find_movie_layer", "is_bare_movie"]
