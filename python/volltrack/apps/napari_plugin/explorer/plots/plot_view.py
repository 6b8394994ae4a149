"""A plot on the screen that follows the theme, shows the current frame and says what was clicked."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QFontMetrics
from qtpy.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from volltrack.apps.napari_plugin.explorer.plots.plot_data import Curve, PlotData

__all__ = ["PlotView"]

_AXIS_WIDTH, _AXIS_HEIGHT = 78, 40
"""Pixels of every left and bottom axis, so that plots below each other share their time axis and no label is cut."""
_SYMBOL_SIZES = {"o": 7, "ring": 11}


class PlotView(QWidget):
    """One plot: title, axes with units, a note below.

    Signals
    -------
    spot_clicked
        Id of the spot of the point nearest to a click.
    time_clicked
        Time under a click, where no point is a spot.
    """

    spot_clicked = Signal(object)
    time_clicked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = PlotData(title="", x_label="", y_label="")
        self._colors = ("#262930", "#f0f1f2", "#8a8d94")
        self._items: list[pg.PlotDataItem] = []
        self.time_axis = _TimeAxis(orientation="bottom")
        self.plot = pg.PlotWidget(parent=self, axisItems={"bottom": self.time_axis})
        self.plot.setMinimumHeight(70)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.getAxis("left").setWidth(_AXIS_WIDTH)
        self.plot.getAxis("bottom").setHeight(_AXIS_HEIGHT)
        self.plot.getPlotItem().layout.setContentsMargins(0, 4, 8, 6)
        self.plot.getPlotItem().getViewBox().sigResized.connect(self._name_left_axis)
        self.now_line = pg.InfiniteLine(angle=90, movable=False)
        self.now_line.setZValue(10)
        self.plot.addItem(self.now_line, ignoreBounds=True)
        self.plot.scene().sigMouseClicked.connect(self._take_click)
        self.message = QLabel()
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.message.setContentsMargins(24, 8, 24, 8)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setIndent(_AXIS_WIDTH)
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self.plot)
        self._pages.addWidget(self.message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(pages, 1)
        layout.addWidget(self.note)

    def set_colors(self, background: str, text: str, faint: str) -> None:
        """Take colours of the theme: ``#rrggbb`` of the background, of text and axes, of what stands back."""
        self._colors = (background, text, faint)
        self.plot.setBackground(background)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(faint))
            axis.setStyle(maxTickLevel=0, tickLength=-5)
            axis.setTextPen(pg.mkPen(text))
        self.now_line.setPen(pg.mkPen(text, width=1, style=Qt.PenStyle.DashLine))
        for label in (self.message, self.note):
            label.setStyleSheet(f"color: {text if label is self.note else faint};")
        self._draw()

    def show_data(self, data: PlotData) -> None:
        """Draw a plot in place of the last one."""
        self.data = data
        self._draw()

    def set_time(self, time: float) -> None:
        """Put the line of the current frame at a time."""
        self.now_line.setValue(time)

    def _draw(self) -> None:
        data = self.data
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        self.note.setText(data.note)
        self.note.setToolTip(data.details)
        self.note.setVisible(bool(data.note))
        self.message.setText(data.message)
        self._pages.setCurrentIndex(0 if data.curves else 1)
        if not data.curves:
            return
        self._items = [self._make_item(group) for group in _group_alike(data.curves)]
        for item in self._items:
            self.plot.addItem(item)
        text = self._colors[1]
        left, bottom = self.plot.getAxis("left"), self.plot.getAxis("bottom")
        self._name_left_axis()
        _name_axis(bottom, escape(data.x_label), text)
        left.setStyle(showValues=bool(data.y_label))
        left.setTicks(None if data.y_label else [[]])
        self.time_axis.is_whole = data.has_frames
        self.now_line.setVisible(data.has_time)
        self._show_all()

    def _make_item(self, curves: list[Curve]) -> pg.PlotDataItem:
        first = curves[0]
        x, y = _join([c.x for c in curves]), _join([c.y for c in curves])
        options: dict[str, Any] = {"pen": None}
        if first.has_line:
            style = Qt.PenStyle.DashLine if first.is_dashed else Qt.PenStyle.SolidLine
            options["pen"] = pg.mkPen(first.color, width=1 if first.is_dashed else 2, style=style)
        if first.markers:
            options |= {
                "symbol": "o",
                "symbolSize": _SYMBOL_SIZES[first.markers],
                "symbolPen": pg.mkPen(first.color, width=1.5),
                "symbolBrush": None if first.markers == "ring" else pg.mkBrush(first.color),
            }
        return pg.PlotDataItem(x, y, connect="finite", antialias=True, skipFiniteCheck=False, **options)

    def _name_left_axis(self) -> None:
        """Break the name of the left axis into lines that fit its height."""
        left, words = self.plot.getAxis("left"), self.data.y_label
        room = self.plot.getPlotItem().getViewBox().height()
        lines = wrap_words(words, room, QFontMetrics(left.label.font()).horizontalAdvance)
        _name_axis(left, "<br>".join(escape(line) for line in lines), self._colors[1])

    def _show_all(self) -> None:
        x = np.concatenate([c.x for c in self.data.curves])
        y = np.concatenate([c.y for c in self.data.curves])
        ok = np.isfinite(x) & np.isfinite(y)
        if not ok.any():
            return
        self.plot.setXRange(*_widen(x[ok]), padding=0.03)
        self.plot.setYRange(*_widen(y[ok]), padding=0.08)

    def _take_click(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.data.curves:
            return
        box = self.plot.getPlotItem().getViewBox()
        if not box.sceneBoundingRect().contains(event.scenePos()):
            return
        at = box.mapSceneToView(event.scenePos())
        (x0, x1), (y0, y1) = box.viewRange()
        event.accept()
        found = self.data.nearest(at.x(), at.y(), (x1 - x0, y1 - y0))
        if found is not None and len(found[0].spot_ids):
            self.spot_clicked.emit(int(found[0].spot_ids[found[1]]))
        elif self.data.has_time:
            self.time_clicked.emit(float(at.x()))


class _TimeAxis(pg.AxisItem):
    """An axis that, where it counts frames, has ticks at whole numbers only."""

    is_whole = False

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return spacing and offset of each level of ticks."""
        levels: list[tuple[float, float]] = super().tickSpacing(minVal, maxVal, size)
        if not self.is_whole:
            return levels
        return [level for level in levels if level[0] >= 1 and float(level[0]).is_integer()] or [(1.0, 0.0)]


def _name_axis(axis: pg.AxisItem, html: str, color: str) -> None:
    """Name an axis; its numbers stay as they are, never in thousands or thousandths."""
    axis.setLabel(html or None, siPrefixEnableRanges=(), color=color)
    axis.resizeEvent()  # puts the new name into the middle


def wrap_words(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """Return `text` in lines no longer than `room` where its words allow it; `measure` gives the length of a line."""
    lines: list[str] = []
    for word in text.split():
        if lines and measure(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _group_alike(curves: tuple[Curve, ...]) -> list[list[Curve]]:
    """Return the curves that are drawn alike together: a tree of a thousand lines is then a handful of items."""
    groups: dict[tuple[str, bool, bool, str], list[Curve]] = {}
    for curve in curves:
        if not (np.isfinite(curve.x) & np.isfinite(curve.y)).any():
            continue  # pyqtgraph warns of points that have no place
        groups.setdefault((curve.color, curve.is_dashed, curve.has_line, curve.markers), []).append(curve)
    return list(groups.values())


def _join(parts: list[np.ndarray[Any, np.dtype[np.float64]]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the parts after each other, with NaN between them."""
    gap = np.array([np.nan])
    return np.concatenate([piece for part in parts for piece in (part, gap)][:-1])


def _widen(values: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float]:
    """Return the range of values; one value gets room around it."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        half = max(abs(low) * 0.05, 0.5)
        return low - half, high + half
    return low, high
