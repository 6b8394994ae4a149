"""Lineages as the arrays that a napari Tracks layer takes; numpy only, every spot in exactly one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse import Tracklets
from volltrack.model import Spots, VoxelSize

__all__ = ["TrackData", "locate_in_voxels", "make_track_data"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class TrackData:
    """What a Tracks layer holds.

    Parameters
    ----------
    data
        One row per spot, (N, 5): tracklet (number of ``lineage.tracklet_of_spot``), frame, z, y, x in voxels; by
        tracklet, in each by frame.
    graph
        The parents of each tracklet that has any: one behind a division, several behind a merge.
    features
        One row per row of `data`: the numeric features of the spots, ``GENERATION`` and ``IS_DAUGHTER``.
    rows
        Row of each of them in ``lineage.spots``, (N,).
    """

    data: FloatArray
    graph: dict[int, list[int]]
    features: pd.DataFrame
    rows: IntArray

    def __len__(self) -> int:
        return len(self.rows)


def locate_in_voxels(spots: Spots, voxel_size: VoxelSize) -> FloatArray:
    """Return frame, z, y, x of each spot, (N, 4), in voxels: times `voxel_size` they are physical units again."""
    return np.column_stack([spots.frames.astype(np.float64), spots.positions_zyx / np.array(voxel_size.zyx)])


def make_track_data(
    tracklets: Tracklets, voxel_size: VoxelSize, *, keep: npt.NDArray[np.bool_] | None = None
) -> TrackData:
    """Return the rows, the graph and the features of tracklets.

    Parameters
    ----------
    tracklets
        All tracklets of a lineage.
    voxel_size
        Positions become multiples of it.
    keep
        Which tracklets, bool (K,), such that a kept one has all its parents kept; None for all.
    """
    spots = tracklets.lineage.spots
    number = tracklets.number
    kept = slice(None) if keep is None else keep[number]
    rows, number = tracklets.rows[kept], number[kept]
    data = np.column_stack([number, locate_in_voxels(spots, voxel_size)[rows]])
    return TrackData(data=data, graph=_list_parents(tracklets, keep), features=_features(tracklets, rows), rows=rows)


def _list_parents(tracklets: Tracklets, keep: npt.NDArray[np.bool_] | None) -> dict[int, list[int]]:
    joins = tracklets.joins
    if keep is not None:
        joins = joins[keep[joins[:, 1]]]
    graph: dict[int, list[int]] = {}
    for parent, child in np.unique(joins, axis=0).tolist():
        graph.setdefault(child, []).append(parent)
    return graph


def _features(tracklets: Tracklets, rows: IntArray) -> pd.DataFrame:
    """Return the features by which tracks can be coloured; those without any value are left out."""
    spots = tracklets.lineage.spots
    of_spot = tracklets.lineage.tracklet_of_spot[rows]
    columns: dict[str, npt.NDArray[Any]] = {"SPOT_ID": spots.ids[rows]}
    for key in spots.feature_keys:
        values = spots.table[key].to_numpy()
        if values.dtype.kind in "iufb" and not (values.dtype.kind == "f" and np.isnan(values).all()):
            columns[key] = values[rows]
    columns["TRACK"] = tracklets.lineage.track_of_spot[rows]
    columns["GENERATION"] = tracklets.generation[of_spot]
    columns["IS_DAUGHTER"] = (tracklets.generation > 0).astype(np.int64)[of_spot]
    return pd.DataFrame(columns, copy=False)
