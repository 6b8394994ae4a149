"""The plots of the selected track: a quantity over time, the lineage tree, spectrum or localisation."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from volltrack.analyse import SpectrumSettings, describe_column
from volltrack.apps.napari_plugin.explorer.measured_distances import DISTANCE
from volltrack.apps.napari_plugin.explorer.plots.curves import plot_localisation, plot_quantity, plot_tree
from volltrack.apps.napari_plugin.explorer.plots.interval_form import IntervalForm
from volltrack.apps.napari_plugin.explorer.plots.plot_data import PlotData
from volltrack.apps.napari_plugin.explorer.plots.plot_view import PlotView
from volltrack.apps.napari_plugin.explorer.plots.spectrum_plot import plot_spectrum
from volltrack.apps.napari_plugin.explorer.shown_track import ShownTrack

__all__ = ["TrackPlots"]

_DETREND = (("mean", "mean removed"), ("linear", "trend removed"), ("none", "as it is"))
_WINDOWS = (("none", "no window"), ("hann", "Hann"), ("hamming", "Hamming"), ("blackman", "Blackman"))
_NOTHING = "Choose a track in the list above, or click on one in the canvas."
_NO_DISTANCE = "This needs the distance to the tissue: add a tissue as a layer of labels, then measure the distance."


class TrackPlots(QWidget):
    """Three plots with their choices.

    Signals
    -------
    spot_clicked
        Id of the spot nearest to a click.
    time_clicked
        Time under a click.
    interval_given
        Frame interval and its unit that a person gave.
    plots_changed
        After something else is plotted.
    """

    spot_clicked = Signal(object)
    time_clicked = Signal(float)
    interval_given = Signal(float, str)
    plots_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: ShownTrack | None = None
        self._needs_interval = False
        self.quantity_view, self.tree_view, self.second_view = PlotView(), PlotView(), PlotView()
        self.quantity = QComboBox()
        self.quantity.setToolTip("Quantity over time")
        self.quantity.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.second = QComboBox()
        self.second.addItems(["Spectrum", "Localisation"])
        self.second.setToolTip("Frequency spectrum of the quantity, or where tracklets start and end in the tissue")
        self.detrend, self.window_choice = QComboBox(), QComboBox()
        self.detrend.setToolTip("What is taken off the values before the transform")
        self.window_choice.setToolTip("Weights that fade the ends of a series")
        for combo, choices in ((self.detrend, _DETREND), (self.window_choice, _WINDOWS)):
            for key, words in choices:
                combo.addItem(words, key)
        self.interval_form = IntervalForm()
        self.interval_form.interval_given.connect(self.interval_given)
        self.second_pages = QStackedWidget()
        self.second_pages.addWidget(self.second_view)
        self.second_pages.addWidget(self.interval_form)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        tree_title = QLabel("Lineage tree")
        for widgets, page in (
            ([self.quantity], self.quantity_view),
            ([tree_title], self.tree_view),
            ([self.second, self.detrend, self.window_choice], self.second_pages),
        ):
            self.splitter.addWidget(_make_section(widgets, page))
        self.splitter.setSizes([300, 240, 300])
        self.invitation = QLabel(_NOTHING)
        self.invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.invitation.setWordWrap(True)
        self.invitation.setContentsMargins(40, 0, 40, 0)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.invitation)
        self.pages.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        for view in self.views:
            view.spot_clicked.connect(self.spot_clicked)
            view.time_clicked.connect(self.time_clicked)
        for combo in (self.quantity, self.second, self.detrend, self.window_choice):
            combo.currentIndexChanged.connect(self._draw)
        self._draw()

    def set_colors(self, background: str, text: str, faint: str) -> None:
        """Take colours of the theme; see `PlotView.set_colors`."""
        for view in self.views:
            view.set_colors(background, text, faint)
        self.invitation.setStyleSheet(f"color: {faint};")

    @property
    def views(self) -> tuple[PlotView, PlotView, PlotView]:
        """The three plots from top to bottom."""
        return self.quantity_view, self.tree_view, self.second_view

    @property
    def plots(self) -> tuple[PlotData, ...]:
        """What is plotted, from top to bottom; without a spectrum that waits for the frame interval."""
        is_asking = self.second_pages.currentWidget() is self.interval_form
        return tuple(view.data for view in self.views if not (is_asking and view is self.second_view))

    def set_quantities(self, choices: dict[str, str]) -> None:
        """Offer quantities, key -> words; the chosen one stays when it is still there."""
        chosen = self.quantity.currentData()
        self.quantity.blockSignals(True)
        self.quantity.clear()
        for key, words in choices.items():
            self.quantity.addItem(words, key)
        self.quantity.setCurrentIndex(max(0, self.quantity.findData(chosen)) if choices else -1)
        self.quantity.blockSignals(False)

    def choose(self, key: str, second: str) -> None:
        """Choose a quantity and what the last plot shows, ``"Spectrum"`` or ``"Localisation"``."""
        self.quantity.setCurrentIndex(max(0, self.quantity.findData(key)))
        self.second.setCurrentText(second)

    def show_track(self, shown: ShownTrack | None, *, needs_interval: bool) -> None:
        """Plot a track, or nothing; `needs_interval` says that the frame interval must be asked for."""
        self._shown, self._needs_interval = shown, needs_interval
        self._draw()

    def set_time(self, time: float) -> None:
        """Put the line of the current frame at a time."""
        for view in self.views:
            view.set_time(time)

    def _draw(self) -> None:
        self._plot()
        self.plots_changed.emit()

    def _plot(self) -> None:
        is_spectrum = self.second.currentText() == "Spectrum"
        self.detrend.setVisible(is_spectrum)
        self.window_choice.setVisible(is_spectrum)
        shown, key = self._shown, self.quantity.currentData()
        asks = shown is not None and is_spectrum and self._needs_interval
        self.second_pages.setCurrentWidget(self.interval_form if asks else self.second_view)
        self.pages.setCurrentWidget(self.invitation if shown is None or key is None else self.splitter)
        if shown is None or key is None:
            for view in self.views:
                view.show_data(PlotData(title="", x_label="", y_label=""))
            return
        family, times, label = shown.family, shown.times, shown.time_label
        values, name = shown.values(key), self.quantity.currentText()
        self.quantity_view.show_data(plot_quantity(family, values, name, times, label))
        self.tree_view.show_data(plot_tree(family, times, label))
        if not is_spectrum:
            self.second_view.show_data(_localise(shown))
        elif not asks:
            settings = SpectrumSettings(
                detrend=self.detrend.currentData(),
                window=self.window_choice.currentData(),
                frame_interval=shown.calibration.frame_interval,
            )
            unit, time_unit = describe_column(key).unit(shown.calibration), shown.calibration.time_unit
            self.second_view.show_data(plot_spectrum(family, values, name, unit, times, time_unit, settings))


def _localise(shown: ShownTrack) -> PlotData:
    distance = shown.distance
    if distance is None:
        return PlotData(title="Localisation", x_label=shown.time_label, y_label="", message=_NO_DISTANCE)
    name = shown.quantities[DISTANCE].label(shown.calibration)
    return plot_localisation(shown.family, distance, name, shown.times, shown.time_label)


def _make_section(widgets: list[QComboBox] | list[QLabel], page: QWidget) -> QWidget:
    section = QWidget()
    header = QHBoxLayout()
    header.setSpacing(6)
    for widget in widgets:
        header.addWidget(widget)
    header.addStretch(1)
    layout = QVBoxLayout(section)
    layout.setContentsMargins(0, 4, 0, 4)
    layout.setSpacing(4)
    layout.addLayout(header)
    layout.addWidget(page, 1)
    return section
