"""Lineages to a GEFF, with all that a TrackMate file says around them."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any, Final

import geff
import numpy as np
import numpy.typing as npt
import pandas as pd
import zarr
from geff.core_io import write_arrays
from geff_spec import PropMetadata

from volltrack.analyse.quantity import unit_of_dimension
from volltrack.io.geff.axes import describe_axes
from volltrack.io.geff.graph import OWN, Property, quiet
from volltrack.io.geff.outlines import OUTLINES, write_outlines
from volltrack.io.geff.take_apart import TakenApart, find_digest, take_apart
from volltrack.io.outputs import replace_folder
from volltrack.io.trackmate_xml import Declarations, TrackMateDocument
from volltrack.io.trackmate_xml.read import parse_document
from volltrack.model import EDGE_FEATURES, SPOT_FEATURES, Calibration, Feature, KnownCalibration, Lineage, Links

__all__ = ["write_geff"]

_log = logging.getLogger(__name__)

_PLACES: Final = ("FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T")
"""Properties that every node has, whether a file stated them or not."""


def write_geff(
    path: str | os.PathLike[str],
    lineage: Lineage,
    *,
    calibration: Calibration,
    known: KnownCalibration | None = None,
    document: TrackMateDocument | None = None,
    overwrite: bool = False,
) -> list[str]:
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
    document
        The TrackMate file from which `lineage` comes; it is written whole, also what TrackMate hides: its log,
        settings, display settings, GUI state, declarations,
        tracks and visibilities go into the metadata's ``extra``, so that `volltrack.io.geff.read_geff` gives the file
        back.
    overwrite
        Whether an existing folder may be replaced.

    Returns
    -------
    list of str
        What of the TrackMate file could not be kept, one sentence each.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_folder`.

    Notes
    -----
    GEFF has no negative ids: where there are some, all spots are numbered anew, 0, 1, ... in their order; the property
    ``ID`` keeps those of a TrackMate file.
    """
    if document is not None:
        document = _make_whole(document)
        lineage = document.lineage
    stated_ids = lineage.spots.ids
    apart = None if document is None else take_apart(document)
    if (stated_ids < 0).any():
        _log.warning("%s: negative ids, which GEFF does not have: nodes are numbered anew", path)
        lineage = _number_from_zero(lineage)
    nodes, edges = _find_properties(lineage, calibration)
    extra: dict[str, Any] = {OWN: _describe_calibration(known or KnownCalibration.of(calibration))}
    pairs = np.column_stack([lineage.links.source_ids, lineage.links.target_ids]).astype(np.uint64)
    ids = lineage.spots.ids.astype(np.uint64)
    if document is not None and apart is not None:
        nodes["ID"] = Property(values=stated_ids)
        extra |= _add_document(document, apart, nodes, edges, lineage)
        extra[OWN]["trackmate"]["graph"] = find_digest(ids, [nodes[key].values for key in _PLACES], pairs)
    metadata = _describe(lineage, known or KnownCalibration.of(calibration), extra)
    declared = Declarations() if document is None else document.declarations
    metadata.node_props_metadata = _name_properties(nodes, {**SPOT_FEATURES, **declared.spot}, calibration)
    metadata.edge_props_metadata = _name_properties(edges, {**EDGE_FEATURES, **declared.edge}, calibration)
    with replace_folder(path, overwrite=overwrite) as temporary, quiet():
        # what holds zeros only is stored, too: a lost chunk would read as zeros
        with zarr.config.set({"array.write_empty_chunks": True}):
            write_arrays(temporary, ids, _as_library(nodes), pairs, _as_library(edges), metadata, overwrite=True)
        root = zarr.open_group(temporary, mode="a")
        for part in ("nodes", "edges"):
            root[part].attrs[OWN] = {"every_chunk_stored": True}
    return [] if apart is None else list(apart.lost)


def _name_properties(
    properties: Mapping[str, Property], features: Mapping[str, Feature], calibration: Calibration
) -> dict[str, PropMetadata]:
    """Return name and unit of the properties that are features; the library fills in the types."""
    return {
        key: PropMetadata(
            identifier=key,
            dtype="float64",
            name=features[key].name,
            unit=unit_of_dimension(features[key].dimension, calibration) or None,
        )
        for key in properties
        if key in features
    }


def _make_whole(document: TrackMateDocument) -> TrackMateDocument:
    """Return the document with all its spots, also where the hidden ones were left out of its tables."""
    if document.source.utf8.count(b"<Spot ") == len(document.lineage.spots):
        return document
    return parse_document(document.source, document.path)


