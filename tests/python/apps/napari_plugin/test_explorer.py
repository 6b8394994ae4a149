"""The track explorer, by clicks on its real widgets under a display."""

import subprocess

import numpy as np
import pandas as pd
import pytest

from volltrack.model import Calibration, Lineage, Links, SetSpot, Spots, VoxelSize

pytest.importorskip("napari")

Z, YX = 2.0, 0.5
CALIBRATION = Calibration(voxel_size=VoxelSize(z=Z, y=YX, x=YX, unit="µm"), frame_interval=2.0, time_unit="min")
IN_FRAMES = Calibration(voxel_size=CALIBRATION.voxel_size, frame_interval=1.0, time_unit="frame")
PARENT, SINGLE = 100, 300
"""Id of the first spot of a track that divides after frame 4, and of one of 16 frames whose intensity is a sine."""


def make_lineage():
    """Return two tracks: 100.. divides into 110.. and 120.. (which ends at once); 300.. goes on alone."""
    rows, links = [], []

    def add(first_id, frames, y):
        for k, frame in enumerate(frames):
            intensity = 100 + 10 * np.sin(2 * np.pi * frame / 8)
            rows.append((first_id + k, frame, 10.0 + frame, y, 4.0, 3.0, intensity))
            if k:
                links.append((first_id + k - 1, first_id + k))

    add(PARENT, range(5), 20.0)
    add(110, range(5, 12), 16.0)
    add(120, range(5, 6), 24.0)
    links.extend([(PARENT + 4, 110), (PARENT + 4, 120)])
    add(SINGLE, range(16), 40.0)
    columns = ["ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "RADIUS", "MEAN_INTENSITY_CH1"]
    table = pd.DataFrame(rows, columns=columns)
    source, target = zip(*links, strict=True)
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(source, target))


class Open:
    """A viewer with layers, session and explorer, and the clicks of a person."""

    def __init__(self, viewer, qtbot, calibration=CALIBRATION):
        from volltrack.apps.napari_plugin.explorer import TrackExplorer
        from volltrack.apps.napari_plugin.layers import add_session_layers
        from volltrack.apps.napari_plugin.session import TrackSession

        self.qtbot, self.viewer = qtbot, viewer
        self.session = TrackSession.from_lineage(make_lineage(), calibration=calibration)
        add_session_layers(viewer, self.session)
        self.explorer = TrackExplorer(viewer)
        viewer.window.add_dock_widget(self.explorer, area="right", name="Track explorer")
        self.process()

    def process(self):
        from qtpy.QtWidgets import QApplication

        for _ in range(5):
            QApplication.processEvents()

    def click(self, widget):
        from qtpy.QtCore import Qt

        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.process()

    def pick_in_list(self, name):
        """Open the dropdown, type a name, press Enter."""
        from qtpy.QtCore import Qt

        picker = self.explorer.picker
        self.click(picker.button)
        picker.search.clear()
        self.qtbot.keyClicks(picker.search, name)
        self.qtbot.keyClick(picker.search, Qt.Key.Key_Return)
        picker.search.clear()
        self.process()

    def click_plot(self, view, x, y):
        """Click into a plot at data coordinates."""
        from qtpy.QtCore import Qt

        box = view.plot.getPlotItem().getViewBox()
        from qtpy.QtCore import QPointF

        place = view.plot.mapFromScene(box.mapViewToScene(QPointF(x, y)))
        self.qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.process()

    def click_canvas(self, world_zyx):
        """Send napari's press and release at a place of the world."""
        from napari.utils.interactions import mouse_press_callbacks, mouse_release_callbacks

        position = (self.viewer.dims.point[0], *world_zyx)
        base = {
            "position": position,
            "view_direction": self.viewer.scene.camera.calculate_nd_view_direction(4, self.viewer.dims.displayed),
            "dims_displayed": list(self.viewer.dims.displayed),
            "up_direction": None,
            "pos": (10, 10),
            "button": 1,
            "modifiers": (),
            "handled": False,
        }
        mouse_press_callbacks(self.viewer, MouseEvent(type="mouse_press", **base))
        mouse_release_callbacks(self.viewer, MouseEvent(type="mouse_release", **base))
        self.process()

    @property
    def frame(self):
        return self.viewer.dims.current_step[0]


class MouseEvent:
    def __init__(self, **fields):
        self.__dict__.update(fields)


