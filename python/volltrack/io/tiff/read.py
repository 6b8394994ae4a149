"""Movies from TIFF files, frame by frame."""

from __future__ import annotations

import logging
import math
import os
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from volltrack.errors import BadFile, BadValue
from volltrack.io.calibration import warn_of_pixels
from volltrack.io.image_rules import Layout, drop_last_missing, find_layout, to_label_movie
from volltrack.io.tiff.frames import FrameReader
from volltrack.io.tiff.opening.page_bytes import require_plausible_frame
from volltrack.io.tiff.opening.scenes import SeveralScenes
from volltrack.io.tiff.stored import StoredImage, open_stored_image
from volltrack.model import KnownCalibration, LabelMovie, Movie

__all__ = ["TiffInfo", "inspect_tiff", "read_label_movie", "read_movie"]

_log = logging.getLogger(__name__)

_ADVICE: Final = (
    "Give what is missing, or save the image with it (Fiji: Image > Properties; Fiji does not store a slice distance "
    "of exactly 1)."
)


@dataclass(frozen=True, kw_only=True)
class TiffInfo:
    """What a TIFF says about itself.

    Parameters
    ----------
    kind
        ``"imagej"``, ``"ome"`` or another word of tifffile.
    axes, shape
        Stored axes and their lengths.
    shape_tzyx
        Lengths as (T, Z, Y, X); None while the axes are not known.
    n_channels
        Number of channels.
    dtype
        Type of the voxels.
    known
        Calibration as far as it is known.
    scenes
        Number, name and size of each image where there are several.
    missing
        What the file promises and does not hold; empty where it is complete.
    """

    kind: str
    axes: str
    shape: tuple[int, ...]
    shape_tzyx: tuple[int, int, int, int] | None
    n_channels: int
    dtype: np.dtype[Any]
    known: KnownCalibration
    scenes: tuple[str, ...] = ()
    missing: str = ""


def inspect_tiff(path: str | os.PathLike[str], *, scene: str | None = None) -> TiffInfo:
    """Return what a TIFF says about itself, complete or not.

    Parameters
    ----------
    path
        The file.
    scene
        Which image of several, by number (from 1) or name; None takes the movie among them, or the first of several.

    Raises
    ------
    BadFile
        Not a TIFF, or damaged.
    BadValue
        No such image.
    """
    stored = _open_first(path) if scene is None else open_stored_image(path, scene=scene)
    try:
        layout: Layout | None = find_layout(stored.axes, stored.shape, None, path)
    except BadFile:
        layout = None
    return TiffInfo(
        kind=stored.kind,
        axes=layout.axes if layout else stored.axes,
        shape=layout.shape if layout else stored.shape,
        shape_tzyx=layout.shape_tzyx if layout else None,
        n_channels=layout.length("C") if layout else 1,
        dtype=stored.dtype.newbyteorder("="),
        known=stored.known,
        scenes=tuple(each.describe() for each in stored.scenes) if len(stored.scenes) > 1 else (),
        missing=stored.missing.describe() if stored.missing.numbers else "",
    )


def _open_first(path: str | os.PathLike[str]) -> StoredImage:
    """Return the movie of a file, or its first image where there are several."""
    try:
        return open_stored_image(path)
    except SeveralScenes:
        return open_stored_image(path, scene="1")


