"""Lineages from files, to files, and changed in their files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from volltrack.front_door.calibration_of import calibration_of
from volltrack.io.trackmate_xml import describe_image
from volltrack.io.tracks import TracksFile, find_kind, read_tracks_file, write_tracks_file
from volltrack.model import Calibration, Lineage, Movie

__all__ = ["read_tracks", "write_tracks"]


def read_tracks(
    path: str | os.PathLike[str],
    *,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
) -> Lineage:
    """Return the spots and links of a file.

    Parameters
    ----------
    path
        A TrackMate XML, a table of cells (CSV, with or without a table of edges beside it), a GEFF, or a folder of the
        Cell Tracking Challenge.
    voxel_size, unit
        (z, y, x) in `unit`, in place of what the file says; positions are not scaled.
    frame_interval, time_unit
        Time between two frames, in place of what the file says.

    Raises
    ------
    BadFile
        No such file, or one that cannot be read; says where.
    MissingCalibration
        The file does not say its calibration, and the caller does not give it.

    Notes
    -----
    Of a TrackMate XML these are the spots and links alone. To change such a file and keep all else that is in it, use
    `edit`.

    Examples
    --------
    >>> import volltrack as vt
    >>> lineage = vt.read_tracks("tracks.xml")
    >>> lineage.n_tracks, lineage.n_divisions
    (6, 1)
    """
    found = read_tracks_file(
        Path(path), voxel_size=voxel_size, unit=unit, frame_interval=frame_interval, time_unit=time_unit
    )
    return replace(found.lineage, spots=replace(found.lineage.spots, calibration=found.calibration))


def write_tracks(
    path: str | os.PathLike[str],
    lineage: Lineage,
    *,
    movie: Movie | None = None,
    calibration: Calibration | None = None,
    overwrite: bool = False,
) -> list[str]:
    """Write a lineage and return what the file could not hold, one sentence each.

    Parameters
    ----------
    path
        ``.xml`` (TrackMate), ``.csv`` (table of cells), ``.geff``, or a name without suffix (a folder of the Cell
        Tracking Challenge). It appears only when it is complete.
    lineage
        Spots and links.
    movie
        The image that a TrackMate XML names, so that Fiji opens it beside the tracks; `movie.name` is its file.
    calibration
        Of the lineage, where that carries none.
    overwrite
        Whether an existing file may be replaced.

    Raises
    ------
    FileExists, OutputFailed
        The file is there already, or cannot be written.
    MissingCalibration
        Nobody says voxel size and frame interval.

    Examples
    --------
    >>> import volltrack as vt
    >>> lineage = vt.read_tracks("tracks.xml")
    >>> vt.write_tracks("tracks.csv", lineage)
    ['link features, such as the cost']
    """
    path = Path(path)
    kind = find_kind(path)
    tracks = TracksFile(kind=kind, lineage=lineage, calibration=calibration_of(lineage, calibration))
    image = None if movie is None else describe_image(movie, Path(movie.name), path)
    return write_tracks_file(path, tracks, kind=kind, image=image, overwrite=overwrite)
