"""Tracks layers go back into files: without loss where the file is ours, sensibly where the layer is not."""

import numpy as np
import pytest
from napari.components import ViewerModel
from npe2 import PluginManager

from volltrack.apps.napari_plugin.contributions.writers import lineage_of_layer, write_layer
from volltrack.apps.napari_plugin.layers import DIVIDING, add_session_layers, find_layer
from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import BadValue
from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.io.tracks import read_tracks_file
from volltrack.model import Calibration, SetSpot, VoxelSize
from volltrack.testing import make_random_lineage

SIZE = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.25, unit="µm"), frame_interval=60.0, time_unit="sec")


@pytest.fixture
def model():
    PluginManager.instance().discover()
    return ViewerModel()


@pytest.fixture
def opened(model, tmp_path):
    write_lineage_xml(tmp_path / "tracks.xml", make_random_lineage(5), calibration=SIZE, log="by hand")
    session = TrackSession.open(tmp_path / "tracks.xml")
    add_session_layers(model, session)
    return session


def test_a_layer_saved_as_xml_is_the_file_it_came_from(model, opened, tmp_path):
    model.layers.selection = {find_layer(model, opened, DIVIDING)}
    written = model.layers.save(str(tmp_path / "copy.xml"), plugin="volltrack", selected=True)
    assert written == [str(tmp_path / "copy.xml")]
    assert (tmp_path / "copy.xml").read_bytes() == (tmp_path / "tracks.xml").read_bytes()


def test_edits_are_in_the_saved_file_and_all_else_stays(model, opened, tmp_path):
    spot = int(opened.lineage.spots.ids[3])
    opened.apply(SetSpot(spot_id=spot, features={"POSITION_X": 12.5}))
    data, options, _ = find_layer(model, opened, DIVIDING).as_layer_data_tuple()
    write_layer(str(tmp_path / "copy.xml"), data, options)
    again = read_trackmate_xml(tmp_path / "copy.xml")
    assert again.lineage.spots.table.set_index("ID").loc[spot, "POSITION_X"] == 12.5
    assert again.log == "by hand"
    assert not opened.is_modified


def test_a_layer_saved_as_a_table_has_all_spots(model, opened, tmp_path):
    data, options, _ = find_layer(model, opened, DIVIDING).as_layer_data_tuple()
    with pytest.warns(UserWarning, match="cannot hold.*TrackMate's settings"):
        write_layer(str(tmp_path / "cells.csv"), data, options)
    assert len(read_tracks_file(tmp_path / "cells.csv").lineage.spots) == len(opened.lineage.spots)


def test_a_layer_saved_as_geff_has_everything_and_the_edits(model, opened, tmp_path):
    data, options, _ = find_layer(model, opened, DIVIDING).as_layer_data_tuple()
    write_layer(str(tmp_path / "a.geff"), data, options)
    assert read_tracks_file(tmp_path / "a.geff").document.source == opened.tracks_file.document.source
    spot = int(opened.lineage.spots.ids[3])
    opened.apply(SetSpot(spot_id=spot, features={"POSITION_X": 12.5}))
    data, options, _ = find_layer(model, opened, DIVIDING).as_layer_data_tuple()
    write_layer(str(tmp_path / "b.geff"), data, options)
    again = read_tracks_file(tmp_path / "b.geff")
    assert again.lineage.spots.table.set_index("ID").loc[spot, "POSITION_X"] == 12.5
    assert again.document.log == "by hand"


def test_tracks_of_another_program_are_written_as_they_lie_in_the_world(tmp_path):
    data = np.array([[7, 1, 2, 3, 4], [7, 0, 1, 2, 3], [9, 2, 5, 6, 7], [8, 2, 5, 5, 5.0]])
    place = {"scale": (1, 2, 0.5, 0.5), "translate": (0, 10, 0, 0), "units": ("pixel", "µm", "µm", "µm")}
    options = place | {"graph": {9: [7], 8: 7}}
    write_layer(str(tmp_path / "t.xml"), data, options)
    found = read_trackmate_xml(tmp_path / "t.xml")
    assert found.lineage.spots.positions_zyx.tolist() == [[12, 1, 1.5], [14, 1.5, 2], [20, 2.5, 2.5], [20, 3, 3.5]]
    pairs = set(zip(found.lineage.source_rows.tolist(), found.lineage.target_rows.tolist(), strict=True))
    assert pairs == {(0, 1), (1, 2), (1, 3)}
    assert found.calibration.length_unit == "µm"


def test_flat_tracks_get_depth_zero():
    lineage, calibration = lineage_of_layer(np.array([[0, 0, 2, 3], [0, 1, 4, 5.0]]), {"scale": (1, 0.5, 0.5)})
    assert lineage.spots.positions_zyx.tolist() == [[0, 1, 1.5], [0, 2, 2.5]]
    assert calibration.voxel_size.zyx == (1.0, 0.5, 0.5)


def test_tracks_between_two_frames_are_refused(tmp_path):
    with pytest.raises(BadValue, match="between two frames"):
        write_layer(str(tmp_path / "t.xml"), np.array([[0, 0.5, 2, 3.0]]), {})
    assert not (tmp_path / "t.xml").exists()
