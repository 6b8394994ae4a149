"""Quality on clouds with known lineages: the issue's thresholds on several seeds and several kinds of cloud."""

import numpy as np
import pytest

from volltrack.link import LikelihoodLinkSettings, estimate_likelihood_settings, link_by_likelihood
from volltrack.score import score_links
from volltrack.testing.clouds import CloudSettings, make_cloud


def score(cloud, settings=None):
    return score_links(link_by_likelihood(cloud.spots, settings), cloud.truth)


@pytest.mark.parametrize("seed", range(1, 7))
def test_small_clouds_reach_the_target(seed):
    # 40 divisions: one more or less is .02
    result = score(make_cloud(20, 100, seed))
    assert result.link_f1 >= 0.967
    assert result.division_f1 >= 0.50


@pytest.mark.parametrize("seed", [1])
def test_larger_clouds_reach_the_target_with_room(seed):
    result = score(make_cloud(20, 600, seed))
    assert result.link_f1 >= 0.974
    assert result.division_f1 >= 0.62


@pytest.mark.parametrize(
    ("kind", "link_f1", "division_f1"),
    [
        ({"min_distance_um": 0.0, "step_sigma_um": 1.15}, 0.967, 0.58),
        ({"min_distance_um": 5.0}, 0.985, 0.70),
        ({"persistence": 0.7}, 0.982, 0.68),
        ({"division_axis": "x"}, 0.974, 0.60),
        ({"appearance_rate": 0.02}, 0.967, 0.55),
        ({"appearance_rate": 0.0}, 0.974, 0.62),
        ({"false_rate": 0.10}, 0.967, 0.55),
        ({"false_rate": 0.0, "missed_rate": 0.0}, 0.983, 0.78),
        ({"division_offset_um": 4.0}, 0.977, 0.70),
        ({"drift_zyx_um": (0.0, 6.0, 5.3)}, 0.974, 0.60),
        ({"flat": True}, 0.958, 0.52),
    ],
    ids=lambda kind: ",".join(kind) if isinstance(kind, dict) else "",
)
def test_other_kinds_of_cloud(kind, link_f1, division_f1):
    result = score(make_cloud(20, 400, 5, CloudSettings(**kind)))
    assert result.link_f1 >= link_f1
    assert result.division_f1 >= division_f1


@pytest.mark.parametrize("appearance_rate", [0.004, 0.02])
def test_where_nothing_divides_hardly_a_division_is_found(appearance_rate):
    cloud = make_cloud(20, 300, 3, CloudSettings(division_rate=0.0, appearance_rate=appearance_rate))
    result = score(cloud)
    assert result.n_true_divisions == 0
    assert result.n_found_divisions <= 3
    assert result.link_f1 >= 0.975


def test_divisions_can_be_left_out():
    cloud = make_cloud(20, 100, 1)
    assert score(cloud).n_found_divisions > 20
    assert score(cloud, LikelihoodLinkSettings(divisions=False)).n_found_divisions == 0


def test_no_link_is_longer_than_the_missed_frames_allow():
    cloud = make_cloud(20, 100, 1, CloudSettings(missed_rate=0.1))
    frames = cloud.spots.frames
    for allowed, longest in ((0, 1), (1, 2), (2, 3)):
        links = link_by_likelihood(cloud.spots, LikelihoodLinkSettings(max_missed_frames=allowed))
        assert (frames[links.target_ids] - frames[links.source_ids]).max() == longest


def test_estimate_finds_how_the_cloud_was_made():
    truth = CloudSettings(drift_zyx_um=(0.4, -1.0, 2.0))
    found = estimate_likelihood_settings(make_cloud(20, 500, 7, truth).spots).settings
    assert found.is_complete
    assert found.drift_zyx == pytest.approx(truth.drift_zyx_um, abs=0.15)
    # a step between detections holds the noise of both
    assert found.step_sigma_zyx == pytest.approx(3 * [np.hypot(truth.step_sigma_um, np.sqrt(2) * 0.3)], rel=0.06)
    assert found.missed_rate == pytest.approx(0.05, abs=0.02)
    assert found.false_rate == pytest.approx(0.03, abs=0.015)
    assert found.division_rate == pytest.approx(0.02, abs=0.008)
    assert found.division_offset == pytest.approx(2.6, abs=0.4)


def test_estimated_settings_give_the_same_links_again():
    spots = make_cloud(12, 150, 9).spots
    estimate = estimate_likelihood_settings(spots)
    one, two = link_by_likelihood(spots), link_by_likelihood(spots, estimate.settings)
    assert one.table.equals(two.table)
    assert any("division_rate" in line for line in estimate.report)
