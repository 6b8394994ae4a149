"""Quantities of spots over time: which there are, and their values per tracklet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.quantity import Quantity, describe_column
from volltrack.analyse.tables.links import link_table
from volltrack.analyse.track_numbers import number_tracks
from volltrack.analyse.tracklets import Tracklets
from volltrack.errors import BadValue
from volltrack.model import Calibration, Lineage, spot_times

__all__ = ["plot_quantities", "quantity_values", "spot_table"]

FloatArray = npt.NDArray[np.float64]

_FROM_LINKS = ("SPEED", "RADIAL_SPEED", "TANGENTIAL_SPEED", "TURNING_ANGLE")
_NOT_PLOTTED = frozenset(
    ["FRAME", "POSITION_T", "VISIBILITY", "MANUAL_SPOT_COLOR", "LABEL", "TISSUE_LABEL", "ROI_N_POINTS", "TRACK_ID"]
)
_FIRST = ("DISTANCE_TO_TISSUE", "MEAN_INTENSITY_CH1", "SPEED")


def plot_quantities(lineage: Lineage) -> Mapping[str, Quantity]:
    """Return the quantities that can be plotted over time, by key, those most asked for first.

    Those are the numeric features of the spots that have a value somewhere, and ``SPEED`` and ``TURNING_ANGLE`` of the
    link that leads to a spot; with ``DISTANCE_TO_TISSUE`` also ``RADIAL_SPEED`` and ``TANGENTIAL_SPEED``.
    """
    table = lineage.spots.table
    keys = [
        key
        for key in lineage.spots.feature_keys
        if key not in _NOT_PLOTTED and table[key].dtype.kind in "iufb" and table[key].notna().any()
    ]
    if len(lineage.links):
        keys += [key for key in _FROM_LINKS if "DISTANCE_TO_TISSUE" in keys or key in ("SPEED", "TURNING_ANGLE")]
    keys = [*(key for key in _FIRST if key in keys), *(key for key in keys if key not in _FIRST)]
    return {key: describe_column(key) for key in dict.fromkeys(keys)}


def quantity_values(lineage: Lineage, key: str, calibration: Calibration) -> FloatArray:
    """Return a quantity of each spot, (N,); NaN where a spot has none.

    Parameters
    ----------
    lineage, calibration
        See `tracklet_table`.
    key
        One of `plot_quantities`. Numbers of links belong to the later spot (of several links that meet there, NaN).

    Raises
    ------
    BadValue
        An unknown key.
    """
    if key in lineage.spots.feature_keys and key not in _FROM_LINKS:
        return lineage.spots.table[key].to_numpy(dtype=np.float64)
    if key not in plot_quantities(lineage):
        raise BadValue(f"quantity {key!r}: expected one of {', '.join(plot_quantities(lineage))}")
    table = lineage.spots.table
    distance = table["DISTANCE_TO_TISSUE"].to_numpy(dtype=np.float64) if "DISTANCE_TO_TISSUE" in table else None
    values = np.full(len(lineage.spots), np.nan)
    values[lineage.target_rows] = link_table(lineage, calibration, distance=distance)[key].to_numpy()
    values[lineage.in_degrees > 1] = np.nan
    return values


def spot_table(lineage: Lineage, calibration: Calibration, *, track_ids: npt.ArrayLike | None = None) -> pd.DataFrame:
    """Return one row per spot, tracklet after tracklet in time order, with its features and the speed that led to it.

    Parameters
    ----------
    lineage, calibration, track_ids
        See `tracklet_table`.
    """
    tracklets = Tracklets.of(lineage)
    rows = tracklets.rows
    table = lineage.spots.table
    columns: dict[str, npt.NDArray[np.generic]] = {
        "TRACK_ID": number_tracks(lineage, lineage.track_of_spot[rows], track_ids),
        "TRACKLET_ID": tracklets.number,
        "GENERATION": tracklets.generation[tracklets.number],
        "ROLE": tracklets.roles[tracklets.number],
        "SPOT_ID": lineage.spots.ids[rows],
        "FRAME": lineage.spots.frames[rows],
        "TIME": spot_times(lineage.spots, calibration)[rows],
    }
    for key in lineage.spots.feature_keys:
        if key not in columns and key != "POSITION_T":
            columns[key] = table[key].to_numpy()[rows]
    for key in plot_quantities(lineage):
        if key not in columns:
            columns[key] = quantity_values(lineage, key, calibration)[rows]
    return pd.DataFrame(columns)
