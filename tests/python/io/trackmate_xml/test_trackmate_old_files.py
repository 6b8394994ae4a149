"""Files in the style of older TrackMate versions and of other programs are read, or refused with what to do."""

import codecs
import gzip
import math

import pytest

from volltrack.errors import BadFile, MissingCalibration
from volltrack.io.trackmate_xml import (
    check_trackmate_xml,
    edit_trackmate_xml,
    is_accepted,
    read_trackmate_xml,
    write_trackmate_xml,
)
from volltrack.io.tracks import find_named_image, read_tracks_file, recognise_tracks
from volltrack.model import RemoveLink, SetSpot

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<TrackMate version="2.5.1-SNAPSHOT">
  <Log>Saved on Wed, 7 Jan 2015</Log>
  <Model spatialunits="pixels" timeunits="frames">
    <FeatureDeclarations>
      <SpotFeatures>
        <Feature feature="QUALITY" name="Quality" shortname="Quality" dimension="QUALITY" isint="false" />
        <Feature feature="ESTIMATED_DIAMETER" name="Diameter" shortname="Diam." dimension="LENGTH" isint="false" />
        <Feature feature="MANUAL_COLOR" name="Manual spot color" shortname="Color" dimension="NONE" isint="true" />
      </SpotFeatures>
      <EdgeFeatures>
        <Feature feature="LINK_COST" name="Link cost" shortname="Cost" dimension="NONE" isint="false" />
        <Feature feature="VELOCITY" name="Velocity" shortname="V" dimension="VELOCITY" isint="false" />
      </EdgeFeatures>
      <TrackFeatures>
        <Feature feature="DIVISION_TIME_MEAN" name="Mean div. time" shortname="Div." dimension="TIME" isint="false" />
      </TrackFeatures>
    </FeatureDeclarations>
    <AllSpots nspots="5">
      <SpotsInFrame frame="1">
        <Spot ID="4" name="ID4" VISIBILITY="1" QUALITY="-1.0" ESTIMATED_DIAMETER="NaN" MANUAL_COLOR="-10921639"
          POSITION_T="1.0" POSITION_X="2.0" POSITION_Y="3.0" POSITION_Z="0.0" RADIUS="5.0" FRAME="1" />
        <Spot ID="9" name="ID9" VISIBILITY="0" QUALITY="-1.0" ESTIMATED_DIAMETER="Infinity" MANUAL_COLOR="-1"
          POSITION_T="1.0" POSITION_X="8.0" POSITION_Y="3.0" POSITION_Z="0.0" RADIUS="5.0" FRAME="1" />
      </SpotsInFrame>
      <SpotsInFrame frame="2">
        <Spot ID="5" name="ID5" VISIBILITY="1" QUALITY="-1.0" ESTIMATED_DIAMETER="4.0" MANUAL_COLOR="-1"
          POSITION_T="2.0" POSITION_X="2.5" POSITION_Y="3.0" POSITION_Z="0.0" RADIUS="5.0" FRAME="2" />
        <Spot ID="6" name="ID6" VISIBILITY="1" QUALITY="-1.0" ESTIMATED_DIAMETER="4.0" MANUAL_COLOR="-1"
          POSITION_T="2.0" POSITION_X="1.5" POSITION_Y="3.0" POSITION_Z="0.0" RADIUS="5.0" FRAME="2" />
      </SpotsInFrame>
      <SpotsInFrame frame="4">
        <Spot ID="7" name="ID7" VISIBILITY="1" QUALITY="-1.0" ESTIMATED_DIAMETER="4.0" MANUAL_COLOR="-1"
          POSITION_T="4.0" POSITION_X="2.5" POSITION_Y="4.0" POSITION_Z="0.0" RADIUS="5.0" FRAME="4" />
      </SpotsInFrame>
    </AllSpots>
    <AllTracks>
      <Track name="Track_0" TRACK_ID="0" DIVISION_TIME_MEAN="NaN">
        <Edge SPOT_SOURCE_ID="5" SPOT_TARGET_ID="4" LINK_COST="-1.0" VELOCITY="0.5" />
        <Edge SPOT_SOURCE_ID="4" SPOT_TARGET_ID="6" LINK_COST="NaN" VELOCITY="0.5" />
        <Edge SPOT_SOURCE_ID="5" SPOT_TARGET_ID="7" LINK_COST="1.0" VELOCITY="0.5" />
        <Edge SPOT_SOURCE_ID="6" SPOT_TARGET_ID="7" LINK_COST="1.0" VELOCITY="0.5" />
      </Track>
    </AllTracks>
    <FilteredTracks><TrackID TRACK_ID="0" /></FilteredTracks>
  </Model>
  <Settings>
    <ImageData filename="movie.tif" folder="E:\\Users\\me\\" width="0" height="0" nslices="0" nframes="0"
      pixelwidth="1.0" pixelheight="1.0" voxeldepth="1.0" timeinterval="1.0" />
    <DetectorSettings DETECTOR_NAME="DETECTOR_OF_ANOTHER_PLUGIN" TARGET_CHANNEL="1" />
    <InitialSpotFilter feature="QUALITY" value="0.0" isabove="true" />
    <SpotFilterCollection />
    <TrackerSettings TRACKER_NAME="FAST_LAP_TRACKER" />
    <TrackFilterCollection />
    <AnalyzerCollection />
  </Settings>
  <GUIState state="TrackFilter">
    <View key="HYPERSTACKDISPLAYER" />
    <View key="TRACKSCHEME" x="960" y="100" width="400" height="500" />
  </GUIState>
