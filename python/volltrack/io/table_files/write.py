"""A table as a CSV or Parquet file."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from volltrack.errors import MissingPackage
from volltrack.io.outputs import replace_file
from volltrack.io.table_files.csv_lines import format_csv

__all__ = ["ColumnNote", "has_parquet", "write_table"]


@dataclass(frozen=True, kw_only=True)
class ColumnNote:
    """What a column of a table says.

    Parameters
    ----------
    name
        Name for a person.
    unit
        Unit; empty for a plain number or text.
    meaning
        One sentence.
    """

    name: str
    unit: str
    meaning: str


def write_table(path: Path, table: pd.DataFrame, notes: Mapping[str, ColumnNote] | None = None) -> None:
    """Write a table as CSV or Parquet, whichever the suffix says; a value that is missing or NaN is empty.

    Parameters
    ----------
    path
        ``.csv`` (UTF-8, one line of column names) or ``.parquet``; appears when it is complete.
    table
        Its index is not written.
    notes
        Of each column; Parquet keeps them as metadata of the columns (``name``, ``unit``, ``meaning``).

    Raises
    ------
    OutputFailed
        See `volltrack.io.outputs.replace_file`.
    MissingPackage
        Parquet without the package pyarrow, which only the extra ``parquet`` brings.

    Notes
    -----
    pyarrow writes CSV, too, where it is installed: some ten times faster, the same bytes.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    if not has_parquet():
        if is_parquet:
            raise MissingPackage(
                f"{path.name}: Parquet needs the package pyarrow: install it with pip install 'volltrack[parquet]', "
                "or write CSV"
            )
        with replace_file(path) as temporary:
            temporary.write_text(format_csv(table), encoding="utf-8", newline="")
        return
    import pyarrow as pa
    from pyarrow import csv, parquet

    content = pa.Table.from_pandas(table, preserve_index=False)
    with replace_file(path) as temporary:
        if is_parquet:
            parquet.write_table(_with_notes(content, notes or {}), temporary)
        else:
            csv.write_csv(content, temporary, csv.WriteOptions(quoting_style="needed"))


def has_parquet() -> bool:
    """Return whether Parquet can be written, that is, whether pyarrow is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def _with_notes(content: Any, notes: Mapping[str, ColumnNote]) -> Any:
    """Return a ``pyarrow.Table`` with what its columns mean as their metadata."""
    import pyarrow as pa

    fields = []
    for field in content.schema:
        note = notes.get(field.name)
        if note is not None:
            field = field.with_metadata({"name": note.name, "unit": note.unit, "meaning": note.meaning})
        fields.append(field)
    return content.cast(pa.schema(fields, metadata=content.schema.metadata))
