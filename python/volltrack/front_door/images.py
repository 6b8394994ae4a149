"""Movies and label movies from files or arrays."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import MissingCalibration
from volltrack.io import images
from volltrack.model import Calibration, GivenCalibration, LabelMovie, Movie, VoxelSize

__all__ = ["open_labels", "open_movie"]


def open_movie(
    source: str | os.PathLike[str] | npt.NDArray[Any],
    *,
    channel: int = 1,
    scene: str | None = None,
    axes: str | None = None,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
    keep_going: bool = False,
) -> Movie:
    """Return one channel of a movie; its frames are read when they are asked for.

    Parameters
    ----------
    source
        A TIFF file (ImageJ, OME, plain), a folder or pattern of TIFF files, an OME-Zarr folder, or an array
        (T, Z, Y, X), or (T, Y, X) for a 2D movie.
    channel
        Which channel of a file, from 1 as in Fiji.
    scene
        Which image of a file with several, by number (from 1) or name.
    axes
        Order of the axes, such as ``"TZYX"``, of a file that does not say it or says it wrong.
    voxel_size, unit
        (z, y, x) in `unit`, in place of what the file says. An array without them counts in pixels.
    frame_interval, time_unit
        Time between two frames, in place of what the file says. ``frame_interval=1, time_unit="frame"`` counts time in
        frames, as an array without them does.
    keep_going
        Take a file that lacks planes, as of a stopped acquisition; frames that are not whole are `Movie.missing`.

    Raises
    ------
    BadFile
        No such file, not an image, damaged, or its axes are not known.
    BadValue
        No such channel or scene; an array of another number of axes.
    MissingCalibration
        Neither the file nor the caller says voxel size, unit or (with several frames) frame interval.

    Examples
    --------
    >>> import volltrack as vt
    >>> movie = vt.open_movie("movie.tif")
    >>> movie.shape  # (T, Z, Y, X)
    (6, 10, 80, 80)
    >>> movie.calibration.voxel_size
    VoxelSize(z=2.0, y=0.5, x=0.5, unit='µm')
    """
    given = GivenCalibration(voxel_size=voxel_size, unit=unit, frame_interval=frame_interval, time_unit=time_unit)
    if isinstance(source, np.ndarray):
        return Movie.from_array(source, _calibrate(given))
    return images.open_movie(source, channel=channel, scene=scene, axes=axes, keep_going=keep_going, **given)


def open_labels(
    source: str | os.PathLike[str] | npt.NDArray[Any],
    *,
    scene: str | None = None,
    axes: str | None = None,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
) -> LabelMovie:
    """Return a label movie: 0 is background, each other value one cell of its frame.

    Parameters
    ----------
    source
        As in `open_movie`: a file of this or any other program, or an array of whole numbers. In an OME-Zarr it is an
        image of labels, or an image with one image of labels in it.
    scene, axes, voxel_size, unit, frame_interval, time_unit
        As in `open_movie`.

    Raises
    ------
    BadFile, BadValue, MissingCalibration
        As in `open_movie`.

    Examples
    --------
    >>> import volltrack as vt
    >>> labels = vt.open_labels("labels.tif")
    >>> int(labels.frame(0).max())  # cells of the first frame
    6
    """
    given = GivenCalibration(voxel_size=voxel_size, unit=unit, frame_interval=frame_interval, time_unit=time_unit)
    if isinstance(source, np.ndarray):
        return LabelMovie.from_array(source, _calibrate(given))
    return images.open_label_movie(source, scene=scene, axes=axes, allow_whole_floats=True, **given)


def _calibrate(given: GivenCalibration) -> Calibration:
    """Return the calibration of an array: pixels and frames where nothing is given.

    Raises
    ------
    MissingCalibration
        A number without its unit.
    """
    voxel_size, unit = given["voxel_size"], given["unit"]
    frame_interval, time_unit = given["frame_interval"], given["time_unit"]
    if voxel_size is not None and unit is None:
        raise MissingCalibration("`voxel_size` without `unit`: expected a unit of length, such as 'µm'")
    if frame_interval is not None and time_unit is None:
        raise MissingCalibration("`frame_interval` without `time_unit`: expected a unit of time, such as 'min'")
    plain = Calibration.in_pixels()
    z, y, x = voxel_size or plain.voxel_size.zyx
    return Calibration(
        voxel_size=VoxelSize(z=z, y=y, x=x, unit=unit or plain.length_unit),
        frame_interval=plain.frame_interval if frame_interval is None else frame_interval,
        time_unit=time_unit or plain.time_unit,
    )
