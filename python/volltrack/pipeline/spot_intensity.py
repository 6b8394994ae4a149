"""Mean intensity of the spots of a lineage, from the movie."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadTable, BadValue
from volltrack.measure import MeasureSettings, measure_frame, measure_spot_intensity
from volltrack.model import LabelMovie, Movie, Spots, VoxelSize
from volltrack.model.tissue_surface import find_voxels
from volltrack.progress import OnProgress, track_progress

__all__ = ["mean_spot_intensity"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MEAN = "MEAN"
_ONLY_MEAN = MeasureSettings(
    statistics=("MEAN",), contrast=False, pieces=False, ellipsoid=False, surface=False, contours=False
)


def mean_spot_intensity(
    spots: Spots,
    movie: Movie,
    voxel_size: VoxelSize,
    *,
    labels: LabelMovie | None = None,
    on_progress: OnProgress | None = None,
) -> FloatArray:
    """Return the mean intensity of each spot, (N,), within its label or, without labels, within its sphere.

    In 2D the circle or, where the spot has one, the outline stands for the sphere.

    Parameters
    ----------
    spots
        Positions in physical units; ``RADIUS`` is needed without labels. The label of a spot is its ``LABEL`` where
        that is in the frame, else the one at its position; where most spots of a frame lie in another label than their
        ``LABEL``, it belongs to another label movie, and the positions hold.
    movie
        One channel, of any real type; 16-bit values stay what they are.
    voxel_size
        In the unit of the positions.
    labels
        Of the same shape as the movie.
    on_progress
        Told after each frame.

    Returns
    -------
    numpy.ndarray
        In counts of the movie. NaN for a spot without a label, or without a radius > 0, there.

    Raises
    ------
    BadValue
        A spot in a frame that the movie does not have.
    BadTable
        No labels and no ``RADIUS``.
    ShapeMismatch
        Movie and labels differ in shape.
    Cancelled
        `on_progress` asked to stop.
    """
    frames = spots.frames
    if len(frames) and frames.max() >= movie.n_frames:
        raise BadValue(
            f"{movie.name} has frames 0 to {movie.n_frames - 1} but a spot is in frame {frames.max()}: expected the "
            "movie that the tracks were made from"
        )
    if labels is not None:
        movie.require_same_shape(labels)
    elif "RADIUS" not in spots.table.columns:
        raise BadTable("the spots have no RADIUS, so no sphere to take the intensity from: give the label movie")
    mean = np.full(len(spots), np.nan)
    shown = np.unique(frames)
    for t in track_progress(shown.tolist(), on_progress, "intensity", len(shown)):
        rows = np.flatnonzero(frames == t)
        if labels is None:
            mean[rows] = _measure_spheres(spots, rows, movie.frame(t), voxel_size)
        else:
            mean[rows] = _measure_labels(spots, rows, movie.frame(t), labels.frame(t), voxel_size)
    return mean


def _measure_spheres(spots: Spots, rows: IntArray, raw: npt.NDArray[np.generic], voxel_size: VoxelSize) -> FloatArray:
    radii = spots.table["RADIUS"].to_numpy(dtype=np.float64)[rows]
    usable = np.isfinite(radii) & (radii > 0)
    mean = np.full(len(rows), np.nan)
    chosen = rows[usable]
    mean[usable] = measure_spot_intensity(
        spots.positions_zyx[chosen],
        radii[usable],
        raw,
        voxel_size,
        contours=[spots.contours.get(number) for number in spots.ids[chosen].tolist()],
        statistics=("MEAN",),
        contrast=False,
    )[_MEAN]
    return mean


def _measure_labels(
    spots: Spots,
    rows: IntArray,
    raw: npt.NDArray[np.generic],
    labels: npt.NDArray[np.integer],
    voxel_size: VoxelSize,
) -> FloatArray:
    cells = measure_frame(labels, voxel_size, raws=[raw], settings=_ONLY_MEAN).table
    known = cells["LABEL"].to_numpy(dtype=np.int64)  # in rising order
    voxel, within = find_voxels(spots.positions_zyx[rows], labels.shape, voxel_size)
    wanted = np.where(within, labels[tuple(voxel.T)], 0).astype(np.int64)
    if "LABEL" in spots.table.columns:
        stated = np.nan_to_num(spots.table["LABEL"].to_numpy(dtype=np.float64)[rows]).astype(np.int64)
        both = np.isin(stated, known) & (wanted != 0)
        if (stated == wanted)[both].mean() > 0.5 if both.any() else True:  # else they number other labels
            wanted = np.where(np.isin(stated, known), stated, wanted)
    place = np.searchsorted(known, wanted)
    has = np.isin(wanted, known)
    mean = np.full(len(rows), np.nan)
    mean[has] = cells["MEAN_INTENSITY_CH1"].to_numpy(dtype=np.float64)[place[has]]
    return mean
