"""The list of tracks: sorted, filtered and searched on arrays, so that a hundred thousand tracks are instant."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from volltrack.apps.napari_plugin.explorer.picking.track_index import TrackIndex

__all__ = ["TrackKind", "TrackTable"]

TrackKind = Literal["all", "dividing", "non-dividing"]
Index: TypeAlias = QModelIndex | QPersistentModelIndex

_COLUMNS = ("Track", "Divisions", "Frames", "First", "Spots")
_TIPS = (
    "name of the track",
    "number of spots with two or more links to later frames",
    "frames from the first to the last spot",
    "frame of the first spot",
    "number of spots",
)


class TrackTable(QAbstractTableModel):
    """One row per track that passes the filters; `track_at` and `row_of` translate between rows and track numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._names: npt.NDArray[np.str_] = np.zeros(0, dtype="U1")
        self._values = np.zeros((0, len(_COLUMNS)), dtype=np.int64)
        self._order = np.zeros(0, dtype=np.int64)
        self._sort = (0, False)
        self._kind: TrackKind = "all"
        self._words: tuple[str, ...] = ()

    def set_index(self, index: TrackIndex | None) -> None:
        """Show the tracks of an index; sorting and filters stay."""
        if index is None:
            self._names, self._values = np.zeros(0, dtype="U1"), np.zeros((0, len(_COLUMNS)), dtype=np.int64)
        else:
            self._names = np.array([name.lower() for name in index.names], dtype=np.str_)
            names = np.array(index.names, dtype=np.str_)
            columns = [np.arange(len(index)), index.n_divisions, index.n_frames, index.first_frames, index.n_spots]
            self._values = np.stack(columns, axis=1)
            self._shown_names = names
        self._arrange()

    def set_filter(self, kind: TrackKind, text: str = "") -> None:
        """Keep tracks of a kind whose name has every word of `text`, whatever the case."""
        self._kind, self._words = kind, tuple(text.lower().split())
        self._arrange()

    def track_at(self, row: int) -> int | None:
        """Return the track number of a row, or None."""
        return int(self._order[row]) if 0 <= row < len(self._order) else None

    def row_of(self, track: int | None) -> int | None:
        """Return the row of a track, or None when it is filtered out."""
        rows = np.flatnonzero(self._order == track) if track is not None else self._order[:0]
        return int(rows[0]) if len(rows) else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; tracks that are equal there stand by number."""
        self._sort = (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of tracks that pass the filters."""
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text and alignment of a cell."""
        if role == Qt.ItemDataRole.DisplayRole:
            track = self._order[index.row()]
            if index.column() == 0:
                return str(self._shown_names[track])
            return str(self._values[track, index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column, and what it means."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        return None

    def _arrange(self) -> None:
        keep = np.ones(len(self._values), dtype=bool)
        if self._kind != "all":
            keep &= (self._values[:, 1] > 0) == (self._kind == "dividing")
        for word in self._words:
            keep &= np.char.find(self._names, word) >= 0
        rows = np.flatnonzero(keep)
        column, is_descending = self._sort
        key = self._values[rows, column]
        self.beginResetModel()
        self._order = rows[np.argsort(-key if is_descending else key, kind="stable")]
        self.endResetModel()
