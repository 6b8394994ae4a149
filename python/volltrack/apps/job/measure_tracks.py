"""What images say of the spots of a file: intensity, and distance to the tissue boundary."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from volltrack.analyse import boundary_distance
from volltrack.errors import BadValue, ShapeMismatch
from volltrack.io.tracks_file import TracksFile
from volltrack.measure import measure_spot_intensity
from volltrack.model import LabelMovie, Lineage, Movie, Spots, Tissue
from volltrack.progress import OnProgress, track_progress

__all__ = ["add_image_features", "require_covers"]

FloatArray = npt.NDArray[np.float64]

_DISTANCE = "DISTANCE_TO_TISSUE"
_INTENSITY = "MEAN_INTENSITY_CH1"


def add_image_features(
    tracks: TracksFile,
    *,
    movie: Movie | None = None,
    labels: LabelMovie | None = None,
    tissue: Tissue | None = None,
    on_progress: OnProgress | None = None,
) -> TracksFile:
    """Return the tracks with what the images add to the spots.

    Parameters
    ----------
    tracks
        From a file; its calibration holds.
    movie
        Gives ``MEAN_INTENSITY_CH1`` where the file has none.
    labels
        Take the intensity within the labels; else within the spots' spheres (circles, outlines).
    tissue
        Gives ``DISTANCE_TO_TISSUE``, in place of what the file says.
    on_progress
        Told after each frame.

    Raises
    ------
    ShapeMismatch
        Images that differ in shape, or have fewer frames than the spots.
    BadValue
        A movie of numbers that are not real; negative tissue labels.
    Cancelled
        `on_progress` asked to stop.
    """
    spots = tracks.lineage.spots
    for image in (movie, labels):
        if image is not None:
            require_covers(image, spots)
    if movie is not None and labels is not None:
        movie.require_same_shape(labels)
    added: dict[str, FloatArray] = {}
    if tissue is not None and len(spots):
        size = tracks.calibration.voxel_size
        added[_DISTANCE] = boundary_distance(spots, tissue, voxel_size=size, on_progress=on_progress)
    if movie is not None and _INTENSITY not in spots.feature_keys and len(spots):
        added[_INTENSITY] = _measure_intensity(spots, movie, labels, on_progress)
    if not added:
        return tracks
    return replace(tracks, lineage=Lineage(spots=spots.with_columns(added), links=tracks.lineage.links))


def require_covers(image: Movie, spots: Spots) -> None:
    """Check that an image has a frame for every spot.

    Raises
    ------
    ShapeMismatch
        It has not.
    """
    if spots.n_frames > image.n_frames:
        raise ShapeMismatch(
            f"{image.name} has {image.n_frames} frames, but spots are in frames up to {spots.n_frames - 1}: expected "
            "the movie that the tracks were made from"
        )


def _measure_intensity(
    spots: Spots, movie: Movie, labels: LabelMovie | None, on_progress: OnProgress | None
) -> FloatArray:
    """Return the mean intensity of each spot, (N,); NaN where it has no voxel."""
    if movie.dtype.kind not in "iufb":
        raise BadValue(f"{movie.name}: intensities of type {movie.dtype}: expected real numbers")
    mean = np.full(len(spots), np.nan)
    frames = spots.frames
    shown = np.unique(frames).tolist()
    for t in track_progress(shown, on_progress, "intensity", len(shown)):
        rows = np.flatnonzero(frames == t)
        if labels is not None:
            mean[rows] = _average_labels(spots, rows, movie, labels.frame(t), t)
        elif "RADIUS" in spots.feature_keys:
            mean[rows] = _average_spheres(spots, rows, movie, t)
    return mean


def _average_spheres(spots: Spots, rows: npt.NDArray[np.int64], movie: Movie, t: int) -> FloatArray:
    radii = spots.table["RADIUS"].to_numpy(dtype=np.float64)[rows]
    usable = np.isfinite(radii) & (radii > 0)
    mean = np.full(len(rows), np.nan)
    ids = spots.ids[rows[usable]].tolist()
    mean[usable] = measure_spot_intensity(
        spots.positions_zyx[rows[usable]],
        radii[usable],
        movie.frame(t),
        movie.calibration.voxel_size,
        contours=[spots.contours.get(number) for number in ids],
        statistics=("MEAN",),
        contrast=False,
    )["MEAN"]
    return mean


def _average_labels(
    spots: Spots, rows: npt.NDArray[np.int64], movie: Movie, labels: npt.NDArray[np.integer], t: int
) -> FloatArray:
    """Return the mean over the label of each spot: that of its column ``LABEL``, else the one at its position."""
    from scipy.ndimage import mean as average

    if "LABEL" in spots.feature_keys:
        own = np.nan_to_num(spots.table["LABEL"].to_numpy(dtype=np.float64)[rows]).astype(np.int64)
    else:
        size = np.array(movie.calibration.voxel_size.zyx)
        places = np.rint(spots.positions_zyx[rows] / size).astype(np.int64)
        places = np.clip(places, 0, np.array(labels.shape) - 1)
        own = labels[places[:, 0], places[:, 1], places[:, 2]].astype(np.int64)
    known, inverse = np.unique(own, return_inverse=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.asarray(average(movie.frame(t), labels, known), dtype=np.float64)
    means[known <= 0] = np.nan
    return means[inverse]
