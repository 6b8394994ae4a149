import numpy as np
import pytest
from scipy.spatial import cKDTree

from volltrack.errors import BadSettings
from volltrack.testing.clouds import CloudSettings, make_cloud


@pytest.mark.parametrize(
    ("size", "stated"),
    [((20, 100), (2084, 64, 1910, 113, 48)), ((50, 1000), (54024, 1653, 51165, 2497, 1062))],
)
def test_counts_are_those_of_the_stated_clouds(size, stated):
    clouds = [make_cloud(*size, seed) for seed in range(6)]
    frames = [c.spots.frames for c in clouds]
    counts = [
        (len(f), c.is_false.sum(), len(c.truth), (np.diff(edge_frames(c)) > 1).sum(), len(c.divisions))
        for c, f in zip(clouds, frames, strict=True)
    ]
    assert np.mean(counts, axis=0) == pytest.approx(stated, rel=0.25 if size[0] == 20 else 0.06)


def edge_frames(cloud):
    frames = cloud.spots.frames
    return np.stack([frames[cloud.truth.source_ids], frames[cloud.truth.target_ids]], axis=1)


def test_distances_are_those_stated():
    cloud = make_cloud(30, 600, 1)
    position, frames = cloud.spots.positions_zyx, cloud.spots.frames
    real = ~cloud.is_false
    near = [cKDTree(p).query(p, k=2)[0][:, 1] for p in (position[real & (frames == t)] for t in range(30))]
    assert 5.5 < np.median(np.concatenate(near)) < 6.2
    one = np.diff(edge_frames(cloud))[:, 0] == 1
    step = np.linalg.norm(position[cloud.truth.target_ids] - position[cloud.truth.source_ids], axis=1)[one]
    assert np.median(step) == pytest.approx(1.9, abs=0.1)
    assert np.percentile(step, 95) == pytest.approx(3.6, abs=0.15)


def test_truth_is_a_forest_of_real_detections():
    cloud = make_cloud(20, 100, 2)
    before, after = edge_frames(cloud).T
    assert (after > before).all()
    assert len(np.unique(cloud.truth.target_ids)) == len(cloud.truth)
    assert not cloud.is_false[cloud.truth.source_ids].any()
    assert not cloud.is_false[cloud.truth.target_ids].any()
    pairs = set(zip(cloud.truth.source_ids.tolist(), cloud.truth.target_ids.tolist(), strict=True))
    assert len(cloud.divisions)
    assert all((m, a) in pairs and (m, b) in pairs for m, a, b in cloud.divisions.tolist())


def test_without_misses_every_link_is_to_the_next_frame():
    cloud = make_cloud(10, 50, 3, CloudSettings(missed_rate=0.0, false_rate=0.0))
    assert (np.diff(edge_frames(cloud)) == 1).all()
    assert not cloud.is_false.any()


def test_seed_decides():
    one, same, other = (make_cloud(5, 30, seed).spots.table for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


@pytest.mark.parametrize("size", [(0, 5), (1, 0), (3, 0), (3, 1)])
@pytest.mark.parametrize("kind", [{}, {"flat": True}, {"persistence": 0.7, "division_axis": "x"}])
def test_tiny_clouds(size, kind):
    cloud = make_cloud(*size, 0, CloudSettings(**kind))
    assert len(cloud.is_false) == len(cloud.spots)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"missed_rate": 1.0}, "missed_rate = 1.0"),
        ({"spacing_um": 0.0}, "spacing_um = 0.0: expected a finite number > 0"),
        ({"step_sigma_um": -1.0}, "step_sigma_um = -1.0: expected a finite number >= 0"),
        ({"division_axis": "y"}, "expected 'random' or 'x'"),
    ],
)
def test_bad_recipe_is_refused(values, message):
    with pytest.raises(BadSettings, match=message):
        CloudSettings(**values)
