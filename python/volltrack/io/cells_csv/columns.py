"""Names of columns in a table of cells, and the other names by which they are known."""

from __future__ import annotations

import re
from typing import Final

from volltrack.errors import BadFile
from volltrack.io.cells_csv.parse import Content
from volltrack.io.cells_csv.track_columns import PARENT_TRACK, is_track_table, name_like, rename_btrack
from volltrack.model import SPOT_FEATURES

__all__ = ["COLOR", "PAPER_HEADER", "POSITIONS", "ROW_NUMBER", "find_content", "resolve_columns"]

PAPER_HEADER: Final = (
    "T",
    "X",
    "Y",
    "Z",
    "Label",
    "Perimeter",
    "Volume",
    "Intensity",
    "ExtentX",
    "ExtentY",
    "ExtentZ",
)
"""Header of the paper's own files."""

POSITIONS: Final = ("POSITION_X", "POSITION_Y", "POSITION_Z")

COLOR: Final = "MANUAL_SPOT_COLOR"

ROW_NUMBER: Final = ""
"""Name of a first column without a name: the number of the row, as pandas and ImageJ write it."""

_ALIASES: Final = {
    "T": "FRAME",
    "X": "POSITION_X",
    "Y": "POSITION_Y",
    "Z": "POSITION_Z",
    "R": "RADIUS",
    "SPOT_ID": "ID",
    "TIME": "POSITION_T",
}
_CENTROIDS: Final = {
    2: {"CENTROID-0": "POSITION_Y", "CENTROID-1": "POSITION_X"},
    3: {"CENTROID-0": "POSITION_Z", "CENTROID-1": "POSITION_Y", "CENTROID-2": "POSITION_X"},
}
"""Columns of scikit-image's ``regionprops_table``, by the number of axes."""
_ANY_CASE: Final = frozenset(
    ["ID", "NAME", "FRAME", "LABEL", "RADIUS", "QUALITY", "VOLUME", "POSITION_T", "VISIBILITY", *POSITIONS]
)
_ROW_NUMBERS: Final = re.compile(r"Unnamed: \d+|")
_MOST_NAMED: Final = 30


def resolve_columns(header: list[str], path: object, line: int) -> list[str]:
    """Return TrackMate's name for each column.

    Columns are known in any case and by short names (``t``, ``x``, ``y``, ``z``, ``r``); all other names stay.

    Raises
    ------
    BadFile
        A needed column is missing, a column has no name or stands twice.
    """
    header = rename_btrack([name.strip() for name in header])
    names: list[str] = []
    taken: set[str] = set()
    present = {name.upper() for name in header}
    n_axes = sum(f"CENTROID-{axis}" in present for axis in range(4))
    aliases = _ALIASES | _CENTROIDS.get(n_axes, {})
    for name in header:
        upper = name.upper()
        alias = aliases.get(upper)
        known = alias if alias is not None and alias not in present else upper if upper in _ANY_CASE else None
        resolved = known or name
        if not names and _ROW_NUMBERS.fullmatch(resolved):
            resolved = ROW_NUMBER
        elif not resolved:
            raise BadFile(f"column {len(names) + 1} has no name: expected one for each", path=path, line=line)
        if resolved in taken:
            raise BadFile(f"column {resolved} stands twice: expected once", path=path, line=line)
        names.append(resolved)
        taken.add(resolved)
    missing = [c for c in ("FRAME", "POSITION_X", "POSITION_Y") if c not in taken]
    if missing:
        raise BadFile(_describe_missing(missing, names), path=path, line=line)
    return names


def find_content(name: str) -> Content:
    """Return what a column may hold: numbers where VollTrack computes with it, text in names, either in all others."""
    if name == "NAME" or name_like(name) in PARENT_TRACK:
        return "text"
    if name in ("LABEL", COLOR):  # numbers in our tables, a name and r=255;g=0;b=0 in TrackMate's
        return "either"
    return "number" if name in SPOT_FEATURES or name in ("ID", "FRAME", "PARENT_ID", *POSITIONS) else "either"


def _describe_missing(missing: list[str], names: list[str]) -> str:
    found = ", ".join(names[:_MOST_NAMED]) + (
        f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    )
    about = is_track_table(names)
    if about is not None:
        return (
            f"a table of {about}, without the positions of spots: give TrackMate's table of spots, with that of edges "
            "beside it (NAME_spots.csv, NAME_edges.csv)"
        )
    return f"no column {', '.join(missing)}: found {found}; name the columns as TrackMate does"
