"""The CSV of cells, read and written by the Java core."""

from __future__ import annotations

import os

import pandas as pd

from volltrack_fiji.convert import from_java_cell_table, to_java_cell_table
from volltrack_fiji.jvm import JavaClasses, translate_java_errors

__all__ = ["read_cells_csv_java", "write_cells_csv_java"]


def read_cells_csv_java(path: str | os.PathLike[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of cells and the comment lines of a file in VollTrack's own layout.

    Returns
    -------
    table : DataFrame
        Columns as they stand in the file, named as TrackMate names them.
    comments : list of str
        Without the leading ``#``.

    Raises
    ------
    JavaError
        ``BadFileException`` with the line number.
    """
    with translate_java_errors():
        cells = JavaClasses.CellsCsvReader.read(JavaClasses.Paths.get(os.fspath(path)))
        return from_java_cell_table(cells), [str(comment) for comment in cells.comments()]


def write_cells_csv_java(table: pd.DataFrame, path: str | os.PathLike[str], *, comments: tuple[str, ...] = ()) -> None:
    """Write a table of cells in VollTrack's own layout; an old file is replaced.

    Raises
    ------
    BadTable
        A column that holds no numbers.
    JavaError
        ``BadFileException``: the file cannot be written.
    """
    with translate_java_errors():
        cells = to_java_cell_table(table).withComments(JavaClasses.Arrays.asList(list(comments)))
        JavaClasses.CellsCsvWriter.write(cells, JavaClasses.Paths.get(os.fspath(path)))
