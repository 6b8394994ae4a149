"""Where tracklets start and end with respect to the tissue boundary."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.track_numbers import number_tracks
from volltrack.analyse.tracklets import Tracklets
from volltrack.errors import BadValue
from volltrack.model import Calibration, Lineage, spot_times

__all__ = ["localisation_table"]

FloatArray = npt.NDArray[np.float64]


def localisation_table(
    lineage: Lineage,
    distance: FloatArray,
    calibration: Calibration,
    *,
    track_ids: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Return one row per tracklet: its role, and distance to the boundary, time and place at its start and end.

    Parameters
    ----------
    lineage, calibration, track_ids
        See `tracklet_table`.
    distance
        Distance of each spot to the tissue boundary, (N,), as `boundary_distance` gives it.

    Raises
    ------
    BadValue
        Not one distance for each spot.

    Notes
    -----
    In the localisation plot of a dividing lineage the role ``parent`` is green and ``daughter`` red.
    """
    if len(distance) != len(lineage.spots):
        raise BadValue(f"{len(distance)} distances for {len(lineage.spots)} spots: expected one for each spot")
    tracklets = Tracklets.of(lineage)
    first, last = tracklets.first_rows, tracklets.last_rows
    zyx, time = lineage.spots.positions_zyx, spot_times(lineage.spots, calibration)
    columns: dict[str, npt.NDArray[np.generic]] = {
        "TRACK_ID": number_tracks(lineage, tracklets.tracks, track_ids),
        "TRACKLET_ID": np.arange(len(tracklets)),
        "PARENT_ID": tracklets.parents,
        "GENERATION": tracklets.generation,
        "ROLE": tracklets.roles,
        "START_TIME": time[first],
        "STOP_TIME": time[last],
        "START_DISTANCE": distance[first],
        "END_DISTANCE": distance[last],
    }
    for part, rows in (("START", first), ("END", last)):
        for axis, name in enumerate("ZYX"):
            columns[f"{part}_{name}"] = zyx[rows, axis]
    return pd.DataFrame(columns)
