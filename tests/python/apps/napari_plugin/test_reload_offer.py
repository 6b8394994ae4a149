"""A file that another program saves is offered for reading again; view, selection and unsaved edits stay."""

import os

import pytest

from volltrack.apps.napari_plugin.layers import SPOTS, add_session_layers, find_layer
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.apps.napari_plugin.watching.attach import attach
from volltrack.io.trackmate_xml import edit_trackmate_xml, read_trackmate_xml, write_lineage_xml, write_trackmate_xml
from volltrack.model import Calibration, SetSpot, VoxelSize
from volltrack.testing import make_random_lineage

SIZE = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.25, unit="µm"), frame_interval=60.0, time_unit="sec")


@pytest.fixture
def path(tmp_path):
    write_lineage_xml(tmp_path / "tracks.xml", make_random_lineage(5), calibration=SIZE)
    return tmp_path / "tracks.xml"


@pytest.fixture
def opened(viewer, path):
    """Session, its watch (which the tests drive by hand), and the viewer."""
    session = TrackSession.open(path)
    add_session_layers(viewer, session)
    watch = attach(viewer, session).watch
    watch._timer.stop()
    return session, watch


def save_elsewhere(path, spot, x):
    """What TrackMate does: the same file with one spot moved."""
    document = edit_trackmate_xml(read_trackmate_xml(path), [SetSpot(spot_id=spot, features={"POSITION_X": x})])
    write_trackmate_xml(path, document)


def click(box, words):
    (button,) = [b for b in box.buttons() if words in b.text()]
    button.click()


def test_reading_again_shows_the_change_and_keeps_view_and_selection(viewer, opened, path):
    session, watch = opened
    spots = session.lineage.spots.ids
    session.select_spot(int(spots[4]))
    viewer.dims.set_point(0, 5)
    viewer.scene.camera.zoom = 3.0
    save_elsewhere(path, int(spots[2]), 77.0)
    watch.look()
    assert watch.box is None  # it could still be in writing
    watch.look()
    assert "tracks.xml" in watch.box.text()
    click(watch.box, "Read again")
    assert watch.box is None
    assert find_layer(viewer, session, SPOTS).data[2, 3] == 77.0 / 0.25
    assert session.selected_spot == int(spots[4])
    assert viewer.dims.point[0] == 5
    assert viewer.scene.camera.zoom == 3.0


def test_unsaved_edits_are_in_force_after_reading_again(viewer, opened, path):
    session, watch = opened
    ids = [int(i) for i in session.lineage.spots.ids]
    session.apply(SetSpot(spot_id=ids[0], features={"POSITION_X": 5.5}))
    save_elsewhere(path, ids[2], 77.0)
    watch.look()
    watch.look()
    assert "unsaved edits are kept" in watch.box.informativeText()
    click(watch.box, "Read again")
    table = session.lineage.spots.table.set_index("ID")
    assert table.loc[ids[0], "POSITION_X"] == 5.5
    assert table.loc[ids[2], "POSITION_X"] == 77.0
    assert session.is_modified


def test_keeping_what_is_shown_asks_no_more_until_the_next_change(opened, path):
    session, watch = opened
    ids = [int(i) for i in session.lineage.spots.ids]
    before = session.lineage
    save_elsewhere(path, ids[2], 77.0)
    watch.look()
    watch.look()
    click(watch.box, "Keep")
    assert session.lineage is before
    box = watch.box
    watch.look()
    assert watch.box is box
    save_elsewhere(path, ids[2], 78.0)
    watch.look()
    watch.look()
    assert watch.box is not box


def test_a_half_written_file_changes_nothing(opened, path):
    session, watch = opened
    before, text = session.lineage, path.read_text()
    path.write_text(text[: len(text) // 2])
    watch.look()
    watch.look()
    click(watch.box, "Read again")
    assert session.lineage is before


def test_own_saves_and_mere_touches_are_no_change(opened, path):
    session, watch = opened
    session.apply(SetSpot(spot_id=int(session.lineage.spots.ids[0]), features={"POSITION_X": 5.5}))
    session.save()
    watch.look()
    watch.look()
    assert watch.box is None
    os.utime(path, (10, 10))
    watch.look()
    watch.look()
    assert watch.box is None


def test_a_file_that_is_gone_for_a_moment_is_no_change(opened, path):
    _, watch = opened
    text = path.read_bytes()
    path.unlink()
    watch.look()
    watch.look()
    path.write_bytes(text)
    watch.look()
    watch.look()
    assert watch.box is None


def test_the_file_is_watched_without_being_asked(viewer, path, qtbot):
    session = TrackSession.open(path)
    add_session_layers(viewer, session)
    watch = attach(viewer, session).watch
    save_elsewhere(path, int(session.lineage.spots.ids[2]), 77.0)
    qtbot.waitUntil(lambda: watch.box is not None, timeout=20_000)


def test_the_watch_ends_with_the_layers(viewer, opened):
    _, watch = opened
    watch._timer.start(1000)
    viewer.layers.clear()
    assert not watch._timer.isActive()
