"""Files that are no whole TrackMate XML are refused with a message that says why and what to do."""

import logging
import os

import numpy as np
import pytest

from volltrack.errors import BadFile, OutputFailed
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml, write_trackmate_xml

FRAME = """<?xml version="1.0" encoding="UTF-8"?>
<TrackMate version="7.14.0">
  <Model spatialunits="µm" timeunits="sec">
    <AllSpots nspots="2">
      <SpotsInFrame frame="0">
        {spot}
      </SpotsInFrame>
      <SpotsInFrame frame="1">
        <Spot ID="7" name="ä" FRAME="1" VISIBILITY="1" POSITION_X="1" POSITION_Y="1" POSITION_Z="0" />
      </SpotsInFrame>
    </AllSpots>
    <AllTracks>{tracks}</AllTracks>
    <FilteredTracks />
  </Model>
</TrackMate>
"""
SPOT = '<Spot ID="3" name="a" FRAME="0" VISIBILITY="1" POSITION_X="0" POSITION_Y="0" POSITION_Z="0" />'
WHOLE = FRAME.format(spot=SPOT, tracks="")


def write(tmp_path, content):
    path = tmp_path / "tracks.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"tracks\.xml: the file is empty; expected a TrackMate XML file"),
        (" \n\n", r"the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", r"line 1: the file starts with b'.x89PNG.*not with '<'"),
        (WHOLE[:400], r"line \d+: the file ends in the middle \(unclosed token\); expected </TrackMate> at its end"),
        (WHOLE[: WHOLE.index("<AllTracks")], r"line 12: the file ends in the middle"),
        (WHOLE.replace("FRAME", "<", 1), r"line 6: not well-formed XML"),
        (WHOLE.encode("latin-1"), r"line 3: byte 0xB5 is not UTF-8, the encoding that the file states"),
        (
            WHOLE.replace("UTF-8", "KLINGON"),
            r"line 1: the first line states the encoding 'KLINGON', which is not known",
        ),
        (WHOLE.replace("UTF-8", "US-ASCII"), r"line 3: the bytes are not ascii, which the file states"),
        (
            WHOLE.replace("UTF-8", "UTF-16"),
            r"line 1: the first line states the encoding 'UTF-16', but its bytes are not",
        ),
        (WHOLE.replace("UTF-8", "hex"), r"the encoding 'hex', which is not known"),
        ("<html><body /></html>", r"the root element is <html>; expected <TrackMate>: this is no TrackMate file"),
        ('<Tracks nTracks="1" />', r"this is a file of TrackMate's 'Export tracks to XML file'.*use 'Save'"),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<TrackMate>&b;</TrackMate>',
            r"line 2: the file has a document type \(<!DOCTYPE x \.\.\.>\), which can hide entities that blow up",
        ),
        (
            WHOLE.replace('"7.14.0"', '"2.0.1"'),
            r"line 2: <TrackMate> version: version '2\.0\.1': expected 2\.1\.0 or later",
        ),
    ],
)
def test_file_that_is_no_whole_trackmate_xml_is_refused(content, message, tmp_path):
    path = write(tmp_path, content)
    with pytest.raises(BadFile, match=message):
        read_trackmate_xml(path)
    problems = check_trackmate_xml(path)
    assert not is_accepted(problems)
    assert str(path) not in problems[0].message


@pytest.mark.parametrize(
    ("spot", "message"),
    [
        (SPOT.replace('"3"', '"7"'), r"line 9: <Spot> ID: spot ID 7 stands twice"),
        (
            SPOT.replace('"3"', '"2147483648"'),
            r"line 6: <Spot> ID: ID '2147483648': expected a whole number up to 21474836",
        ),
        (SPOT.replace(' ID="3"', ""), r"line 6: <Spot> ID: ID '': expected a whole number"),
        (SPOT.replace('X="0"', 'X="NaN"'), r"line 6: <Spot> POSITION_X: the position is NaN"),
        (SPOT.replace(' POSITION_X="0"', ""), r"line 6: <Spot> POSITION_X: a spot without POSITION_X"),
        (SPOT.replace('FRAME="0"', 'FRAME="-2"'), r"line 6: <Spot> FRAME: frame -2: expected a whole number from 0"),
        (
            SPOT.replace(" />", ">1 2 3 4 5 6</Spot>"),
            r"line 6: <Spot> ROI_N_POINTS: an outline without its number of points",
        ),
    ],
)
def test_damaged_spot_is_named_with_element_attribute_and_line(spot, message, tmp_path):
    with pytest.raises(BadFile, match=message):
        read_trackmate_xml(write(tmp_path, FRAME.format(spot=spot, tracks="")))


def test_missing_file_is_a_bad_file(tmp_path):
    with pytest.raises(BadFile, match=r"none\.xml: cannot be opened \(No such file"):
        read_trackmate_xml(tmp_path / "none.xml")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "ISO-8859-1", "windows-1252"])
