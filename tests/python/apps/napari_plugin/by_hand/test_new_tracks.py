"""Tracks begun from nothing: a file without spots, a movie from the command line, a movie opened in napari."""

import numpy as np
import pytest

from volltrack.apps.cli.main import main
from volltrack.io.tiff import write_label_movie
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml, write_lineage_xml
from volltrack.model import Calibration, LabelMovie, Lineage, Links, Spots, VoxelSize

pytest.importorskip("napari")

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=2.0, time_unit="min")
SHAPE = (3, 6, 60, 80)
NOTHING = Lineage(spots=Spots.empty(), links=Links.empty())


def write_movie(path, shape=SHAPE):
    values = np.random.default_rng(0).integers(0, 900, shape).astype(np.uint16)
    write_label_movie(path, LabelMovie.from_array(values, CALIBRATION))
    return path


def add_and_link(hand):
    """Add a spot in each of two frames, in two planes, and link them."""
    hand.press(hand.form.add)
    for frame, z, place in ((0, 4.0, (10.0, 12.0)), (1, 6.0, (11.0, 13.0))):
        hand.go_to(frame, z if hand.viewer.dims.nsteps[1] > 1 else None)
        hand.click(hand.place(*place))
    hand.press(hand.form.pick)
    hand.go_to(0, 4.0)
    hand.click(hand.place(10.0, 12.0))
    hand.go_to(1, 6.0)
    hand.click(hand.place(11.0, 13.0), shift=True)
    hand.press(hand.form.link)
    spots = hand.lineage.spots
    assert len(spots) == 2
    assert hand.steps()[-1] == "link spot 0 to 1"
    np.testing.assert_allclose(spots.positions_zyx, [[4.0, 10.0, 12.0], [6.0, 11.0, 13.0]], atol=0.4)
    assert spots.table["RADIUS"].tolist() == [2.5, 2.5], "five pixels"
    assert len(hand.spots.data) == 2


def assert_saved(path, image):
    document = read_trackmate_xml(path)
    assert (len(document.lineage.spots), len(document.lineage.links)) == (2, 1)
    assert (document.image.filename, document.image.folder) == (image, "")
    problems = check_trackmate_xml(path)
    assert is_accepted(problems)
    assert main(["check", str(path)]) == 0
    return document


def test_the_first_spot_of_a_file_without_spots(make_hand, tmp_path):
    from volltrack.apps.napari_plugin.session import TrackSession
    from volltrack.io.trackmate_xml import ImageInfo

    path = tmp_path / "empty.xml"
    image = ImageInfo(filename="movie.tif", width=80, height=60, n_slices=6, n_frames=3)
    write_movie(tmp_path / "movie.tif")
    write_lineage_xml(path, NOTHING, calibration=CALIBRATION, image=image)
    session = TrackSession.open(path)
    from volltrack.apps.napari_plugin.contributions.readers import open_named_movie

    images = open_named_movie(session)
    hand = make_hand(session, movie=images.movie)
    add_and_link(hand)
    hand.press(hand.form.save)
    document = assert_saved(path, "movie.tif")
    assert b'<AllSpots nspots="2"' in path.read_bytes()
    assert document.lineage.spots.table["NAME"].tolist() == ["ID0", "ID1"]
    for _ in range(3):
        hand.press(hand.form.undo)
    assert len(hand.spots.data) == 0
    hand.press(hand.form.redo)
    assert len(hand.spots.data) == 1


def test_new_tracks_on_a_movie_that_was_opened_in_napari(shown_viewer, qtbot, tmp_path, make_hand):
    from volltrack.apps.napari_plugin.editor import TrackEditor
    from volltrack.apps.napari_plugin.layers import find_session

    movie = write_movie(tmp_path / "movie.tif")
    editor = TrackEditor(shown_viewer)
    shown_viewer.window.add_dock_widget(editor, name="first")
    assert not editor.new_tracks.isVisible()
    shown_viewer.open(str(movie), plugin="napari")
    qtbot.wait(50)
    assert editor.new_tracks.isVisible()
    editor.new_tracks.click()
    qtbot.wait(50)
    session = find_session(shown_viewer)
    assert session is editor.session
    assert not editor.new_tracks.isVisible()
    assert editor.form.add.isChecked()
    assert "movie.xml</b> - new" in editor.form.file_label.text()
    images = [layer for layer in shown_viewer.layers if type(layer).__name__ == "Image"]
    assert len(images) == 1
    assert images[0].scale[-3:].tolist() == [2.0, 0.5, 0.5]
    editor.close_editor()
    shown_viewer.window.remove_dock_widget(editor)

    from volltrack.apps.napari_plugin.layers import SPOTS, find_layer

    spots = find_layer(shown_viewer, session, SPOTS)
    for layer in [layer for layer in shown_viewer.layers if layer is not images[0] and layer is not spots]:
        shown_viewer.layers.remove(layer)
    shown_viewer.layers.remove(spots)
    hand = make_hand(session)  # the same session at a window with both docks
    add_and_link(hand)
    hand.press(hand.form.save)
    assert_saved(tmp_path / "movie.xml", "movie.tif")


@pytest.mark.parametrize("name", ["movie.tif", pytest.param("flat.ome.tif", marks=pytest.mark.slow)])
def test_volltrack_napari_begins_tracks_on_a_movie(qapp, make_viewer, tmp_path, monkeypatch, name):
    """The command itself, with a window that a person uses before it is closed."""
    from volltrack.apps.napari_plugin import start

    shape = (3, 1, 60, 80) if name.startswith("flat") else SHAPE
    movie = write_movie(tmp_path / name, shape)
    (tmp_path / "flat.xml").write_text("somebody's")
    opened = []

    def open_window(options, real=start.open_window):
        opened.append(real(options))
        return opened[-1]

    def use():
        from volltrack.apps.napari_plugin.layers import find_session
        from volltrack.model import AddLink, AddSpot

        session = find_session(opened[0])
        for i in range(2):
            place = {"FRAME": i, "POSITION_X": 9.0, "POSITION_Y": 9.0, "POSITION_Z": 0.0}
            session.apply(AddSpot(spot_id=i, features=place))
        session.apply(AddLink(source_id=0, target_id=1))
        saved.append(session.save())
        opened[0].close()

    saved = []
    monkeypatch.setattr("napari._qt.threads.status_checker.StatusChecker.start", lambda *_: None)
    monkeypatch.setattr(start, "open_window", open_window)
    monkeypatch.setattr(start, "run_until_closed", use)
    assert main(["napari", str(movie)]) == 0
    assert saved == [tmp_path / ("flat-2.xml" if name.startswith("flat") else "movie.xml")]
    assert (tmp_path / "flat.xml").read_text() == "somebody's"
    assert_saved(saved[0], name)
    assert main(["napari", str(movie), "--movie", str(movie)]) == 2
