"""The lineage after a person's edits, with the link features that depend on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.analyse import edge_features
from volltrack.io.trackmate_xml import complete_edits
from volltrack.model import Calibration, Edit, Lineage, Links, NetEdits, Spots, apply_net_edits, find_net_edits

__all__ = ["add_times", "edit_lineage"]

_MANUAL_COST: Final = -1.0
"""Cost that TrackMate gives to links that a person adds."""

_MOVING: Final = frozenset(["FRAME", "POSITION_T", "POSITION_X", "POSITION_Y", "POSITION_Z"])


def add_times(lineage: Lineage, calibration: Calibration) -> Lineage:
    """Return the lineage with its calibration and ``POSITION_T``; where that lacks, frame times frame interval."""
    spots = replace(lineage.spots, calibration=calibration)
    if "POSITION_T" not in spots.table.columns:
        spots = spots.with_columns({"POSITION_T": spots.frames * calibration.frame_interval})
    return Lineage(spots=spots, links=lineage.links)


def edit_lineage(lineage: Lineage, calibration: Calibration, edits: Iterable[Edit]) -> Lineage:
    """Return the lineage after `edits`, as the file that is saved states it.

    New spots get the values that TrackMate gives (see `volltrack.io.trackmate_xml.complete_edits`), new links the cost
    -1, and the features that the table of links has (speed, displacement ...) are computed anew around each change.

    Raises
    ------
    BadValue, BadTable
        See `volltrack.model.edits.apply`.
    """
    net = complete_edits(lineage, calibration, find_net_edits(lineage, edits))
    linked = {pair: {"LINK_COST": _MANUAL_COST, **features} for pair, features in net.linked.items()}
    net = replace(net, linked=linked)
    return _renew_link_features(apply_net_edits(lineage, net), _touched_spots(net))


def _touched_spots(net: NetEdits) -> list[int]:
    """Return the spots whose links may have other features now; some may be gone."""
    moved = {i for i, features in net.changed.items() if not _MOVING.isdisjoint(features)}
    return sorted(moved.union(net.added, *net.linked, *net.unlinked) - (net.deleted - net.added.keys()))


def _renew_link_features(lineage: Lineage, touched: list[int]) -> Lineage:
    """Compute the features of links that touch these spots, and of the links that follow them, anew.

    Notes
    -----
    Only the neighbourhood is computed: a link's change of direction also depends on the link before it, so that one
    more link to either side is enough.
    """
    if not touched or not len(lineage.links):
        return lineage
    source, target = lineage.source_rows, lineage.target_rows
    near = np.zeros(len(lineage.spots), dtype=bool)
    near[lineage.spots.rows_of(touched)] = True
    renewed = near[source] | near[target]
    near[target[renewed]] = True
    renewed |= near[source]
    behind = np.zeros(len(lineage.spots), dtype=bool)
    behind[source[renewed]] = True
    part = renewed | behind[target]
    features = edge_features(_select_links(lineage, np.flatnonzero(part)))
    keys = [key for key in features.columns if key in lineage.links.table.columns]
    columns = {}
    for key in keys:
        values = lineage.links.table[key].to_numpy(dtype=np.float64, copy=True)
        values[renewed] = features[key].to_numpy()[renewed[part]]
        columns[key] = values
    return Lineage(spots=lineage.spots, links=Links(table=lineage.links.table.assign(**columns)))


def _select_links(lineage: Lineage, rows: npt.NDArray[np.int64]) -> Lineage:
    """Return the lineage of some links and their spots."""
    ends = np.unique(np.concatenate([lineage.source_rows[rows], lineage.target_rows[rows]]))
    table = lineage.spots.table.iloc[ends].reset_index(drop=True)
    return Lineage(spots=Spots(table=table), links=lineage.links.select(rows))
