"""The buttons that write files: plots, the table behind them, an animation of the view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QDialog, QFileDialog, QHBoxLayout, QProgressDialog, QPushButton, QWidget

from volltrack.apps.napari_plugin.explorer.plots import PlotData, save_figure, save_table
from volltrack.apps.napari_plugin.explorer.rows.animation import AnimationSettings, animate_view
from volltrack.apps.napari_plugin.explorer.rows.animation_dialog import AnimationDialog
from volltrack.errors import Cancelled, VollTrackError
from volltrack.progress import Progress

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["OutputRow"]

_FIGURES = "PNG image (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"


class OutputRow(QWidget):
    """Three buttons; errors go to `on_error` as a sentence."""

    def __init__(self, viewer: Viewer, on_error: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = viewer
        self._on_error = on_error
        self._plots: tuple[PlotData, ...] = ()
        self._title = ""
        self._legend: tuple[tuple[str, str], ...] = ()
        self._frames = (0, 0)
        self._last_frame = 0
        self.plots_button = self._add_button("Save plots…", "PNG, SVG or PDF", self._ask_figure)
        self.table_button = self._add_button("Save table…", "What is plotted, as CSV", self._ask_table)
        self.animation_button = self._add_button("Animate…", "MP4 film of the canvas", self._ask_animation)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.plots_button, self.table_button, self.animation_button):
            row.addWidget(button)

    def set_plots(self, plots: tuple[PlotData, ...], title: str, legend: tuple[tuple[str, str], ...]) -> None:
        """Say what there is to save."""
        self._plots, self._title, self._legend = plots, title, legend
        has_curves = any(plot.curves for plot in plots)
        self.plots_button.setEnabled(has_curves)
        self.table_button.setEnabled(has_curves)

    def set_frames(self, frames: tuple[int, int], last_frame: int) -> None:
        """Say which frames an animation shows unless a person chooses others, and the movie's last frame."""
        self._frames, self._last_frame = frames, last_frame

    def save_animation(self, path: Path, settings: AnimationSettings) -> None:
        """Write an animation while a bar shows how far it is; its button stops it."""
        bar = QProgressDialog("Drawing the animation", "Stop", 0, settings.n_pictures, self)
        bar.setWindowModality(Qt.WindowModality.WindowModal)
        bar.setMinimumDuration(0)

        def report(progress: Progress) -> bool:
            bar.setValue(progress.done)
            QApplication.processEvents()
            return not bar.wasCanceled()

        try:
            animate_view(self.viewer, path, settings, on_progress=report)
        except Cancelled:
            pass
        except VollTrackError as error:
            self._on_error(str(error))
        finally:
            bar.close()
            bar.deleteLater()

    def _add_button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda: slot())
        return button

    def _ask_path(self, title: str, name: str, kinds: str) -> Path | None:
        text, kind = QFileDialog.getSaveFileName(self, title, name, kinds)
        if not text:
            return None
        path = Path(text)
        if path.suffix:
            return path
        return path.with_suffix(kind[kind.rindex(".") : -1] if "." in kind else Path(name).suffix)

    def _ask_figure(self) -> None:
        path = self._ask_path("Save plots", "plots.png", _FIGURES)
        if path is not None:
            self._try(lambda: save_figure(path, self._plots, title=self._title, legend=self._legend))

    def _ask_table(self) -> None:
        path = self._ask_path("Save what is plotted", "plots.csv", "Table (*.csv)")
        if path is not None:
            self._try(lambda: save_table(path, self._plots))

    def _ask_animation(self) -> None:
        is_3d = self.viewer.dims.ndisplay == 3
        self._dialog = AnimationDialog(self._frames, self._last_frame, is_3d=is_3d, parent=self)
        self._dialog.finished.connect(self._take_animation)
        self._dialog.open()

    def _take_animation(self, result: int) -> None:
        if result != QDialog.DialogCode.Accepted:
            return
        path = self._ask_path("Save animation", "tracks.mp4", "MP4 film (*.mp4)")
        if path is not None:
            self.save_animation(path, self._dialog.settings)

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except VollTrackError as error:
            self._on_error(str(error))
