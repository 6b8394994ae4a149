"""Tables of cells as comma-separated values: our own layout, and that of the BTrackMate paper."""

from volltrack.io.cells_csv.ours import CellsFile, write_cells_csv
from volltrack.io.cells_csv.paper import write_paper_csv
from volltrack.io.cells_csv.read import is_paper_csv, read_cells_csv
from volltrack.io.cells_csv.track_columns import PARENT
from volltrack.io.cells_csv.tracks import LinkedCells, read_linked_cells

__all__ = [
    "PARENT",
    "CellsFile",
    "LinkedCells",
    "is_paper_csv",
    "read_cells_csv",
    "read_linked_cells",
    "write_cells_csv",
    "write_paper_csv",
]
