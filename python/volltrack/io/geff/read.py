"""Lineages from a GEFF, whichever program wrote it."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadFile
from volltrack.io.calibration import to_positive
from volltrack.io.geff.axes import GraphAxes, find_axes, find_positions, find_voxels
from volltrack.io.geff.columns import find_names, find_radii, to_columns
from volltrack.io.geff.graph import OWN, Graph, read_graph
from volltrack.io.geff.outlines import read_outlines
from volltrack.io.geff.times import GraphTimes, find_times
from volltrack.io.geff.trackmate import find_trackmate
from volltrack.io.trackmate_xml import TrackMateDocument
from volltrack.model import Calibration, KnownCalibration, Lineage, Links, Spots
from volltrack.model.calibration.unit_names import name_length_unit, name_time_unit

__all__ = ["GeffFile", "read_geff"]

_log = logging.getLogger(__name__)

_MAX_ID: Final = 2**31 - 1
_DERIVED: Final = ("TRACK_ID", "ID")
"""Node properties that follow from the links or are the ids; never stored twice."""
_ENDS: Final = ("SPOT_SOURCE_ID", "SPOT_TARGET_ID", "TRACK_ID")


@dataclass(frozen=True, kw_only=True)
class GeffFile:
    """What a GEFF holds.

    Parameters
    ----------
    lineage
        Nodes as spots, edges as links; numeric properties are features.
    known
        Voxel size, frame interval and units, as far as the file or the caller says.
    document
        The TrackMate file that it stands for, where it came from one; else None.
    left_out
        Properties that our tables cannot hold, one sentence each.
    """

    lineage: Lineage
    known: KnownCalibration
    document: TrackMateDocument | None = None
    left_out: tuple[str, ...] = ()

    @property
    def calibration(self) -> Calibration:
        """The calibration, with 1 pixel and 1 frame for what is not known; look at `known` first."""
        return self.known.fill()


def read_geff(
    path: str | os.PathLike[str],
    *,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
) -> GeffFile:
    """Return the lineage in a GEFF.

    Parameters
    ----------
    path
        The folder.
    voxel_size, unit, frame_interval, time_unit
        In place of what the file says. Positions are only scaled as the file itself asks.

    Raises
    ------
    BadFile
        Not a GEFF, damaged, without axes of space and time, or nodes without a position; times without a common step
        while no frame interval is given.
    BadTable
        A graph that is no lineage, such as an edge inside one frame.
    """
    path = Path(path)
    if not path.is_dir():
        raise BadFile("a file" if path.is_file() else "no such folder", path=path)
    given = KnownCalibration.given(voxel_size, unit, frame_interval, time_unit)
    graph = read_graph(path)
    axes = find_axes(graph)
    trackmate = find_trackmate(graph)
    own = _read_own(graph) if trackmate is None else trackmate.known.overridden_by(_read_own(graph))
    times = find_times(graph, axes, own.overridden_by(given))
    known = find_voxels(axes).overridden_by(times.known).overridden_by(own).overridden_by(given)
    lineage, left_out = _to_lineage(graph, axes, times, known)
    document = None
    if trackmate is not None:
        document, lost = trackmate.to_document(graph, lineage, known, given)
        lineage, left_out = document.lineage, [*left_out, *lost]
    return GeffFile(lineage=lineage, known=known, document=document, left_out=(*graph.left_out, *left_out))


def _read_own(graph: Graph) -> KnownCalibration:
    """Return the calibration that we wrote beside the axes."""
    own = graph.extra.get(OWN)
    if not isinstance(own, Mapping):
        return KnownCalibration()
    sizes = own.get("voxel_size_zyx")
    z, y, x = (to_positive(v) for v in sizes) if isinstance(sizes, list) and len(sizes) == 3 else (None, None, None)
    unit, time_unit = own.get("unit"), own.get("time_unit")
    return KnownCalibration(
        z=z,
        y=y,
        x=x,
        unit=name_length_unit(unit) if isinstance(unit, str) and unit.strip() else None,
        frame_interval=to_positive(own.get("frame_interval")),
        time_unit=name_time_unit(time_unit) if isinstance(time_unit, str) and time_unit.strip() else None,
    )


def _to_lineage(graph: Graph, axes: GraphAxes, times: GraphTimes, known: KnownCalibration) -> tuple[Lineage, list[str]]:
    """Return spots and links, and what they could not hold."""
    ids, source, target = _number_nodes(graph)
    columns: dict[str, Any] = {"ID": ids, "FRAME": times.frames}
    columns |= find_positions(graph, axes)
    interval = known.frame_interval
    columns["POSITION_T"] = times.times if times.times is not None else times.frames * (interval or 1.0)
    radii, used = find_radii(graph, axes)
    if radii is not None:
        columns["RADIUS"] = radii
    names, name_property = find_names(graph)
    if names is not None:
        columns["NAME"] = names
    outlines, outline_properties, lost_outlines = read_outlines(graph, axes, ids)
    used |= axes.names | set(columns) | {name_property} | outline_properties | times.names | set(_DERIVED)
    features, lost = to_columns(graph.nodes, without=used)
    link_features, lost_of_links = to_columns(graph.edges, without=_ENDS)
    links = {"SPOT_SOURCE_ID": source, "SPOT_TARGET_ID": target} | link_features
    lineage = Lineage(
        spots=Spots(table=pd.DataFrame(columns | features), contours=outlines),
        links=Links(table=pd.DataFrame(links)),
    )
    return lineage, [*lost_outlines, *lost, *(f"link {text}" for text in lost_of_links)]


def _number_nodes(graph: Graph) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return ids of nodes, sources and targets as TrackMate can hold them; renumbered where they are too large.

    Raises
    ------
    BadFile
        An edge to a node that is not there.
    """
    node_ids, edge_ids = graph.node_ids, graph.edge_ids
    unknown = ~np.isin(edge_ids, node_ids)
    if unknown.any():
        raise BadFile(f"an edge to node {edge_ids[unknown][0]}, which is not in the graph", path=graph.path)
    if len(node_ids) and int(node_ids.max()) > _MAX_ID:
        _log.warning(
            "%s: ids up to %d; TrackMate holds up to %d: numbered anew", graph.path, int(node_ids.max()), _MAX_ID
        )
        order = np.argsort(node_ids, kind="stable")
        edge_ids = order[np.searchsorted(node_ids, edge_ids, sorter=order)]
        node_ids = np.arange(len(node_ids))
    pairs = edge_ids.reshape(-1, 2).astype(np.int64)
    return node_ids.astype(np.int64), pairs[:, 0], pairs[:, 1]
