"""Statistics of tracklets and lineages where they are known."""

import itertools

import numpy as np
import pytest

from volltrack.analyse import (
    QUANTITIES,
    Tracklets,
    lineage_table,
    link_table,
    localisation_table,
    msd_table,
    plot_quantities,
    quantity_values,
    spot_table,
    tracklet_table,
)
from volltrack.errors import BadValue
from volltrack.model import Lineage, Links
from volltrack.testing import make_random_lineage


def chain(ids):
    return list(itertools.pairwise(ids))


def test_walker_of_constant_speed(build, calibration):
    step = np.array([2.0, 3.0, 6.0])  # 7 µm
    lineage = build([(t, t, *(10 + t * step)) for t in range(11)], chain(range(11)))
    row = tracklet_table(lineage, calibration).iloc[0]
    assert (row.START_TIME, row.STOP_TIME, row.DURATION) == (0, 20, 20)
    assert pytest.approx(70) == row.DISPLACEMENT
    assert pytest.approx(70) == row.PATH_LENGTH
    assert pytest.approx(3.5) == row.MEAN_SPEED
    assert pytest.approx(3.5) == row.MAX_SPEED
    assert pytest.approx(1) == row.STRAIGHTNESS
    assert pytest.approx(0, abs=1e-7) == row.MEAN_TURNING_ANGLE
    msd = msd_table(lineage, calibration)
    np.testing.assert_allclose(msd["MSD"], (3.5 * msd["LAG"]) ** 2)  # ballistic
    assert msd["N_PAIRS"].tolist() == list(range(10, 0, -1))


def test_walker_around_a_square(build, calibration):
    corners = [(0, 0), (0, 3), (3, 3), (3, 0), (0, 0)]
    lineage = build([(t, t, 1, y, x) for t, (y, x) in enumerate(corners)], chain(range(5)))
    row = tracklet_table(lineage, calibration).iloc[0]
    assert (row.DISPLACEMENT, row.PATH_LENGTH, row.STRAIGHTNESS) == (0, 12, 0)
    assert pytest.approx(np.pi / 2) == row.MEAN_TURNING_ANGLE
    assert pytest.approx(1.5) == row.MEAN_SPEED
    turns = link_table(lineage, calibration)["TURNING_ANGLE"]
    np.testing.assert_allclose(turns, [np.nan, *[np.pi / 2] * 3])


def test_link_over_a_gap_takes_its_time(build, calibration):
    frames = [0, 1, 4, 5]
    lineage = build([(i, t, 0, 0, 2.0 * t) for i, t in enumerate(frames)], chain(range(4)))
    row = tracklet_table(lineage, calibration).iloc[0]
    assert (row.N_SPOTS, row.N_MISSED, row.START_FRAME, row.STOP_FRAME) == (4, 2, 0, 5)
    assert pytest.approx(1.0) == row.MAX_SPEED
    assert pytest.approx(1.0) == row.MEAN_SPEED
    msd = msd_table(lineage, calibration)
    assert dict(zip(msd["LAG"], msd["N_PAIRS"], strict=True)) == {2: 2, 6: 1, 8: 2, 10: 1}


def test_binary_tree_of_known_division_times(binary_tree, calibration):
    found = tracklet_table(binary_tree, calibration)
    assert found["GENERATION"].tolist() == [0, 1, 1, 2, 2, 2, 2]
    assert found["PARENT_ID"].tolist() == [-1, 0, 0, 1, 1, 2, 2]
    assert found["N_CHILDREN"].tolist() == [2, 2, 2, 0, 0, 0, 0]
    np.testing.assert_allclose(found["CELL_CYCLE"], [np.nan, 20.0, 30.0, *[np.nan] * 4])  # 10 and 15 frames of 2 min
    row = lineage_table(binary_tree, calibration).iloc[0]
    assert (row.N_DIVISIONS, row.N_TRACKLETS, row.MAX_GENERATION, row.N_FOUNDERS) == (3, 7, 2, 1)
    assert (row.N_CELL_CYCLES, row.MEAN_CELL_CYCLE, row.DURATION) == (2, 25.0, 60.0)


