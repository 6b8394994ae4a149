"""The dropdown of all tracks: search, filter, sort, pick."""

from __future__ import annotations

from typing import cast

from qtpy.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from volltrack.apps.napari_plugin.explorer.picking.track_index import TrackIndex
from volltrack.apps.napari_plugin.explorer.picking.track_table import TrackKind, TrackTable

__all__ = ["TrackPicker"]

_KINDS: tuple[tuple[TrackKind, str], ...] = (
    ("all", "All"),
    ("dividing", "Dividing"),
    ("non-dividing", "Non-dividing"),
)
_LIST_SIZE = (430, 420)


class TrackPicker(QWidget):
    """A button that names the selected track and opens the list of all; arrows step through the list.

    Signals
    -------
    track_picked
        Number of the track that a person picked.
    kind_changed
        ``all``, ``dividing`` or ``non-dividing``.
    """

    track_picked = Signal(int)
    kind_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table_model = TrackTable()
        self._index: TrackIndex | None = None
        self._track: int | None = None
        self.button = QPushButton("No tracks")
        self.button.setToolTip("All tracks: search, filter, sort, pick")
        self.button.clicked.connect(self.open_list)
        self.previous_button = self._make_arrow("◀", "Previous track of the list", -1)
        self.next_button = self._make_arrow("▶", "Next track of the list", 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.previous_button)
        row.addWidget(self.button, 1)
        row.addWidget(self.next_button)
        self._make_list()

    def set_index(self, index: TrackIndex | None, track: int | None) -> None:
        """Show the tracks of an index, one of them selected or none."""
        self._index = index
        self.table_model.set_index(index)
        self.show_track(track)

    def show_track(self, track: int | None) -> None:
        """Show a track as the selected one."""
        self._track = track
        index = self._index
        if index is None or len(index) == 0:
            text = "No tracks"
        elif track is None:
            text = f"Choose one of {len(index):,} tracks"
        else:
            n = int(index.n_divisions[track])
            text = f"{index.names[track]}  ·  {index.n_frames[track]} frames  ·  {n} division{'' if n == 1 else 's'}"
        self.button.setText(f"{text}   ▾")
        for widget in (self.button, self.previous_button, self.next_button):
            widget.setEnabled(index is not None and len(index) > 0)
        if self.popup.isVisible():
            self._mark_row()

    def open_list(self) -> None:
        """Open the list under the button."""
        width = max(self.width(), _LIST_SIZE[0])
        corner = self.mapToGlobal(QPoint(self.width() - width, self.height() + 2))
        self.popup.setGeometry(corner.x(), corner.y(), width, _LIST_SIZE[1])
        self._count()
        self.popup.show()
        self._mark_row()
        self.search.setFocus()

    def step(self, by: int) -> None:
        """Pick the track `by` rows further in the list, which has no end."""
        n = self.table_model.rowCount()
        if n == 0:
            return
        row = self.table_model.row_of(self._track)
        start = (-1 if by > 0 else 0) if row is None else row
        self._pick_row((start + by) % n)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Let the arrow and Enter keys of the search field move in the list and pick."""
        if watched is self.search and event is not None and event.type() == QEvent.Type.KeyPress:
            key = cast("QKeyEvent", event).key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.table.setFocus()
                row = self.table.currentIndex().row()
                self.table.selectRow(max(0, row + (1 if key == Qt.Key.Key_Down else -1)))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pick_row(max(0, self.table.currentIndex().row()))
                return True
        return bool(super().eventFilter(watched, event))

    def _make_list(self) -> None:
        self.popup = QFrame(self, Qt.WindowType.Popup)
        self.popup.setFrameShape(QFrame.Shape.StyledPanel)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by name")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.kind_buttons: dict[TrackKind, QPushButton] = {}
        kinds = QHBoxLayout()
        kinds.setSpacing(4)
        group = QButtonGroup(self.popup)
        for kind, words in _KINDS:
            button = QPushButton(words)
            button.setCheckable(True)
            button.setChecked(kind == "all")
            button.toggled.connect(self._change_kind)
            group.addButton(button)
            kinds.addWidget(button)
            self.kind_buttons[kind] = button
        self.count = QLabel()
        kinds.addStretch(1)
        kinds.addWidget(self.count)
        self.table = QTableView()
        self.table.setModel(self.table_model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        rows, columns = (
            cast("QHeaderView", self.table.verticalHeader()),
            cast("QHeaderView", self.table.horizontalHeader()),
        )
        rows.hide()
        rows.setDefaultSectionSize(24)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setDefaultSectionSize(70)
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.clicked.connect(self._take_click)
        self.table.activated.connect(self._take_click)
        layout = QVBoxLayout(self.popup)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.search)
        layout.addLayout(kinds)
        layout.addWidget(self.table, 1)

    def _make_arrow(self, text: str, tip: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda: self.step(by))
        return button

    @property
    def kind(self) -> TrackKind:
        """Which tracks the list shows."""
        return next(kind for kind, button in self.kind_buttons.items() if button.isChecked())

    def _change_kind(self, is_checked: bool) -> None:
        if is_checked:
            self._filter()
            self.kind_changed.emit(self.kind)

    def _filter(self) -> None:
        self.table_model.set_filter(self.kind, self.search.text())
        self._count()
        self._mark_row()

    def _count(self) -> None:
        total = 0 if self._index is None else len(self._index)
        self.count.setText(f"{self.table_model.rowCount():,} of {total:,}")

    def _mark_row(self) -> None:
        row = self.table_model.row_of(self._track)
        if row is None:
            self.table.clearSelection()
            return
        self.table.selectRow(row)
        self.table.scrollTo(self.table_model.index(row, 0))

    def _take_click(self, index: QModelIndex) -> None:
        self._pick_row(index.row())

    def _pick_row(self, row: int) -> None:
        track = self.table_model.track_at(row)
        self.popup.hide()
        if track is not None:
            self.track_picked.emit(track)
