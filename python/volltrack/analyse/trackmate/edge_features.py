"""Edge features as TrackMate computes them: displacement, speed, place and time, change of direction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadTable
from volltrack.model import Lineage

__all__ = ["edge_features", "spot_times"]

FloatArray = npt.NDArray[np.float64]


def edge_features(lineage: Lineage) -> pd.DataFrame:
    """Return TrackMate's edge features, one row per row of ``lineage.links.table``.

    Parameters
    ----------
    lineage
        Spots need ``POSITION_T`` (time, in the time unit of the data).

    Returns
    -------
    pandas.DataFrame
        Float64 columns ``DIRECTIONAL_CHANGE_RATE`` (radians per time unit; NaN where the source has not exactly one
        predecessor), ``SPEED``, ``DISPLACEMENT``, ``EDGE_TIME``, ``EDGE_X_LOCATION``, ``EDGE_Y_LOCATION``,
        ``EDGE_Z_LOCATION``; the index is that of the links.

    Raises
    ------
    BadTable
        The spots have no ``POSITION_T``.

    Notes
    -----
    The semantics are those of TrackMate 7.14 (analyzers "Directional change", "Edge speed" and "Edge location"). A link
    between two spots of the same time has infinite speed, as in TrackMate.
    """
    source, target = lineage.source_rows, lineage.target_rows
    xyz = lineage.spots.positions_zyx[:, ::-1]
    time = spot_times(lineage)
    step = xyz[target] - xyz[source]
    duration = time[target] - time[source]
    displacement = np.sqrt(np.sum(step * step, axis=1))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        speed = displacement / np.abs(duration)
        turn_rate = _turn_angles(lineage, step) / duration
    middle = 0.5 * (xyz[source] + xyz[target])
    return pd.DataFrame(
        {
            "DIRECTIONAL_CHANGE_RATE": turn_rate,
            "SPEED": speed,
            "DISPLACEMENT": displacement,
            "EDGE_TIME": 0.5 * (time[source] + time[target]),
            "EDGE_X_LOCATION": middle[:, 0],
            "EDGE_Y_LOCATION": middle[:, 1],
            "EDGE_Z_LOCATION": middle[:, 2],
        },
        index=lineage.links.table.index,
    )


def spot_times(lineage: Lineage) -> FloatArray:
    """Return the time of each spot, (N,), in the time unit of the data.

    Raises
    ------
    BadTable
        The spots have no ``POSITION_T``.
    """
    table = lineage.spots.table
    if "POSITION_T" not in table.columns:
        raise BadTable(
            f"spots without column POSITION_T: found {', '.join(map(str, table.columns))}; speeds and durations need "
            "the time of each spot; give it as FRAME times the frame interval"
        )
    return table["POSITION_T"].to_numpy(dtype=np.float64)


def _turn_angles(lineage: Lineage, step: FloatArray) -> FloatArray:
    """Return the angle between each link, (M, 3), and the only link before it, in radians 0 to pi; else NaN."""
    before = np.full(len(lineage.spots), -1, dtype=np.int64)
    before[lineage.target_rows] = np.arange(len(step))
    previous = np.where(lineage.in_degrees == 1, before, -1)[lineage.source_rows]
    angles = np.full(len(step), np.nan)
    has = previous >= 0
    first, second = step[previous[has]], step[has]
    cross = np.cross(first, second)
    angles[has] = np.arctan2(np.sqrt(np.sum(cross * cross, axis=1)), np.sum(first * second, axis=1))
    return angles
