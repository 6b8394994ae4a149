"""What the run that made a file of tracks was told of its movie: its ``run.toml`` lies beside them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.results.run_folder import RUN_SETTINGS
from volltrack.apps.jobs.settings.run_file import read_run_file
from volltrack.errors import VollTrackError

__all__ = ["MovieChoice", "choose_as_run"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MovieChoice:
    """How to open the movie of a file of tracks.

    Parameters
    ----------
    images
        What is said of image files.
    channel
        Channel that shows the cells, from 1.
    """

    images: ImageOptions
    channel: int


def choose_as_run(tracks: Path, movie: Path, images: ImageOptions, channel: int | None = None) -> MovieChoice:
    """Return how to open `movie`: as asked for now, and for the rest as the run opened it that made `tracks`.

    Parameters
    ----------
    tracks
        File of tracks; where ``run.toml`` beside it is of another movie, or cannot be read, it counts for nothing.
    movie
        The raw movie.
    images, channel
        What a person says now; None where nothing is said of the channel.
    """
    path = tracks.resolve().parent / RUN_SETTINGS
    if not path.is_file():
        return MovieChoice(images=images, channel=channel or 1)
    try:
        record = read_run_file(path).input_of(movie)
    except VollTrackError as error:
        _log.info("%s: not used to open the movie: %s", path, error)
        return MovieChoice(images=images, channel=channel or 1)
    told = record.calibration
    if not record.labels and not record.tissue:  # then its --axes was meant for the movie, whatever the file says
        told = replace(told, movie_axes=told.movie_axes or told.axes)
    return MovieChoice(images=images.or_else(told), channel=channel or record.channel)