def test_second_daughter_that_ends_at_once_is_a_tracklet(build, calibration):
    spots = [(0, 0, 0, 0, 0), (1, 1, 0, 0, 1), (2, 2, 0, 0, 2), (3, 2, 0, 5, 2), (4, 3, 0, 0, 3)]
    lineage = build(spots, [(0, 1), (1, 2), (1, 3), (2, 4)])
    found = tracklet_table(lineage, calibration).set_index("FIRST_SPOT_ID")
    assert len(found) == 3
    short = found.loc[3]
    assert (short.PARENT_ID, short.GENERATION, short.ROLE) == (found.loc[0].TRACKLET_ID, 1, "daughter")
    assert (short.N_SPOTS, short.DURATION, short.PATH_LENGTH) == (1, 0, 0)
    assert np.isnan([short.MEAN_SPEED, short.MAX_SPEED, short.STRAIGHTNESS]).all()
    assert found.loc[2].N_SPOTS == 2


def test_reversed_links_change_nothing(binary_tree, calibration):
    source, target = binary_tree.links.source_ids, binary_tree.links.target_ids
    turned = Lineage(spots=binary_tree.spots, links=Links.from_arrays(target, source))
    assert tracklet_table(turned, calibration).equals(tracklet_table(binary_tree, calibration))
    assert lineage_table(turned, calibration).equals(lineage_table(binary_tree, calibration))


def test_merge_has_two_parents_and_is_no_division(build, calibration):
    spots = [(0, 0, 0, 0, 0), (1, 0, 0, 5, 0), (2, 1, 0, 0, 1), (3, 1, 0, 5, 1), (4, 2, 0, 2, 2), (5, 3, 0, 2, 3)]
    lineage = build(spots, [(0, 2), (1, 3), (2, 4), (3, 4), (4, 5)])
    found = tracklet_table(lineage, calibration)
    assert found["N_PARENTS"].tolist() == [0, 0, 2]
    assert found["GENERATION"].tolist() == [0, 0, 0]
    assert found["ROLE"].unique().tolist() == ["single"]
    row = lineage_table(lineage, calibration).iloc[0]
    assert (row.N_MERGES, row.N_DIVISIONS, row.N_FOUNDERS) == (1, 0, 2)
    speed = quantity_values(lineage, "SPEED", calibration)
    np.testing.assert_allclose(speed, [np.nan, np.nan, 0.5, 0.5, np.nan, 0.5])


def test_cell_cycle_needs_both_divisions(build, calibration):
    # two founders merge, the merged cell divides: no cell cycle begins with a merge
    spots = [(0, 0, 0, 0, 0), (1, 0, 0, 5, 0), (2, 1, 0, 2, 0), (3, 2, 0, 2, 0), (4, 3, 0, 0, 0), (5, 3, 0, 4, 0)]
    lineage = build(spots, [(0, 2), (1, 2), (2, 3), (3, 4), (3, 5)])
    assert tracklet_table(lineage, calibration)["CELL_CYCLE"].isna().all()


def test_movie_of_one_frame_has_tracklets_but_no_motion(build, calibration):
    lineage = build([(i, 0, 0, 0, i) for i in range(4)])
    found = tracklet_table(lineage, calibration)
    assert len(found) == 4
    assert (found["TRACK_ID"] == -1).all()
    assert (found["DURATION"] == 0).all()
    assert found["MEAN_SPEED"].isna().all()
    for table in (lineage_table(lineage, calibration), msd_table(lineage, calibration)):
        assert len(table) == 0
    assert "SPEED" not in plot_quantities(lineage)


