"""Columns from attribute lists: elements with the same attributes in the same order are converted together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadTable

__all__ = ["ColumnStore", "Group", "group_by_layout"]

IntArray = npt.NDArray[np.int64]


_MOST_EMPTY: Final = 20_000_000
"""Values of a table that may be nearly empty: 160 MB."""


class Group:
    """Elements of one block that carry the same attributes in the same order."""

    __slots__ = ("columns", "keys", "rows")

    def __init__(self, keys: tuple[str, ...], rows: list[int], columns: list[tuple[str, ...]]) -> None:
        self.keys = keys
        self.rows = rows
        self.columns = columns

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return the texts of one attribute, or None when these elements lack it."""
        return self.columns[self.keys.index(key)] if key in self.keys else None


def group_by_layout(rows: list[list[str]]) -> Iterator[Group]:
    """Yield the groups of `rows`, each [name, value, name, value ...]."""
    n = len(rows)
    if n and len(set(map(len, rows))) == 1:
        columns = list(zip(*rows, strict=True))
        if all(names.count(names[0]) == n for names in columns[::2]):  # the usual case: all alike
            yield Group(tuple(rows[0][::2]), list(range(n)), columns[1::2])
            return
    places: dict[tuple[str, ...], list[int]] = {}
    for i, row in enumerate(rows):
        places.setdefault(tuple(row[::2]), []).append(i)
    for keys, members in places.items():
        values = [rows[i][1::2] for i in members]
        yield Group(keys, members, list(zip(*values, strict=True)) if keys else [])


class ColumnStore:
    """Numeric columns that grow part by part; a row without a value holds NaN."""

    def __init__(self) -> None:
        self._parts: list[tuple[IntArray, str, npt.NDArray[np.float64]]] = []
        self._keys: dict[str, None] = {}

    def add(self, rows: IntArray, key: str, values: npt.NDArray[np.float64]) -> None:
        """Keep `values`, (K,), of column `key` at row numbers `rows`, (K,)."""
        self._keys.setdefault(key)
        self._parts.append((rows, key, values))

    def to_arrays(self, n_rows: int, whole: Any = ()) -> dict[str, npt.NDArray[Any]]:
        """Return each column, (n_rows,), in the order of first appearance.

        Parameters
        ----------
        n_rows
            Number of rows.
        whole
            Keys of columns that hold whole numbers; they become int64 where every row has a whole number.

        Raises
        ------
        BadTable
            Columns that are nearly empty and so many that a table of them does not fit into memory.
        """
        n_filled = sum(len(values) for _, _, values in self._parts)
        if n_rows * len(self._keys) > max(_MOST_EMPTY, 10 * n_filled):
            raise BadTable(
                f"{len(self._keys)} different features of {n_rows} elements, of which most have few: expected features "
                "that many share; give them common names, or put texts into the name"
            )
        columns: dict[str, npt.NDArray[Any]] = {key: np.full(n_rows, np.nan) for key in self._keys}
        for rows, key, values in self._parts:
            columns[key][rows] = values
        self._parts.clear()
        for key in whole:
            if key in columns:
                columns[key] = as_whole(columns[key])
        return columns


def as_whole(values: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """Return `values` as int64 if each is a whole number of at most 2^53, else unchanged."""
    if np.isfinite(values).all() and (values == np.floor(values)).all() and (np.abs(values) < 2**53).all():
        return values.astype(np.int64)
    return values
