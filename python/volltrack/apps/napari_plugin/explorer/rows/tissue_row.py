"""The row that measures the distance to a tissue layer."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from volltrack.apps.napari_plugin.explorer.measured_distances import MeasuredDistances
from volltrack.apps.napari_plugin.explorer.rows.distance_job import DistanceJob, to_tissue
from volltrack.apps.napari_plugin.layers import CELLS, CONTENT_KEY, TISSUE
from volltrack.apps.napari_plugin.layers.label_per_spot import has_label_per_spot
from volltrack.apps.napari_plugin.question import ask
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import VollTrackError
from volltrack.pipeline import find_misfit

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Labels

__all__ = ["TissueRow"]

_WORDS = ("tissue", "mask", "roi", "region")
_NONE = "choose a layer ..."


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
        self.box: QMessageBox | None = None
        self._offered: list[weakref.ref[Labels]] = []
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
        """Offer the viewer's layers of labels but those of the cells; none is chosen but one that says it is tissue."""
        layers = [layer for layer in self.viewer.layers if layer._type_string == "labels"]
        layers = [layer for layer in layers if layer.metadata.get(CONTENT_KEY) != CELLS]
        chosen = self._chosen
        if chosen not in layers:
            chosen = next((layer for layer in layers if self._is_likely_tissue(layer)), None)
        self._offered = [weakref.ref(layer) for layer in layers]
        self.layer_choice.clear()
        self.layer_choice.addItems([_NONE, *(layer.name for layer in layers)])
        self.layer_choice.setCurrentIndex(0 if chosen is None else 1 + layers.index(chosen))
        self.setVisible(bool(layers))

    @property
    def _chosen(self) -> Labels | None:
        """The chosen layer, whatever its name is by now."""
        at = self.layer_choice.currentIndex() - 1
        return self._offered[at]() if 0 <= at < len(self._offered) else None

    def _is_likely_tissue(self, layer: Labels) -> bool:
        """Whether a layer says that it is tissue, and does not hold one label per cell."""
        if layer.metadata.get(CONTENT_KEY) == TISSUE:
            return True
        says_so = any(word in layer.name.lower() for word in _WORDS)
        return says_so and (self.session is None or not has_label_per_spot(layer, self.session.lineage.spots))

    def measure(self, *, agreed: bool = False) -> None:
        """Begin to measure the distance of all spots to the chosen layer; ask first where it does not fit them."""
        if self.session is None or self.is_busy:
            return
        self.list_layers()  # the layer may have another name by now, or be gone
        layer, spots = self._chosen, self.session.lineage.spots
        if layer is None:
            self.told.emit("Choose the layer of labels that is the tissue.")
            return
        is_2d = len(spots) > 0 and float(np.ptp(spots.positions_zyx[:, 0])) == 0.0
        self.told.emit("")
        try:
            tissue = to_tissue(layer, is_2d=is_2d, length_unit=self.session.calibration.length_unit)
        except VollTrackError as error:
            self.told.emit(str(error))
            return
        size = tissue.labels.calibration.voxel_size
        misfit = None if agreed else find_misfit(tissue.labels, spots, size, may_be_one_frame=True)
        if misfit is not None:
            self.box = ask(
                self, "The tissue does not fit the tracks", f"{misfit}.", {"Measure all the same": self._measure_agreed}
            )
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

    def _measure_agreed(self) -> None:
        self.measure(agreed=True)

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
