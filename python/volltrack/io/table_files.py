"""Tidy tables as CSV and Parquet; what the columns mean and in which unit travels along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from volltrack.io.atomic import replace_file

__all__ = ["ColumnNote", "write_table"]


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
        See `volltrack.io.atomic.replace_file`.
    """
    content = pa.Table.from_pandas(table, preserve_index=False)
    with replace_file(path) as temporary:
        if path.suffix.lower() == ".parquet":
            parquet.write_table(_with_notes(content, notes or {}), temporary)
        else:
            csv.write_csv(content, temporary, csv.WriteOptions(quoting_style="needed"))


def _with_notes(content: pa.Table, notes: Mapping[str, ColumnNote]) -> pa.Table:
    fields = []
    for field in content.schema:
        note = notes.get(field.name)
        if note is not None:
            field = field.with_metadata({"name": note.name, "unit": note.unit, "meaning": note.meaning})
        fields.append(field)
    return content.cast(pa.schema(fields, metadata=content.schema.metadata))
