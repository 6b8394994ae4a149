"""Text of separated numbers to columns: fast when it is clean, line by line to find what is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadFile
from volltrack.io.cells_csv.dialect import Dialect, find_dialect, find_stated_separator, read_text

__all__ = ["NO_VALUE", "Content", "ParsedTable", "is_whole_column", "parse_csv"]

NO_VALUE: Final = ("", "nan", "NaN", "NA", "na", "None", "none", "null", "NULL", "<NA>", "N/A", "ø")
"""What programs write where there is no value; the last is TrackMate's."""
_TRUTHS: Final = {"true": 1.0, "false": 0.0}
_MORE_HEADER_LINES: Final = 3
_LONGEST_SHOWN: Final = 60

_EXACT: Final[dict[str, Any]] = (
    {"float_precision": "round_trip"} if tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1) else {}
)
"""How pandas is told to read numbers to the last bit; from 3.1 on it does so by itself."""

Content: TypeAlias = Literal["number", "text", "either"]
"""What a column may hold; ``either``: text where no field is a number."""

NameColumns = Callable[[list[str], int], list[str]]
FindContent = Callable[[str], Content]


@dataclass(frozen=True, kw_only=True)
class ParsedTable:
    """A table as it stands in a file.

    Parameters
    ----------
    table
        One column per name: int64 where every field is a whole number, else float64, or text.
    lines
        Line of the file that each row stands in, 1-based, (N,).
    comments
        Lines that start with ``#``, without it.
    units
        Unit of a column where the header says it, as TrackMate's does below the names.
    """

    table: pd.DataFrame
    lines: npt.NDArray[np.int64]
    comments: list[str]
    units: Mapping[str, str] = field(default_factory=dict)


def parse_csv(path: Path, name_columns: NameColumns, content: FindContent = lambda name: "number") -> ParsedTable:
    """Return the table in a file.

    Parameters
    ----------
    path
        Text: comment lines, a header, one line per row; see `volltrack.io.cells_csv.dialect` for how it may be written.
        Further lines of a header, with long names and units as TrackMate writes them, are passed over.
    name_columns
        Gets the fields of the header and its line; returns the names of the columns.
    content
        What a column of this name may hold.

    Raises
    ------
    BadFile
        No such file, not text, no header, a row with another number of fields, a field that is no number; with the
        line.
    """
    text = read_text(path)
    comments, header, dialect, n_head, at = _split_head(text, path)
    names = name_columns(header, n_head)
    at, n_more, units = _pass_over_header(text, at, dialect, names)
    n_head += n_more
    body = text[at:]
    table = _parse_fast(body, names, dialect, content)
    if table is not None:
        lines = np.arange(n_head + 1, n_head + 1 + len(table), dtype=np.int64)
        return ParsedTable(table=table, lines=lines, comments=comments, units=units)
    table, lines, more = _parse_by_line(body, names, dialect, content, n_head, path)
    return ParsedTable(table=table, lines=lines, comments=comments + more, units=units)


def _split_head(text: str, path: Path) -> tuple[list[str], list[str], Dialect, int, int]:
    """Return comments, header fields, dialect, line of the header, and where the rows start."""
    comments: list[str] = []
    stated: str | None = None
    at = line = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        content, at, line = text[at:end], end + 1, line + 1
        if content.startswith("#"):
            comments.append(content[1:].strip())
        elif stated is None and (mark := find_stated_separator(content)) is not None:
            stated = mark
        elif content.strip():
            dialect = find_dialect(content, text[at : at + 65536].split("\n"), stated)
            try:
                return comments, dialect.split(content), dialect, line, at
            except csv.Error as error:
                raise BadFile(f"{error}: check the quotes", path=path, line=line) from error
    raise BadFile("an empty table: expected a header line such as ID,FRAME,POSITION_X,POSITION_Y,POSITION_Z", path=path)


def _pass_over_header(text: str, at: int, dialect: Dialect, names: list[str]) -> tuple[int, int, dict[str, str]]:
    """Return where the rows start behind the further lines of a header, the number of these, and the units.

    TrackMate writes names, short names (each only where they say more) and, last, units in parentheses.
    """
    end = at
    for count in range(1, _MORE_HEADER_LINES + 1):
        start, end = end, text.find("\n", end) + 1
        if end == 0:
            break
        try:
            fields = [part.strip() for part in dialect.split(text[start : end - 1])] if end - 1 > start else []
        except csv.Error:
            break
        is_unit = [part.startswith("(") and part.endswith(")") for part in fields]
        if len(fields) == len(names) and any(is_unit) and all(a or not b for a, b in zip(is_unit, fields, strict=True)):
            return end, count, {n: part[1:-1] for n, part in zip(names, fields, strict=True) if part}
    return at, 0, {}