def read_movie(
    path: str | os.PathLike[str],
    *,
    channel: int = 1,
    axes: str | None = None,
    scene: str | None = None,
    is_scene_required: bool = True,
    keep_going: bool = False,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
) -> Movie:
    """Return one channel of a TIFF movie; its frames are read when they are asked for.

    ImageJ hyperstacks (also above 4 GB), OME-TIFF and plain TIFF, 2D+t and 3D+t, in any order of axes.

    Parameters
    ----------
    path
        The file.
    channel
        Which channel, 1-based as in Fiji.
    axes
        Stored order of the axes, such as ``"TZYX"``, where the file does not say it or says it wrong.
    scene
        Which image of a file with several, by number (from 1) or name.
    is_scene_required
        Whether a file with a single image is refused when it is not the one of `scene`.
    keep_going
        Take a file that lacks planes, as of a stopped acquisition; frames that are not whole are `Movie.missing`.
    voxel_size, unit
        (z, y, x) in `unit`, in place of what the file says.
    frame_interval, time_unit
        In place of what the file says.

    Raises
    ------
    BadFile
        Not a TIFF, truncated, a colour image, axes that are not known, or several movies of which none is chosen.
    BadValue
        No such channel or image; axes that do not fit.
    MissingCalibration
        Neither the file nor the caller says voxel size, unit or (with several frames) frame interval.
    """
    stored = open_stored_image(path, scene=scene, is_strict=is_scene_required)
    layout = find_layout(stored.axes, stored.shape, axes, path)
    n_channels = layout.length("C")
    if not 1 <= channel <= n_channels:
        raise BadValue(f"{path}: channel {channel} asked for, the image has channels 1 to {n_channels}")
    n_frames, *rest = layout.shape_tzyx
    require_plausible_frame(math.prod(rest) * stored.dtype.itemsize, stored.n_bytes, path)
    reader = FrameReader(stored=stored, layout=layout, channel=channel - 1)
    incomplete = _find_incomplete(stored, reader, keep_going=keep_going)
    n_frames, missing = drop_last_missing(n_frames, incomplete, str(path))
    shape = (n_frames, rest[0], rest[1], rest[2])
    if axes is None and shape[0] == 1 and shape[1] > 1:
        _log.warning("%s: %d slices and one frame; if the slices are time points, give `axes='TYX'`", path, shape[1])
    known = stored.known.overridden_by(KnownCalibration.given(voxel_size, unit, frame_interval, time_unit))
    calibration = known.require(str(path), n_slices=shape[1], n_frames=shape[0], advice=_ADVICE)
    if voxel_size is None:
        warn_of_pixels(calibration.voxel_size, str(path), has_depth=shape[1] > 1)
    return Movie(
        shape=shape,
        dtype=stored.dtype.newbyteorder("="),
        calibration=calibration,
        read_frame=reader,
        name=str(path),
        missing=missing,
    )


def _find_incomplete(stored: StoredImage, reader: FrameReader, *, keep_going: bool) -> dict[int, int]:
    """Return how many planes each frame lacks.

    Raises
    ------
    BadFile
        Some do, and that is not allowed.
    """
    missing = stored.missing
    if not missing.numbers:
        return {}
    if not keep_going:
        raise BadFile(
            f"{missing.describe()}; copy or export it again, or give `keep_going` to use the frames that are whole",
            path=stored.path,
        )
    axes, shape = reader.between
    return missing.find_frames(axes, shape, reader.channel)


def read_label_movie(
    path: str | os.PathLike[str],
    *,
    channel: int = 1,
    axes: str | None = None,
    scene: str | None = None,
    is_scene_required: bool = True,
    keep_going: bool = False,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
    allow_whole_floats: bool = False,
) -> LabelMovie:
    """Return a TIFF of labels; like `read_movie`.

    Parameters
    ----------
    path, channel, axes, scene, is_scene_required, keep_going, voxel_size, unit, frame_interval, time_unit
        As in `read_movie`.
    allow_whole_floats
        Whether an image of float type is taken when it holds whole numbers only, as Fiji often writes label images.

    Raises
    ------
    BadFile
        As in `read_movie`; also labels of float type. Negative labels, labels above 2^31 - 1 and fractions are
        reported when their frame is read.
    """
    movie = read_movie(
        path,
        channel=channel,
        axes=axes,
        scene=scene,
        is_scene_required=is_scene_required,
        keep_going=keep_going,
        voxel_size=voxel_size,
        unit=unit,
        frame_interval=frame_interval,
        time_unit=time_unit,
    )
    return to_label_movie(movie, allow_whole_floats=allow_whole_floats)
