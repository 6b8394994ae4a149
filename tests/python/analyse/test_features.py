"""Edge and track features against those that TrackMate itself wrote, and against plain loops."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lxml import etree

from volltrack.analyse import edge_features, track_features
from volltrack.errors import BadTable
from volltrack.model import TRACK_FEATURES, Lineage, Links, Spots

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "features"
REFERENCES = [
    "ref714_labels2d",
    "ref714_labels2d_nosimplify",
    "ref714_labels3d",
    "ref714_labels3d_exact",
    "ref816_labels2d",
    "ref816_labels3d",
]
COMPARED = [key for key in TRACK_FEATURES if key not in ("TRACK_ID", "TRACK_INDEX")]


def lineage(rows, pairs):
    """Build a lineage from (id, frame, x) rows; time is 2 per frame."""
    table = pd.DataFrame(rows, columns=["ID", "FRAME", "POSITION_X"])
    table = table.assign(POSITION_Y=0.0, POSITION_Z=0.0, POSITION_T=2.0 * table["FRAME"], QUALITY=1.0)
    source, target = zip(*pairs, strict=True) if pairs else ((), ())
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(source, target))


def numbers(element):
    """Numeric attributes of an XML element, in Java's spelling."""
    return {k: float(v.replace("Infinity", "inf")) for k, v in element.attrib.items() if k != "name"}


@pytest.mark.parametrize("name", REFERENCES)
def test_features_are_those_of_the_reference_file(shared_data, name):
    root = etree.parse(shared_data / "trackmate-reference" / "xml" / f"{name}.xml").getroot()
    spots = pd.DataFrame([numbers(e) for e in root.iter("Spot")]).astype({"ID": int, "FRAME": int})
    edges = pd.DataFrame([numbers(e) for e in root.iter("Edge")])
    edges = edges.astype({"SPOT_SOURCE_ID": int, "SPOT_TARGET_ID": int})
    found = Lineage(spots=Spots(table=spots), links=Links(table=edges))
    computed = edge_features(found)
    for key in computed:
        np.testing.assert_allclose(computed[key], edges[key], rtol=1e-9, atol=1e-12, err_msg=key)
    tracks = track_features(found)
    elements = list(root.find("Model/AllTracks"))
    assert len(elements) == len(tracks)
    for element in elements:
        row = found.spots.rows_of([int(element[0].get("SPOT_SOURCE_ID"))])[0]
        expected = numbers(element)
        for key in COMPARED:
            got = tracks.loc[found.track_of_spot[row], key]
            assert got == pytest.approx(expected[key], rel=1e-9, abs=1e-12, nan_ok=True), key


def test_features_with_gaps_splits_merges_are_those_of_trackmate():
    edges, expected = pd.read_csv(GOLDEN / "edges.csv"), pd.read_csv(GOLDEN / "tracks.csv")
    found = Lineage(
        spots=Spots(table=pd.read_csv(GOLDEN / "spots.csv")),
        links=Links.from_arrays(edges["SPOT_SOURCE_ID"], edges["SPOT_TARGET_ID"]),
    )
    computed = edge_features(found)
    for key in computed:
        np.testing.assert_allclose(computed[key], edges[key], rtol=1e-9, atol=1e-12, err_msg=key)
    order = found.track_of_spot[found.spots.rows_of(expected["FIRST_SOURCE_ID"])]
    tracks = track_features(found).loc[order]
    for key in COMPARED:
        np.testing.assert_allclose(tracks[key], expected[key], rtol=1e-9, atol=1e-12, err_msg=key)
    assert (expected[["NUMBER_GAPS", "NUMBER_SPLITS", "NUMBER_MERGES", "NUMBER_COMPLEX"]].sum() > 0).all()


def test_median_is_the_upper_middle_and_std_divides_by_n_minus_1():
    found = lineage([(1, 0, 0), (2, 1, 2), (3, 2, 6)], [(1, 2), (2, 3)])
    row = track_features(found).iloc[0]
    assert (row["TRACK_MEDIAN_SPEED"], row["TRACK_MIN_SPEED"]) == (2.0, 1.0)
    assert row["TRACK_STD_SPEED"] == pytest.approx(np.std([1.0, 2.0], ddof=1))


