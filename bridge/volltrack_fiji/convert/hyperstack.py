"""Movies to ImageJ's hyperstacks: the only place of the bridge that turns (T, Z, Y, X) into ImageJ's order."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from volltrack.errors import BadValue
from volltrack.model import Movie
from volltrack_fiji.jvm import TrackMateClasses, jpype

__all__ = ["to_java_hyperstack"]

_MAX_WHOLE_FLOAT: Final = 2**24
"""Largest label up to which float32, ImageJ's only type above 16 bit, is exact."""


def to_java_hyperstack(channels: list[Movie], title: str) -> Any:
    """Return an ``ImagePlus`` of the channels, calibrated as the first one; a copy.

    Parameters
    ----------
    channels
        Movies of equal shape; one of a single frame is repeated. Whole numbers up to 65,535 become 16 bit, all else 32
        bit float.
    title
        Title of the image.

    Raises
    ------
    BadValue
        Whole numbers above 2^24, which ImageJ cannot hold.
    """
    is_short = all(_fits_short(movie) for movie in channels)
    n_frames, n_slices, n_y, n_x = channels[0].shape
    stack = TrackMateClasses.ImageStack(n_x, n_y)
    for t in range(n_frames):
        frames = [movie.frame(t if movie.n_frames > 1 else 0) for movie in channels]
        for z in range(n_slices):
            for movie, frame in zip(channels, frames, strict=True):
                stack.addSlice(_to_java_plane(frame[z], is_short, movie.name))
    image = TrackMateClasses.ImagePlus(title, stack)
    image.setDimensions(len(channels), n_slices, n_frames)
    image.setOpenAsHyperStack(True)
    _calibrate(image, channels[0])
    return image


def _fits_short(movie: Movie) -> bool:
    if movie.dtype.kind not in "iub":
        return False
    frames = (movie.frame(t) for t in range(movie.n_frames))
    return movie.dtype in (np.uint8, np.uint16, np.bool_) or all(f.min() >= 0 and f.max() <= 0xFFFF for f in frames)


def _to_java_plane(plane: Any, is_short: bool, name: str) -> Any:
    n_y, n_x = plane.shape
    if is_short:
        shorts = np.ascontiguousarray(plane, dtype=np.uint16).view(np.int16).ravel()
        return TrackMateClasses.ShortProcessor(n_x, n_y, jpype.JArray.of(shorts, jpype.JShort), None)
    if plane.dtype.kind in "iu" and plane.size and plane.max() > _MAX_WHOLE_FLOAT:
        raise BadValue(
            f"{name}: value {plane.max()}: expected at most {_MAX_WHOLE_FLOAT}, up to which ImageJ's 32 bit images are "
            "exact; number the labels of each frame anew"
        )
    floats = np.ascontiguousarray(plane, dtype=np.float32).ravel()
    return TrackMateClasses.FloatProcessor(n_x, n_y, jpype.JArray.of(floats, jpype.JFloat))


def _calibrate(image: Any, movie: Movie) -> None:
    known, size = image.getCalibration(), movie.calibration.voxel_size
    known.pixelWidth, known.pixelHeight, known.pixelDepth = float(size.x), float(size.y), float(size.z)
    known.frameInterval = float(movie.calibration.frame_interval)
    known.setUnit(movie.calibration.length_unit)
    known.setTimeUnit(movie.calibration.time_unit)
