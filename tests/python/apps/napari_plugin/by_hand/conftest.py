"""A person at a real window in a crowd of cells: presses, moves and releases of the mouse on the canvas itself."""

import numpy as np
import pandas as pd
import pytest

from volltrack.io.trackmate_xml import write_lineage_xml
from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5, unit="µm"), frame_interval=2.0, time_unit="min")
SHAPE = (4, 16, 120, 160)


def make_crowd(n=260, n_frames=4, seed=5):
    """Return cells of 3 to 5 µm in a box of 30 x 60 x 80 µm, so close that most discs overlap; the first ten divide."""
    rng = np.random.default_rng(seed)
    start = rng.uniform((0, 4, 4), (30, 56, 76), (n, 3))
    rows, links = [], []
    for t in range(n_frames):
        for i, zyx in enumerate(start + rng.normal(0, 0.4, (n, 3))):
            rows.append((t * 1000 + i, t, *zyx[::-1], 3.0 + i % 3))
            if t:
                links.append(((t - 1) * 1000 + i, t * 1000 + i))
    for i in range(10):  # second daughters, beside the first
        rows.append((2900 + i, 2, *(start[i] + 1.5)[::-1], 3.0))
        links.append((1000 + i, 2900 + i))
    table = pd.DataFrame(rows, columns=["ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "RADIUS"])
    table = table.assign(VISIBILITY=1)
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(*zip(*links, strict=True)))


class Hand:
    """The mouse and the keys of a person at a viewer with layers, explorer and editor of a session."""

    def __init__(self, viewer, qtbot, session, **images):
        from volltrack.apps.napari_plugin.editor import TrackEditor
        from volltrack.apps.napari_plugin.explorer import TrackExplorer
        from volltrack.apps.napari_plugin.layers import SPOTS, add_session_layers, find_layer
        from volltrack.apps.napari_plugin.watching.attach import attach

        self.viewer, self.qtbot, self.session = viewer, qtbot, session
        viewer.window._qt_window.resize(1500, 950)
        add_session_layers(viewer, session, **images)
        self.keeper = attach(viewer, session)
        self.editor, self.explorer = TrackEditor(viewer), TrackExplorer(viewer)
        self.form = self.editor.form
        viewer.window.add_dock_widget(self.explorer, area="right", name="Track explorer")
        viewer.window.add_dock_widget(self.editor, area="right", name="Track editor", tabify=True)
        self.spots = find_layer(viewer, session, SPOTS)
        self.canvas = viewer.window._qt_viewer.canvas
        self.wait()
        viewer.reset_view()
        self.wait()

    @property
    def lineage(self):
        return self.session.lineage

    def wait(self, rounds=4):
        from qtpy.QtWidgets import QApplication

        for _ in range(rounds):
            QApplication.processEvents()

    def go_to(self, frame, z=None):
        self.viewer.dims.set_point(0, frame)
        if z is not None:
            self.viewer.dims.set_point(1, z)
        self.wait()

    def press(self, button):
        from qtpy.QtCore import Qt

        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.wait()

    def key(self, key, *modifiers):
        from qtpy.QtCore import Qt

        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= getattr(Qt.KeyboardModifier, f"{modifier}Modifier")
        self.qtbot.keyClick(self.canvas.native, getattr(Qt.Key, f"Key_{key}"), held)
        self.wait()

    def place(self, *yx):
        """Return where on the canvas (y, x), or (z, y, x) in 3D, in physical units, is shown."""
        from qtpy.QtCore import QPoint

        node = self.canvas.layer_to_visual[self.spots].node
        scale = CALIBRATION.voxel_size.zyx[-len(yx) :]
        at = node.get_transform("visual", "canvas").map([v / s for v, s in zip(yx, scale, strict=True)][::-1])
        return QPoint(round(at[0] / at[3]), round(at[1] / at[3]))

    def world(self, place):
        """Return (y, x) in physical units that lies under a place of the canvas in 2D."""
        node = self.canvas.layer_to_visual[self.spots].node
        at = node.get_transform("canvas", "visual").map([place.x(), place.y()])
        return at[1] / at[3] * CALIBRATION.voxel_size.y, at[0] / at[3] * CALIBRATION.voxel_size.x

    def click(self, place, *, shift=False):
        from qtpy.QtCore import Qt

        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        self.qtbot.mouseMove(self.canvas.native, place)
        self.qtbot.mouseClick(self.canvas.native, Qt.MouseButton.LeftButton, held, place)
        self.wait()

    def drag(self, start, end, *, steps=4):
        from qtpy.QtCore import QEvent, QPointF, Qt
        from qtpy.QtGui import QMouseEvent
        from qtpy.QtWidgets import QApplication

        native, left, none = self.canvas.native, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        self.qtbot.mouseMove(native, start)
        self.qtbot.mousePress(native, left, none, start)
        for share in np.linspace(1 / steps, 1, steps):
            at = QPointF(start) + (QPointF(end) - QPointF(start)) * float(share)
            there = QPointF(native.mapToGlobal(at.toPoint()))
            event = QMouseEvent(QEvent.Type.MouseMove, at, there, Qt.MouseButton.NoButton, left, none)
            QApplication.sendEvent(native, event)
            self.wait()
        self.qtbot.mouseRelease(native, left, none, end)
        self.wait()

    def answer(self, box, text):
        self.press(next(button for button in box.buttons() if button.text().replace("&", "") == text))

    def screenshot(self, path):
        self.wait(12)
        self.viewer.screenshot(str(path), canvas_only=False, flash=False)

    def position(self, spot_id):
        spots = self.lineage.spots
        return spots.positions_zyx[spots.rows_of([spot_id])[0]]

    def features(self, spot_id):
        return self.lineage.spots.table.set_index("ID").loc[spot_id]

    def steps(self):
        return [step.label for step in self.session.steps]

    def ids_on_view(self):
        """Ids of the spots that are drawn now."""
        return set(self.lineage.spots.ids[self.spots._view_indices].tolist())

    def discs_at(self, place):
        """Return the ids of the discs that are drawn over a place, the nearest in space first; ours, not napari's."""
        spots, point = self.lineage.spots, self.viewer.dims.point
        here = np.array([point[1], *self.world(place)])
        table = spots.table
        reach = float(np.median(table["RADIUS"]))
        away = spots.positions_zyx - here
        drawn = (spots.frames == round(point[0])) & (np.abs(away[:, 0]) <= reach) & self.spots.shown
        hit = drawn & (np.hypot(away[:, 1], away[:, 2]) <= table["RADIUS"].to_numpy())
        rows = np.flatnonzero(hit)
        return spots.ids[rows[np.argsort(np.linalg.norm(away[rows], axis=1))]].tolist()


@pytest.fixture
def crowd_xml(tmp_path):
    path = tmp_path / "crowd.xml"
    write_lineage_xml(path, make_crowd(), calibration=CALIBRATION)
    return path


@pytest.fixture
def make_hand(shown_viewer, qtbot):
    """make_hand(session, **images): a person at a window with these tracks."""

    def make(session, **images):
        return Hand(shown_viewer, qtbot, session, **images)

    return make


@pytest.fixture
def hand(make_hand, crowd_xml):
    """A person at the crowd."""
    from volltrack.apps.napari_plugin.session import TrackSession

    return make_hand(TrackSession.open(crowd_xml))