def test_single_link_has_no_spread_and_no_turn():
    row = track_features(lineage([(1, 0, 0), (2, 1, 2)], [(1, 2)])).iloc[0]
    assert np.isnan(row["TRACK_STD_SPEED"])
    assert np.isnan(row["MEAN_DIRECTIONAL_CHANGE_RATE"])


def test_reversal_turns_by_pi_and_a_branch_after_a_merge_has_no_turn():
    back = edge_features(lineage([(1, 0, 0), (2, 1, 2), (3, 2, 0)], [(1, 2), (2, 3)]))
    assert back["DIRECTIONAL_CHANGE_RATE"][1] == pytest.approx(np.pi / 2)
    merged = edge_features(lineage([(1, 0, 0), (2, 0, 5), (3, 1, 2), (4, 2, 2)], [(1, 3), (2, 3), (3, 4)]))
    assert merged["DIRECTIONAL_CHANGE_RATE"].isna().all()


def test_gaps_are_counted_and_the_longest_is_in_missing_frames():
    row = track_features(lineage([(1, 0, 0), (2, 2, 1), (3, 6, 2), (4, 7, 3)], [(1, 2), (2, 3), (3, 4)])).iloc[0]
    assert (row["NUMBER_GAPS"], row["LONGEST_GAP"]) == (2, 3)


def test_motionless_track_has_no_confinement():
    row = track_features(lineage([(1, 0, 0), (2, 1, 0)], [(1, 2)])).iloc[0]
    assert np.isnan(row["CONFINEMENT_RATIO"])
    assert row["MAX_DISTANCE_TRAVELED"] == 0


def test_nothing_linked_gives_empty_tables_with_all_columns():
    for found in (lineage([(1, 0, 0)], []), Lineage(spots=Spots.empty(), links=Links.empty())):
        assert len(edge_features(found)) == 0
        assert list(track_features(found).columns) == list(TRACK_FEATURES)
        assert len(track_features(found)) == 0


def test_rows_are_those_of_the_links_and_the_tracks():
    found = lineage([(7, 0, 0), (3, 1, 1), (5, 0, 9), (4, 1, 9)], [(5, 4), (7, 3)])
    assert edge_features(found)["DISPLACEMENT"].tolist() == [0.0, 1.0]
    assert track_features(found)["TOTAL_DISTANCE_TRAVELED"].tolist() == [1.0, 0.0]


def test_time_is_needed():
    table = lineage([(1, 0, 0), (2, 1, 2)], [(1, 2)]).spots.table.drop(columns="POSITION_T")
    with pytest.raises(BadTable, match="POSITION_T"):
        edge_features(Lineage(spots=Spots(table=table), links=Links.from_arrays([1], [2])))


def test_quality_may_be_missing():
    found = lineage([(1, 0, 0), (2, 1, 2)], [(1, 2)])
    bare = Lineage(spots=Spots(table=found.spots.table.drop(columns="QUALITY")), links=found.links)
    assert track_features(bare)["TRACK_MEAN_QUALITY"].isna().all()


@pytest.mark.filterwarnings("error")
def test_times_all_but_equal_give_infinite_spread_without_a_warning():
    table = pd.DataFrame(
        {"ID": [1, 2, 3], "FRAME": [0, 1, 2], "POSITION_T": [0.0, 1e-200, 5.0], "POSITION_X": [0.0, 3.0, 9.0]}
    ).assign(POSITION_Y=0.0, POSITION_Z=0.0, QUALITY=1.0)
    found = Lineage(spots=Spots(table=table), links=Links.from_arrays([1, 2], [2, 3]))
    row = track_features(found).iloc[0]
    assert row["TRACK_MAX_SPEED"] == pytest.approx(3e200)
    assert np.isinf(row["TRACK_STD_SPEED"])
