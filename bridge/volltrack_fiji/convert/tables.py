"""Tables of cells: pandas to Java's ``CellTable`` and back, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from volltrack.errors import BadTable
from volltrack_fiji.convert.arrays import from_java_numbers, from_java_texts, to_java_doubles
from volltrack_fiji.jvm import JavaClasses, jpype

__all__ = ["from_java_cell_table", "to_java_cell_table"]


def to_java_cell_table(table: pd.DataFrame) -> Any:
    """Return a Java ``CellTable`` with every column of numbers, and ``NAME`` as text.

    Raises
    ------
    BadTable
        A column other than ``NAME`` that holds no numbers.
    """
    cells = JavaClasses.CellTable.ofSize(len(table))
    for name in table.columns:
        if name == "NAME":
            cells = cells.withCellNames(jpype.JString[:](table[name].tolist()))
        elif table[name].to_numpy().dtype.kind in "iufb":
            cells = cells.withColumn(str(name), to_java_doubles(table[name]))
        else:
            raise BadTable(f"column {name} is of type {table[name].dtype}: expected numbers")
    return cells


def from_java_cell_table(cells: Any) -> pd.DataFrame:
    """Return a table with the columns of a Java ``CellTable``; ``ID``, ``FRAME`` as int64, all others as float64."""
    columns: dict[str, Any] = {}
    for name in map(str, cells.columnNames()):
        values = from_java_numbers(cells.column(name))
        columns[name] = values.astype(np.int64) if name in ("ID", "FRAME") else values
    if cells.cellNames().isPresent():
        columns["NAME"] = np.array(from_java_texts(cells.cellNames().get()), dtype=object)
    return pd.DataFrame(columns)
