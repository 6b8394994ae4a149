"""One row of statistics per tracklet."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.tables.links import LinkMotion, compute_link_motion
from volltrack.analyse.track_numbers import number_tracks
from volltrack.analyse.tracklets import Tracklets
from volltrack.model import Calibration, Lineage, has_own_times, spot_times

__all__ = ["tracklet_table"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def tracklet_table(
    lineage: Lineage, calibration: Calibration, *, track_ids: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Return one row per tracklet, row k for tracklet k; `QUANTITIES` says what each column is.

    Parameters
    ----------
    lineage
        Positions in the unit of length of the calibration.
    calibration
        Time is that of `volltrack.model.spot_times`; ``POSITION_T`` is not needed.
    track_ids
        Id of each track, (n_tracks,), such as TrackMate's ``TRACK_ID``; None numbers them as ``lineage.track_of_spot``.

    Notes
    -----
    Motion is that of the links inside the tracklet: the link from a parent to a daughter belongs to neither. So a
    daughter that ends at once has duration and path length 0 and no speed (NaN). Links over missed frames count with
    the time that they take. The cell cycle runs from the parent's division (its last spot) to the tracklet's own; it
    is NaN where one of the two is missing, or a merge lies at the beginning.
    """
    tracklets = Tracklets.of(lineage)
    zyx, frames = lineage.spots.positions_zyx, lineage.spots.frames
    first, last = tracklets.first_rows, tracklets.last_rows
    times = spot_times(lineage.spots, calibration)
    duration = (
        times[last] - times[first]
        if has_own_times(lineage.spots, calibration)
        else (frames[last] - frames[first]) * calibration.frame_interval
    )
    displacement = np.sqrt(np.sum((zyx[last] - zyx[first]) ** 2, axis=1))
    path, fastest, turn = _sum_motion(lineage, len(tracklets), compute_link_motion(lineage, calibration))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean_speed, straightness = path / duration, displacement / path
    ids = lineage.spots.ids
    return pd.DataFrame(
        {
            "TRACK_ID": number_tracks(lineage, tracklets.tracks, track_ids),
            "TRACKLET_ID": np.arange(len(tracklets)),
            "PARENT_ID": tracklets.parents,
            "N_PARENTS": tracklets.n_parents,
            "N_CHILDREN": tracklets.n_children,
            "GENERATION": tracklets.generation,
            "ROLE": tracklets.roles,
            "N_SPOTS": tracklets.n_spots,
            "N_MISSED": frames[last] - frames[first] + 1 - tracklets.n_spots,
            "FIRST_SPOT_ID": ids[first],
            "LAST_SPOT_ID": ids[last],
            "START_FRAME": frames[first],
            "STOP_FRAME": frames[last],
            "START_TIME": times[first],
            "STOP_TIME": times[last],
            "DURATION": duration,
            "DISPLACEMENT": displacement,
            "PATH_LENGTH": path,
            "MEAN_SPEED": mean_speed,
            "MAX_SPEED": fastest,
            "STRAIGHTNESS": straightness,
            "MEAN_TURNING_ANGLE": turn,
            "CELL_CYCLE": _measure_cycles(tracklets, times[last]),
        }
    )


def _sum_motion(lineage: Lineage, count: int, motion: LinkMotion) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return path length, largest speed and mean turning angle of each tracklet, (K,)."""
    inner = lineage.inner_links
    number = lineage.tracklet_of_spot[lineage.source_rows[inner]]
    path = np.bincount(number, weights=motion.length[inner], minlength=count).astype(np.float64)
    fastest = np.full(count, -np.inf)
    np.maximum.at(fastest, number, motion.speed[inner])
    angle = motion.turning_angle[inner]
    has = np.isfinite(angle)
    total = np.bincount(number[has], weights=angle[has], minlength=count)
    with np.errstate(invalid="ignore"):
        turn = total / np.bincount(number[has], minlength=count)
    return path, np.where(np.isinf(fastest), np.nan, fastest), turn


def _measure_cycles(tracklets: Tracklets, stop: FloatArray) -> FloatArray:
    """Return the time from the parent's division to the own one, (K,); NaN where there are not both."""
    divides, parents = tracklets.divides, tracklets.parents
    whole = divides & (tracklets.n_parents == 1) & divides[parents]
    return np.where(whole, stop - stop[parents], np.nan)
