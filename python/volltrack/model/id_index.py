"""Rows of spots by their ids."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["IdIndex"]

_DENSE: Final = 8
"""Up to this many ids per spot, a table of all ids is faster than sorting, and small."""

IntArray = npt.NDArray[np.int64]


class IdIndex:
    """Looks up the rows of ids, (N,), of 32 bits.

    Notes
    -----
    TrackMate counts its ids, so that a table with one entry for each id between the first and the last is small; it is
    looked up ten times faster than a sorted list when ids come in random order. Ids far apart are sorted instead.
    """

    def __init__(self, ids: IntArray) -> None:
        self._ids = ids
        self._first = int(ids.min()) if len(ids) else 0
        span = int(ids.max()) - self._first + 1 if len(ids) else 1
        self._is_dense = span <= _DENSE * len(ids) + 1024
        if self._is_dense:
            self._table = np.full(span, -1, dtype=np.int64)
            self._table[ids - self._first] = np.arange(len(ids))
        else:
            self._table = np.argsort(ids, kind="stable")

    @property
    def is_unique(self) -> bool:
        """Whether no id stands twice."""
        if self._is_dense:
            return bool((self._table[self._ids - self._first] == np.arange(len(self._ids))).all())
        ordered = self._ids[self._table]
        return not (ordered[1:] == ordered[:-1]).any()

    def rows_of(self, wanted: IntArray) -> IntArray:
        """Return the row of each wanted id, -1 where there is none."""
        if self._is_dense:
            place = wanted - self._first
            inside = (place >= 0) & (place < len(self._table))
            if inside.all():
                return self._table[place]
            return np.where(inside, self._table[np.where(inside, place, 0)], -1)
        place = np.searchsorted(self._ids, wanted, sorter=self._table)
        rows = self._table[np.minimum(place, len(self._ids) - 1)]
        return np.where(self._ids[rows] == wanted, rows, -1)
