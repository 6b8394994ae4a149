"""How a table of text is written: its encoding, what stands between two fields, and the mark of decimals."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from volltrack.errors import BadFile

__all__ = ["Dialect", "decode_table", "find_dialect", "find_stated_separator", "read_header", "read_text"]

_HEAD_BYTES: Final = 65536
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STATED: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""First line by which Excel is told the separator."""
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_ROWS_LOOKED_AT: Final = 200
_TRACKMATE: Final = re.compile(rb"[^\n]*\bLABEL\b[^\n]*\bTRACK_ID\b")
"""Header of a table of TrackMate, which writes in the encoding of the computer (Windows-1252 on many)."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """Between two fields stands `separator`, between whole and fraction `decimal`."""

    separator: str = ","
    decimal: str = "."

    def split(self, line: str) -> list[str]:
        """Return the fields of a line; quotes protect what they enclose."""
        return next(csv.reader([line], delimiter=self.separator, skipinitialspace=True))


def read_text(path: Path) -> str:
    """Return the whole text with line ends as one character.

    Raises
    ------
    BadFile
        No such file, or not text in UTF-8 or UTF-16; with the line.
    """
    if not path.is_file():
        raise BadFile("a folder" if path.is_dir() else "no such file", path=path)
    content = path.read_bytes()
    try:
        text = decode_table(content)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile("not UTF-8 text: save the table as CSV in UTF-8", path=path, line=line) from error
    if "\0" in text:
        raise BadFile("not text (it holds zero bytes): expected comma-separated values", path=path)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_table(content: bytes) -> str:
    """Return the text of a table: UTF-8, UTF-16, or, of TrackMate on Windows, Windows-1252.

    Raises
    ------
    UnicodeDecodeError
        It is none of them.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name)
    zeros = content[:64:2].count(0), content[1:64:2].count(0)
    if len(content) >= 8 and max(zeros) > min(32, len(content) // 2) * 0.8 and min(zeros) == 0:
        return content.decode("utf-16-be" if zeros[0] else "utf-16-le")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if _TRACKMATE.match(content):
            return content.decode("cp1252")
        raise


def read_header(path: Path) -> list[str]:
    """Return the fields of the header; nothing where the file does not begin as a table."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    try:
        text = decode_table(head[: len(head) // 2 * 2] if len(head) == _HEAD_BYTES else head)
    except UnicodeDecodeError:
        text = head.decode("utf-8-sig", errors="replace")
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip() and not line.startswith("#")]
    stated = _STATED.fullmatch(lines[0]) if lines else None
    lines = lines[1:] if stated else lines
    if not lines:
        return []
    try:
        return [
            name.strip() for name in find_dialect(lines[0], lines[1:], stated[1] if stated else None).split(lines[0])
        ]
    except csv.Error:
        return []


def find_dialect(header: str, rows: list[str], stated: str | None = None) -> Dialect:
    """Return how a table is written.

    Parameters
    ----------
    header
        The line of names: what stands most often in it outside quotes, of ``, ; tab``, separates its fields; a blank
        where there is none of these (as btrack writes).
    rows
        Lines below it; a comma in a number is a decimal one where it does not separate.
    stated
        The separator of a first line ``sep=;``.
    """
    bare = re.sub(r'"[^"]*"', "", header)
    counts = {mark: bare.count(mark) for mark in ",;\t"}
    separator = stated or max(counts, key=lambda mark: counts[mark])
    if stated is None and not counts[separator]:
        separator = " " if len(bare.split()) > 2 else ","
    if separator == ",":
        return Dialect()
    with_comma = any(
        _DECIMAL_COMMA.fullmatch(field.strip().strip('"'))
        for row in rows[:_ROWS_LOOKED_AT]
        for field in row.split(separator)
    )
    return Dialect(separator=separator, decimal="," if with_comma else ".")


def find_stated_separator(line: str) -> str | None:
    """Return the separator that a first line such as ``sep=;`` tells Excel, or None for another line."""
    found = _STATED.fullmatch(line)
    return found[1] if found else None