def _parse_fast(body: str, names: list[str], dialect: Dialect, content: FindContent) -> pd.DataFrame | None:
    """Return the table when every line is plain; None when it needs a closer look."""
    body = body.rstrip("\n ") if dialect.separator != " " else body.rstrip("\n")
    if not body.strip():
        return pd.DataFrame({n: np.zeros(0, dtype=object if content(n) == "text" else np.float64) for n in names})
    if '"' in body or "#" in body or "\n\n" in body or not _has_marks_per_line(body, dialect.separator, len(names) - 1):
        return None
    if dialect.decimal == ",":
        if "." in body or any(content(name) != "number" for name in names):
            return None
        body = body.replace(",", ".")
    texts = {name for name in names if content(name) == "text"}
    try:
        table: pd.DataFrame = pd.read_csv(
            io.StringIO(body),
            header=None,
            names=names,
            sep=dialect.separator,
            index_col=False,
            dtype=dict.fromkeys(texts, str) or None,
            keep_default_na=False,
            na_values={n: NO_VALUE for n in names if n not in texts},
            **_EXACT,
            skipinitialspace=True,
            low_memory=False,
            skip_blank_lines=False,
        )
    except (ValueError, OverflowError):
        return None
    odd = [str(n) for n, kind in table.dtypes.items() if n not in texts and kind not in (np.int64, np.float64)]
    for name in odd:
        column = table[name]
        if content(name) == "number" or column.dtype.kind == "u":
            return None
        if column.dtype == bool:
            table[name] = column.astype(np.int64)
        elif pd.to_numeric(column, errors="coerce").notna().any() or column.isin([True, False]).any():
            return None
    return table


def _has_marks_per_line(body: str, mark: str, count: int) -> bool:
    """Whether each line has exactly `count` separators."""
    raw = np.frombuffer(body.encode(), dtype=np.uint8)
    ends = np.append(np.flatnonzero(raw == ord("\n")), len(raw))
    upto = np.searchsorted(np.flatnonzero(raw == ord(mark)), ends)
    return bool(np.all(np.diff(upto, prepend=0) == count))


def _parse_by_line(
    body: str, names: list[str], dialect: Dialect, content: FindContent, n_head: int, path: Path
) -> tuple[pd.DataFrame, npt.NDArray[np.int64], list[str]]:
    """Return table, lines and further comments; raise `BadFile` at the first bad line."""
    rows: list[list[str]] = []
    lines: list[int] = []
    comments: list[str] = []
    for line, row in enumerate(body.split("\n"), start=n_head + 1):
        if row.startswith("#"):
            comments.append(row[1:].strip())
            continue
        if not row.strip():
            continue
        try:
            fields = next(csv.reader([row], delimiter=dialect.separator, skipinitialspace=True, strict=True))
        except csv.Error as error:
            raise BadFile(f"{error}: check the quotes", path=path, line=line) from error
        if len(fields) != len(names):
            raise BadFile(f"{len(fields)} fields: expected {len(names)}, as in the header", path=path, line=line)
        rows.append(fields)
        lines.append(line)
    columns: dict[str, npt.NDArray[Any]] = {}
    by_column = zip(*rows, strict=True) if rows else [()] * len(names)
    for name, parts in zip(names, by_column, strict=True):
        texts, kind = [part.strip() for part in parts], content(name)
        if kind == "text" or (kind == "either" and _is_text(texts)):
            columns[name] = np.array(texts, dtype=object)
        else:
            columns[name] = _to_numbers(texts, name, dialect.decimal, lines, path, with_truths=kind == "either")
    return pd.DataFrame(columns), np.array(lines, dtype=np.int64), comments


def _is_text(fields: list[str]) -> bool:
    """Whether a column has a field, and none of its fields is a number."""
    told = [part for part in fields if part not in NO_VALUE]
    return bool(told) and not any(_is_number(part) for part in told)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return text.lower() in _TRUTHS
    return True


def _to_numbers(
    fields: list[str], name: str, decimal: str, lines: list[int], path: Path, *, with_truths: bool
) -> npt.NDArray[Any]:
    """Return one column; int64 when every field is a whole number."""
    values = np.empty(len(fields))
    whole = True
    for row, text in enumerate(fields):
        try:
            values[row] = np.nan if text in NO_VALUE else _to_number(text, decimal, with_truths=with_truths)
        except ValueError as error:
            shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
            raise BadFile(f"{name} = {shown!r}: expected a number", path=path, line=lines[row]) from error
        whole = whole and text.lstrip("+-").isdecimal() and abs(values[row]) < 2**53
    return values.astype(np.int64) if whole else values


def is_whole_column(values: npt.NDArray[Any]) -> bool:
    """Whether each value is a whole number that a float and an int64 hold alike."""
    if values.dtype.kind in "iu":
        return True
    with np.errstate(invalid="ignore"):
        return bool(np.all(np.abs(values) < 2**53) and np.all(values == np.rint(values)))


def _to_number(text: str, decimal: str, *, with_truths: bool) -> float:
    """Return a number; Python alone reads 1_0 as 10."""
    if "_" in text or (decimal == "," and "." in text):
        raise ValueError(text)
    if with_truths and text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    return float(text.replace(",", ".") if decimal == "," else text)
