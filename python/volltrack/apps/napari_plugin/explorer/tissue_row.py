"""The row that measures the distance to a tissue layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QWidget

from volltrack.apps.napari_plugin.explorer.distance_job import DistanceJob, to_tissue
from volltrack.apps.napari_plugin.explorer.measured_distances import MeasuredDistances
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import VollTrackError

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["TissueRow"]

_WORDS = ("tissue", "mask", "roi", "region")


class TissueRow(QWidget):
    """Chooses a layer of labels as tissue and measures in a thread; hidden where there is no such layer.

    Attributes
    ----------
    session
        Whose spots are measured, or None.

    Signals
    -------
    measured
        A `MeasuredDistances`.
    told
        A sentence for the person: why it failed; empty when a measurement begins.
    """

    measured = Signal(object)
    told = Signal(str)

    def __init__(self, viewer: Viewer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = viewer
        self.session: TrackSession | None = None
        self._job: DistanceJob | None = None
        self.layer_choice = QComboBox()
        self.layer_choice.setToolTip("Layer of labels that is the tissue; 0 is outside")
        self.button = QPushButton("Measure distance")
        self.button.setToolTip("Distance of every spot to the boundary of the tissue, as a quantity over time")
        self.button.clicked.connect(self._take_click)
        self.progress = QProgressBar()
        self.progress.setFormat("frame %v of %m")
        self.middle = QStackedWidget()
        self.middle.addWidget(self.layer_choice)
        self.middle.addWidget(self.progress)
        self.middle.setMaximumHeight(self.layer_choice.sizeHint().height() + 4)
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
        return self._job is not None

    def list_layers(self) -> None:
        """Offer the viewer's layers of labels; one whose name says tissue, mask, roi or region first."""
        names = [layer.name for layer in self.viewer.layers if layer._type_string == "labels"]
        chosen = self.layer_choice.currentText()
        self.layer_choice.clear()
        self.layer_choice.addItems(names)
        likely = [name for name in names if any(word in name.lower() for word in _WORDS)]
        self.layer_choice.setCurrentText(chosen if chosen in names else (likely or names or [""])[0])
        self.setVisible(bool(names))

    def measure(self) -> None:
        """Begin to measure the distance of all spots to the chosen layer."""
        name = self.layer_choice.currentText()
        self.list_layers()  # the layer may have another name by now
        if self.session is None or self.is_busy or name not in self.viewer.layers:
            return
        layer, spots = self.viewer.layers[name], self.session.lineage.spots
        is_2d = len(spots) > 0 and float(np.ptp(spots.positions_zyx[:, 0])) == 0.0
        self.told.emit("")
        try:
            tissue = to_tissue(layer, is_2d=is_2d, length_unit=self.session.calibration.length_unit)
        except VollTrackError as error:
            self.told.emit(str(error))
            return
        n_space = min(3, layer.ndim)
        origin = np.zeros(3)
        origin[-n_space:] = layer.translate[-n_space:]
        self._job = DistanceJob(spots, tissue, origin, self)
        self._job.progressed.connect(self._show_progress)
        self._job.finished.connect(self._take_distances)
        self._job.failed.connect(self._take_failure)
        self._show_progress(0, 0)
        self._job.start()

    def stop(self) -> None:
        """Stop a measurement that is under way; nothing comes of it."""
        if self._job is not None:
            self._job.cancel()
            self._end()

    def _take_click(self) -> None:
        if self.is_busy:
            self.stop()
        else:
            self.measure()

    def _show_progress(self, done: int, total: int) -> None:
        if self.is_busy:
            self.middle.setCurrentWidget(self.progress)
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.button.setText("Stop")

    def _take_distances(self, distance: npt.NDArray[np.float64]) -> None:
        job = self._job
        if job is None:
            return  # stopped when it was done already
        self._end()
        if len(distance) and np.isnan(distance).all():
            self.told.emit("The tissue layer has no boundary: it is empty, or tissue is everywhere.")
        else:
            self.measured.emit(MeasuredDistances(spots=job.spots, distance=distance))

    def _take_failure(self, text: str) -> None:
        if self.is_busy:
            self._end()
            self.told.emit(text)

    def _end(self) -> None:
        self._job = None
        self.middle.setCurrentWidget(self.layer_choice)
        self.button.setText("Measure distance")
