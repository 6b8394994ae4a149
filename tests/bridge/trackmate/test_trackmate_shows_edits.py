"""Edits made in napari or from Python and saved are what TrackMate shows, and TrackMate keeps them when it saves."""

from __future__ import annotations

import pytest

from volltrack.edit import edit_tracks
from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.model import Calibration, VoxelSize
from volltrack.testing.lineages import make_random_lineage
from volltrack_fiji.errors import TrackMateMissing
from volltrack_fiji.fiji import find_trackmate_jars
from volltrack_fiji.jvm import JavaClasses, TrackMateClasses
from volltrack_fiji.trackmate import add_trackmate

try:
    find_trackmate_jars()
    _MISSING = ""
except TrackMateMissing as error:
    _MISSING = str(error)

pytestmark = pytest.mark.skipif(bool(_MISSING), reason=f"### THE REAL TRACKMATE IS NOT HERE: {_MISSING} ###")
CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=0.1, time_unit="min")


def test_trackmate_shows_the_edits_and_keeps_them(tmp_path):
    path, again = tmp_path / "tracks.xml", tmp_path / "trackmate.xml"
    write_lineage_xml(path, make_random_lineage(18), calibration=CALIBRATION)
    with edit_tracks(path) as tracks:
        lineage = tracks.lineage
        linked = lineage.spots.ids[(lineage.in_degrees == 1) & (lineage.out_degrees == 1)].tolist()
        moved, gone, first = linked[:3]
        tracks.move_spot(moved, (1.5, 2.5, 3.5))
        tracks.delete_spot(gone)
        tracks.split(first)
        new = tracks.add_spot(frame=3, position=(4.0, 5.0, 6.0), radius=2.25)
        tracks.check(moved)
        tracks.save()

    add_trackmate()
    opened = TrackMateClasses.TrackMateSession.open(JavaClasses.File(str(path)), TrackMateClasses.Logger.VOID_LOGGER)
    model = opened.trackmate().getModel()
    spots = {int(spot.ID()): spot for spot in model.getSpots().iterable(False)}
    assert sorted(spots) == sorted(tracks.lineage.spots.ids.tolist())
    assert [float(spots[moved].getFeature(f"POSITION_{axis}")) for axis in "XYZ"] == [3.5, 2.5, 1.5]
    assert float(spots[moved].getFeature("CHECKED")) == 1.0
    assert [float(spots[new].getFeature(key)) for key in ("FRAME", "RADIUS", "QUALITY")] == [3.0, 2.25, -1.0]
    assert str(model.getFeatureModel().getSpotFeatureNames().get("CHECKED")) == "Checked by a person"
    graph = model.getTrackModel()
    edges = {(int(graph.getEdgeSource(e).ID()), int(graph.getEdgeTarget(e).ID())) for e in graph.edgeSet()}
    links = tracks.lineage.links
    assert edges == set(zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True))

    opened.save(JavaClasses.File(str(again)))
    after = read_trackmate_xml(again).lineage
    table = after.spots.table.set_index("ID")
    assert table["CHECKED"].dropna().to_dict() == {moved: 1.0}
    assert table.loc[moved, "POSITION_X"] == 3.5
