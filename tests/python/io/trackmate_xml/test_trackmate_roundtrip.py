"""Model -> XML -> model is equal, and XML -> model -> XML is the same bytes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from volltrack.errors import BadTable, BadValue, Cancelled, FileExists
from volltrack.io.trackmate_xml import (
    FeatureFilter,
    ImageInfo,
    TrackMateSettings,
    check_trackmate_xml,
    read_trackmate_xml,
    write_lineage_xml,
    write_trackmate_xml,
)
from volltrack.model import Calibration, Feature, Lineage, Links, Spots, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=1.5, y=0.5, x=0.25, unit="µm"), frame_interval=60.5, time_unit="sec")
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
REFERENCES = (
    "ref714_labels2d",
    "ref714_labels2d_nosimplify",
    "ref714_labels2d_rewrite",
    "ref714_labels3d",
    "ref714_labels3d_exact",
    "ref714_labels3d_exact_rewrite",
    "ref816_labels2d",
    "ref816_labels3d",
)


@st.composite
def lineages(draw):
    """Random spots with merges, splits, gaps, lone spots, missing values, odd names and outlines."""
    n = draw(st.integers(1, 12))
    ids = draw(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=n, max_size=n, unique=True))
    frames = sorted(draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)))

    def column(values):
        return draw(st.lists(values, min_size=n, max_size=n))

    table = pd.DataFrame(
        {
            "ID": np.array(ids, dtype=np.int64),
            "NAME": pd.Series(column(NAMES), dtype=object),
            "FRAME": np.array(frames, dtype=np.int64),
            **{f"POSITION_{axis}": np.array(column(st.floats(-1e6, 1e6))) for axis in "XYZ"},
            "POSITION_T": np.array(frames) * 60.5,
            "RADIUS": np.array(column(st.floats(0.1, 100))),
            "QUALITY": np.array(column(NUMBERS)),
            "VISIBILITY": np.ones(n, dtype=np.int64),
            "LABEL": np.array(column(st.integers(0, 2**31 - 1)), dtype=np.int64),
            "MANUAL_SPOT_COLOR": np.array(column(st.one_of(st.just(np.nan), st.integers(-(2**24), -1).map(float)))),
            "OWN_μ": np.array(column(st.one_of(NUMBERS, st.sampled_from([np.nan, np.inf, -np.inf])))),
        }
    )
    pairs = [(i, j) for i in range(n) for j in range(n) if frames[i] < frames[j]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=15)) if pairs else []
    cost = draw(st.lists(NUMBERS, min_size=len(chosen), max_size=len(chosen)))
    links = Links.from_arrays([ids[i] for i, _ in chosen], [ids[j] for _, j in chosen], cost)
    outlined = draw(st.sets(st.sampled_from(ids)))
    contours = {
        i: np.array(draw(st.lists(NUMBERS, min_size=2 * k, max_size=2 * k))).reshape(k, 2)
        for i in sorted(outlined)
        for k in [draw(st.integers(3, 5))]
    }
    return Lineage(spots=Spots(table=table, contours=contours), links=links)


def sort_links(lineage):
    keys = ["SPOT_SOURCE_ID", "SPOT_TARGET_ID"]
    return lineage.links.table.sort_values(keys)[[*keys, "LINK_COST"]].reset_index(drop=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lineage=lineages())
def test_random_lineage_comes_back_equal(lineage, tmp_path):
    path = tmp_path / "tracks.xml"
    with np.errstate(all="ignore"):  # positions may be so large that speeds overflow
        write_lineage_xml(path, lineage, calibration=CALIBRATION)
    assert [p.text for p in check_trackmate_xml(path) if p.severity != "warning"] == []
    back = read_trackmate_xml(path)
    table = lineage.spots.table
    found = back.lineage.spots.table.reindex(columns=table.columns)
    for key in table.columns:
        expected = table[key].tolist()
        same = [a == b or (a != a and b != b) for a, b in zip(found[key].tolist(), expected, strict=True)]
        assert all(same), (key, found[key].tolist(), expected)
    assert found["LABEL"].dtype == np.int64
    if len(lineage.links):
        pd.testing.assert_frame_equal(sort_links(back.lineage), sort_links(lineage), check_exact=True)
    assert back.lineage.spots.contours.keys() == lineage.spots.contours.keys()
    for spot_id, points in lineage.spots.contours.items():
        np.testing.assert_array_equal(back.lineage.spots.contours[spot_id], points)
    assert back.calibration == CALIBRATION


@pytest.mark.parametrize("name", REFERENCES)
def test_trackmates_own_files_are_written_back_byte_for_byte(name, shared_data, tmp_path):
    path = shared_data / "trackmate-reference" / "xml" / f"{name}.xml"
    document = read_trackmate_xml(path)
    write_trackmate_xml(tmp_path / "out.xml", document)
    assert (tmp_path / "out.xml").read_bytes() == path.read_bytes()
    assert check_trackmate_xml(path) == []


@pytest.mark.parametrize("name", REFERENCES)
def test_tables_hold_what_another_parser_finds(name, shared_data):
    path = shared_data / "trackmate-reference" / "xml" / f"{name}.xml"
    document = read_trackmate_xml(path)
    tree = etree.parse(path)
    table = document.lineage.spots.table.set_index("ID")
    spots = tree.findall(".//AllSpots/SpotsInFrame/Spot")
    assert len(spots) == len(table)
    for spot in spots:
        row = table.loc[int(spot.get("ID"))]
        for key, text in spot.attrib.items():
            if key not in ("ID", "name", "ROI_N_POINTS"):
                np.testing.assert_equal(float(row[key]), float(text))
        if spot.get("ROI_N_POINTS"):
            points = document.lineage.spots.contours[int(spot.get("ID"))]
            assert points.ravel().tolist() == [float(word) for word in spot.text.split()]
    links = document.lineage.links.table.set_index(["SPOT_SOURCE_ID", "SPOT_TARGET_ID"])
    for edge in tree.findall(".//Track/Edge"):
        row = links.loc[(int(edge.get("SPOT_SOURCE_ID")), int(edge.get("SPOT_TARGET_ID")))]
        np.testing.assert_equal(float(row["SPEED"]), float(edge.get("SPEED")))
    assert set(document.tracks["TRACK_ID"]) == {int(t.get("TRACK_ID")) for t in tree.findall(".//AllTracks/Track")}
    visible = {int(t.get("TRACK_ID")) for t in tree.findall(".//FilteredTracks/TrackID")}
    assert set(document.tracks.loc[document.tracks["VISIBLE"], "TRACK_ID"]) == visible


def test_fresh_file_states_the_same_features_as_trackmate(shared_data, tmp_path):
    path = shared_data / "trackmate-reference" / "xml" / "ref714_labels3d_exact.xml"
    document = read_trackmate_xml(path)
    bare = Links.from_arrays(
        document.lineage.links.source_ids, document.lineage.links.target_ids, document.lineage.links.table["LINK_COST"]
    )
    write_lineage_xml(
        tmp_path / "fresh.xml",
        document.lineage.with_links(bare),
        calibration=document.calibration,
        image=document.image,
        settings=document.settings,
        log="made by a test <&>",
    )
    fresh = read_trackmate_xml(tmp_path / "fresh.xml")
    keys = ["SPOT_SOURCE_ID", "SPOT_TARGET_ID"]
    ours = fresh.lineage.links.table.sort_values(keys).reset_index(drop=True)
    theirs = document.lineage.links.table.sort_values(keys).reset_index(drop=True)
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs, rtol=1e-9)
    assert (fresh.image, fresh.settings, fresh.log) == (document.image, document.settings, "made by a test <&>")
    assert fresh.gui_state == "ConfigureViews"
    ours = fresh.tracks.sort_values("TRACK_START").filter(like="TRACK_MEAN").reset_index(drop=True)
    theirs = document.tracks.sort_values("TRACK_START").filter(like="TRACK_MEAN").reset_index(drop=True)
    assert sorted(ours["TRACK_MEAN_SPEED"].round(9)) == sorted(theirs["TRACK_MEAN_SPEED"].round(9))


def make_line(**columns):
    table = {"ID": [3, 1, 2], "FRAME": [0, 1, 3], "POSITION_X": 1.0, "POSITION_Y": 2.0, "POSITION_Z": 3.0}
    return Lineage(spots=Spots(table=pd.DataFrame(table | columns)), links=Links.from_arrays([3, 1], [1, 2]))


def test_fresh_file_fills_what_trackmate_needs_of_each_spot(tmp_path):
    write_lineage_xml(tmp_path / "a.xml", make_line(RADIUS=[2.0, np.nan, 4.0]), calibration=CALIBRATION)
    table = read_trackmate_xml(tmp_path / "a.xml").lineage.spots.table
    assert table["POSITION_T"].tolist() == [0.0, 60.5, 181.5]
    assert table["RADIUS"].tolist() == [2.0, 3.0, 4.0]
    assert table["VISIBILITY"].tolist() == [1, 1, 1]
    assert table["NAME"].tolist() == ["ID3", "ID1", "ID2"]


def test_settings_filters_and_own_declarations_come_back(tmp_path):
    about = TrackMateSettings(
        detector={"DETECTOR_NAME": "LABEL_IMAGE_DETECTOR", "TARGET_CHANNEL": 1, "SIMPLIFY_CONTOURS": True},
        tracker={
            "TRACKER_NAME": "SPARSE_LAP_TRACKER",
            "Linking": {"LINKING_MAX_DISTANCE": 15.0, "FeaturePenalties": {}},
        },
        spot_filters=(FeatureFilter("QUALITY", 3.5),),
        track_filters=(FeatureFilter("NUMBER_SPOTS", 4.0, False),),
    )
    write_lineage_xml(
        tmp_path / "a.xml",
        make_line(OWN=[1.0, 2.0, 3.5]),
        calibration=CALIBRATION,
        image=ImageInfo(filename="movie.tif", folder="/data", width=64, height=32, n_slices=5, n_frames=4),
        settings=about,
        features=[Feature("OWN", "My own", "own", "VELOCITY")],
        track_names=["first & only"],
        visible_tracks=[False],
    )
    back = read_trackmate_xml(tmp_path / "a.xml")
    assert back.settings.tracker["Linking"]["LINKING_MAX_DISTANCE"] == "15.0"
    assert back.settings.detector["SIMPLIFY_CONTOURS"] == "true"
    assert (back.settings.spot_filters, back.settings.track_filters) == (about.spot_filters, about.track_filters)
    assert back.declarations.spot["OWN"] == Feature("OWN", "My own", "own", "VELOCITY")
    assert back.tracks["NAME"].tolist() == ["first & only"]
    assert not back.tracks["VISIBLE"].any()
    assert not back.visible_links.any()
    assert back.image.n_slices == 5


def test_empty_lineage_is_a_file_that_trackmate_opens(tmp_path):
    write_lineage_xml(tmp_path / "a.xml", Lineage(spots=Spots.empty(), links=Links.empty()), calibration=CALIBRATION)
    assert [p.attribute for p in check_trackmate_xml(tmp_path / "a.xml")] == ["filename"]
    assert len(read_trackmate_xml(tmp_path / "a.xml").lineage.spots) == 0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"KIND": ["a", "b", "c"]}, r"spot feature KIND is of type .*: TrackMate's features are numbers"),
        ({"my area": [1.0, 2.0, 3.0]}, r"spot feature 'my area' cannot stand in a TrackMate file"),
        ({"name": [1.0, 2.0, 3.0]}, r"and none of ID, ROI_N_POINTS, name"),
    ],
)
def test_columns_that_trackmate_cannot_hold_are_refused(columns, message, tmp_path):
    with pytest.raises(BadTable, match=message):
        write_lineage_xml(tmp_path / "a.xml", make_line(**columns), calibration=CALIBRATION)
    assert list(tmp_path.iterdir()) == []


def test_name_that_xml_cannot_hold_leaves_no_file(tmp_path):
    with pytest.raises(BadValue, match=r"holds '\\x00', which XML cannot hold"):
        write_lineage_xml(tmp_path / "a.xml", make_line(NAME=["a", "b\0", "c"]), calibration=CALIBRATION)
    assert list(tmp_path.iterdir()) == []


def test_wrong_number_of_track_names_is_refused(tmp_path):
    with pytest.raises(BadValue, match=r"2 track names for 1 tracks: expected one per track"):
        write_lineage_xml(tmp_path / "a.xml", make_line(), calibration=CALIBRATION, track_names=["a", "b"])


def test_existing_file_is_kept_when_asked(tmp_path):
    (tmp_path / "a.xml").write_text("mine")
    with pytest.raises(FileExists, match="exists already"):
        write_lineage_xml(tmp_path / "a.xml", make_line(), calibration=CALIBRATION, overwrite=False)
    assert (tmp_path / "a.xml").read_text() == "mine"


def test_reading_can_be_stopped(tmp_path):
    write_lineage_xml(tmp_path / "a.xml", make_line(), calibration=CALIBRATION)
    with pytest.raises(Cancelled, match="read TrackMate XML: stopped after 0 of"):
        read_trackmate_xml(tmp_path / "a.xml", on_progress=lambda progress: False)
