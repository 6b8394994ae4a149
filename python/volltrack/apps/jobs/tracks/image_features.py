"""What images say of the spots of a file: intensity, and distance to the tissue boundary."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from volltrack.analyse import boundary_distance
from volltrack.io.tracks import TracksFile
from volltrack.model import LabelMovie, Lineage, Movie, Tissue
from volltrack.pipeline import mean_spot_intensity
from volltrack.progress import OnProgress

__all__ = ["add_image_features"]

_DISTANCE = "DISTANCE_TO_TISSUE"


def add_image_features(
    tracks: TracksFile,
    *,
    movie: Movie | None = None,
    channel: int = 1,
    labels: LabelMovie | None = None,
    tissue: Tissue | None = None,
    on_progress: OnProgress | None = None,
) -> TracksFile:
    """Return the tracks with what the images add to the spots.

    Parameters
    ----------
    tracks
        From a file; its calibration holds. That the images fit it is checked by
        `volltrack.apps.jobs.tracks.fit_tracks`.
    movie, channel
        One channel and its number in the file, from 1: ``MEAN_INTENSITY_CH<channel>`` where the file has none.
    labels
        Take the intensity within the labels; else within the spots' spheres (circles, outlines).
    tissue
        Gives ``DISTANCE_TO_TISSUE``, in place of what the file says.
    on_progress
        Told after each frame.

    Raises
    ------
    ShapeMismatch
        Images that differ in shape.
    BadValue
        A movie of numbers that are not real; negative tissue labels.
    Cancelled
        `on_progress` asked to stop.
    """
    spots = tracks.lineage.spots
    if movie is not None and labels is not None:
        movie.require_same_shape(labels)
    added: dict[str, npt.NDArray[np.float64]] = {}
    if tissue is not None and len(spots):
        size = tracks.calibration.voxel_size
        added[_DISTANCE] = boundary_distance(spots, tissue, voxel_size=size, on_progress=on_progress)
    intensity = f"MEAN_INTENSITY_CH{channel}"
    has_place = labels is not None or "RADIUS" in spots.feature_keys
    if movie is not None and intensity not in spots.feature_keys and len(spots) and has_place:
        size = tracks.calibration.voxel_size
        added[intensity] = mean_spot_intensity(spots, movie, size, labels=labels, on_progress=on_progress)
    if not added:
        return tracks
    return replace(tracks, lineage=Lineage(spots=spots.with_columns(added), links=tracks.lineage.links))
