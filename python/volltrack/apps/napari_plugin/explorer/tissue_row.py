"""The row that measures the distance to a tissue layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QWidget

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["TissueRow"]

_WORDS = ("tissue", "mask", "roi", "region")


class TissueRow(QWidget):
    """Chooses a layer of labels as tissue; hidden where there is none.

    Signals
    -------
    measure_asked
        Name of the layer.
    stop_asked
        A person wants the measurement to stop.
    """

    measure_asked = Signal(str)
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer_choice = QComboBox()
        self.layer_choice.setToolTip("Layer of labels that is the tissue; 0 is outside")
        self.button = QPushButton("Measure distance")
        self.button.setToolTip("Distance of every spot to the boundary of the tissue, as a quantity over time")
        self.progress = QProgressBar()
        self.progress.setFormat("frame %v of %m")
        self.middle = QStackedWidget()
        self.middle.addWidget(self.layer_choice)
        self.middle.addWidget(self.progress)
        self.middle.setMaximumHeight(self.layer_choice.sizeHint().height() + 4)
        self.button.clicked.connect(self._take_click)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(QLabel("Tissue"))
        row.addWidget(self.middle, 1)
        row.addWidget(self.button)
        self.setVisible(False)

    @property
    def is_busy(self) -> bool:
        """Whether a measurement is under way."""
        return self.middle.currentWidget() is self.progress

    def list_layers(self, viewer: Viewer) -> None:
        """Offer the viewer's layers of labels; one whose name says tissue, mask, roi or region first."""
        names = [layer.name for layer in viewer.layers if layer._type_string == "labels"]
        chosen = self.layer_choice.currentText()
        self.layer_choice.clear()
        self.layer_choice.addItems(names)
        likely = [name for name in names if any(word in name.lower() for word in _WORDS)]
        wanted = chosen if chosen in names else (likely or names or [""])[0]
        self.layer_choice.setCurrentText(wanted)
        self.setVisible(bool(names))

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the measurement is."""
        self.middle.setCurrentWidget(self.progress)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.button.setText("Stop")

    def show_idle(self) -> None:
        """Show that no measurement is under way."""
        self.middle.setCurrentWidget(self.layer_choice)
        self.button.setText("Measure distance")

    def _take_click(self) -> None:
        if self.is_busy:
            self.stop_asked.emit()
        else:
            self.measure_asked.emit(self.layer_choice.currentText())
