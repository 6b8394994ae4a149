"""VollTrack's Java core, called with arrays, tables and files; each function equals one of `volltrack`."""

from volltrack_fiji.core.algorithms import filter_cells_java, gate_by_tissue_java, measure_labels_java, prune_java
from volltrack_fiji.core.cells_csv import read_cells_csv_java, write_cells_csv_java

__all__ = [
    "filter_cells_java",
    "gate_by_tissue_java",
    "measure_labels_java",
    "prune_java",
    "read_cells_csv_java",
    "write_cells_csv_java",
]
