"""The track editor, with the mouse and the keys of a person in a real window."""

import numpy as np
import pandas as pd
import pytest

from volltrack.io.trackmate_xml import edit_trackmate_xml, read_trackmate_xml, write_lineage_xml, write_trackmate_xml
from volltrack.measure import measure_spot_intensity
from volltrack.model import Calibration, Lineage, Links, Movie, SetSpot, Spots, VoxelSize

pytest.importorskip("napari")

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5, unit="µm"), frame_interval=2.0, time_unit="min")
SHAPE = (4, 6, 60, 80)
LEFT, MIDDLE, RIGHT, LATE = [1, 2, 3, 4], [11, 12, 13, 14], [21, 22], [33, 34]
"""Ids by frame of three tracks at x = 8, 20, 32 µm (the last of two frames) and one at 32 µm of the last two frames."""


def make_lineage(z=6.0):
    rows = [(i, t, 8.0, 10.0 + t, z) for t, i in enumerate(LEFT)] + [
        (i, t, 20.0, 20.0, z) for t, i in enumerate(MIDDLE)
    ]
    rows += [(i, t, 32.0, 12.0, z) for t, i in enumerate(RIGHT)] + [
        (i, t + 2, 32.0, 12.0, z) for t, i in enumerate(LATE)
    ]
    table = pd.DataFrame(rows, columns=["ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z"])
    table = table.assign(RADIUS=2.0, MEAN_INTENSITY_CH1=1.0, VISIBILITY=1)
    chains = (LEFT, MIDDLE, RIGHT, LATE)
    links = Links.from_arrays([i for c in chains for i in c[:-1]], [i for c in chains for i in c[1:]])
    return Lineage(spots=Spots(table=table), links=links)


class Person:
    """A person at a shown viewer with tracks, movie and editor."""

    def __init__(self, viewer, qtbot, path, shape=SHAPE):
        from volltrack.apps.napari_plugin.editor import TrackEditor
        from volltrack.apps.napari_plugin.layers import SPOTS, add_session_layers, find_layer
        from volltrack.apps.napari_plugin.session import TrackSession
        from volltrack.edit.measuring.images import Images

        self.viewer, self.qtbot = viewer, qtbot
        self.raw = np.random.default_rng(2).integers(0, 900, shape).astype(np.uint16)
        movie = Movie.from_array(self.raw, CALIBRATION)
        self.session = TrackSession.open(path)
        self.session.images = Images(movie=movie)
        add_session_layers(viewer, self.session, movie=movie)
        viewer.window._qt_window.resize(1000, 800)
        self.editor = TrackEditor(viewer)
        self.form = self.editor.form
        viewer.window.add_dock_widget(self.editor, area="right", name="Track editor")
        self.spots = find_layer(viewer, self.session, SPOTS)
        self.canvas = viewer.window._qt_viewer.canvas
        self.go_to(0)

    def wait(self):
        from qtpy.QtWidgets import QApplication

        for _ in range(4):
            QApplication.processEvents()

    def go_to(self, frame):
        self.viewer.dims.set_point(0, frame)
        self.viewer.dims.set_point(1, 6.0 if self.viewer.dims.nsteps[1] > 1 else 0.0)
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

    def place(self, y, x):
        """Return where in the window (y, x), physical units, is shown."""
        from qtpy.QtCore import QPoint

        node = self.canvas.layer_to_visual[self.spots].node
        at = node.get_transform("visual", "canvas").map([x / 0.5, y / 0.5])
        return QPoint(round(at[0] / at[3]), round(at[1] / at[3]))

    def place_of(self, spot_id):
        return self.place(*self.position(spot_id)[1:])

    def click(self, place, *, shift=False):
        from qtpy.QtCore import Qt

        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        self.qtbot.mouseMove(self.canvas.native, place)
        self.qtbot.mouseClick(self.canvas.native, Qt.MouseButton.LeftButton, held, place)
        self.wait()

    def pick(self, *spots):
        """Click spots, each in its frame, with Shift from the second on."""
        for number, spot_id in enumerate(spots):
            row = self.session.lineage.spots.rows_of([spot_id])[0]
            self.go_to(int(self.session.lineage.spots.frames[row]))
            self.click(self.place_of(spot_id), shift=number > 0)
        assert self.editor.spots.selected_ids == set(spots)

    def drag(self, start, end):
        from qtpy.QtCore import QEvent, QPointF, Qt
        from qtpy.QtGui import QMouseEvent
        from qtpy.QtWidgets import QApplication

        native, left = self.canvas.native, Qt.MouseButton.LeftButton
        self.qtbot.mouseMove(native, start)
        self.qtbot.mousePress(native, left, Qt.KeyboardModifier.NoModifier, start)
        for share in np.linspace(0.2, 1, 5):
            place = QPointF(start) + (QPointF(end) - QPointF(start)) * float(share)
            QApplication.sendEvent(
                native,
                QMouseEvent(
                    QEvent.Type.MouseMove,
                    place,
                    QPointF(native.mapToGlobal(place.toPoint())),
                    Qt.MouseButton.NoButton,
                    left,
                    Qt.KeyboardModifier.NoModifier,
                ),
            )
            self.wait()
        self.qtbot.mouseRelease(native, left, Qt.KeyboardModifier.NoModifier, end)
        self.wait()

    def answer(self, box, text):
        self.press(next(button for button in box.buttons() if button.text().replace("&", "") == text))

    def position(self, spot_id):
        spots = self.session.lineage.spots
        return spots.positions_zyx[spots.rows_of([spot_id])[0]]

    def links(self):
        links = self.session.lineage.links
        return set(zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True))

    def steps(self):
        return [step.label for step in self.session.steps]

    def is_drawn(self):
        """Whether the points are those of the session."""
        spots = self.session.lineage.spots
        data = np.column_stack([spots.frames, spots.positions_zyx / CALIBRATION.voxel_size.zyx])
        return np.array_equal(self.spots.data, data)


