"""The steps from a movie to lineages and tables, in memory."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from volltrack.front_door.calibration_of import calibration_of
from volltrack.front_door.given_settings import with_given
from volltrack.link import LengthUnit, PruneSettings, prune_short_tracklets
from volltrack.measure import MeasureSettings, measure_movie
from volltrack.model import Calibration, LabelMovie, Lineage, Movie, Spots, Tissue
from volltrack.pipeline import (
    Analysis,
    AnalysisSettings,
    analyse_tracks,
    choose_default_segmentation,
    choose_method,
    hold_labels,
    link_cells,
)
from volltrack.progress import OnProgress
from volltrack.registry import LINKERS

__all__ = ["analyse", "measure", "segment", "track"]

_log = logging.getLogger(__name__)


def segment(
    movie: Movie,
    method: str | None = None,
    *,
    stain: str = "nuclei",
    cell_diameter: float | None = None,
    on_progress: OnProgress | None = None,
    **settings: Any,
) -> LabelMovie:
    """Return the cells of every frame of a movie, held in memory.

    Parameters
    ----------
    movie
        One channel, bright cells on a dark background.
    method
        ``"classical"`` (no network), ``"vollseg"``, ``"stardist"``, ``"unet"``, or another that
        `volltrack.registry.SEGMENTERS` knows. None takes the one whose cells look best on a few frames, and logs why.
    stain
        What is bright: ``"nuclei"`` (or whole cells), or ``"membranes"``.
    cell_diameter
        Typical diameter of a cell in the unit of the voxel size; estimated from the movie when not given.
    on_progress
        Told after each frame.
    settings
        Of the method, by name, such as ``min_volume=0.2``; see the settings page for all.

    Raises
    ------
    BadSettings
        No such method, stain or setting, or one out of its range.
    BadValue
        The method cannot take this movie, or a frame holds values that are not finite; says which.
    MissingPackage
        The method needs networks that are not installed.
    Cancelled
        `on_progress` asked to stop.

    Notes
    -----
    Labels of all frames are held, 2 bytes a voxel. For movies whose labels do not fit into memory there is
    ``volltrack segment``, which writes each frame to the disk.

    Examples
    --------
    >>> import volltrack as vt
    >>> labels = vt.segment(vt.open_movie("movie.tif"), "classical", cell_diameter=12.0)
    >>> labels.shape
    (6, 10, 80, 80)
    """
    if method is None:
        chosen = choose_default_segmentation(movie, stain)
        if chosen.why_no_network:
            _log.warning("%s: segmented without a network: %s", movie.name, chosen.why_no_network)
        made = chosen.settings
    else:
        made = choose_method(method, stain, is_2d=movie.is_2d)
    if cell_diameter is not None:
        made = made.with_cell_diameter(cell_diameter)
    ready = with_given(made, settings).make().prepare(movie, on_progress=on_progress)
    for line in ready.report:
        _log.info("%s: %s", movie.name, line)
    return hold_labels(ready, movie, on_progress=on_progress)


def measure(
    labels: LabelMovie,
    movie: Movie | Sequence[Movie] = (),
    *,
    tissue: LabelMovie | None = None,
    on_progress: OnProgress | None = None,
    **settings: Any,
) -> Spots:
    """Return one spot for each cell and frame, with position, shape, and intensities in `movie`.

    Parameters
    ----------
    labels
        The cells.
    movie
        The channel that intensities are measured in, or several; none measures position and shape alone.
    tissue
        Labels of the tissue, of every frame or one for all: the spots get their distance to its surface.
    on_progress
        Told after each frame.
    settings
        Fields of `volltrack.measure.MeasureSettings`, such as ``contrast=False``.

    Returns
    -------
    Spots
        ``spots.table`` is a table with TrackMate's feature names as columns, positions in the unit of the voxel size.

    Raises
    ------
    BadSettings
        A setting that there is not, or out of its range.
    BadValue, ShapeMismatch
        Images that cannot be measured, or that do not fit each other.
    Cancelled
        `on_progress` asked to stop.

    Examples
    --------
    >>> import volltrack as vt
    >>> cells = vt.measure(vt.open_labels("labels.tif"), vt.open_movie("movie.tif"))
    >>> sorted(cells.table.columns)[:4]
    ['CONTRAST_CH1', 'ELLIPSOID_A', 'ELLIPSOID_AX', 'ELLIPSOID_AY']
    """
    raws = [movie] if isinstance(movie, Movie) else list(movie)
    return measure_movie(
        labels,
        raws,
        None if tissue is None else Tissue(labels=tissue),
        with_given(MeasureSettings(), settings),
        on_progress=on_progress,
    )


def track(
    cells: Spots,
    method: str = "likelihood",
    *,
    labels: LabelMovie | None = None,
    min_tracklet_length: float = 0.0,
    unit: LengthUnit = "frames",
    on_progress: OnProgress | None = None,
    **settings: Any,
) -> Lineage:
    """Return the cells with the links between them: who is who in the next frames, and who divides.

    Parameters
    ----------
    cells
        From `measure`, or the spots of `read_tracks`.
    method
        ``"likelihood"``: VollTrack's own, which takes from the cells how they move, divide, come and go. ``"lap"``,
        ``"kalman"``, ``"advanced-kalman"``: as TrackMate links. ``"overlap"``: labels that share voxels. Or another
        that `volltrack.registry.LINKERS` knows.
    labels
        The labels that the cells were measured in; ``"overlap"`` needs them.
    min_tracklet_length, unit
        Shorter tracklets are removed, in ``"frames"`` or ``"time"``; 0 removes none. 2 frames is a good start where
        divisions count: a daughter that is seen once is no evidence.
    on_progress
        Told as it goes on.
    settings
        Of the method, by name, such as ``max_distance=10.0`` of ``"lap"``; see the settings page for all.

    Raises
    ------
    BadSettings
        No such method or setting, one out of its range, or labels that the method needs.
    Cancelled
        `on_progress` asked to stop.

    Examples
    --------
    >>> import volltrack as vt
    >>> cells = vt.measure(vt.open_labels("labels.tif"))
    >>> lineage = vt.track(cells, min_tracklet_length=2)
    >>> lineage.n_tracks
    6
    """
    prune = PruneSettings(min_tracklet_length=min_tracklet_length, unit=unit)
    linking = link_cells(
        cells, with_given(LINKERS.make_settings(method), settings), labels=labels, on_progress=on_progress
    )
    for line in linking.report:
        _log.info("%s", line)
    return prune_short_tracklets(linking.lineage, prune).lineage


def analyse(
    lineage: Lineage,
    *,
    movie: Movie | None = None,
    labels: LabelMovie | None = None,
    tissue: LabelMovie | None = None,
    calibration: Calibration | None = None,
    on_progress: OnProgress | None = None,
    **settings: Any,
) -> Analysis:
    """Return the tables of a lineage: spots, links, tracklets, lineages, mean squared displacement, spectra.

    Parameters
    ----------
    lineage
        From `track` or `read_tracks`.
    movie, labels
        Where mean intensities come from; without a movie those of the spots are used, if they have some.
    tissue
        Labels of the tissue, of every frame or one for all: distances to its surface, and where cells divide.
    calibration
        Of the lineage, where that carries none.
    on_progress
        Told after each frame.
    settings
        Fields of `volltrack.pipeline.AnalysisSettings`, such as ``spectrum_of=("RADIUS",)``.

    Raises
    ------
    BadSettings
        A setting that there is not, or out of its range.
    MissingCalibration
        Nobody says voxel size and frame interval.
    BadValue, BadTable, ShapeMismatch
        Images that do not fit the lineage.
    Cancelled
        `on_progress` asked to stop.

    Examples
    --------
    >>> import volltrack as vt
    >>> analysis = vt.analyse(vt.read_tracks("tracks.xml"))
    >>> list(analysis.tables)
    ['spots', 'links', 'tracklets', 'lineages', 'msd']
    """
    return analyse_tracks(
        lineage,
        calibration_of(lineage, calibration),
        with_given(AnalysisSettings(), settings),
        movie=movie,
        labels=labels,
        tissue=None if tissue is None else Tissue(labels=tissue),
        on_progress=on_progress,
    )
