"""Files of lineages open in napari, and other files are left to other readers."""

import json

import numpy as np
import pytest
from napari.components import ViewerModel
from npe2 import PluginManager

from volltrack.apps.napari_plugin.contributions.readers import get_tracks_reader, read_tracks
from volltrack.apps.napari_plugin.layers import DIVIDING, NON_DIVIDING, SPOTS, find_layer, find_session
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import BadFile, MissingCalibration
from volltrack.io.tiff import write_movie
from volltrack.io.trackmate_xml import ImageInfo, write_lineage_xml
from volltrack.io.tracks import TracksFile, write_tracks_file
from volltrack.model import Calibration, Lineage, Links, Movie, Spots, VoxelSize
from volltrack.testing import make_random_lineage

SIZE = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.25, unit="µm"), frame_interval=60.0, time_unit="sec")
TREE = make_random_lineage(5)


def write(path, lineage=TREE):
    """Write a lineage in the format of the suffix; positions inside an image where masks are painted."""
    table = lineage.spots.table.copy()
    row = np.arange(len(table))
    table["POSITION_X"], table["POSITION_Y"], table["POSITION_Z"] = (row % 9 + 1) * 1.0, (row // 9 + 1) * 2.0, 2.0
    table["RADIUS"] = 0.3
    moved = Lineage(spots=Spots(table=table), links=lineage.links)
    write_tracks_file(path, TracksFile(kind="cells", lineage=moved, calibration=SIZE))
    return moved


@pytest.fixture
def model():
    """napari's viewer without a window; a window would have looked for plugins."""
    PluginManager.instance().discover()
    return ViewerModel()


# plugin=None is what dropping a file does; viewer.open(path) alone asks napari's own reader only
@pytest.mark.parametrize(
    ("name", "plugin"),
    [("tracks.xml", None), ("tracks.xml", "volltrack"), ("cells.csv", "volltrack"), ("tracks.geff", "volltrack")],
)
def test_a_viewer_opens_the_file(model, tmp_path, name, plugin):
    written = write(tmp_path / name)
    model.open(tmp_path / name, plugin=plugin)
    session = find_session(model)
    assert len(session.lineage.spots) == len(written.spots)
    shown = [find_layer(model, session, role) for role in (DIVIDING, NON_DIVIDING)]
    # a table of cells keeps one parent of each cell
    found = np.concatenate([layer.features["SPOT_ID"] for layer in shown if layer is not None])
    assert sorted(found) == sorted(session.lineage.spots.ids)
    assert find_layer(model, session, SPOTS).data.shape == (len(written.spots), 4)


@pytest.mark.parametrize("name", ["01_RES", "01_RES/res_track.txt"])
def test_a_viewer_opens_a_challenge_folder_with_its_labels(model, tmp_path, name):
    chain = Lineage(spots=TREE.spots, links=Links.empty())
    write(tmp_path / "01_RES", chain)
    model.open(tmp_path / name, plugin="volltrack")
    assert [layer.name for layer in model.layers][:1] == ["labels"]
    assert find_session(model) is not None


def test_the_table_of_cells_of_the_paper_is_ours(tmp_path):
    write_tracks_file(tmp_path / "a.paper.csv", TracksFile(kind="paper", lineage=TREE, calibration=SIZE))
    assert get_tracks_reader(str(tmp_path / "a.paper.csv")) is not None


def test_other_files_are_left_to_others(tmp_path):
    (tmp_path / "points.csv").write_text("index,axis-0,axis-1\n0,1,2\n")
    (tmp_path / "page.xml").write_text("<?xml version='1.0'?><html/>")
    (tmp_path / "movie.tif").write_bytes(b"II*\0")
    (tmp_path / "image.zarr").mkdir()
    (tmp_path / "image.zarr" / "zarr.json").write_text(json.dumps({"node_type": "group", "attributes": {"ome": {}}}))
    (tmp_path / "folder").mkdir()
    for name in ("points.csv", "page.xml", "movie.tif", "image.zarr", "folder", "missing.xml"):
        assert get_tracks_reader(str(tmp_path / name)) is None, name
    assert get_tracks_reader([str(tmp_path / "points.csv")]) is None


def test_tables_of_other_names_and_images_are_not_claimed(tmp_path):
    """napari asks which plugin to use where two claim a name; ours claims few."""
    PluginManager.instance().discover()
    for name in ("points.csv", "movie.tif", "notes.txt", "shapes.csv"):
        claimed = [r.plugin_name for r in PluginManager.instance().iter_compatible_readers([str(tmp_path / name)])]
        assert "volltrack" not in claimed, name
    for name in ("tracks.xml", "my_cells.csv", "a.paper.csv", "res_track.txt"):
        claimed = [r.plugin_name for r in PluginManager.instance().iter_compatible_readers([str(tmp_path / name)])]
        assert "volltrack" in claimed, name


def test_the_movie_that_the_file_names_is_shown_once(model, tmp_path):
    movie = Movie.from_array(np.arange(5 * 4 * 30 * 30, dtype=np.uint16).reshape(5, 4, 30, 30), SIZE)
    write_movie(tmp_path / "movie.tif", movie)
    image = ImageInfo(filename="movie.tif", folder="/no/longer/there/", width=30, height=30, n_slices=4, n_frames=5)
    write_lineage_xml(tmp_path / "tracks.xml", TREE, calibration=SIZE, image=image)
    model.open(tmp_path / "tracks.xml", plugin=None)
    assert model.layers[0].name == "movie"
    assert model.layers[0].data.shape == (5, 4, 30, 30)
    assert np.array_equal(np.asarray(model.layers[0].data[3]), movie.frame(3))


def test_a_movie_that_cannot_be_read_is_left_out_and_said(model, tmp_path, caplog):
    (tmp_path / "movie.tif").write_bytes(b"this is no image")
    image = ImageInfo(filename="movie.tif", width=30, height=30, n_slices=4, n_frames=5)
    write_lineage_xml(tmp_path / "tracks.xml", TREE, calibration=SIZE, image=image)
    model.open(tmp_path / "tracks.xml", plugin=None)
    assert find_session(model) is not None
    assert "movie.tif" in caplog.text


def test_a_file_without_spots_opens_and_spots_can_be_added(model, tmp_path):
    empty = Lineage(spots=Spots(table=TREE.spots.table.iloc[:0]), links=Links.empty())
    write_lineage_xml(tmp_path / "empty.xml", empty, calibration=SIZE)
    model.open(tmp_path / "empty.xml", plugin=None)
    layer = find_layer(model, find_session(model), SPOTS)
    assert layer.data.shape == (0, 4)


def test_a_damaged_file_says_where(tmp_path):
    write_lineage_xml(tmp_path / "tracks.xml", TREE, calibration=SIZE)
    text = (tmp_path / "tracks.xml").read_text()
    (tmp_path / "tracks.xml").write_text(text[: len(text) // 2])
    with pytest.raises(BadFile, match="line"):
        read_tracks(str(tmp_path / "tracks.xml"))


def without_interval(path):
    write_lineage_xml(path, TREE, calibration=SIZE)
    text = path.read_text()
    assert 'timeinterval="60.0"' in text
    path.write_text(text.replace('timeinterval="60.0"', 'timeinterval="0.0"'))
    return path


def test_frame_interval_zero_is_asked_for_and_nothing_else(tmp_path):
    path = without_interval(tmp_path / "tracks.xml")
    with pytest.raises(MissingCalibration, match="the time between two frames") as caught:
        read_tracks(str(path))
    assert "voxel" not in str(caught.value).split(" For data without")[0].replace("voxeldepth", "")
    session = TrackSession.open(path, frame_interval=30.0)
    assert session.calibration.frame_interval == 30.0
    assert session.calibration.voxel_size.zyx == (2.0, 0.5, 0.25)


def test_frame_interval_zero_is_asked_for_in_a_dialog(shown_viewer, tmp_path, qtbot):
    from qtpy.QtCore import QTimer
    from qtpy.QtWidgets import QApplication, QDialogButtonBox

    from volltrack.apps.napari_plugin.opening.ask_calibration import CalibrationDialog

    path = without_interval(tmp_path / "tracks.xml")
    seen = []

    def answer():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, CalibrationDialog):
            return
        timer.stop()
        ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
        dialog.fields["frame_interval"].setText("soon")
        ok.click()
        seen.append(dialog.problem.text())
        dialog.fields["frame_interval"].setText("20")
        ok.click()

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(50)
    shown_viewer.open(path, plugin=None)
    assert "Expected" in seen[0]
    assert find_session(shown_viewer).calibration.frame_interval == 20.0


def test_layers_that_a_viewer_opened_follow_edits(shown_viewer, tmp_path):
    from volltrack.model import SetSpot

    write(tmp_path / "tracks.xml")
    shown_viewer.open(tmp_path / "tracks.xml", plugin=None)
    session = find_session(shown_viewer)
    spot = int(session.lineage.spots.ids[0])
    session.apply(SetSpot(spot_id=spot, features={"POSITION_X": 2.5}))
    assert find_layer(shown_viewer, session, SPOTS).data[0, 3] == 10.0


def test_sample_data_opens_with_movie_labels_and_lineages(model):
    model.open_sample("volltrack", "synthetic")
    assert {"movie", "labels", "dividing lineages", "spots"} <= {layer.name for layer in model.layers}
