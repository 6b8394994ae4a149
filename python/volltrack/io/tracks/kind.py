"""Kinds of files of lineages, told by their suffix, or by a look where it says too little."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from volltrack.errors import BadFile
from volltrack.io.cells_csv import is_paper_csv
from volltrack.io.image_rules import is_geff

__all__ = ["KEEPS_HIDDEN", "FileKind", "find_kind"]

FileKind: TypeAlias = Literal["trackmate", "cells", "paper", "ctc", "geff"]
"""``cells``: our table of cells; ``paper``: that of the BTrackMate paper; ``ctc``: a Cell Tracking Challenge folder."""

KEEPS_HIDDEN: tuple[FileKind, ...] = ("trackmate", "geff")
"""Kinds of file that say what TrackMate hides, so that they keep it all."""

_SUFFIXES: Mapping[str, FileKind] = {".xml": "trackmate", ".csv": "cells", ".geff": "geff", ".zarr": "geff"}


def find_kind(path: Path) -> FileKind:
    """Return what kind of file `path` is, or would be, by its suffix; a name without a suffix is a challenge folder.

    Raises
    ------
    BadFile
        Another suffix.
    """
    if path.name.lower().endswith(".paper.csv") or (path.is_file() and is_paper_csv(path)):
        return "paper"
    if is_geff(path):  # also one inside another zarr, such as data.zarr/tracks
        return "geff"
    suffix = path.suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    from volltrack.io.ctc import is_ctc_folder

    if suffix == "" or is_ctc_folder(path):
        return "ctc"
    raise BadFile(
        f"suffix {suffix!r}: expected .xml (TrackMate), .csv (table of cells), .paper.csv (the paper's layout), .geff, "
        "or a folder of the Cell Tracking Challenge (no suffix)",
        path=path,
    )
