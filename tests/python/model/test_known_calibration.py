import pytest

from volltrack.errors import BadValue, MissingCalibration
from volltrack.model import Calibration, KnownCalibration, VoxelSize

WHOLE = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.25), frame_interval=3.0, time_unit="min")


def test_what_is_not_known_is_named_by_the_quantities_that_give_it():
    assert KnownCalibration().missing == ("voxel_size", "unit", "frame_interval", "time_unit")
    assert KnownCalibration(y=1.0, x=1.0, unit="µm", time_unit="sec").missing == ("voxel_size", "frame_interval")
    assert KnownCalibration.of(WHOLE).missing == ()
    assert KnownCalibration.of(WHOLE).is_complete
    assert not KnownCalibration(unit="µm").is_complete


def test_a_whole_calibration_comes_back():
    known = KnownCalibration.of(WHOLE)
    assert known.require("a file", n_slices=9, n_frames=9, advice="") == WHOLE
    assert KnownCalibration.given(**known.as_given()) == known


def test_only_what_is_not_known_is_filled_in_and_in_the_own_unit():
    known = KnownCalibration(y=500.0, x=500.0, unit="nm")
    filled = known.filled_with(KnownCalibration.of(WHOLE))
    assert filled.voxel_size == (2000.0, 500.0, 500.0)
    assert (filled.unit, filled.frame_interval, filled.time_unit) == ("nm", 3.0, "min")


def test_what_is_given_wins():
    known = KnownCalibration.of(WHOLE).overridden_by(KnownCalibration.given(frame_interval=60.0, time_unit="s"))
    assert (known.frame_interval, known.time_unit, known.unit) == (60.0, "sec", "µm")


@pytest.mark.parametrize(
    ("known", "size", "missing"),
    [
        (KnownCalibration(), (2, 2), ("voxel_size", "unit", "frame_interval", "time_unit")),
        (KnownCalibration(), (1, 1), ("voxel_size", "unit")),
        (KnownCalibration(y=1.0, x=1.0, unit="µm"), (2, 1), ("voxel_size",)),
        (KnownCalibration(z=1.0, y=1.0, x=1.0, unit="µm", time_unit="sec"), (2, 2), ("frame_interval",)),
    ],
)
def test_the_error_names_what_data_of_this_size_needs(known, size, missing):
    with pytest.raises(MissingCalibration) as caught:
        known.require("m.tif", n_slices=size[0], n_frames=size[1], advice="ImageJ writes it.")
    assert caught.value.missing == missing
    assert caught.value.reason.startswith("m.tif: the file does not say ")
    assert caught.value.reason.endswith("ImageJ writes it.")
    assert all(f"`{name}" in str(caught.value) for name in missing)


def test_a_part_that_cannot_be_is_told_with_the_file():
    known = KnownCalibration(z=1e60, y=1.0, x=1.0, unit="µm", frame_interval=1.0, time_unit="sec")
    with pytest.raises(BadValue, match=r"m\.tif: voxel size z = 1e\+60"):
        known.require("m.tif", n_slices=2, n_frames=2, advice="")