def test_stated_encodings_are_read_and_kept(encoding, tmp_path):
    stated = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16"}.get(encoding, encoding)
    content = WHOLE.replace("UTF-8", stated).encode(encoding)
    document = read_trackmate_xml(write(tmp_path, content))
    assert document.lineage.spots.table["NAME"].tolist() == ["a", "ä"]
    write_trackmate_xml(tmp_path / "again.xml", document)
    assert (tmp_path / "again.xml").read_bytes() == content


def test_lines_are_right_in_other_encodings(tmp_path):
    text = FRAME.format(spot=SPOT.replace('X="0"', 'X="?"'), tracks="").replace("UTF-8", "UTF-16")
    with pytest.raises(BadFile, match=r"line 6: <Spot> POSITION_X: '\?' is not a number"):
        read_trackmate_xml(write(tmp_path, text.encode("utf-16")))


def test_what_trackmate_drops_with_a_message_is_listed_and_stays_in_the_file(tmp_path, caplog):
    edge = '<Edge SPOT_SOURCE_ID="{}" SPOT_TARGET_ID="{}" />'
    edges = edge.format(3, 7) + edge.format(3, 99) + edge.format(7, 3) + edge.format(3, 3)
    content = FRAME.format(spot=SPOT, tracks=f'<Track name="t" TRACK_ID="0">{edges}</Track>')
    with caplog.at_level(logging.WARNING):
        document = read_trackmate_xml(write(tmp_path, content))
    assert document.lineage.links.table.to_numpy().tolist() == [[3, 7]]
    lost = [problem.message.split(";")[0] for problem in document.problems if problem.severity == "lost"]
    assert lost == [
        "an edge to a spot that is not in AllSpots (3 -> 99)",
        "the same two spots are joined twice (7 -> 3)",
        "an edge from a spot to itself (3 -> 3)",
    ]
    assert "more (volltrack check lists them)" in caplog.text
    assert document.source.to_bytes() == content.encode("utf-8")


def test_reversed_link_is_put_in_time_order(tmp_path):
    tracks = '<Track name="t" TRACK_ID="5"><Edge SPOT_SOURCE_ID="7" SPOT_TARGET_ID="3" /></Track>'
    document = read_trackmate_xml(write(tmp_path, FRAME.format(spot=SPOT, tracks=tracks)))
    assert document.lineage.links.table.to_numpy().tolist() == [[3, 7]]
    assert document.track_ids.tolist() == [5]


def test_spot_without_frame_takes_that_of_its_element(tmp_path):
    spot = SPOT.replace(' FRAME="0"', "").replace(' POSITION_Z="0"', "")
    document = read_trackmate_xml(write(tmp_path, FRAME.format(spot=spot, tracks="")))
    assert document.lineage.spots.frames.tolist() == [0, 1]
    np.testing.assert_array_equal(document.lineage.spots.positions_zyx[0], [0, 0, 0])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = write(tmp_path, WHOLE)
    document = read_trackmate_xml(path)

    def write_to_full_disk(self, data):
        with open("/dev/full", "wb", 0) as file:
            file.write(data)

    monkeypatch.setattr("pathlib.Path.write_bytes", write_to_full_disk)
    with pytest.raises(OutputFailed, match="the disk is full; free some space"):
        write_trackmate_xml(path, document)
    assert path.read_bytes() == WHOLE.encode("utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_endless_nesting_is_refused_at_once(tmp_path):
    path = write(tmp_path, '<TrackMate version="7.14.0">' + "\n<a>" * 200_000)
    with pytest.raises(BadFile, match=r"line 101: <a> lies 101 elements deep"):
        read_trackmate_xml(path)
    assert not is_accepted(check_trackmate_xml(path))


def test_check_names_the_reason_alone_whatever_the_path(tmp_path):
    (tmp_path / "a: b").mkdir()
    (problem,) = check_trackmate_xml(write(tmp_path / "a: b", "<TrackMate"))
    assert problem.message.startswith("the file ends in the middle")


def test_negative_id_that_stands_twice_is_refused(tmp_path):
    twice = WHOLE.replace('ID="3"', 'ID="-5"').replace('ID="7"', 'ID="-5"')
    with pytest.raises(BadFile, match="spot ID -5 stands twice"):
        read_trackmate_xml(write(tmp_path, twice))
    assert not is_accepted([p for p in check_trackmate_xml(tmp_path / "tracks.xml") if "twice" in p.message])


@pytest.mark.parametrize(("n_slices", "is_known"), [(1, True), (5, False)])
def test_missing_depth_is_no_calibration_of_a_stack(tmp_path, n_slices, is_known):
    image = (
        f'<Settings><ImageData nslices="{n_slices}" pixelwidth="0.5" pixelheight="0.5" voxeldepth="0.0" '
        'timeinterval="2.0" /></Settings></TrackMate>'
    )
    document = read_trackmate_xml(write(tmp_path, WHOLE.replace("</TrackMate>", image)))
    assert (document.calibration is not None) == is_known