@pytest.fixture
def opened(shown_viewer, qtbot):
    shown = Open(shown_viewer, qtbot)
    yield shown
    shown.explorer.close_explorer()


@pytest.fixture
def opened_in_frames(shown_viewer, qtbot):
    shown = Open(shown_viewer, qtbot, IN_FRAMES)
    yield shown
    shown.explorer.close_explorer()


def test_a_track_of_the_list_is_shown_everywhere(opened):
    explorer, viewer = opened.explorer, opened.viewer
    assert not explorer.output.plots_button.isEnabled()
    viewer.dims.set_point(0, 3)
    opened.pick_in_list("track_1")
    assert opened.session.selected_track == SINGLE + 3
    assert "Track_1" in explorer.picker.button.text()
    assert opened.frame == 3
    np.testing.assert_allclose(viewer.scene.camera.center[1:], (40.0, 13.0))
    assert viewer.dims.point[1] == pytest.approx(4.0)
    quantity, tree, second = explorer.plots.views
    assert [curve.label for curve in quantity.data.curves] == ["track"]
    assert (quantity.data.x_label, quantity.data.y_label) == ("Time (min)", "Mean intensity ch1 (counts)")
    assert tree.data.curves
    assert second.data.x_label == "Frequency (1/min)"
    assert "period 16 min" in second.data.note
    scales = {view.plot.getAxis(side).autoSIPrefixScale for view in (quantity, second) for side in ("left", "bottom")}
    assert scales == {1.0}  # numbers at the ticks are in the unit of the name
    for view in (quantity, tree):
        assert view.now_line.value() == pytest.approx(6.0)

    # from the canvas to the list: the plots show the other track, the view stays where it is
    opened.click_canvas((4.0, 20.0, 13.0))
    assert opened.session.selected_spot == PARENT + 3
    assert "Track_0" in explorer.picker.button.text()
    np.testing.assert_allclose(viewer.scene.camera.center[1:], (40.0, 13.0))
    curves = {curve.label: curve for curve in quantity.data.curves if not curve.is_dashed}
    assert set(curves) == {"parent", "daughter 1", "daughter 2"}
    assert curves["parent"].color == "#2ca02c"
    assert curves["daughter 1"].color == curves["daughter 2"].color == "#d62728"
    assert curves["daughter 2"].markers == "o"  # its only spot is seen
    assert explorer.legend.text().count("●") == 2

    # a click beside every cell and track changes nothing
    opened.click_canvas((4.0, 60.0, 60.0))
    assert opened.session.selected_spot == PARENT + 3

    # a click in the tree goes to the cell, one in the plot too
    daughter = next(curve for curve in tree.data.curves if curve.label == "daughter 1")
    opened.click_plot(tree, 18.0, daughter.y[0])
    assert (opened.frame, opened.session.selected_spot) == (9, 114)
    np.testing.assert_allclose(viewer.scene.camera.center[1:], (16.0, 19.0))
    opened.click_plot(quantity, 2.0, curves["parent"].y[1])
    assert (opened.frame, opened.session.selected_spot) == (1, PARENT + 1)

    # the slider moves the line
    viewer.dims.set_point(0, 7)
    assert quantity.now_line.value() == tree.now_line.value() == pytest.approx(14.0)


