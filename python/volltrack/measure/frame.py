"""One frame of labels to one table of spots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.measure.intensity.in_label import check_raw, measure_label_intensity
from volltrack.measure.intensity.in_spot import measure_spot_intensity
from volltrack.measure.outline.contour import trace_contours
from volltrack.measure.outline.shape import measure_contours
from volltrack.measure.runs import LabelRuns, encode_runs
from volltrack.measure.settings import MeasureSettings
from volltrack.measure.shape.moments import compute_centroids, fit_ellipsoids
from volltrack.measure.shape.pieces import count_pieces
from volltrack.measure.shape.surface import compute_sphericity, compute_surface
from volltrack.measure.tissue import measure_tissue
from volltrack.model import Spots, VoxelSize

__all__ = ["measure_frame"]

FloatArray = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]


def measure_frame(
    labels: npt.NDArray[Any],
    voxel_size: VoxelSize,
    *,
    raws: Sequence[npt.NDArray[Any]] = (),
    tissue: npt.NDArray[Any] | None = None,
    settings: MeasureSettings | None = None,
    frame: int = 0,
    time: float = 0.0,
    first_id: int = 0,
    first_channel: int = 1,
) -> Spots:
    """Return one spot for each label of a frame, in the order of the labels.

    Parameters
    ----------
    labels
        Whole numbers, (Z, Y, X), 0 is background, largest 2^31 - 1. A 2D frame is (1, Y, X).
    voxel_size
        See `VoxelSize`.
    raws
        Channels, each (Z, Y, X).
    tissue
        Tissue labels, (Z, Y, X), 0 is outside.
    settings
        See `MeasureSettings`.
    frame, time
        ``FRAME`` and ``POSITION_T`` of the spots.
    first_id
        ``ID`` of the first spot.
    first_channel
        Number in their image, from 1, of the first of `raws`; the others follow.

    Returns
    -------
    Spots
        Columns: ``ID, FRAME, POSITION_X, _Y, _Z, _T`` (centre of mass), ``RADIUS`` (of the sphere of equal volume; the
        circle of equal area in 2D), ``QUALITY`` = ``N_VOXELS``, ``VISIBILITY`` 1, ``LABEL``, ``N_PIECES``; 3D:
        ``VOLUME, ELLIPSOID_*, SURFACE, SPHERICITY``; 2D: ``AREA`` and what TrackMate takes from the contour, and
        the contours (AREA is that of the contour, with holes filled; RADIUS and QUALITY count pixels); per
        channel ``<statistic>_INTENSITY_CHn, CONTRAST_CHn, SNR_CHn``; with a tissue ``INSIDE_TISSUE, TISSUE_LABEL,
        DISTANCE_TO_TISSUE``. A frame without labels has the columns and no rows.

    Raises
    ------
    BadValue
        Labels that are not whole numbers, negative or above 2^31 - 1; a raw channel that is not real.
    ShapeMismatch
        If raw or tissue differ from the labels in shape.

    Notes
    -----
    Volumes, moments and surface come from runs of voxels; only intensity and tissue look at each labelled voxel.
    Memory beyond the input: about 150 bytes per run, and a padded copy of the frame for contrast.
    """
    settings = settings or MeasureSettings()
    runs = encode_runs(labels)
    for channel, raw in enumerate(raws, start=first_channel):
        check_raw(raw, runs.shape, name=f"channel {channel}")
    positions = compute_centroids(runs, voxel_size)
    columns = _describe(runs, positions, voxel_size, settings)
    columns |= {"FRAME": np.full(len(runs), frame), "POSITION_T": np.full(len(runs), float(time))}
    columns["ID"] = np.arange(first_id, first_id + len(runs))
    outlines: list[FloatArray] | None = None
    if runs.shape[0] == 1:
        if settings.contours:
            outlines = _outline(labels, runs, positions, voxel_size)
            columns |= measure_contours(outlines)
        else:
            columns["AREA"] = runs.n_voxels * (voxel_size.y * voxel_size.x)
    else:
        columns |= _describe_solid(runs, voxel_size, settings)
    for channel, raw in enumerate(raws, start=first_channel):
        columns |= _measure_channel(runs, raw, channel, positions, columns["RADIUS"], voxel_size, outlines, settings)
    if tissue is not None:
        columns |= measure_tissue(runs, positions, tissue, voxel_size, border_is_surface=settings.border_is_surface)
    order = ["ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T"]
    order += [key for key in columns if key not in order]
    table = pd.DataFrame({key: columns[key] for key in order})
    ids = columns["ID"].tolist()
    return Spots(table=table, contours=dict(zip(ids, outlines, strict=True)) if outlines else {})


def _describe(runs: LabelRuns, positions: FloatArray, voxel_size: VoxelSize, settings: MeasureSettings) -> Columns:
    """Return the columns that every spot has, without id and frame."""
    if runs.shape[0] == 1:
        radius = np.sqrt(runs.n_voxels * (voxel_size.y * voxel_size.x) / math.pi)
    else:
        radius = np.cbrt(3 * runs.n_voxels * voxel_size.volume / (4 * math.pi))
    columns: Columns = {
        "POSITION_X": positions[:, 2],
        "POSITION_Y": positions[:, 1],
        "POSITION_Z": positions[:, 0],
        "RADIUS": radius,
        "QUALITY": runs.n_voxels.astype(np.float64),
        "VISIBILITY": np.ones(len(runs), dtype=np.int64),
        "LABEL": runs.labels,
        "N_VOXELS": runs.n_voxels,
    }
    if settings.pieces:
        columns["N_PIECES"] = count_pieces(runs)
    return columns


def _describe_solid(runs: LabelRuns, voxel_size: VoxelSize, settings: MeasureSettings) -> Columns:
    """Return the shape columns of 3D labels."""
    columns: Columns = {"VOLUME": runs.n_voxels * voxel_size.volume}
    if settings.ellipsoid:
        fit = fit_ellipsoids(runs, voxel_size)
        for place, axis in enumerate("ABC"):
            columns[f"ELLIPSOID_{axis}"] = fit.semi_axes[:, place]
        for place, axis in ((0, "A"), (2, "C")):
            for component, name in enumerate("ZYX"):
                columns[f"ELLIPSOID_{axis}{name}"] = fit.axes_zyx[:, place, component]
    if settings.surface:
        columns["SURFACE"] = compute_surface(runs, voxel_size)
        columns["SPHERICITY"] = compute_sphericity(columns["VOLUME"], columns["SURFACE"])
    return columns


def _outline(
    labels: npt.NDArray[Any], runs: LabelRuns, positions: FloatArray, voxel_size: VoxelSize
) -> list[FloatArray]:
    """Return the contour of each label in physical units relative to its centre."""
    size = np.array([voxel_size.x, voxel_size.y])
    return [
        polygon * size - centre[:0:-1] for polygon, centre in zip(trace_contours(labels, runs), positions, strict=True)
    ]


def _measure_channel(
    runs: LabelRuns,
    raw: npt.NDArray[Any],
    channel: int,
    positions: FloatArray,
    radii: FloatArray,
    voxel_size: VoxelSize,
    outlines: list[FloatArray] | None,
    settings: MeasureSettings,
) -> Columns:
    """Return the intensity columns of one channel."""
    within_label = settings.intensity_within == "label"
    found: Columns = {}
    if within_label:
        found |= measure_label_intensity(runs, raw, statistics=settings.statistics, name=f"channel {channel}")
    if settings.contrast or not within_label:
        found |= measure_spot_intensity(
            positions,
            radii,
            raw,
            voxel_size,
            contours=outlines,
            statistics=() if within_label else settings.statistics,
            contrast=settings.contrast,
        )
    return {
        f"{key}_CH{channel}" if key in ("CONTRAST", "SNR") else f"{key}_INTENSITY_CH{channel}": value
        for key, value in found.items()
    }
