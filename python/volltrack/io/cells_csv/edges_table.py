"""Tables of edges beside tables of spots, as TrackMate and `volltrack analyse` write them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from volltrack.errors import BadFile
from volltrack.io.cells_csv.dialect import read_header
from volltrack.io.cells_csv.parse import Content, parse_csv
from volltrack.io.cells_csv.track_columns import SOURCE_NAMES, TARGET_NAMES, is_track_table, name_like
from volltrack.model import Links
from volltrack.model.links import SOURCE, TARGET

__all__ = ["find_edges_table", "find_spots_table", "read_edges_csv"]

_SPOTS: Final = re.compile(r"all\s?spots|spots(?: in tracks)?", re.IGNORECASE)
_OTHERS: Final = re.compile(r"edges|links in tracks|links|tracks?(?= statistics)|tracks", re.IGNORECASE)
_EDGE_WORDS: Final = ("edges", "links in tracks", "links")
_SPOT_WORDS: Final = ("spots", "spots in tracks", "allspots", "all spots")


def read_edges_csv(path: Path) -> tuple[Links, list[int]]:
    """Return the links in a table of edges, with every further numeric column, and the line of each.

    Raises
    ------
    BadFile
        No such table; with the line.
    """
    parsed = parse_csv(path, lambda header, line: _name_columns(header, path, line), _find_content)
    table = parsed.table
    for column in (SOURCE, TARGET):
        values = table[column].to_numpy(dtype=np.float64)
        bad = ~(np.isfinite(values) & (values == np.rint(values)))
        if bad.any():
            row = int(np.argmax(bad))
            raise BadFile(
                f"{column} = {values[row]:g}: expected the id of a spot", path=path, line=int(parsed.lines[row])
            )
    kept = {
        name: table[name].to_numpy(dtype=np.int64 if name in (SOURCE, TARGET) else np.float64)
        for name in map(str, table.columns)
        if name and name_like(name) not in ("trackid", "label", "trackletid") and table[name].dtype.kind in "iufb"
    }
    return Links(table=pd.DataFrame(kept)), parsed.lines.tolist()


def find_edges_table(spots: Path) -> Path | None:
    """Return the table of edges that belongs to a table of spots by its name, or None: a_spots.csv, a_edges.csv."""
    return _find_sibling(spots, _SPOTS, _EDGE_WORDS, "edges")


def find_spots_table(other: Path) -> Path | None:
    """Return the table of spots that belongs to one of edges or of tracks by its name, or None."""
    return _find_sibling(other, _OTHERS, _SPOT_WORDS, None)


def _find_sibling(path: Path, pattern: re.Pattern[str], words: tuple[str, ...], kind: str | None) -> Path | None:
    matches = list(pattern.finditer(path.stem))
    if not matches:
        return None
    last = matches[-1]
    wanted = [f"{path.stem[: last.start()]}{word}{path.stem[last.end() :]}".lower() for word in words]
    try:
        there = {file.stem.lower(): file for file in path.parent.iterdir() if file.suffix.lower() == ".csv"}
    except OSError:
        return None
    for stem in wanted:
        found = there.get(stem)
        if found is not None and found != path and found.is_file():
            names = read_header(found)
            if is_track_table(names) == kind and (kind is not None or "positionx" in map(name_like, names)):
                return found
    return None


def _name_columns(header: list[str], path: Path, line: int) -> list[str]:
    names: list[str] = []
    for number, name in enumerate(header, start=1):
        key = name_like(name)
        known = SOURCE if key in SOURCE_NAMES else TARGET if key in TARGET_NAMES else name.strip()
        known = known or ("" if number == 1 else f"column {number}")
        if known in names:
            raise BadFile(f"column {known} stands twice: expected once", path=path, line=line)
        names.append(known)
    if SOURCE not in names or TARGET not in names:
        raise BadFile(
            f"no column {SOURCE} or {TARGET}: expected a table of edges, as TrackMate exports it", path=path, line=line
        )
    return names


def _find_content(name: str) -> Content:
    return "number" if name in (SOURCE, TARGET) else "either"
