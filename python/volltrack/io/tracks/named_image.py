"""The image that a TrackMate file names, and the size of it that the file states."""

from __future__ import annotations

import logging
from pathlib import Path

from volltrack.io.image_rules import does_image_exist, is_image
from volltrack.io.tracks.tracks_file import TracksFile

__all__ = ["find_named_image", "find_named_shape"]

_log = logging.getLogger(__name__)


def find_named_image(tracks: TracksFile) -> Path | None:
    """Return the image that a TrackMate file names, or None where there is none.

    It is looked for in the folder that the file states, then beside the file, as TrackMate looks.
    """
    document = tracks.document
    if document is None or document.image is None or not document.image.filename:
        return None
    image = document.image
    for folder in ([Path(image.folder)] if image.folder else []) + [document.path.resolve().parent]:
        path = folder / image.filename
        try:
            if does_image_exist(path) and is_image(path):
                return path
        except OSError as error:  # a name that is too long here, a folder that is closed to us
            _log.info("%s: the image that the tracks name cannot be looked at (%s)", path, error.strerror)
    return None


def find_named_shape(tracks: TracksFile) -> tuple[int, int, int, int] | None:
    """Return (T, Z, Y, X) of the image that the tracks were made on, 0 where it is not stated; None where none is.

    A TrackMate file that names no image states a size that was made up around its spots; it says nothing then.
    """
    if tracks.labels is not None:
        return tracks.labels.shape
    image = None if tracks.document is None else tracks.document.image
    if image is None or not image.filename:
        return None
    return image.n_frames, image.n_slices, image.height, image.width