@pytest.fixture
def xml(tmp_path):
    path = tmp_path / "tracks.xml"
    write_lineage_xml(path, make_lineage(), calibration=CALIBRATION)
    return path


@pytest.fixture
def person(shown_viewer, qtbot, xml):
    return Person(shown_viewer, qtbot, xml)


def test_a_spot_is_dragged_undone_redone_and_saved(person, xml):
    before = xml.read_bytes().splitlines()
    person.press(person.form.pick)
    person.go_to(1)
    person.drag(person.place_of(2), person.place(16.0, 12.0))
    z, y, x = person.position(2)
    assert z == 6.0
    np.testing.assert_allclose((y, x), (16.0, 12.0), atol=0.3)
    assert person.is_drawn()
    assert person.steps() == ["move spot 2"]
    assert person.session.selected_spot == 2
    mean = person.session.lineage.spots.table.set_index("ID")["MEAN_INTENSITY_CH1"]
    expected = measure_spot_intensity(
        np.array([[z, y, x]]), np.array([2.0]), person.raw[1], CALIBRATION.voxel_size, statistics=["MEAN"]
    )
    assert mean[2] == expected["MEAN"][0]
    assert (mean.drop(2) == 1.0).all()

    person.key("Z", "Control")
    assert person.position(2).tolist() == [6.0, 11.0, 8.0]
    assert person.is_drawn()
    assert not person.form.undo.isEnabled()
    person.key("Z", "Control", "Shift")
    assert person.position(2).tolist() == [z, y, x]
    assert "edited, not saved" in person.form.file_label.text()
    person.press(person.form.save)
    assert person.form.message.text() == f"Saved {xml}"
    assert "not saved" not in person.form.file_label.text()

    after = xml.read_bytes().splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len([line for line in changed if b"<Spot " in line]) == 1
    assert {line.split()[0] for line in changed} == {b"<Spot", b"<Edge", b"<Track"}
    assert len([line for line in changed if b"<Edge " in line]) == 3, "the links of the spot, and the one after them"
    reopened = read_trackmate_xml(xml).lineage
    row = reopened.spots.rows_of([2])[0]
    assert reopened.spots.positions_zyx[row].tolist() == [z, y, x]


