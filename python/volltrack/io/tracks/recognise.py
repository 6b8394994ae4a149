"""Whether a file holds lineages, told by a look into it; for programs that open files of all kinds."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from volltrack.errors import BadFile
from volltrack.io.cells_csv import is_paper_csv
from volltrack.io.cells_csv.columns import resolve_columns
from volltrack.io.cells_csv.dialect import read_header
from volltrack.io.cells_csv.edges_table import find_spots_table
from volltrack.io.cells_csv.track_columns import is_track_table
from volltrack.io.ctc import is_ctc_folder
from volltrack.io.image_rules import is_geff
from volltrack.io.tracks.kind import FileKind

__all__ = ["recognise_tracks"]

_HEAD_BYTES: Final = 65536
_ROOT: Final = re.compile(r"<(?:TrackMate|TrakMate|Tracks\s+nTracks)[\s=>/]")
"""Also what the reader refuses with advice: TrackMate's first files, and those of its export of tracks."""


def recognise_tracks(path: str | os.PathLike[str]) -> FileKind | None:
    """Return what kind of lineages a file or folder holds; None where it holds none, or cannot be read.

    A TrackMate file has the root element TrackMate, a table of cells our columns or those of the paper, a GEFF says so
    in its attributes, a folder of the Cell Tracking Challenge has a table of tracks.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return "geff" if is_geff(path) else "ctc" if is_ctc_folder(path) else None
        if path.suffix.lower() == ".xml":
            return "trackmate" if _ROOT.search(_read_head(path)) else None
        if path.suffix.lower() == ".csv":
            return "paper" if is_paper_csv(path) else "cells" if _has_our_columns(path) else None
    except OSError:
        return None
    return None


def _read_head(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    wide = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
    return head.decode(wide.get(head[:2], "utf-8"), errors="replace")


def _has_our_columns(path: Path) -> bool:
    header = read_header(path)
    if is_track_table(header) is not None:
        return find_spots_table(path) is not None
    try:
        resolve_columns(header, path, 1)
    except BadFile:
        return False
    return True
