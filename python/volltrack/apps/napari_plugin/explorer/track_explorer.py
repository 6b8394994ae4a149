"""The dock widget that explores tracks: list, plots and lineage tree, in step with the canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QEvent
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from volltrack.analyse import plot_quantities
from volltrack.apps.napari_plugin.explorer.canvas import Canvas
from volltrack.apps.napari_plugin.explorer.measured_distances import DISTANCE, MeasuredDistances
from volltrack.apps.napari_plugin.explorer.picking import TrackIndex, TrackPicker, index_tracks, name_tracks
from volltrack.apps.napari_plugin.explorer.plots import Legend, TrackPlots
from volltrack.apps.napari_plugin.explorer.rows import OutputRow, TissueRow, ViewRow
from volltrack.apps.napari_plugin.explorer.shown_layers import show_layers
from volltrack.apps.napari_plugin.explorer.shown_track import ShownTrack, show_track
from volltrack.apps.napari_plugin.layers import find_session
from volltrack.apps.napari_plugin.session import NO_SESSION, TrackSession
from volltrack.model import Calibration, Lineage

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["TrackExplorer"]


class TrackExplorer(QWidget):
    """Explores the tracks of the session whose layer is active.

    Parameters
    ----------
    viewer
        The viewer; its layers may come and go.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self.viewer = viewer
        self.session: TrackSession | None = None
        self._index: TrackIndex | None = None
        self._track: int | None = None
        self._shown: ShownTrack | None = None
        self._interval: tuple[float, str] | None = None
        self._distances: MeasuredDistances | None = None
        self._is_open = False
        self.canvas = Canvas(viewer, self._take_canvas_pick)
        self._make_widgets()
        self.open_explorer()

    @property
    def calibration(self) -> Calibration:
        """Units and frame interval: what a person said here, else those of the session."""
        calibration = self.session.calibration if self.session is not None else Calibration.in_pixels()
        if self._interval is None:
            return calibration
        return replace(calibration, frame_interval=self._interval[0], time_unit=self._interval[1])

    def pick_track(self, track: int) -> None:
        """Select a track by its number in the lineage, and go to its cell nearest to the current frame."""
        if self._index is None or self.session is None:
            return
        rows = self._index.spots_of(track)
        lineage = self.session.lineage
        row = rows[int(np.argmin(np.abs(lineage.spots.frames[rows] - self.canvas.frame)))]
        self.session.select_track_of(int(lineage.spots.ids[row]))
        self._go_to(int(row))

    def pick_spot(self, spot_id: int) -> None:
        """Select a spot and its track, and go there."""
        if self.session is not None:
            self.session.select_spot(spot_id)
            self._go_to(int(self.session.lineage.spots.rows_of([spot_id])[0]))

    def set_interval(self, interval: float, unit: str) -> None:
        """Take the time between two frames from a person; the file stays as it is."""
        self._interval = (interval, unit)
        self._list_quantities()
        self._show_track()

    def show_message(self, text: str) -> None:
        """Show one sentence to the person, or none."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def open_explorer(self) -> None:
        """Follow the viewer and its session."""
        if self._is_open:
            return
        self._is_open = True
        for emitter, follow in self._connections():
            emitter.connect(follow)
        self.canvas.open()
        self._follow_theme()
        self._set_session(find_session(self.viewer))
        self.tissue.list_layers()

    def close_explorer(self) -> None:
        """Let go of the viewer and the session; this happens when a person closes the dock."""
        if not self._is_open:
            return
        self._is_open = False
        for emitter, follow in self._connections():
            emitter.disconnect(follow)
        self.canvas.close()
        self._set_session(None)

    def event(self, event: QEvent | None) -> bool:
        """Close with the dock, which napari deletes after it has taken the widget out; open again in another."""
        if event is not None and event.type() == QEvent.Type.ParentChange:
            (self.close_explorer if self.parentWidget() is None else self.open_explorer)()
        return bool(super().event(event))

    def _make_widgets(self) -> None:
        self.picker = TrackPicker()
        self.picker.track_picked.connect(self.pick_track)
        self.picker.kind_changed.connect(self._show_layers)
        self.view = ViewRow()
        self.view.all_toggled.connect(self._show_layers)
        self.view.volume_toggled.connect(self.canvas.set_3d)
        self.view.show_3d(self.canvas.is_3d)
        self.legend = Legend()
        self.tissue = TissueRow(self.viewer)
        self.tissue.measured.connect(self._take_distances)
        self.tissue.told.connect(self.show_message)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.plots = TrackPlots()
        self.plots.spot_clicked.connect(self.pick_spot)
        self.plots.time_clicked.connect(self._go_to_time)
        self.plots.interval_given.connect(self.set_interval)
        self.plots.plots_changed.connect(self._describe_output)
        self.output = OutputRow(self.viewer, self.show_message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.picker)
        layout.addWidget(self.view)
        layout.addWidget(self.tissue)
        layout.addWidget(self.message)
        layout.addWidget(self.legend)
        layout.addWidget(self.plots, 1)
        layout.addWidget(self.output)
        self.setMinimumWidth(400)

    def _connections(self) -> list[tuple[Any, Callable[[object], None]]]:
        """Return what is followed: events of the viewer, and who takes them."""
        layers, dims = self.viewer.layers, self.viewer.dims
        return [
            (layers.events.inserted, self._find_session),
            (layers.events.removed, self._find_session),
            (layers.selection.events.active, self._find_session),
            (dims.events.point, self._follow_frame),
            (dims.events.ndisplay, self._follow_ndisplay),
            (self.viewer.events.theme, self._follow_theme),
        ]

    def _find_session(self, _event: object = None) -> None:
        self.tissue.list_layers()
        session = find_session(self.viewer)
        if session is not self.session:
            self._set_session(session)
        elif session is None:
            self.show_message(NO_SESSION)

    def _set_session(self, session: TrackSession | None) -> None:
        if self.session is not None:
            self.session.lineage_changed.disconnect(self._follow_lineage)
            self.session.selection_changed.disconnect(self._follow_selection)
        self.tissue.stop()
        self.session = self.canvas.session = self.tissue.session = session
        self._interval = self._distances = None
        self.show_message("" if session is not None else NO_SESSION)
        if session is not None:
            session.lineage_changed.connect(self._follow_lineage)
            session.selection_changed.connect(self._follow_selection)
        self._follow_lineage()

    def _follow_lineage(self) -> None:
        session = self.session
        self._index = None if session is None else index_tracks(session.lineage, name_tracks(session))
        self._list_quantities()
        self._track = self._find_track()
        self.picker.set_index(self._index, self._track)
        self._show_track()

    def _follow_selection(self) -> None:
        track = self._find_track()
        if track != self._track:
            self._track = track
            self.picker.show_track(track)
            self._show_track()

    def _find_track(self) -> int | None:
        if self.session is None or self.session.selected_track is None:
            return None
        lineage = self.session.lineage
        rows = np.flatnonzero(lineage.spots.ids == self.session.selected_track)
        track = int(lineage.track_of_spot[rows[0]]) if len(rows) else -1
        return track if track >= 0 else None

    def _list_quantities(self) -> None:
        lineage = self._lineage_with_distances()
        known = {} if lineage is None else plot_quantities(lineage)
        self.plots.set_quantities({key: quantity.label(self.calibration) for key, quantity in known.items()})

    def _lineage_with_distances(self) -> Lineage | None:
        if self.session is None:
            return None
        return self.session.lineage if self._distances is None else self._distances.add_to(self.session.lineage)

    def _show_track(self) -> None:
        if self._index is None or self._track is None:
            self._shown = None
        else:
            self._shown = show_track(self._index, self._track, self.calibration, self._distances)
        is_unknown = self._interval is None and self.calibration.time_unit in ("frame", "frames")
        self.plots.show_track(self._shown, needs_interval=is_unknown)
        self.legend.show_names(() if self._shown is None else self._shown.family.legend)
        self.legend.setVisible(self._shown is not None)
        self._follow_frame()
        self._show_layers()

    def _describe_output(self) -> None:
        shown, index = self._shown, self._index
        name = "" if shown is None else shown.name
        self.output.set_plots(self.plots.plots, name, () if shown is None else shown.family.legend)
        last = max(0, int(self.viewer.dims.nsteps[0]) - 1)
        frames = (0, last)
        if index is not None and self._track is not None:
            frames = (int(index.first_frames[self._track]), int(index.last_frames[self._track]))
        self.output.set_frames(frames, max(last, frames[1]))

    def _show_layers(self, _state: object = None) -> None:
        if self.session is not None and self._index is not None:
            only = None if self.view.all_tracks.isChecked() else self._track
            show_layers(self.viewer, self.session, self._index, self.picker.kind, only=only)

    def _take_canvas_pick(self, row: int, is_spot: bool) -> None:
        if self.session is None:
            return
        spot_id = int(self.session.lineage.spots.ids[row])
        if is_spot:
            self.session.select_spot(spot_id)
        else:
            self.session.select_track_of(spot_id)

    def _go_to(self, row: int) -> None:
        if self.session is not None:
            spots = self.session.lineage.spots
            place = spots.table.iloc[row]
            position = np.array([place["POSITION_Z"], place["POSITION_Y"], place["POSITION_X"]], dtype=np.float64)
            self.canvas.show_cell(int(place["FRAME"]), position)

    def _go_to_time(self, time: float) -> None:
        self.canvas.show_frame(max(0, round(time / self.calibration.frame_interval)))

    def _follow_frame(self, _event: object = None) -> None:
        self.plots.set_time(self.canvas.frame * self.calibration.frame_interval)

    def _follow_ndisplay(self, _event: object = None) -> None:
        self.view.show_3d(self.canvas.is_3d)

    def _follow_theme(self, _event: object = None) -> None:
        from napari.utils.theme import get_theme

        theme = get_theme(self.viewer.theme)
        self.plots.set_colors(theme.background.as_hex(), theme.text.as_hex(), theme.highlight.as_hex())

    def _take_distances(self, distances: MeasuredDistances) -> None:
        self._distances = distances
        self._list_quantities()
        self._show_track()
        self.plots.choose(DISTANCE, "Localisation")
