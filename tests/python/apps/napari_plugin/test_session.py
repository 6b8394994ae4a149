"""The session of the windows: the selection, and signals that tell of every change. No window."""

import subprocess
import sys

import pytest

from volltrack.apps.napari_plugin.session import TrackSession
from volltrack.errors import BadValue
from volltrack.io.trackmate_xml import edit_trackmate_xml, read_trackmate_xml, write_lineage_xml, write_trackmate_xml
from volltrack.model import Calibration, DeleteSpot, SetSpot, VoxelSize
from volltrack.testing.lineages import make_random_lineage

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=0.1, time_unit="min")
LINEAGE = make_random_lineage(18)
IDS = LINEAGE.spots.ids.tolist()


@pytest.fixture
def xml(tmp_path):
    path = tmp_path / "tracks.xml"
    write_lineage_xml(path, LINEAGE, calibration=CALIBRATION)
    return path


def test_selection_stays_with_its_spot_and_goes_with_it(xml):
    session = TrackSession.open(xml)
    told = []
    session.selection_changed.connect(lambda: told.append((session.selected_spot, session.selected_track)))
    session.select_spot(IDS[4])
    session.select_spot(IDS[4])
    session.select_track_of(IDS[4])
    session.apply(DeleteSpot(spot_id=IDS[0]))
    session.apply(DeleteSpot(spot_id=IDS[4]))
    assert told == [(IDS[4], IDS[4]), (None, IDS[4]), (None, None)]
    with pytest.raises(BadValue, match="spot 123456 is not there"):
        session.select_spot(123456)
    session.select_spot(None)


def test_a_reload_keeps_the_selection_where_its_spot_is_still_there(xml):
    session = TrackSession.open(xml)
    for selected, gone in ((IDS[4], IDS[5]), (IDS[6], IDS[6])):
        session.select_spot(selected)
        write_trackmate_xml(
            xml, edit_trackmate_xml(read_trackmate_xml(xml), [DeleteSpot(spot_id=gone)]), overwrite=True
        )
        session.apply(SetSpot(spot_id=IDS[1], name="mine"))
        session.reload()
        assert session.selected_spot == (None if selected == gone else selected)


def test_signals_tell_of_every_change(xml):
    session = TrackSession.open(xml)
    told = []
    session.lineage_changed.connect(lambda: told.append("lineage"))
    session.saved.connect(told.append)
    session.apply()
    session.apply(DeleteSpot(spot_id=IDS[0]))
    session.undo()
    session.redo()
    session.redo()
    session.save()
    session.reload()
    assert told == ["lineage", "lineage", "lineage", xml, "lineage"]


def test_the_session_needs_no_window():
    code = (
        "import sys, volltrack.apps.napari_plugin.session; print([m for m in sys.modules if m in ('napari', 'qtpy')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
