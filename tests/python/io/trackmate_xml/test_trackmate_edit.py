"""An edit changes what it says and what depends on it, and no other byte."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from volltrack.analyse.trackmate.edge_features import edge_features
from volltrack.analyse.trackmate.track_features import track_features
from volltrack.errors import BadTable, BadValue
from volltrack.io.trackmate_xml import (
    edit_trackmate_xml,
    read_trackmate_xml,
    write_lineage_xml,
    write_trackmate_xml,
)
from volltrack.model import (
    AddLink,
    AddSpot,
    Calibration,
    DeleteSpot,
    Lineage,
    Links,
    RemoveLink,
    SetSpot,
    Spots,
    VoxelSize,
    apply_edits,
)

CALIBRATION = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1, unit="µm"), frame_interval=2.0, time_unit="min")
POSITION = {"POSITION_X": 1.0, "POSITION_Y": 2.0, "POSITION_Z": 3.0}


@pytest.fixture(scope="module")
def reference(shared_data):
    return read_trackmate_xml(shared_data / "trackmate-reference" / "xml" / "ref714_labels3d_exact.xml")


@pytest.fixture
def document(tmp_path):
    """Two tracks: 0 -> 1 -> 2 -> 3 and 10 -> 11 -> 12, one frame each; spot 20 alone."""
    ids = [0, 1, 2, 3, 10, 11, 12, 20]
    frames = [0, 1, 2, 3, 0, 1, 2, 0]
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"ID": ids, "FRAME": frames, **{f"POSITION_{a}": rng.uniform(0, 9, 8) for a in "XYZ"}, "QUALITY": 5.0}
    )
    links = Links.from_arrays([0, 1, 2, 10, 11], [1, 2, 3, 11, 12], np.arange(5) / 8)
    path = tmp_path / "tracks.xml"
    write_lineage_xml(path, Lineage(spots=Spots(table=table), links=links), calibration=CALIBRATION)
    return read_trackmate_xml(path)


def changed_lines(before, after):
    """Lines of each document that the other has not."""
    old, new = (d.source.to_bytes().decode("utf-8").splitlines() for d in (before, after))
    return [line for line in old if line not in set(new)], [line for line in new if line not in set(old)]


def attributes_of(line):
    return dict(re.findall(r'([\w.]+)="([^"]*)"', line))


def test_moving_a_spot_changes_it_its_links_the_next_turn_and_its_track(reference):
    edited = edit_trackmate_xml(reference, [SetSpot(spot_id=16, features={"POSITION_X": 7.5})])
    old, new = changed_lines(reference, edited)
    tags = [line.split()[0] for line in old]
    assert sorted(tags) == ["<Edge", "<Edge", "<Edge", "<Spot", "<Track"]
    for before, after in zip(old, new, strict=True):
        first, second = attributes_of(before), attributes_of(after)
        assert list(first) == list(second)
        differ = {key for key in first if first[key] != second[key]}
        match before.split()[0]:
            case "<Spot":
                assert differ == {"POSITION_X"}
            case "<Track":
                assert differ
                assert all(key.startswith(("TRACK_", "TOTAL", "MAX_", "CONF", "MEAN", "LINEAR")) for key in differ)
                assert not differ & {"TRACK_Y_LOCATION", "TRACK_DURATION", "TRACK_MEAN_QUALITY", "TRACK_DISPLACEMENT"}
            case _ if "16" in (first["SPOT_SOURCE_ID"], first["SPOT_TARGET_ID"]):
                assert differ == {"SPEED", "DISPLACEMENT", "EDGE_X_LOCATION", "DIRECTIONAL_CHANGE_RATE"}
            case _:
                assert differ == {"DIRECTIONAL_CHANGE_RATE"}


def test_features_after_an_edit_are_those_of_the_whole_lineage(reference):
    edits = [SetSpot(spot_id=16, features={"POSITION_X": 7.5, "QUALITY": 3.0}), RemoveLink(source_id=1, target_id=9)]
    edited = edit_trackmate_xml(reference, edits)
    assert_features_fit(edited)


def assert_features_fit(document):
    """The features that the file states are those computed anew from its spots and links."""
    lineage = document.lineage
    computed = edge_features(lineage)
    if len(lineage.links) == 0:  # a file without an edge states no feature of edges
        computed = computed.iloc[:, :0]
    stated = lineage.links.table[computed.columns]
    np.testing.assert_allclose(stated.to_numpy(float), computed.to_numpy(float), rtol=1e-9, atol=1e-12)
    tracks = track_features(lineage).drop(columns=["TRACK_ID", "TRACK_INDEX"])
    number = lineage.track_of_spot[lineage.source_rows]
    by_id = document.tracks.set_index("TRACK_ID")
    assert len(by_id) == len(tracks)
    for track in range(len(tracks)):
        (track_id,) = set(document.track_ids[number == track].tolist())
        np.testing.assert_allclose(
            by_id.loc[track_id, tracks.columns].to_numpy(float), tracks.loc[track].to_numpy(float), rtol=1e-9, atol=1e-9
        )


def test_renaming_a_spot_changes_one_line(reference):
    old, new = changed_lines(reference, edit_trackmate_xml(reference, [SetSpot(spot_id=16, name='a "b" <ä>')]))
    assert len(old) == len(new) == 1
    assert 'name="a &quot;b&quot; &lt;ä&gt;"' in new[0]


def test_no_edit_changes_no_byte(reference):
    assert edit_trackmate_xml(reference, []).source == reference.source


def test_cut_track_keeps_its_number_for_the_larger_part(document):
    edited = edit_trackmate_xml(document, [RemoveLink(source_id=2, target_id=1)])
    tracks = edited.tracks.set_index("TRACK_ID")
    assert tracks["NUMBER_SPOTS"].to_dict() == {0: 2, 1: 3, 2: 2}
    assert tracks["NAME"].tolist() == ["Track_0", "Track_1", "Track_2"]
    assert tracks["TRACK_INDEX"].tolist() == [0, 1, 2]
    assert tracks["VISIBLE"].all()
    assert_features_fit(edited)


def test_parts_of_an_invisible_track_stay_invisible(document, tmp_path):
    path = tmp_path / "hidden.xml"
    write_lineage_xml(path, document.lineage, calibration=CALIBRATION, visible_tracks=[False, True])
    edited = edit_trackmate_xml(read_trackmate_xml(path), [DeleteSpot(spot_id=2)])
    assert edited.tracks.set_index("TRACK_ID")["VISIBLE"].to_dict() == {0: False, 1: True}
    assert edited.lineage.n_tracks == 2


def test_joined_tracks_take_the_element_of_the_larger(document):
    edited = edit_trackmate_xml(document, [AddLink(source_id=12, target_id=3, features={"LINK_COST": 4.5})])
    assert edited.tracks["TRACK_ID"].tolist() == [0]
    assert edited.tracks["NUMBER_SPOTS"].tolist() == [7]
    assert edited.lineage.links.table["LINK_COST"].tolist()[-1] == 4.5
    assert_features_fit(edited)


def test_link_between_lone_spots_makes_a_new_visible_track(document):
    edits = [AddSpot(spot_id=30, features={"FRAME": 7, **POSITION}), AddLink(source_id=30, target_id=20)]
    edited = edit_trackmate_xml(document, edits)
    assert edited.tracks["TRACK_ID"].tolist() == [0, 1, 2]
    assert edited.tracks["VISIBLE"].all()
    spot = edited.lineage.spots.table.set_index("ID").loc[30]
    assert (spot["POSITION_T"], spot["QUALITY"], spot["VISIBILITY"]) == (14.0, -1.0, 1)
    assert b'<AllSpots nspots="9">' in edited.source.utf8
    assert_features_fit(edited)


def test_track_without_links_left_is_gone(document):
    edits = [RemoveLink(source_id=10, target_id=11), RemoveLink(source_id=11, target_id=12)]
    edited = edit_trackmate_xml(document, edits)
    assert edited.tracks["TRACK_ID"].tolist() == [0]
    assert b'<TrackID TRACK_ID="1" />' not in edited.source.utf8
    assert len(edited.lineage.spots) == 8


def test_spot_moved_to_a_later_frame_moves_its_element_and_turns_its_links(document):
    edited = edit_trackmate_xml(document, [SetSpot(spot_id=0, features={"FRAME": 2})])
    assert edited.lineage.links.table.iloc[0, :2].tolist() == [1, 0]
    assert edited.lineage.spots.table.set_index("ID").loc[0, "POSITION_T"] == 4.0
    assert_features_fit(edited)


def test_new_feature_is_declared(document):
    edited = edit_trackmate_xml(document, [SetSpot(spot_id=3, features={"SCORE": 0.5})])
    assert "SCORE" in edited.declarations.spot
    assert edited.lineage.spots.table.set_index("ID").loc[3, "SCORE"] == 0.5
    assert [len(lines) for lines in changed_lines(document, edited)] == [1, 2]


def test_unknown_elements_comments_and_odd_spacing_survive(document, tmp_path):
    text = document.source.utf8.decode("utf-8")
    text = text.replace("<AllTracks>", "<!-- mine --><Extra a='1'><b/></Extra>\r\n<AllTracks  >")
    text = text.replace('<Spot ID="2" ', "<Spot\n  ID = '2'   MINE='7.50' ")
    path = tmp_path / "odd.xml"
    path.write_bytes(text.encode("utf-8"))
    edited = edit_trackmate_xml(read_trackmate_xml(path), [SetSpot(spot_id=2, features={"QUALITY": 9})])
    assert edited.source.utf8.decode("utf-8").replace('QUALITY="9.0"', 'QUALITY="5.0"').count("MINE='7.50'") == 1
    kept = set(text.splitlines(keepends=True))
    lost = [line for line in edited.source.utf8.decode("utf-8").splitlines(keepends=True) if line not in kept]
    assert len([line for line in lost if 'QUALITY="9.0"' in line]) == 1
    assert all(("QUALITY" in line or "<Track" in line) for line in lost)


def test_edges_to_unknown_spots_stay_where_they_are(document, tmp_path):
    extra = '<Edge SPOT_SOURCE_ID="0" SPOT_TARGET_ID="999" />'
    path = tmp_path / "extra.xml"
    path.write_bytes(document.source.utf8.replace(b"</Track>", extra.encode() + b"</Track>", 1))
    edited = edit_trackmate_xml(read_trackmate_xml(path), [DeleteSpot(spot_id=3)])
    assert extra in edited.source.utf8.decode("utf-8")


def test_file_in_another_encoding_keeps_it(document, tmp_path):
    path = tmp_path / "latin.xml"
    text = document.source.utf8.decode("utf-8").replace("UTF-8", "ISO-8859-1").replace("γ", "g")
    path.write_bytes(text.encode("latin-1"))
    edited = edit_trackmate_xml(read_trackmate_xml(path), [SetSpot(spot_id=3, name="µ→")])
    write_trackmate_xml(path, edited)
    assert b'name="\xb5&#8594;"' in path.read_bytes()
    assert read_trackmate_xml(path).lineage.spots.table.set_index("ID").loc[3, "NAME"] == "µ→"


@pytest.mark.parametrize(
    ("edit", "error", "message"),
    [
        (SetSpot(spot_id=99, features={}), BadValue, r"spot 99 is not there \(8 spots\): expected the ID of a spot"),
        (AddSpot(spot_id=3, features={}), BadValue, r"spot 3 is there already: expected an ID that no spot has"),
        (AddSpot(spot_id=5, features={"FRAME": 1}), BadValue, r"new spot 5 without POSITION_X, POSITION_Y, POSITION_Z"),
        (AddLink(source_id=0, target_id=1), BadValue, r"spots 0 and 1 are linked already"),
        (AddLink(source_id=0, target_id=10), BadTable, r"link 0 -> 10 joins two spots of frame 0"),
        (RemoveLink(source_id=0, target_id=3), BadValue, r"spots 0 and 3 are not linked"),
        (SetSpot(spot_id=1, features={"POSITION_X": np.nan}), BadValue, r"spot 1: POSITION_X = nan: expected a finite"),
        (
            SetSpot(spot_id=1, features={"FRAME": 1.5}),
            BadValue,
            r"spot 1: FRAME = 1\.5: expected a whole number from 0",
        ),
        (SetSpot(spot_id=1, features={"VISIBILITY": 0.5}), BadValue, r"VISIBILITY = 0\.5: the file declares whole num"),
        (SetSpot(spot_id=1, features={"my key": 0.5}), BadTable, r"spot feature 'my key' cannot stand in a TrackMate"),
    ],
)
def test_impossible_edit_is_refused(edit, error, message, document):
    with pytest.raises(error, match=message):
        edit_trackmate_xml(document, [edit])


@st.composite
def edit_lists(draw):
    """Random edits that are possible one after the other, found by trying."""
    return draw(
        st.lists(
            st.one_of(
                st.builds(lambda i, x: SetSpot(spot_id=i, features={"POSITION_X": x}), SPOT, st.floats(-9, 9)),
                st.builds(lambda i, f: SetSpot(spot_id=i, features={"FRAME": f}), SPOT, st.integers(0, 5)),
                st.builds(lambda i: DeleteSpot(spot_id=i), SPOT),
                st.builds(lambda i, f: AddSpot(spot_id=i, features={"FRAME": f, **POSITION}), SPOT, st.integers(0, 5)),
                st.builds(lambda a, b: AddLink(source_id=a, target_id=b), SPOT, SPOT),
                st.builds(lambda a, b: RemoveLink(source_id=a, target_id=b), SPOT, SPOT),
            ),
            max_size=12,
        )
    )


SPOT = st.sampled_from([0, 1, 2, 3, 10, 11, 12, 20, 30, 31])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=edit_lists())
def test_random_edits_give_the_edited_tables(wanted, document):
    edits = []
    for edit in wanted:
        try:
            apply_edits(document.lineage, [*edits, edit])
        except (BadValue, BadTable):
            continue
        edits.append(edit)
    expected = apply_edits(document.lineage, edits)
    edited = edit_trackmate_xml(document, edits)
    columns = ["ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z"]
    found = edited.lineage.spots.table.sort_values("ID")[columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected.spots.table.sort_values("ID")[columns].reset_index(drop=True))
    pairs = {tuple(pair) for pair in expected.links.table.iloc[:, :2].to_numpy().tolist()}
    assert {tuple(pair) for pair in edited.lineage.links.table.iloc[:, :2].to_numpy().tolist()} == pairs
    assert [p.text for p in edited.problems if p.attribute != "filename"] == []
    assert_features_fit(edited)


def frames_in_order(document):
    return [int(frame) for frame in re.findall(rb'<SpotsInFrame frame="(\d+)"', document.source.to_bytes())]


def test_a_spot_that_was_moved_and_then_deleted_is_not_in_the_file(document):
    edits = [
        SetSpot(spot_id=11, features=POSITION),
        SetSpot(spot_id=11, name="mine", contour=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))),
        DeleteSpot(spot_id=11),
    ]
    edited = edit_trackmate_xml(document, edits)
    assert b'ID="11"' not in edited.source.to_bytes()
    assert not edited.lineage.spots.has(11)
    assert len(edited.lineage.spots) == 7


def test_elements_of_new_frames_stand_in_the_order_of_time(document):
    cut = edit_trackmate_xml(document, [DeleteSpot(spot_id=i) for i in (1, 11, 3)])
    write = [AddSpot(spot_id=100 + t, features={"FRAME": t} | POSITION) for t in (9, 5, 7, 6)]
    edited = edit_trackmate_xml(cut, write)
    assert frames_in_order(edited) == sorted(frames_in_order(edited))
    assert {5, 6, 7, 9} < set(frames_in_order(edited))
    one_more = AddSpot(spot_id=200, features={"FRAME": 4} | POSITION)
    between = edit_trackmate_xml(edited, [SetSpot(spot_id=109, features={"FRAME": 8}), one_more])
    assert frames_in_order(between) == sorted(frames_in_order(between))


def test_a_value_that_was_taken_away_is_no_attribute(document):
    edited = edit_trackmate_xml(document, [SetSpot(spot_id=2, features={"MINE": 3.0})])
    assert edited.source.to_bytes().count(b'MINE="3.0"') == 1
    again = edit_trackmate_xml(edited, [SetSpot(spot_id=2, features={"MINE": float("nan")})])
    assert b"MINE=" not in again.source.to_bytes()
    assert np.isnan(again.lineage.spots.table.set_index("ID").loc[2].get("MINE", np.nan))
    with pytest.raises(BadValue, match="RADIUS = nan: expected a number"):
        edit_trackmate_xml(document, [SetSpot(spot_id=2, features={"RADIUS": float("nan")})])


def test_an_outline_is_set_changed_and_kept_through_an_edit(document):
    square = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
    edited = edit_trackmate_xml(document, [SetSpot(spot_id=2, contour=square)])
    np.testing.assert_array_equal(edited.lineage.spots.contours[2], square)
    assert b'ROI_N_POINTS="4"' in edited.source.to_bytes()
    wider = tuple((2 * x, 2 * y) for x, y in square[:3])
    again = edit_trackmate_xml(edited, [SetSpot(spot_id=2, contour=wider, features={"FRAME": 7})])
    np.testing.assert_array_equal(again.lineage.spots.contours[2], wider)
    assert again.source.to_bytes().count(b"ROI_N_POINTS") == 1
    with pytest.raises(BadValue, match="2 points"):
        edit_trackmate_xml(document, [SetSpot(spot_id=2, contour=square[:2])])
