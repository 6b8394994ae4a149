"""Java and Python prune the same lineages alike."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadTable
from volltrack.link.prune.settings import PruneSettings
from volltrack.link.prune.tracklets import prune_short_tracklets
from volltrack.model import Lineage, Links, Spots
from volltrack.testing.lineages import LineageShape, make_random_lineage
from volltrack_fiji import prune_java


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    minimum=st.sampled_from([0.0, 0.3, 0.5, 1.0, 2.0, 2.5, 3.0, 5.0, 8.0]),
    unit=st.sampled_from(["frames", "time"]),
    rules=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    merge_rate=st.sampled_from([0.0, 0.1, 0.4]),
)
def test_random_lineages_with_merges_and_gaps(seed: int, minimum: float, unit, rules, merge_rate: float) -> None:
    shape = LineageShape(n_frames=20, n_founders=6, division_rate=0.3, merge_rate=merge_rate)
    lineage = make_random_lineage(seed, shape)
    leaf, whole, root = rules
    chosen = PruneSettings(
        min_tracklet_length=minimum, unit=unit, leaf_tracklets=leaf, whole_tracks=whole, root_tracklets=root
    )
    expected, found = prune_short_tracklets(lineage, chosen), prune_java(lineage, chosen)
    pd.testing.assert_frame_equal(found.removed_tracklets, expected.removed_tracklets)
    pd.testing.assert_frame_equal(found.removed_links, expected.removed_links)
    pd.testing.assert_frame_equal(found.unlinked_spots, expected.unlinked_spots)
    pd.testing.assert_frame_equal(found.lineage.links.table, expected.lineage.links.table)


def test_the_random_lineages_hold_what_they_promise() -> None:
    lineages = [make_random_lineage(seed, LineageShape(merge_rate=0.1)) for seed in range(20)]
    assert any((lineage.in_degrees > 1).any() for lineage in lineages)
    assert any((lineage.out_degrees > 2).any() for lineage in lineages)
    frames_apart = [x.spots.frames[x.target_rows] - x.spots.frames[x.source_rows] for x in lineages]
    assert any((apart > 1).any() for apart in frames_apart)


def test_an_empty_lineage_is_fine() -> None:
    empty = Lineage(spots=Spots.empty(), links=Links.empty())
    found = prune_java(empty, PruneSettings(min_tracklet_length=3, whole_tracks=True, root_tracklets=True))
    assert len(found.removed_tracklets) == len(found.removed_links) == 0


def test_missing_times_are_refused_as_in_python() -> None:
    lineage = make_random_lineage(1)
    bare = Lineage(spots=Spots(table=lineage.spots.table.drop(columns="POSITION_T")), links=lineage.links)
    with pytest.raises(BadTable, match="needs the column POSITION_T"):
        prune_java(bare, PruneSettings(min_tracklet_length=3, unit="time"))
