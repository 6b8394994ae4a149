"""What a fresh TrackMate file needs in its tables: values for every spot and edge, and their declarations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.trackmate.edge_features import edge_features
from volltrack.errors import BadTable
from volltrack.io.trackmate_xml.parse.declarations import Declarations
from volltrack.io.trackmate_xml.parse.java_numbers import MAX_INT, MIN_INT, format_doubles, format_ints
from volltrack.io.trackmate_xml.write.xml_text import is_key, require_key
from volltrack.model import (
    EDGE_FEATURES,
    SPOT_FEATURES,
    TRACK_FEATURES,
    Calibration,
    Feature,
    Lineage,
    Links,
    Spots,
    declare_spot_feature,
)
from volltrack.model.links import SOURCE, TARGET

__all__ = [
    "complete_spots",
    "declare_features",
    "drop_impossible",
    "edge_columns",
    "format_attributes",
    "spot_columns",
]

FloatArray = npt.NDArray[np.float64]
_BASE_SPOT_KEYS = ("QUALITY", "POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T", "FRAME", "RADIUS", "VISIBILITY")
_SPOT_TAKEN = frozenset(["ID", "name", "ROI_N_POINTS"])
_EDGE_TAKEN = frozenset([SOURCE, TARGET])


@dataclass(frozen=True, kw_only=True)
class Column:
    """One feature of all spots or edges: its declaration and float64 values, (N,)."""

    feature: Feature
    values: FloatArray


def complete_spots(lineage: Lineage, calibration: Calibration) -> Lineage:
    """Return the lineage with a time, radius, quality and visibility for every spot.

    Missing times are frame times frame interval; missing radii are those of the other spots (median) or five pixels;
    missing qualities are 1, and spots are visible.
    """
    table = lineage.spots.table
    n = len(table)
    radius = _column(table, "RADIUS")
    known = radius[np.isfinite(radius)]
    default_radius = float(np.median(known)) if len(known) else 5.0 * calibration.voxel_size.x
    defaults = {
        "POSITION_T": lineage.spots.frames * calibration.frame_interval,
        "RADIUS": np.full(n, default_radius),
        "QUALITY": np.ones(n),
        "VISIBILITY": np.ones(n),
    }
    columns = {}
    for key, default in defaults.items():
        values = _column(table, key)
        if key not in table.columns or np.isnan(values).any():
            columns[key] = np.where(np.isnan(values), default, values)
    return Lineage(spots=lineage.spots.with_columns(columns), links=lineage.links) if columns else lineage


def drop_impossible(lineage: Lineage) -> tuple[Lineage, list[str]]:
    """Return the lineage without columns that cannot stand in a TrackMate file, and what was left out."""
    lost = []
    parts = []
    for table, taken, what in (
        (lineage.spots.table, _SPOT_TAKEN | {"NAME"}, "spot feature"),
        (lineage.links.table, _EDGE_TAKEN, "link feature"),
    ):
        odd = []
        for key in table.columns:
            if key in ("ID", "NAME", SOURCE, TARGET):
                continue
            series = table[key]
            is_number = pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series)
            if not is_number:
                odd.append((key, "text; TrackMate's features are numbers"))
            elif not is_key(str(key), frozenset(taken)):
                odd.append((key, "a name that cannot stand in a TrackMate file"))
        lost += [f"{what} {key!r}: {why}" for key, why in odd]
        parts.append(table.drop(columns=[key for key, _ in odd]) if odd else table)
    if not lost:
        return lineage, []
    spots = Spots(table=parts[0], contours=lineage.spots.contours)
    return Lineage(spots=spots, links=Links(table=parts[1])), lost


def spot_columns(lineage: Lineage, declared: dict[str, Feature]) -> list[Column]:
    """Return the features of the spots, TrackMate's own first.

    Raises
    ------
    BadTable
        A column of text, or one whose name cannot stand in the file.
    """
    table = lineage.spots.table
    keys = [k for k in _BASE_SPOT_KEYS if k in table.columns]
    keys += [k for k in lineage.spots.feature_keys if k not in keys]
    return [_to_column(table, k, declared.get(k) or declare_spot_feature(k), "spot feature", _SPOT_TAKEN) for k in keys]


def edge_columns(lineage: Lineage, declared: dict[str, Feature]) -> list[Column]:
    """Return the features of the links: those that TrackMate computes anew, all others as they are.

    Raises
    ------
    BadTable
        As `spot_columns`.
    """
    table = lineage.links.table.assign(**{str(k): v for k, v in edge_features(lineage).items()})
    keys = [k for k in EDGE_FEATURES if k in table.columns and k not in _EDGE_TAKEN]
    keys += [str(k) for k in table.columns if k not in keys and k not in _EDGE_TAKEN]
    return [
        _to_column(table, k, declared.get(k) or EDGE_FEATURES.get(k) or Feature(k, k, k, "NONE"), "edge feature")
        for k in keys
    ]


def declare_features(spots: Iterable[Column], edges: Iterable[Column]) -> Declarations:
    """Return the declarations of a fresh file: TrackMate's own features and those of the tables."""
    spot = {key: SPOT_FEATURES[key] for key in (*_BASE_SPOT_KEYS, "MANUAL_SPOT_COLOR")}
    edge = dict(EDGE_FEATURES)
    spot.update({c.feature.key: c.feature for c in spots})
    edge.update({c.feature.key: c.feature for c in edges})
    return Declarations(spot=spot, edge=edge, track=dict(TRACK_FEATURES))


def format_attributes(column: Column, *, keep_nan: bool = False) -> list[str]:
    """Return `` KEY="value"`` for each row, or an empty text where the value is NaN and not to be kept."""
    values, key = column.values, column.feature.key
    missing = np.isnan(values)
    if column.feature.isint:
        texts = format_ints(np.where(missing, 0.0, values))
        keep_nan = False
    else:
        texts = format_doubles(values)
    attributes = [f' {key}="{text}"' for text in texts]
    if not keep_nan:
        for i in np.flatnonzero(missing).tolist():
            attributes[i] = ""
    return attributes


def _column(table: pd.DataFrame, key: str) -> FloatArray:
    if key not in table.columns:
        return np.full(len(table), np.nan)
    return table[key].to_numpy(dtype=np.float64, na_value=np.nan)


def _to_column(
    table: pd.DataFrame, key: str, feature: Feature, what: str, taken: frozenset[str] = frozenset()
) -> Column:
    require_key(key, what, taken)
    series = table[key]
    if not (pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series)):
        raise BadTable(
            f"{what} {key} is of type {series.dtype}: TrackMate's features are numbers; leave the column out, or put "
            "the text into NAME"
        )
    values = _column(table, key)
    finite = values[~np.isnan(values)]
    fits = bool((finite == np.floor(finite)).all() and (finite <= MAX_INT).all() and (finite >= MIN_INT).all())
    own_int = series.dtype.kind in "iub" and key not in SPOT_FEATURES and key not in EDGE_FEATURES
    isint = (feature.isint or own_int) and fits
    return Column(feature=feature if isint == feature.isint else replace(feature, isint=isint), values=values)