def test_spots_are_added_with_a_click_and_removed_with_a_key(person):
    person.press(person.form.add)
    person.go_to(2)
    person.click(person.place(25.0, 12.0))
    new = max(person.session.lineage.spots.ids)
    z, y, x = person.position(new)
    np.testing.assert_allclose((z, y, x), (6.0, 25.0, 12.0), atol=0.3)
    table = person.session.lineage.spots.table.set_index("ID")
    assert (table.loc[new, "FRAME"], table.loc[new, "RADIUS"]) == (2, 2.0)
    assert person.editor.spots.selected_ids == {new}
    assert person.is_drawn()
    person.press(person.form.pick)
    person.key("Delete")
    assert not person.session.lineage.spots.has(new)
    assert person.is_drawn()
    person.pick(LEFT[1])
    person.press(person.form.delete)
    assert person.steps() == [f"add spot {new}", f"delete spot {new}", f"delete spot {LEFT[1]}"]
    assert (LEFT[0], LEFT[1]) not in person.links()
    assert person.form.steps.count() == 3

    person.viewer.dims.ndisplay = 3
    person.press(person.form.add)
    assert "no depth" in person.form.message.text()
    assert person.form.look.isChecked()
    person.spots.add([[2.0, 3.0, 50.0, 50.0]])
    assert len(person.steps()) == 3
    assert person.is_drawn(), "a refused edit leaves no trace"


def test_links_are_made_removed_and_replaced_and_tracks_split_merged_and_divided(person):
    person.press(person.form.pick)
    person.press(person.form.link)
    assert person.form.message.text() == ("No spot is selected: select two spots of different frames to link them.")
    person.pick(LEFT[1], MIDDLE[1])
    person.press(person.form.link)
    assert "both in frame 1" in person.form.message.text()
    person.pick(RIGHT[1], LATE[0])
    assert "22 (frame 1), 33 (frame 2)" in person.form.selection_label.text()
    person.press(person.form.link)
    assert (22, 33) in person.links()
    person.press(person.form.unlink)
    assert (22, 33) not in person.links()
    person.pick(LEFT[0], MIDDLE[1])
    person.press(person.form.link)
    assert person.steps() == ["link spot 22 to 33", "unlink spots 22 and 33"], "it asks first"
    person.answer(person.editor.box, "Replace")
    assert {(LEFT[0], MIDDLE[1]), (LEFT[0], LEFT[1])} < person.links()
    assert (MIDDLE[0], MIDDLE[1]) not in person.links()
    person.press(person.form.undo)
    assert (MIDDLE[0], MIDDLE[1]) in person.links()
    assert [person.form.steps.item(i).text() for i in range(3)][2] == "link spot 1 to 12 (a division)"
    person.press(person.form.redo)
    assert (MIDDLE[0], MIDDLE[1]) not in person.links()
    while person.session.can_undo:
        person.session.undo()

    person.editor.spots.select({LEFT[2]})
    person.press(person.form.split)
    assert (LEFT[1], LEFT[2]) not in person.links()
    person.editor.spots.select({RIGHT[0], LATE[1]})
    person.press(person.form.merge)
    assert (RIGHT[1], LATE[0]) in person.links()
    person.editor.spots.select({RIGHT[1], LATE[0], LEFT[2]})
    person.press(person.form.divide)
    assert {(RIGHT[1], LATE[0]), (RIGHT[1], LEFT[2])} < person.links()
    assert person.session.lineage.n_divisions == 1
    assert person.steps() == ["new track from spot 3", "merge tracks: spot 22 to 33", "division of spot 22"]


def test_radius_and_checked_are_set_shown_and_saved(person, xml):
    person.press(person.form.pick)
    person.pick(MIDDLE[0])
    assert person.form.radius.value() == 2.0
    person.form.radius.setValue(3.25)
    person.press(person.form.set_radius)
    row = person.session.lineage.spots.rows_of([MIDDLE[0]])[0]
    assert np.atleast_1d(person.spots.size[row])[0] == 13.0
    person.press(person.form.whole_tracks)
    person.press(person.form.check)
    assert person.session.lineage.spots.ids[person.session.checked].tolist() == MIDDLE
    assert "checked" in person.form.selection_label.text()
    colors = np.unique(person.spots.border_color[person.session.checked], axis=0)
    assert len(colors) == 1
    assert not (person.spots.border_color[~person.session.checked] == colors).all(axis=1).any()
    person.press(person.form.save)
    table = read_trackmate_xml(xml).lineage.spots.table.set_index("ID")
    assert table.loc[MIDDLE, "CHECKED"].tolist() == [1, 1, 1, 1]
    assert table.loc[MIDDLE[0], "RADIUS"] == 3.25
    person.press(person.form.uncheck)
    assert not person.session.checked.any()


