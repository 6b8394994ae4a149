import pytest

from volltrack.errors import BadSettings
from volltrack.link import LikelihoodLinkSettings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_missed_frames": 9}, "from 0 to 5"),
        ({"max_missed_frames": True}, "from 0 to 5"),
        ({"divisions": "no"}, "expected true or false"),
        ({"local_flow": 1}, "expected true or false, or none to estimate it from the spots"),
        ({"missed_rate": 0.0}, "above 0 and below 1"),
        ({"division_rate": 1.0}, "above 0 and below 1"),
        ({"spot_density": -1.0}, "finite number > 0"),
        ({"division_offset": float("nan")}, "finite number > 0"),
        ({"step_sigma_zyx": (1.0, 0.0, 1.0)}, r"three values \(z, y, x\), each a finite number > 0"),
        ({"drift_zyx": (1.0, 2.0)}, r"three values \(z, y, x\), each a finite number"),
        ({"persistence": 1.0}, "a finite number above -1 and below 1, or none to estimate it from the spots"),
        ({"step_tail": 0.5}, ">= 1"),
    ],
)
def test_bad_value_is_refused_by_name(values, message):
    with pytest.raises(BadSettings, match=message) as caught:
        LikelihoodLinkSettings(**values)
    assert next(iter(values)) in str(caught.value)


def test_unknown_key_is_refused():
    with pytest.raises(BadSettings, match="unknown link setting max_distance: expected any of max_missed_frames"):
        LikelihoodLinkSettings.from_dict({"max_distance": 15})


def test_dict_round_trip_leaves_open_values_open():
    settings = LikelihoodLinkSettings(drift_zyx=(0, 1, 2), missed_rate=0.1)
    assert settings.to_dict() == {
        "max_missed_frames": 2,
        "divisions": True,
        "drift_zyx": [0.0, 1.0, 2.0],
        "missed_rate": 0.1,
    }
    assert LikelihoodLinkSettings.from_dict(settings.to_dict()) == settings
    assert not settings.is_complete