def test_list_filters_sorts_and_steps(opened):
    picker, viewer = opened.explorer.picker, opened.viewer
    opened.click(picker.button)
    assert picker.popup.isVisible()
    assert picker.table_model.rowCount() == 2
    opened.click(picker.kind_buttons["non-dividing"])
    assert [picker.table_model.track_at(row) for row in range(picker.table_model.rowCount())] == [1]
    assert viewer.layers["non-dividing lineages"].visible
    assert not viewer.layers["dividing lineages"].visible
    assert viewer.layers["spots"].shown.sum() == 16
    opened.click(picker.kind_buttons["all"])
    assert viewer.layers["spots"].shown.all()
    header = picker.table.horizontalHeader()
    from qtpy.QtCore import QPoint, Qt

    for column, first in ((2, 0), (1, 1)):  # frames, divisions: the smaller first
        place = QPoint(header.sectionViewportPosition(column) + 10, header.height() // 2)
        opened.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        ascending = header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        assert picker.table_model.track_at(0) == (first if ascending else 1 - first)
    picker.popup.hide()
    picker.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    for button, name in (
        (picker.next_button, "Track_0"),
        (picker.next_button, "Track_1"),
        (picker.next_button, "Track_0"),
    ):
        opened.click(button)
        assert name in picker.button.text()
    opened.click(picker.previous_button)
    opened.click(picker.previous_button)
    assert "Track_0" in picker.button.text()

    # all tracks or only the selected one
    opened.click(opened.explorer.view.all_tracks)
    assert not viewer.layers["dividing lineages"].visible
    assert not viewer.layers["non-dividing lineages"].visible
    assert viewer.layers["selected lineage"].visible
    assert viewer.layers["spots"].shown.sum() == 13
    opened.click(picker.next_button)
    assert viewer.layers["spots"].shown.sum() == 16
    opened.click(opened.explorer.view.all_tracks)
    assert viewer.layers["dividing lineages"].visible

    # 3D: the camera turns about the cell; a click hits the cell in front of whatever lies behind it
    opened.click(opened.explorer.view.volume_button)
    assert viewer.dims.ndisplay == 3
    opened.click(picker.next_button)
    np.testing.assert_allclose(viewer.scene.camera.center, (4.0, 16.0, 10.0 + opened.frame))
    opened.click_canvas((0.0, 40.0, 10.0 + opened.frame))
    assert opened.session.selected_spot == SINGLE + opened.frame
    viewer.dims.ndisplay = 2
    assert opened.explorer.view.flat_button.isChecked()


def test_distance_to_a_tissue_layer_becomes_a_quantity(opened):
    explorer, viewer = opened.explorer, opened.viewer
    assert not explorer.tissue.isVisible()
    opened.pick_in_list("track_0")
    explorer.plots.second.setCurrentText("Localisation")
    assert "tissue" in explorer.plots.second_view.data.message
    tissue = np.zeros((16, 5, 120, 120), dtype=np.uint8)
    tissue[:, :, :, 16:] = 1  # the boundary is at x = 7.75 µm
    viewer.add_labels(tissue, scale=(1, Z, YX, YX), name="tissue", units=viewer.layers["spots"].units)
    opened.process()
    assert explorer.tissue.isVisible()
    opened.click(explorer.tissue.button)
    opened.qtbot.waitUntil(lambda: not explorer.tissue.is_busy, timeout=20_000)
    assert explorer.plots.quantity.currentText() == "Distance to tissue boundary (µm)"
    parent = next(c for c in explorer.plots.quantity_view.data.curves if c.label == "parent")
    np.testing.assert_allclose(parent.y, 10 + np.arange(5) - 7.75, atol=1e-6)
    ends = {c.label: c for c in explorer.plots.second_view.data.curves}
    assert ends["parent, start"].y[0] == pytest.approx(2.25)
    assert ends["parent, end"].color == "#2ca02c"
    assert ends["daughter 1, end"].color == "#d62728"
    assert ends["daughter 1, end"].y[0] == pytest.approx(21 - 7.75)

    # a spot that is moved has no distance until it is measured again
    opened.session.apply(SetSpot(spot_id=PARENT, features={"POSITION_X": 30.0}))
    opened.process()
    parent = next(c for c in explorer.plots.quantity_view.data.curves if c.label == "parent")
    assert np.isnan(parent.y[0])
    assert np.isfinite(parent.y[1:]).all()

    viewer.layers["tissue"].data = np.zeros_like(tissue)
    viewer.layers["tissue"].name = "embryo"
    explorer.tissue.list_layers()
    opened.click(explorer.tissue.button)
    opened.qtbot.waitUntil(lambda: not explorer.tissue.is_busy, timeout=20_000)
    assert "no boundary" in explorer.message.text()


def test_spectrum_asks_for_the_frame_interval(opened_in_frames):
    explorer = opened_in_frames.explorer
    opened_in_frames.pick_in_list("track_1")
    form = explorer.plots.interval_form
    assert form.isVisible()
    assert not explorer.plots.second_view.isVisible()
    assert len(explorer.plots.plots) == 2  # no spectrum is saved either
    assert not form.use_button.isEnabled()
    form.number.setValue(5.0)
    opened_in_frames.click(form.use_button)
    assert not form.isVisible()
    assert explorer.plots.second_view.data.x_label == "Frequency (1/min)"
    assert "period 40 min" in explorer.plots.second_view.data.note
    assert explorer.plots.quantity_view.data.x_label == "Time (min)"
    assert opened_in_frames.session.calibration == IN_FRAMES


def test_what_is_plotted_is_saved(opened, tmp_path, monkeypatch):
    from qtpy.QtWidgets import QFileDialog

    explorer = opened.explorer
    opened.pick_in_list("track_0")
    for name, start in (("plots.png", b"\x89PNG"), ("plots.svg", b"<?xml"), ("plots.pdf", b"%PDF")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        opened.click(explorer.output.plots_button)
        assert (tmp_path / name).read_bytes().startswith(start)
    drawing = (tmp_path / "plots.svg").read_text()
    for words in ("Time (min)", "Mean intensity ch1 (counts)", "Frequency (1/min)", "parent", "#2ca02c", "#d62728"):
        assert words in drawing
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "table"), "Table (*.csv)"))
    opened.click(explorer.output.table_button)
    table = pd.read_csv(tmp_path / "table.csv")
    parent = table[(table["curve"] == "parent") & table["Mean intensity ch1 (counts)"].notna()]
    np.testing.assert_allclose(parent["Time (min)"], 2.0 * np.arange(5))
    np.testing.assert_allclose(
        parent["Mean intensity ch1 (counts)"], 100 + 10 * np.sin(2 * np.pi * np.arange(5) / 8), atol=1e-9
    )
    assert parent["spot_id"].tolist() == list(range(PARENT, PARENT + 5))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "plots.doc"), ""))
    opened.click(explorer.output.plots_button)
    assert "plots.doc" in explorer.message.text()
    assert ".png" in explorer.message.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    explorer.show_message("")
    opened.click(explorer.output.plots_button)
    assert not explorer.message.text()