</TrackMate>
"""
BEFORE_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<TrackMate>
  <ImageData filename="a.tif" pixelwidth="0.2" timeinterval="0.0" spatialunits="µm" timeunits="sec" />
  <SegmenterSettings segmentertype="LOG_SEGMENTER" expectedradius="5.0" />
  <SelectedSpots><SelectedSpotsInFrame frame="0"><SpotID ID="0" /></SelectedSpotsInFrame></SelectedSpots>
  <AllTracks><Track><Edge sourceID="0" targetID="4" /></Track></AllTracks>
  <AllSpots><SpotsInFrame frame="0"><Spot ID="0" QUALITY="9.0" POSITION_X="1.0" /></SpotsInFrame></AllSpots>
</TrackMate>
"""
EXPORT = '<?xml version="1.0"?>\n<Tracks nTracks="1" from="TrackMate v2.1.0"><particle nSpots="1" /></Tracks>\n'


def write(tmp_path, content, name="tracks.xml"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_file_of_2015_is_read_whole(tmp_path):
    path = write(tmp_path, OLD)
    document = read_trackmate_xml(path)
    lineage = document.lineage
    assert sorted(zip(lineage.links.source_ids.tolist(), lineage.links.target_ids.tolist(), strict=True)) == [
        (4, 5),
        (4, 6),
        (5, 7),
        (6, 7),
    ]
    assert lineage.spots.ids.tolist() == [4, 9, 5, 6, 7]
    assert lineage.spots.frames.tolist() == [1, 1, 2, 2, 4]
    assert lineage.spots.table["MANUAL_COLOR"].tolist()[0] == -10921639
    assert math.isnan(lineage.spots.table["ESTIMATED_DIAMETER"][0])
    assert document.settings.detector["DETECTOR_NAME"] == "DETECTOR_OF_ANOTHER_PLUGIN"
    assert is_accepted(check_trackmate_xml(path))
    assert recognise_tracks(path) == "trackmate"


def test_file_of_2015_is_edited_without_loss(tmp_path):
    document = read_trackmate_xml(write(tmp_path, OLD))
    edits = [SetSpot(spot_id=7, features={"POSITION_X": 9.5}), RemoveLink(source_id=4, target_id=6)]
    path = tmp_path / "edited.xml"
    write_trackmate_xml(path, edit_trackmate_xml(document, edits))
    text = path.read_text(encoding="utf-8")
    old, new = OLD.splitlines(), text.splitlines()
    gone = [line for line in old if line not in new]
    assert all('ID="7"' in line or "POSITION_T" in line or "<Edge" in line or "<Track " in line for line in gone)
    assert '<View key="TRACKSCHEME" x="960" y="100" width="400" height="500" />' in text
    assert len(read_trackmate_xml(path).lineage.links) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "iso-8859-1", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_of_other_systems_are_recognised_and_read(encoding, line_end, tmp_path):
    stated = "UTF-8" if encoding == "utf-8-sig" else codecs.lookup(encoding).name
    text = OLD.replace("UTF-8", stated).replace("pixels", "µm").replace("\n", line_end)
    path = write(tmp_path, text.encode(encoding))
    assert recognise_tracks(path) == "trackmate"
    tracks = read_tracks_file(path)
    assert tracks.calibration.length_unit == "µm"
    assert len(tracks.lineage.links) == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BEFORE_MODEL, r"<AllSpots> stands in <TrackMate>, not in <Model>.*before version 2.*save it again"),
        (BEFORE_MODEL.replace("TrackMate>", "TrakMate>"), r"stands in <TrakMate>.*before version 2.*save it again"),
        (EXPORT, r"this is a file of TrackMate's 'Export tracks to XML file'.*use 'Save'"),
        (OLD.replace("2.5.1-SNAPSHOT", "2.0.1"), r"version '2.0.1': expected 2.1.0 or later"),
        ("\n  " + OLD, r"line 2: blanks or other text stand before <\?xml \.\.\.>.*remove them"),
        (OLD.replace('POSITION_X="8.0"', 'POSITION_X="8,0"'), r"<Spot> POSITION_X: '8,0' is not a number"),
        (OLD.replace('"Infinity"', '"inf"'), r"<Spot> ESTIMATED_DIAMETER: 'inf' is not a number.*NaN or Infinity"),
    ],
)
def test_file_that_cannot_be_read_says_what_to_do_wherever_it_is_opened(content, message, tmp_path):
    path = write(tmp_path, content)
    assert recognise_tracks(path) == "trackmate"  # so that napari asks us, and shows the message
    with pytest.raises(BadFile, match=message):
        read_tracks_file(path)
    assert not is_accepted(check_trackmate_xml(path))


