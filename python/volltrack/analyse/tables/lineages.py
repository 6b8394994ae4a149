"""One row of statistics per lineage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.tables.tracklets import tracklet_table
from volltrack.analyse.track_numbers import number_tracks
from volltrack.model import Calibration, Lineage

__all__ = ["lineage_table"]


def lineage_table(
    lineage: Lineage, calibration: Calibration, *, track_ids: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Return one row per track (lineage), row k for track k; `QUANTITIES` says what each column is.

    Parameters
    ----------
    lineage, calibration, track_ids
        See `tracklet_table`. Spots without a link belong to no lineage.
    """
    rows = tracklet_table(lineage, calibration).query("TRACK_ID >= 0")
    groups = rows.groupby("TRACK_ID", sort=True)
    track = lineage.track_of_spot
    n_tracks = lineage.n_tracks

    def count(chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        return np.bincount(track[chosen], minlength=n_tracks).astype(np.int64)

    table = pd.DataFrame(
        {
            "TRACK_ID": number_tracks(lineage, np.arange(n_tracks), track_ids),
            "N_SPOTS": count(track >= 0),
            "N_TRACKLETS": groups.size().to_numpy(),
            "N_FOUNDERS": groups["N_PARENTS"].agg(lambda n: int((n == 0).sum())).to_numpy(),
            "N_DIVISIONS": count(lineage.out_degrees > 1),
            "N_MERGES": count(lineage.in_degrees > 1),
            "N_MISSED": groups["N_MISSED"].sum().to_numpy(),
            "MAX_GENERATION": groups["GENERATION"].max().to_numpy(),
            "START_FRAME": groups["START_FRAME"].min().to_numpy(),
            "STOP_FRAME": groups["STOP_FRAME"].max().to_numpy(),
        }
    )
    for part in ("START", "STOP"):
        table[f"{part}_TIME"] = groups[f"{part}_TIME"].agg("min" if part == "START" else "max").to_numpy()
    table["DURATION"] = table["STOP_TIME"] - table["START_TIME"]
    table["N_CELL_CYCLES"] = groups["CELL_CYCLE"].count().to_numpy()
    table["MEAN_CELL_CYCLE"] = groups["CELL_CYCLE"].mean().to_numpy()
    return table
