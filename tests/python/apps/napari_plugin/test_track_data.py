"""Lineages as arrays for a Tracks layer, against the links themselves."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from volltrack.analyse import Tracklets
from volltrack.apps.napari_plugin.layers import locate_in_voxels, make_track_data
from volltrack.model import Lineage, Links, Spots, VoxelSize
from volltrack.testing import LineageShape, make_random_lineage

SIZE = VoxelSize(z=2.0, y=0.5, x=0.25)


def make_lineage(frames, pairs):
    """Spot i is in frames[i], at x = i µm; pairs are links of ids as given."""
    ids = np.arange(len(frames))
    table = {"ID": ids, "FRAME": frames, "POSITION_X": ids * 1.0, "POSITION_Y": 0.0, "POSITION_Z": 4.0}
    source, target = zip(*pairs, strict=True) if pairs else ((), ())
    return Lineage(spots=Spots(table=pd.DataFrame(table)), links=Links.from_arrays(source, target))


def make(lineage, **options):
    return make_track_data(Tracklets.of(lineage), SIZE, **options)


def drawn_links(found):
    """The links that napari draws: along each tracklet, and from the last row of a parent to the first of a child."""
    drawn = set()
    rows_of = {}
    for row, number in zip(found.rows.tolist(), found.data[:, 0].astype(int).tolist(), strict=True):
        rows_of.setdefault(number, []).append(row)
    for rows in rows_of.values():
        drawn |= set(pairwise(rows))
    for child, parents in found.graph.items():
        drawn |= {(rows_of[parent][-1], rows_of[child][0]) for parent in parents}
    return drawn


@pytest.mark.parametrize("seed", range(12))
def test_napari_draws_exactly_the_links_and_every_spot_once(seed):
    lineage = make_random_lineage(seed, LineageShape(n_founders=9, merge_rate=0.2))
    found = make(lineage)
    assert sorted(found.rows) == list(range(len(lineage.spots)))
    links = set(zip(lineage.source_rows.tolist(), lineage.target_rows.tolist(), strict=True))
    assert drawn_links(found) == links


@pytest.mark.parametrize("seed", range(4))
def test_the_two_layers_share_the_spots_and_the_links_between_them(seed):
    lineage = make_random_lineage(seed, LineageShape(n_founders=9, division_rate=0.1))
    tracklets = Tracklets.of(lineage)
    dividing = tracklets.is_in_dividing_track
    parts = [make_track_data(tracklets, SIZE, keep=keep) for keep in (dividing, ~dividing)]
    assert sorted(np.concatenate([part.rows for part in parts])) == list(range(len(lineage.spots)))
    links = set(zip(lineage.source_rows.tolist(), lineage.target_rows.tolist(), strict=True))
    assert drawn_links(parts[0]) | drawn_links(parts[1]) == links


def test_a_second_daughter_that_ends_at_once_is_a_tracklet_with_its_parent():
    lineage = make_lineage([0, 1, 2, 2, 3], [(0, 1), (1, 2), (1, 3), (2, 4)])
    found = make(lineage)
    number = lineage.tracklet_of_spot
    assert found.graph == {number[2]: [number[0]], number[3]: [number[0]]}
    assert (found.data[:, 0] == number[3]).sum() == 1


def test_a_merge_has_two_parents():
    lineage = make_lineage([0, 0, 1, 2], [(0, 2), (1, 2), (2, 3)])
    number = lineage.tracklet_of_spot
    assert make(lineage).graph == {number[2]: sorted([number[0], number[1]])}


def test_links_stored_from_late_to_early_are_the_same_links():
    pairs = [(0, 1), (1, 2), (1, 3)]
    forward, backward = (make_lineage([0, 1, 2, 2], p) for p in (pairs, [(b, a) for a, b in pairs]))
    assert make(forward).graph == make(backward).graph
    assert np.array_equal(make(forward).data, make(backward).data)


def test_a_gap_stays_in_its_tracklet():
    found = make(make_lineage([0, 3, 4], [(0, 1), (1, 2)]))
    assert found.data[:, :2].tolist() == [[0, 0], [0, 3], [0, 4]]
    assert found.graph == {}


def test_unlinked_spots_are_tracklets_of_their_own():
    found = make(make_lineage([5, 5, 7], []))
    assert found.data[:, 0].tolist() == [0, 1, 2]


def test_rows_times_the_voxel_size_are_the_positions():
    lineage = make_random_lineage(3)
    found = make(lineage)
    assert np.allclose(found.data[:, 2:] * SIZE.zyx, lineage.spots.positions_zyx[found.rows])
    assert np.allclose(locate_in_voxels(lineage.spots, SIZE)[found.rows], found.data[:, 1:])


def test_features_belong_to_their_rows_and_say_who_is_a_daughter():
    lineage = make_lineage([0, 1, 2, 2], [(0, 1), (1, 2), (1, 3)])
    found = make(lineage)
    assert found.features["SPOT_ID"].tolist() == found.rows.tolist()
    assert np.allclose(found.features["POSITION_X"], found.data[:, 4] * SIZE.x)
    by_spot = dict(zip(found.features["SPOT_ID"], found.features["IS_DAUGHTER"], strict=True))
    assert by_spot == {0: 0, 1: 0, 2: 1, 3: 1}


def test_nothing_gives_nothing():
    found = make(make_lineage(np.zeros(0, dtype=np.int64), []))
    assert found.data.shape == (0, 5)
    assert found.graph == {}
