"""The movie that a file of tracks names."""

from __future__ import annotations

import logging

from volltrack.apps.jobs.inputs import ImageOptions
from volltrack.apps.jobs.settings import choose_as_run
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.edit import Images
from volltrack.errors import VollTrackError
from volltrack.io.tracks import find_named_image

__all__ = ["open_named_movie"]

_log = logging.getLogger(__name__)


def open_named_movie(session: TrackSession, images: ImageOptions | None = None, channel: int | None = None) -> Images:
    """Return the movie that a TrackMate file names; no movie where it is not there or cannot be read, which is logged.

    Parameters
    ----------
    session
        The tracks; its calibration holds.
    images, channel
        What a person says of the movie; for the rest it is opened as the run did that made the tracks.
    """
    path = find_named_image(session.tracks_file)
    if path is None:
        return Images()
    chosen = choose_as_run(session.path or path, path, images or ImageOptions(), channel)
    try:
        movie = chosen.images.open_raw(path, session.calibration, channel=chosen.channel)
        movie.frame(0)
    except (VollTrackError, OSError) as error:
        _log.warning("%s: the movie that the tracks name is not shown: %s", path, error)
        return Images()
    return Images(movie=movie, channel=chosen.channel)
