"""Mean squared displacement of each tracklet."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.track_numbers import number_tracks
from volltrack.analyse.tracklets import Tracklets
from volltrack.errors import BadValue
from volltrack.model import Calibration, Lineage

__all__ = ["msd_table"]


def msd_table(
    lineage: Lineage,
    calibration: Calibration,
    *,
    max_lag_frames: int | None = None,
    track_ids: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Return the mean squared displacement over each lag, one row per tracklet and lag that has a pair of spots.

    Parameters
    ----------
    lineage, calibration, track_ids
        See `tracklet_table`.
    max_lag_frames
        Longest lag, >= 1; None takes all.

    Returns
    -------
    pandas.DataFrame
        ``TRACK_ID, TRACKLET_ID, LAG, MSD, N_PAIRS``: the mean over all pairs of spots of one tracklet that lie LAG
        apart (Qian, Sheetz, Elson 1991); spots of missed frames are left out, not filled.

    Raises
    ------
    BadValue
        ``max_lag_frames`` < 1.
    """
    if max_lag_frames is not None and max_lag_frames < 1:
        raise BadValue(f"max_lag_frames = {max_lag_frames!r}: expected 1 or more")
    tracklets = Tracklets.of(lineage)
    frames, zyx = lineage.spots.frames, lineage.spots.positions_zyx
    span = frames[tracklets.last_rows] - frames[tracklets.first_rows] + 1
    order = np.argsort(-span, kind="stable")  # the longest first: what is too short for a lag lies behind the rest
    start = np.empty(len(span) + 1, dtype=np.int64)
    start[0] = 0
    np.cumsum(span[order], out=start[1:])
    place_of = np.empty(len(span), dtype=np.int64)
    place_of[order] = start[:-1]
    grid = np.full((start[-1], 3), np.nan)
    number = tracklets.number
    at = place_of[number] + frames[tracklets.rows] - frames[tracklets.first_rows][number]
    grid[at] = zyx[tracklets.rows]
    owner = np.repeat(np.arange(len(span)), span[order])

    parts = []
    longest = int(span.max(initial=1)) - 1
    for lag in range(1, (longest if max_lag_frames is None else min(longest, max_lag_frames)) + 1):
        n_long = int(np.searchsorted(-span[order], -lag, side="left"))  # tracklets of more than `lag` frames
        end = start[n_long]
        square = np.sum((grid[lag:end] - grid[: end - lag]) ** 2, axis=1)
        pair = (owner[lag:end] == owner[: end - lag]) & np.isfinite(square)
        of = owner[: end - lag][pair]
        count = np.bincount(of, minlength=n_long)
        total = np.bincount(of, weights=square[pair], minlength=n_long)
        has = np.flatnonzero(count)
        parts.append((order[has], np.full(len(has), lag), total[has] / count[has], count[has]))
    which, lags, msd, n_pairs = (
        (np.concatenate(column) for column in zip(*parts, strict=True)) if parts else (np.zeros(0, np.int64),) * 4
    )
    rows = np.lexsort((lags, which))
    return pd.DataFrame(
        {
            "TRACK_ID": number_tracks(lineage, tracklets.tracks[which[rows]], track_ids),
            "TRACKLET_ID": which[rows],
            "LAG": lags[rows] * calibration.frame_interval,
            "MSD": msd[rows].astype(np.float64),
            "N_PAIRS": n_pairs[rows],
        }
    )
