"""Lineages to a GEFF, with all that a TrackMate file says around them."""

from __future__ import annotations

import logging
import os
from typing import Any

import geff
import numpy as np
import pandas as pd
import zarr
from geff.core_io import write_arrays

from volltrack.io.atomic import replace_folder
from volltrack.io.geff.axes import describe_axes
from volltrack.io.geff.graph import OWN, Property, quiet
from volltrack.io.geff.outlines import OUTLINES, write_outlines
from volltrack.io.known_calibration import KnownCalibration
from volltrack.model import Calibration, Lineage, Links

__all__ = ["write_geff"]

_log = logging.getLogger(__name__)


def write_geff(
    path: str | os.PathLike[str],
    lineage: Lineage,
    *,
    calibration: Calibration,
    known: KnownCalibration | None = None,
    overwrite: bool = False,
) -> None:
    """Write a lineage as GEFF, with the names that the ``geff`` library itself gives to data from TrackMate.

    Every spot feature becomes a node property, every link feature an edge property; the axes are ``POSITION_T``,
    ``POSITION_Z``, ``_Y``, ``_X`` with their units (without Z where cells have outlines, which are flat); ``name`` are
    the names, ``ROI_coords`` the outlines, and ``TRACK_ID`` names the track. Every chunk is stored, also one of zeros,
    so that a lost one is found when it is read.

    Parameters
    ----------
    path
        A folder, usually ``.geff``; appears only when it is complete.
    lineage, calibration
        What to write.
    known
        Which parts of the calibration are known; None: all. Others are not written.
    overwrite
        Whether an existing folder may be replaced.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.io.atomic.replace_folder`.

    Notes
    -----
    GEFF has no negative ids: where there are some, all spots are numbered anew, 0, 1, ... in their order.
    """
    if (lineage.spots.ids < 0).any():
        _log.warning("%s: negative ids, which GEFF does not have: spots are numbered anew", path)
        lineage = _number_from_zero(lineage)
    table, links = lineage.spots.table, lineage.links.table
    nodes = {str(key): _to_property(table[key]) for key in table.columns if key not in ("ID", "NAME")}
    if "NAME" in table.columns:
        nodes["name"] = _to_property(table["NAME"])
    if "POSITION_T" not in nodes:
        nodes["POSITION_T"] = Property(values=lineage.spots.frames * calibration.frame_interval)
    track = lineage.track_of_spot
    nodes["TRACK_ID"] = Property(values=track, missing=track < 0 if (track < 0).any() else None)
    if lineage.spots.contours:
        nodes[OUTLINES] = write_outlines(lineage.spots.contours, lineage.spots.ids)
    ends = ("SPOT_SOURCE_ID", "SPOT_TARGET_ID")
    edges = {str(key): _to_property(links[key]) for key in links.columns if key not in ends}
    pairs = np.column_stack([lineage.links.source_ids, lineage.links.target_ids]).astype(np.uint64)
    metadata = _describe(lineage, known or KnownCalibration.of(calibration))
    with replace_folder(path, overwrite=overwrite) as temporary, quiet():
        # what holds zeros only is stored, too: a lost chunk would read as zeros
        with zarr.config.set({"array.write_empty_chunks": True}):
            ids = lineage.spots.ids.astype(np.uint64)
            write_arrays(temporary, ids, _as_library(nodes), pairs, _as_library(edges), metadata, overwrite=True)
        root = zarr.open_group(temporary, mode="a")
        for part in ("nodes", "edges"):
            root[part].attrs[OWN] = {"every_chunk_stored": True}


def _describe(lineage: Lineage, known: KnownCalibration) -> geff.GeffMetadata:
    """Return the metadata around the arrays."""
    table = lineage.spots.table
    radius = table["RADIUS"].to_numpy(dtype=np.float64) if "RADIUS" in table else np.array([np.nan])
    is_flat = bool(lineage.spots.contours) and not np.ptp(lineage.spots.positions_zyx[:, 0])
    own = {
        "voxel_size_zyx": [known.z, known.y, known.x],
        "unit": known.unit,
        "frame_interval": known.frame_interval,
        "time_unit": known.time_unit,
    }
    with quiet():  # a unit that OME-Zarr does not know is a unit all the same
        return geff.GeffMetadata(
            directed=True,
            node_props_metadata={},
            edge_props_metadata={},
            **describe_axes(known, letters="XY" if is_flat else "ZYX"),
            sphere="RADIUS" if len(radius) and np.all(radius >= 0) else None,
            polygon=OUTLINES if is_flat else None,
            track_node_props={"lineage": "TRACK_ID"},
            extra={OWN: {key: value for key, value in own.items() if value is not None}},
        )


def _as_library(properties: dict[str, Property]) -> dict[str, Any]:
    return {key: {"values": entry.values, "missing": entry.missing} for key, entry in properties.items()}


def _number_from_zero(lineage: Lineage) -> Lineage:
    """Return the lineage with ids 0, 1, ... in the order of the spots."""
    spots, links = lineage.spots, lineage.links.table
    number = {int(old): new for new, old in enumerate(spots.ids.tolist())}
    ends = {"SPOT_SOURCE_ID": lineage.source_rows, "SPOT_TARGET_ID": lineage.target_rows}
    anew = spots.with_columns({"ID": np.arange(len(spots))})
    contours = {number[i]: points for i, points in spots.contours.items()}
    return Lineage(spots=type(spots)(table=anew.table, contours=contours), links=Links(table=links.assign(**ends)))


def _to_property(column: pd.Series[Any]) -> Property:
    """Return values and a mask of missing ones."""
    values = column.to_numpy()
    if values.dtype.kind in "OU" or not np.issubdtype(values.dtype, np.number):
        missing = column.isna().to_numpy()
        texts = ["" if is_missing else str(v) for v, is_missing in zip(values, missing, strict=True)]
        return Property(values=np.array(texts, dtype=np.str_), missing=missing if missing.any() else None)
    missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)
    return Property(values=values, missing=missing if missing.any() else None)