def test_a_flat_movie_keeps_its_plane(shown_viewer, qtbot, tmp_path):
    path = tmp_path / "flat.xml"
    write_lineage_xml(path, make_lineage(z=0.0), calibration=CALIBRATION)
    person = Person(shown_viewer, qtbot, path, shape=(4, 1, 60, 80))
    person.press(person.form.pick)
    person.drag(person.place_of(1), person.place(15.0, 12.0))
    np.testing.assert_allclose(person.position(1), (0.0, 15.0, 12.0), atol=0.3)
    assert person.position(1)[0] == 0.0
    person.press(person.form.add)
    person.click(person.place(25.0, 12.0))
    assert person.position(max(person.session.lineage.spots.ids))[0] == 0.0


def test_a_file_changed_by_somebody_else_is_asked_about_and_edits_are_kept_when_layers_are_closed(
    person, xml, tmp_path, monkeypatch
):
    person.press(person.form.pick)
    person.pick(LEFT[0])
    person.press(person.form.delete)
    write_trackmate_xml(xml, edit_trackmate_xml(read_trackmate_xml(xml), [SetSpot(spot_id=22, name="theirs")]))
    theirs = xml.read_bytes()
    person.press(person.form.save)
    assert xml.read_bytes() == theirs
    person.answer(person.editor.files.box, "Reload, keep my edits")
    assert "1 unsaved edits were applied" in person.form.message.text()
    assert person.is_drawn()
    other = tmp_path / "other"
    monkeypatch.setattr("qtpy.QtWidgets.QFileDialog.getSaveFileName", lambda *_: (str(other), ""))
    person.press(person.form.save_as)
    assert xml.read_bytes() == theirs
    saved = read_trackmate_xml(other.with_suffix(".xml")).lineage.spots
    assert not saved.has(LEFT[0])
    assert "theirs" in saved.table["NAME"].tolist()

    before = other.with_suffix(".xml").read_bytes()
    person.editor.spots.select({LEFT[1]})
    person.press(person.form.delete)
    person.viewer.layers.clear()
    person.wait()
    assert other.with_suffix(".xml").read_bytes() == before
    kept = tmp_path / "other.unsaved-1.xml"
    assert not read_trackmate_xml(kept).lineage.spots.has(LEFT[1])
    assert str(kept) in person.form.message.text()
    assert not person.form.isEnabled()


def test_closing_the_window_asks_about_unsaved_edits(person, xml):
    from qtpy.QtCore import QEventLoop, QTimer
    from qtpy.QtGui import QCloseEvent
    from qtpy.QtWidgets import QApplication, QMessageBox

    def close_and_answer(answer):
        """Return whether the window may close."""
        loop, held = QEventLoop(), []

        def reply():
            QApplication.activeModalWidget().button(getattr(QMessageBox.StandardButton, answer)).click()

        def close():
            QTimer.singleShot(100, reply)
            held.append(person.editor._guard.eventFilter(person.viewer.window._qt_window, QCloseEvent()))
            loop.quit()

        QTimer.singleShot(0, close)
        loop.exec()
        return not held[0]

    before = xml.read_bytes()
    person.editor.spots.select({LEFT[0]})
    person.press(person.form.delete)
    assert not close_and_answer("Cancel")
    assert xml.read_bytes() == before
    assert close_and_answer("Save")
    assert not read_trackmate_xml(xml).lineage.spots.has(LEFT[0])
    person.session.undo()
    saved = xml.read_bytes()
    assert close_and_answer("Discard")
    person.viewer.layers.clear()
    assert xml.read_bytes() == saved
    assert not xml.with_name("tracks.unsaved-1.xml").exists()


def test_without_tracks_it_says_what_to_do(viewer, qtbot):
    from volltrack.apps.napari_plugin.editor import TrackEditor

    editor = TrackEditor(viewer)
    qtbot.addWidget(editor)
    assert "Open a TrackMate XML" in editor.form.message.text()
    assert not editor.form.isEnabled()
    editor.undo()
    editor.files.save()
    editor.close_editor()