def test_tables_of_nothing_have_their_columns(build, calibration):
    full = make_random_lineage(0)
    empty = build([])
    for make in (tracklet_table, lineage_table, msd_table, link_table):
        assert list(make(empty, calibration).columns) == list(make(full, calibration).columns)
        assert len(make(empty, calibration)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_tables_agree_with_plain_loops_on_any_lineage(seed, calibration):
    lineage = make_random_lineage(seed)
    found = tracklet_table(lineage, calibration)
    tracklets = Tracklets.of(lineage)
    zyx, frames = lineage.spots.positions_zyx, lineage.spots.frames
    children = {}
    for source, target in zip(lineage.source_rows.tolist(), lineage.target_rows.tolist(), strict=True):
        children.setdefault(source, []).append(target)

    def find_generation(k):
        sources = [s for s, targets in children.items() if tracklets.rows_of(k)[0] in targets]
        of = lineage.tracklet_of_spot
        return max((find_generation(of[s]) + (len(children[s]) > 1) for s in sources), default=0)

    for k, row in enumerate(found.itertuples()):
        rows = sorted(np.flatnonzero(lineage.tracklet_of_spot == k), key=lambda r: frames[r])
        steps = np.linalg.norm(np.diff(zyx[rows], axis=0), axis=1)
        assert len(rows) == row.N_SPOTS
        assert pytest.approx(steps.sum()) == row.PATH_LENGTH
        assert pytest.approx(np.linalg.norm(zyx[rows[-1]] - zyx[rows[0]])) == row.DISPLACEMENT
        assert 2 * (frames[rows[-1]] - frames[rows[0]]) == row.DURATION
        assert find_generation(k) == row.GENERATION
        if len(rows) > 1:
            assert pytest.approx((steps / (2 * np.diff(frames[rows]))).max()) == row.MAX_SPEED
        pairs = {}
        for i, a in enumerate(rows):
            for b in rows[i + 1 :]:
                pairs.setdefault(2.0 * (frames[b] - frames[a]), []).append(((zyx[b] - zyx[a]) ** 2).sum())
        msd = msd_table(lineage, calibration).query("TRACKLET_ID == @k")
        assert msd["LAG"].tolist() == sorted(pairs)
        np.testing.assert_allclose(msd["MSD"], [np.mean(pairs[lag]) for lag in sorted(pairs)])


def test_random_walk_spreads_linearly_in_time(build, calibration):
    rng = np.random.default_rng(3)
    walks = rng.normal(0, 0.5, size=(300, 40, 3)).cumsum(axis=1)
    spots = [(40 * i + t, t, *walk[t]) for i, walk in enumerate(walks) for t in range(40)]
    links = [pair for i in range(300) for pair in chain(range(40 * i, 40 * i + 40))]
    msd = msd_table(build(spots, links), calibration, max_lag_frames=5)
    mean = msd.groupby("LAG")["MSD"].mean()
    np.testing.assert_allclose(mean, 3 * 0.25 * mean.index / 2.0, rtol=0.1)


def test_every_column_is_declared_and_has_a_unit(calibration):
    lineage = make_random_lineage(1)
    distance = np.ones(len(lineage.spots))
    tables = [
        tracklet_table(lineage, calibration),
        lineage_table(lineage, calibration),
        msd_table(lineage, calibration),
        link_table(lineage, calibration, distance=distance),
        localisation_table(lineage, distance, calibration),
    ]
    for table in tables:
        assert set(table.columns) <= set(QUANTITIES)
    units = {key: QUANTITIES[key].unit(calibration) for key in QUANTITIES}
    assert units["MEAN_SPEED"] == "µm/min"
    assert units["MSD"] == "µm²"
    assert units["DOMINANT_FREQUENCY"] == "1/min"
    assert QUANTITIES["MEAN_TURNING_ANGLE"].label(calibration) == "Mean turning angle (rad)"


def test_ids_of_the_file_take_the_place_of_numbers(calibration):
    lineage = make_random_lineage(2)
    ids = np.arange(lineage.n_tracks) + 500
    for make in (tracklet_table, lineage_table, msd_table, link_table, spot_table):
        plain, named = make(lineage, calibration), make(lineage, calibration, track_ids=ids)
        expected = np.where(plain["TRACK_ID"] < 0, -1, plain["TRACK_ID"] + 500)
        np.testing.assert_array_equal(named["TRACK_ID"], expected)
        with pytest.raises(BadValue, match="one for each"):
            make(lineage, calibration, track_ids=ids[1:])


def test_quantities_over_time_are_those_of_spots_and_links(binary_tree, calibration):
    spots = binary_tree.spots.with_columns(
        {"DISTANCE_TO_TISSUE": binary_tree.spots.frames * 1.0, "MEAN_INTENSITY_CH1": 1.0, "EMPTY": np.nan}
    )
    lineage = Lineage(spots=spots, links=binary_tree.links)
    known = plot_quantities(lineage)
    assert list(known)[:3] == ["DISTANCE_TO_TISSUE", "MEAN_INTENSITY_CH1", "SPEED"]
    assert {"RADIAL_SPEED", "TANGENTIAL_SPEED", "TURNING_ANGLE"} <= set(known)
    assert not {"EMPTY", "ID", "FRAME"} & set(known)
    np.testing.assert_allclose(np.nanmax(quantity_values(lineage, "RADIAL_SPEED", calibration)), 0.5)
    with pytest.raises(BadValue, match="expected one of"):
        quantity_values(lineage, "SPEEED", calibration)
    table = spot_table(lineage, calibration)
    assert table.groupby("TRACKLET_ID")["FRAME"].is_monotonic_increasing.all()
    assert sorted(table["SPOT_ID"]) == sorted(lineage.spots.ids)
