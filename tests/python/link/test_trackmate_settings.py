"""Settings are checked, and go through plain values and back."""

import pytest

from volltrack.errors import BadSettings
from volltrack.link import LinkSettings


def test_trackmates_defaults() -> None:
    settings = LinkSettings.trackmate()
    assert settings.method == "lap"
    assert settings.max_distance == settings.gap_max_distance == 15
    assert settings.splitting_max_distance == settings.merging_max_distance == 15
    assert settings.max_frame_gap == 2
    assert settings.kalman_search_radius == 20
    assert (settings.gap_closing, settings.splitting, settings.merging) == (True, False, False)
    assert (settings.alternative_cost_factor, settings.cutoff_percentile) == (1.05, 0.9)
    assert settings.single_spot_segments is False


def test_round_trip_through_plain_values() -> None:
    settings = LinkSettings(max_distance=7, splitting=True, gap_feature_penalties={"RADIUS": 1})
    values = settings.to_dict()
    assert values["gap_feature_penalties"] == {"RADIUS": 1.0}
    assert LinkSettings.from_dict(values) == settings


def test_later_change_of_the_given_table_changes_nothing() -> None:
    penalties = {"RADIUS": 1.0}
    settings = LinkSettings(feature_penalties=penalties)
    penalties["QUALITY"] = 2.0
    assert settings.feature_penalties == {"RADIUS": 1.0}


def test_unknown_key_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(BadSettings, match=r"unknown link setting max_dist: expected any of .*max_distance"):
        LinkSettings.from_dict({"max_dist": 3})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_distance": -1}, r"max_distance = -1: expected a finite number > 0"),
        ({"gap_max_distance": 0}, r"gap_max_distance = 0: expected a finite number > 0"),
        ({"splitting_max_distance": float("nan")}, r"splitting_max_distance = nan"),
        ({"merging_max_distance": float("inf")}, r"merging_max_distance = inf"),
        ({"kalman_search_radius": "20"}, r"kalman_search_radius = '20'"),
        ({"max_distance": True}, r"max_distance = True"),
        ({"max_frame_gap": -1}, r"max_frame_gap = -1: expected a whole number of frames >= 0"),
        ({"max_frame_gap": 1.5}, r"max_frame_gap = 1.5"),
        ({"alternative_cost_factor": 0}, r"alternative_cost_factor = 0"),
        ({"cutoff_percentile": 90}, r"cutoff_percentile = 90: expected a finite number from 0 to 1"),
        ({"min_iou": 1.0}, r"min_iou = 1.0"),
        ({"splitting": 1}, r"splitting = 1: expected true or false"),
        ({"method": "nearest"}, r"method = 'nearest': expected 'lap', 'kalman', 'advanced-kalman' or 'overlap'"),
        ({"feature_penalties": ["RADIUS"]}, r"feature_penalties = \['RADIUS'\]: expected a table"),
        (
            {"feature_penalties": {"RADIUS": -1}},
            r"'RADIUS' = -1: expected a table of names, each with a finite number >= 0",
        ),
        ({"method": "kalman", "feature_penalties": {"RADIUS": 1}}, r"'kalman'.* expected method 'advanced-kalman'"),
    ],
)
def test_bad_value_is_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(BadSettings, match=message):
        LinkSettings.from_dict(values)
