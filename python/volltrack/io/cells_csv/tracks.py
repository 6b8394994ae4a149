"""Tables of cells with the links that they, or a table of edges beside them, say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from volltrack.errors import BadFile
from volltrack.io.cells_csv.dialect import read_header
from volltrack.io.cells_csv.edges_table import find_edges_table, find_spots_table, read_edges_csv
from volltrack.io.cells_csv.ours import CellsFile, read_own_csv
from volltrack.io.cells_csv.paper import read_paper_csv
from volltrack.io.cells_csv.read import is_paper_csv
from volltrack.io.cells_csv.track_columns import is_track_table
from volltrack.io.cells_csv.track_links import link_by_edges, link_rows
from volltrack.model import Calibration, KnownCalibration, Lineage, Links

__all__ = ["LinkedCells", "read_linked_cells"]


@dataclass(frozen=True, kw_only=True)
class LinkedCells:
    """Lineages of a table: spots and links, their calibration, and what a person must know of them."""

    lineage: Lineage
    calibration: Calibration
    notes: tuple[str, ...]


def read_linked_cells(
    path: Path, given: KnownCalibration, *, paper_layout: bool | None = None, edges: Path | None = None
) -> LinkedCells:
    """Return the lineages in a table of cells.

    The links are those of columns that name tracks or parents (`volltrack.io.cells_csv.track_links.link_rows`); of a
    table of edges, `edges`, or that which belongs to the table by its name where the table itself names no parents. A
    table of edges or tracks is read with the table of spots that belongs to it.

    Raises
    ------
    BadFile
        A table that cannot be read, or contradicts itself; names the line.
    BadTable
        A parent that is no spot of the table.
    MissingCalibration
        See `volltrack.io.cells_csv.paper.read_paper_csv`.
    """
    if is_paper_csv(path) if paper_layout is None else paper_layout:
        if edges is not None:
            raise BadFile("edges with the paper's layout: it has no ids that they could name", path=path)
        plain = read_paper_csv(path, given)
        return LinkedCells(lineage=_without_links(plain), calibration=plain.calibration, notes=plain.notes)
    notes: list[str] = []
    kind = is_track_table(read_header(path)) if path.is_file() else None
    if kind is not None and (spots := find_spots_table(path)) is not None:
        notes.append(f"{path.name} is a table of {kind}: the spots are those of {spots.name}")
        edges = edges or (path if kind == "edges" else None)
        path = spots
    cells = read_own_csv(path, given)
    rows = cells.tracks
    if rows is None:
        return LinkedCells(lineage=_without_links(cells), calibration=cells.calibration, notes=cells.notes)
    named = rows.columns.parent_spot is not None or rows.columns.parent_track is not None
    if edges is None and cells.has_ids and not named:
        edges = find_edges_table(path)
        if edges is not None:
            notes.append(f"links are those of {edges.name}")
    if edges is not None:
        if not cells.has_ids:
            raise BadFile("no column ID: expected one, by which the table of edges names the spots", path=path)
        links, lines = read_edges_csv(edges)
        links = link_by_edges(rows, links, lines, edges)
    else:
        links, more = link_rows(rows)
        notes += more
    lineage = Lineage(spots=cells.spots, links=links)
    return LinkedCells(lineage=lineage, calibration=cells.calibration, notes=(*cells.notes, *notes))


def _without_links(cells: CellsFile) -> Lineage:
    return Lineage(spots=cells.spots, links=Links.empty())