def _find_properties(lineage: Lineage, calibration: Calibration) -> tuple[dict[str, Property], dict[str, Property]]:
    """Return the properties of nodes and edges."""
    table, links = lineage.spots.table, lineage.links.table
    nodes = {str(key): _to_property(table[key]) for key in table.columns if key not in ("ID", "NAME", "name")}
    if "NAME" in table.columns:
        nodes["name"] = _to_property(table["NAME"])
    times = lineage.spots.frames * calibration.frame_interval
    if "POSITION_T" in nodes:  # an axis has a value for every node
        stated = nodes["POSITION_T"].values.astype(np.float64)
        times = np.where(np.isfinite(stated), stated, times)
    nodes["POSITION_T"] = Property(values=times)
    nodes["TRACK_ID"] = _to_track_ids(lineage.track_of_spot)
    if lineage.spots.contours:
        nodes[OUTLINES] = write_outlines(lineage.spots.contours, lineage.spots.ids)
    ends = ("SPOT_SOURCE_ID", "SPOT_TARGET_ID")
    return nodes, {str(key): _to_property(links[key]) for key in links.columns if key not in ends}


def _to_track_ids(track: npt.NDArray[np.int64]) -> Property:
    """Return the track of each spot; those without one are missing, each with a number of its own underneath.

    The library's check of lineages looks at the numbers alone, and takes what shares one for one lineage.
    """
    alone = track < 0
    values = track.copy()
    values[alone] = max(int(track.max(initial=-1)), -1) + 1 + np.arange(int(alone.sum()))
    return Property(values=values, missing=alone if alone.any() else None)


def _add_document(
    document: TrackMateDocument,
    apart: TakenApart,
    nodes: dict[str, Property],
    edges: dict[str, Property],
    lineage: Lineage,
) -> dict[str, Any]:
    """Mark what the file does not state as missing, number the tracks as it does, and return what goes into `extra`."""
    around = dict(apart.around)
    around["spots"] = around["spots"] | {"absent": {}}
    for properties, stated, is_spot in ((nodes, apart.spots, True), (edges, apart.edges, False)):
        for key, present in stated.present.items():
            if key not in properties or key == "TRACK_ID":
                continue
            if is_spot and key in _PLACES:
                around["spots"]["absent"][key] = [[int(i)] for i in document.lineage.spots.ids[~present].tolist()]
            else:
                missing = None if present.all() else ~present
                properties[key] = Property(values=properties[key].values, missing=missing)
    around["spots"]["absent"] = {key: listed for key, listed in around["spots"]["absent"].items() if listed}
    edges["TRACK_ID"] = Property(values=apart.track_of_link)
    number = dict(zip(lineage.track_of_spot[lineage.source_rows].tolist(), apart.track_of_link.tolist(), strict=True))
    if len(set(number.values())) == len(number):  # each track is one element, as TrackMate writes it
        track = lineage.track_of_spot
        nodes["TRACK_ID"] = _to_track_ids(np.array([number.get(t, -1) for t in track.tolist()], dtype=np.int64))
    lineage_features = {
        key: {"identifier": key, "name": f.name, "dtype": "int" if f.isint else "float", "unit": f.dimension}
        for key, f in document.declarations.track.items()
    }
    others = {"trackmate_version": document.version, "lineage_props_metadata": lineage_features, **apart.parts}
    own = _describe_calibration(document.known_calibration)
    return {"other_trackmate_metadata": others, OWN: own | {"trackmate": around}}


def _describe_calibration(known: KnownCalibration) -> dict[str, Any]:
    """Return the parts that are known."""
    sizes = [known.z, known.y, known.x]
    parts = {
        "voxel_size_zyx": None if None in sizes else sizes,
        "unit": known.unit,
        "frame_interval": known.frame_interval,
        "time_unit": known.time_unit,
    }
    return {key: value for key, value in parts.items() if value is not None}


def _describe(lineage: Lineage, known: KnownCalibration, extra: dict[str, Any]) -> geff.GeffMetadata:
    """Return the metadata around the arrays."""
    table = lineage.spots.table
    radius = table["RADIUS"].to_numpy(dtype=np.float64) if "RADIUS" in table else np.array([np.nan])
    is_flat = bool(lineage.spots.contours) and not np.ptp(lineage.spots.positions_zyx[:, 0])
    with quiet():  # a unit that OME-Zarr does not know is a unit all the same
        return geff.GeffMetadata(
            directed=True,
            node_props_metadata={},
            edge_props_metadata={},
            **describe_axes(known, letters="XY" if is_flat else "ZYX"),
            sphere="RADIUS" if len(radius) and np.all(radius >= 0) else None,
            polygon=OUTLINES if is_flat else None,
            track_node_props={"lineage": "TRACK_ID"},
            extra=extra,
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
