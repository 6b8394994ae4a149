"""Tables of cells in whichever layout the file has."""

from __future__ import annotations

import os
from pathlib import Path

from volltrack.io.cells_csv.columns import PAPER_HEADER
from volltrack.io.cells_csv.dialect import read_header
from volltrack.io.cells_csv.ours import CellsFile, read_own_csv
from volltrack.io.cells_csv.paper import read_paper_csv
from volltrack.model import KnownCalibration

__all__ = ["is_paper_csv", "read_cells_csv"]


def read_cells_csv(
    path: str | os.PathLike[str],
    *,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
    paper_layout: bool | None = None,
) -> CellsFile:
    """Return the cells of a table; its layout is recognised by its header.

    Parameters
    ----------
    path
        Our layout (see `volltrack.io.cells_csv.ours.read_own_csv`), or the paper's
        (see `volltrack.io.cells_csv.paper.read_paper_csv`).
    voxel_size, unit
        (z, y, x) in `unit`; the paper's layout needs both.
    frame_interval, time_unit
        In place of what the file says; the paper's layout needs both.
    paper_layout
        Whether it is the paper's layout; None looks at the header.

    Raises
    ------
    BadFile
        A table that cannot be read; says the line.
    MissingCalibration
        The paper's layout without voxel size, unit or frame interval.
    """
    given = KnownCalibration.given(voxel_size, unit, frame_interval, time_unit)
    if is_paper_csv(path) if paper_layout is None else paper_layout:
        return read_paper_csv(path, given)
    return read_own_csv(path, given)


def is_paper_csv(path: str | os.PathLike[str]) -> bool:
    """Whether the header is that of the paper's own files."""
    path = Path(path)
    return path.is_file() and [name.lower() for name in read_header(path)] == [name.lower() for name in PAPER_HEADER]