def read_film(path):
    """Return the pictures of a film, made small, (T, 64, 96, 3)."""
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-vf", "scale=96:64"]
    raw = subprocess.run([*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, 64, 96, 3)


def test_animation_shows_the_tracks(opened, tmp_path, monkeypatch):
    from qtpy.QtWidgets import QDialogButtonBox, QFileDialog

    explorer, viewer = opened.explorer, opened.viewer
    noise = np.random.default_rng(0).integers(0, 255, (16, 5, 12, 12), dtype=np.uint8)
    viewer.add_image(noise.repeat(10, axis=2).repeat(10, axis=3), scale=(1, Z, YX, YX))
    opened.pick_in_list("track_1")
    opened.click(explorer.view.volume_button)
    angles, point = viewer.scene.camera.angles, viewer.dims.point
    path = tmp_path / "tracks.mp4"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    opened.click(explorer.output.animation_button)
    dialog = explorer.output._dialog
    assert (dialog.first.value(), dialog.last.value()) == (0, 15)
    assert dialog.rotates.isChecked()
    dialog.duration.setValue(0.8)
    dialog.rate.setValue(10)
    opened.click(dialog.buttons.button(QDialogButtonBox.StandardButton.Save))
    assert not explorer.message.text()
    pictures = read_film(path)
    assert len(pictures) == 8
    assert pictures.std(axis=(1, 2, 3)).min() > 10  # none is black, or of one colour
    assert np.abs(np.diff(pictures.astype(float), axis=0)).mean(axis=(1, 2, 3)).min() > 0.3  # the view turns
    np.testing.assert_allclose(viewer.scene.camera.angles, angles, atol=1e-6)
    assert viewer.dims.point == point


def test_explorer_without_tracks_says_what_to_do(shown_viewer, qtbot):
    from volltrack.apps.napari_plugin.explorer import TrackExplorer

    explorer = TrackExplorer(shown_viewer)
    shown_viewer.window.add_dock_widget(explorer)
    assert "Open" in explorer.message.text()
    assert not explorer.picker.button.isEnabled()
    shown = Open(shown_viewer, qtbot)
    assert explorer.picker.button.isEnabled()
    assert not explorer.message.text()

    # a person closes the dock: nothing of it follows the viewer any more; in another dock it does again
    explorer.picker.show_track(None)
    window = shown_viewer.window
    window.remove_dock_widget(explorer)
    shown.process()
    assert explorer.session is None
    shown.pick_in_list("track_1")
    shown_viewer.dims.set_point(0, 2)
    assert explorer.plots.views[0].now_line.value() != shown.explorer.plots.views[0].now_line.value()
    window.add_dock_widget(explorer)
    assert "Track_1" in explorer.picker.button.text()
    for layer in list(shown_viewer.layers):
        shown_viewer.layers.remove(layer)
    shown.process()
    assert not explorer.picker.button.isEnabled()
    explorer.close_explorer()
    shown.explorer.close_explorer()
