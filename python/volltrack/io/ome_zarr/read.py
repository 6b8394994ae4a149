"""Movies from OME-Zarr, frame by frame."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Unpack

import numpy as np

from volltrack.errors import BadFile, BadValue
from volltrack.io.calibration import warn_of_pixels
from volltrack.io.image_rules import Layout, find_layout, to_label_movie
from volltrack.io.ome_zarr.locate import find_label_names, open_image, open_labels
from volltrack.io.ome_zarr.stored import FrameReader, StoredArray, open_level
from volltrack.model import GivenCalibration, KnownCalibration, LabelMovie, Movie

__all__ = ["ZarrInfo", "inspect_zarr", "read_zarr_label_movie", "read_zarr_movie"]

_log = logging.getLogger(__name__)

_ADVICE: Final = "Give what is missing, or write the image with units of its axes and a scale of each resolution."


@dataclass(frozen=True, kw_only=True)
class ZarrInfo:
    """What an OME-Zarr image says about itself, at its finest resolution.

    Parameters
    ----------
    kind
        ``"OME-Zarr"`` and its version.
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
    n_levels
        Number of resolutions.
    labels
        Names of the label images below ``labels/``.
    """

    kind: str
    axes: str
    shape: tuple[int, ...]
    shape_tzyx: tuple[int, int, int, int] | None
    n_channels: int
    dtype: np.dtype[Any]
    known: KnownCalibration
    n_levels: int
    labels: tuple[str, ...]


def inspect_zarr(path: str | os.PathLike[str]) -> ZarrInfo:
    """Return what an OME-Zarr image says about itself, complete or not.

    Raises
    ------
    BadFile
        Not an OME-Zarr image, or damaged.
    """
    folder, node = open_image(Path(path))
    stored = open_level(folder, node, 0)
    shape = tuple(stored.array.shape)
    try:
        layout: Layout | None = find_layout(stored.level.axes, shape, None, path)
    except BadFile:
        layout = None
    return ZarrInfo(
        kind=f"OME-Zarr {stored.level.version}",
        axes=stored.level.axes,
        shape=shape,
        shape_tzyx=layout.shape_tzyx if layout else None,
        n_channels=layout.length("C") if layout else 1,
        dtype=stored.dtype,
        known=stored.level.known,
        n_levels=stored.level.n_levels,
        labels=find_label_names(folder),
    )


def read_zarr_movie(
    path: str | os.PathLike[str],
    *,
    channel: int = 1,
    level: int = 0,
    axes: str | None = None,
    **given: Unpack[GivenCalibration],
) -> Movie:
    """Return one channel of an OME-Zarr image (0.1 to 0.5); its frames are read when they are asked for.

    Parameters
    ----------
    path
        The folder of the image; of bioformats2raw's layout also the folder around it, and of a plain zarr array its
        own folder, with `axes`.
    channel
        Which channel, 1-based as in Fiji.
    level
        Which resolution; 0 is the finest. Voxel sizes that are read are those of this level.
    axes
        Stored order of the axes, such as ``"TZYX"``, where the file does not say it or says it wrong.
    given
        ``voxel_size`` (z, y, x) in ``unit``, ``frame_interval`` in ``time_unit``: each in place of what the file says.

    Raises
    ------
    BadFile
        Not a zarr, without multiscales, damaged metadata, axes that are not known. Damaged chunks are reported when
        their frame is read; see `volltrack.io.ome_zarr.stored.FrameReader` for missing ones.
    BadValue
        No such channel or level; axes that do not fit.
    MissingCalibration
        Neither the file nor the caller says voxel size, unit or (with several frames) frame interval.
    """
    folder, node = open_image(Path(path))
    return _to_movie(open_level(folder, node, level), folder, channel, axes, KnownCalibration.given(**given))


def read_zarr_label_movie(
    path: str | os.PathLike[str],
    *,
    channel: int = 1,
    level: int = 0,
    axes: str | None = None,
    allow_whole_floats: bool = False,
    **given: Unpack[GivenCalibration],
) -> LabelMovie:
    """Return labels of an OME-Zarr image; like `read_zarr_movie`.

    Parameters
    ----------
    path
        An image of labels, or an image that has exactly one below ``labels/``.
    channel, level, axes, given
        As in `read_zarr_movie`.
    allow_whole_floats
        Whether voxels of float type are taken when they are whole numbers only.

    Raises
    ------
    BadFile
        As in `read_zarr_movie`; also several sets of labels to choose from, labels of float type. Negative labels,
        labels above 2^31 - 1 and fractions are reported when their frame is read.
    BadValue, MissingCalibration
        As in `read_zarr_movie`.
    """
    folder, node = open_labels(Path(path))
    stored = open_level(folder, node, level)
    movie = _to_movie(stored, folder, channel, axes, KnownCalibration.given(**given), is_labels=True)
    return to_label_movie(movie, allow_whole_floats=allow_whole_floats)


def _to_movie(
    stored: StoredArray,
    folder: Path,
    channel: int,
    axes: str | None,
    given: KnownCalibration,
    *,
    is_labels: bool = False,
) -> Movie:
    layout = find_layout(stored.level.axes, tuple(stored.array.shape), axes, folder)
    n_channels = layout.length("C")
    if not 1 <= channel <= n_channels:
        raise BadValue(f"{folder}: channel {channel} asked for, the image has channels 1 to {n_channels}")
    shape = layout.shape_tzyx
    known = stored.level.known.overridden_by(given)
    calibration = known.require(str(folder), n_slices=shape[1], n_frames=shape[0], advice=_ADVICE)
    if given.x is None:
        warn_of_pixels(calibration.voxel_size, str(folder), has_depth=shape[1] > 1)
    return Movie(
        shape=shape,
        dtype=stored.dtype,
        calibration=calibration,
        read_frame=FrameReader(
            stored=stored, layout=layout, channel=channel - 1, is_labels=is_labels or stored.level.is_labels
        ),
        name=str(folder),
    )