def test_compressed_file_is_refused_with_advice(tmp_path):
    with pytest.raises(BadFile, match=r"compressed \(gzip\).*unpack it first"):
        read_trackmate_xml(write(tmp_path, gzip.compress(OLD.encode("utf-8"))))


def test_features_called_like_our_columns_leave_names_and_visibility_alone(tmp_path):
    text = OLD.replace('name="ID4"', 'name="mother" NAME="17"').replace(
        'TRACK_ID="0" DIVISION', 'TRACK_ID="0" NAME="3" VISIBLE="0" DIVISION'
    )
    path = write(tmp_path, text)
    document = read_trackmate_xml(path)
    assert document.lineage.spots.table["NAME"].tolist() == ["mother", "ID9", "ID5", "ID6", "ID7"]
    assert document.tracks["NAME"].tolist() == ["Track_0"]
    assert document.tracks["VISIBLE"].tolist() == [True]
    noted = [(p.element, p.attribute, p.severity) for p in document.problems if "out of its tables" in p.message]
    assert noted == [("Spot", "NAME", "warning"), ("Track", "NAME", "warning"), ("Track", "VISIBLE", "warning")]
    again = tmp_path / "again.xml"
    write_trackmate_xml(again, edit_trackmate_xml(document, [SetSpot(spot_id=4, features={"RADIUS": 6.0})]))
    assert 'name="mother" NAME="17"' in again.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["µm", "μm", "um", "micron", "micrometer", r"\u00B5m", "Âµm", "Î¼m", "?m", "\ufffdm"])
def test_micrometres_are_known_however_they_are_spelled(text, tmp_path):
    tracks = read_tracks_file(write(tmp_path, OLD.replace("pixels", text).replace("frames", "seconds")))
    assert tracks.calibration.length_unit == "µm"
    assert tracks.calibration.time_unit == "sec"


@pytest.mark.parametrize(
    ("pattern", "replacement", "missing"),
    [
        ('spatialunits="pixels"', 'spatialunits=" "', "the unit of length"),
        ('timeunits="frames"', "", "the unit of time"),
        ('timeinterval="1.0"', 'timeinterval="0.0"', "the time between two frames"),
        ('timeinterval="1.0"', 'timeinterval="None"', "the time between two frames"),
        ('pixelwidth="1.0"', 'pixelwidth="0.0"', "the pixel size in y and x"),
    ],
)
def test_what_a_file_does_not_say_of_its_calibration_is_asked_for(pattern, replacement, missing, tmp_path):
    path = write(tmp_path, OLD.replace(pattern, replacement))
    with pytest.raises(MissingCalibration, match=missing) as caught:
        read_tracks_file(path)
    assert "spatialunits and timeunits of <Model>" in str(caught.value)


@pytest.mark.parametrize("name", ["a" * 400 + ".tif", ".", "tracks.xml", "None"])
def test_named_image_that_cannot_be_one_is_none(name, tmp_path):
    tracks = read_tracks_file(write(tmp_path, OLD.replace("movie.tif", name)))
    assert find_named_image(tracks) is None
