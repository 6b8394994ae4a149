"""The element Model of a fresh file, line by line: declarations, spots, tracks, visible tracks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadTable
from volltrack.io.trackmate_xml.parse.contours import format_contour
from volltrack.io.trackmate_xml.parse.declarations import Declarations
from volltrack.io.trackmate_xml.write.table import Column, format_attributes
from volltrack.io.trackmate_xml.write.xml_text import escape_attribute, format_element
from volltrack.model import TRACK_FEATURES, Calibration, Feature, Lineage

__all__ = [
    "format_declarations",
    "format_model",
    "format_spots",
    "format_track_features",
    "format_tracks",
    "format_visible",
]

_NAMES = {"spot": "SpotFeatures", "edge": "EdgeFeatures", "track": "TrackFeatures"}


def format_model(calibration: Calibration, parts: Sequence[Iterator[str]]) -> Iterator[str]:
    """Yield the text of Model around its parts."""
    units = {"spatialunits": calibration.length_unit, "timeunits": calibration.time_unit}
    yield f"  {format_element('Model', units, closed=False)}\n"
    for part in parts:
        yield from part
    yield "  </Model>\n"


def format_declarations(declarations: Declarations) -> Iterator[str]:
    """Yield the text of FeatureDeclarations."""
    yield "    <FeatureDeclarations>\n"
    for kind, name in _NAMES.items():
        yield f"      <{name}>\n"
        for feature in declarations.of_kind(kind).values():
            yield f"        {format_feature(feature)}\n"
        yield f"      </{name}>\n"
    yield "    </FeatureDeclarations>\n"


def format_feature(feature: Feature) -> str:
    """Return the declaration of one feature."""
    return format_element(
        "Feature",
        {
            "feature": feature.key,
            "name": feature.name,
            "shortname": feature.shortname,
            "dimension": feature.dimension,
            "isint": "true" if feature.isint else "false",
        },
    )


def format_spots(lineage: Lineage, columns: Sequence[Column]) -> Iterator[str]:
    """Yield the text of AllSpots, one frame at a time.

    Raises
    ------
    BadTable
        A contour of fewer than three points, or of numbers that are not finite.
    """
    spots = lineage.spots
    order = np.argsort(spots.frames, kind="stable")
    frames = spots.frames[order]
    yield f'    <AllSpots nspots="{len(spots)}">\n'
    for start, stop in _runs(frames):
        rows = order[start:stop]
        yield f'      <SpotsInFrame frame="{frames[start]}">\n'
        yield "".join(_spot_lines(lineage, columns, rows))
        yield "      </SpotsInFrame>\n"
    yield "    </AllSpots>\n"


def _spot_lines(lineage: Lineage, columns: Sequence[Column], rows: npt.NDArray[np.int64]) -> Iterator[str]:
    table, contours = lineage.spots.table, lineage.spots.contours
    ids = lineage.spots.ids[rows].tolist()
    if "NAME" in table.columns:
        given = table["NAME"].iloc[rows].tolist()
        names = [str(name) if isinstance(name, str) and name else f"ID{i}" for name, i in zip(given, ids, strict=True)]
    else:
        names = [f"ID{i}" for i in ids]
    heads = [f'        <Spot ID="{i}" name="{escape_attribute(name)}"' for i, name in zip(ids, names, strict=True)]
    parts = [format_attributes(Column(feature=c.feature, values=c.values[rows])) for c in columns]
    for number, attributes in zip(ids, zip(heads, *parts, strict=True), strict=True):
        points = contours.get(number)
        if points is None:
            yield "".join(attributes) + " />\n"
        else:
            _require_outline(number, points)
            yield f'{"".join(attributes)} ROI_N_POINTS="{len(points)}">{format_contour(points)}</Spot>\n'


def _require_outline(number: int, points: npt.NDArray[np.float64]) -> None:
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 or not np.isfinite(points).all():
        raise BadTable(
            f"contour of spot {number} has shape {points.shape}: expected (N, 2) finite numbers with N of at least 3; "
            "leave it out"
        )


def format_track_features(features: pd.DataFrame) -> list[str]:
    """Return the attributes of each track, (T,), from the table of `volltrack.analyse.trackmate.track_features`."""
    parts = [
        format_attributes(
            Column(feature=TRACK_FEATURES[key], values=features[key].to_numpy(dtype=np.float64)), keep_nan=True
        )
        for key in TRACK_FEATURES
        if key in features.columns
    ]
    return list(map("".join, zip(*parts, strict=True)))


def format_tracks(
    lineage: Lineage, columns: Sequence[Column], track_attributes: Sequence[str], names: Sequence[str]
) -> Iterator[str]:
    """Yield the text of AllTracks, one track at a time; edges are in time order."""
    source = lineage.source_rows
    track = lineage.track_of_spot[source]
    order = np.lexsort((lineage.links.target_ids, lineage.links.source_ids, lineage.spots.frames[source], track))
    keep_nan = {"DIRECTIONAL_CHANGE_RATE"}  # as TrackMate does
    parts = [
        format_attributes(Column(feature=c.feature, values=c.values[order]), keep_nan=c.feature.key in keep_nan)
        for c in columns
    ]
    heads = [
        f'        <Edge SPOT_SOURCE_ID="{a}" SPOT_TARGET_ID="{b}"'
        for a, b in zip(lineage.links.source_ids[order].tolist(), lineage.links.target_ids[order].tolist(), strict=True)
    ]
    lines = [f"{text} />\n" for text in map("".join, zip(heads, *parts, strict=True))]
    yield "    <AllTracks>\n"
    for number, (start, stop) in enumerate(_runs(track[order])):
        yield f'      <Track name="{escape_attribute(names[number])}"{track_attributes[number]}>\n'
        yield "".join(lines[start:stop])
        yield "      </Track>\n"
    yield "    </AllTracks>\n"


def format_visible(visible: npt.NDArray[np.bool_]) -> Iterator[str]:
    """Yield the text of FilteredTracks for the tracks where `visible`, (T,)."""
    yield "    <FilteredTracks>\n"
    for number in np.flatnonzero(visible).tolist():
        yield f'      <TrackID TRACK_ID="{number}" />\n'
    yield "    </FilteredTracks>\n"


def _runs(ordered: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each run of equal values."""
    if len(ordered):
        cuts = [0, *(np.flatnonzero(np.diff(ordered)) + 1).tolist(), len(ordered)]
        yield from itertools.pairwise(cuts)
