"""Label movies: which types are taken, and what is refused."""

import numpy as np
import pytest
import tifffile

from volltrack.errors import BadFile
from volltrack.io.tiff import read_label_movie

GIVEN = {"axes": "TZYX", "voxel_size": (1, 1, 1), "unit": "µm", "frame_interval": 1, "time_unit": "min"}


def write(path, array):
    tifffile.imwrite(path, array, photometric="minisblack")
    return path


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "int32", "int64", "uint64"])
def test_integer_types_are_taken(tmp_path, dtype):
    array = np.arange(120).reshape(2, 3, 4, 5).astype(dtype)
    labels = read_label_movie(write(tmp_path / "l.tif", array), **GIVEN)
    frame = labels.frame(1)
    np.testing.assert_array_equal(frame, array[1])
    assert frame.dtype == labels.dtype
    assert labels.dtype in (np.uint8, np.uint16, np.int32)


def test_the_largest_label_is_kept(tmp_path):
    array = np.full((2, 1, 4, 5), 2**31 - 1, np.uint32)
    assert read_label_movie(write(tmp_path / "l.tif", array), **GIVEN).frame(0).max() == 2**31 - 1


@pytest.mark.parametrize(
    ("value", "dtype", "words"),
    [(-3, "int32", r"frame 1: label -3"), (-1, "int16", "label -1"), (2**31, "uint32", "label 2147483648")],
)
def test_labels_out_of_range_are_refused_with_their_frame(tmp_path, value, dtype, words):
    array = np.zeros((2, 1, 4, 5), dtype)
    array[1, 0, 2, 2] = value
    labels = read_label_movie(write(tmp_path / "l.tif", array), **GIVEN)
    labels.frame(0)
    with pytest.raises(BadFile, match=words):
        labels.frame(1)


def test_float_labels_are_refused(tmp_path):
    array = np.random.default_rng(0).random((2, 1, 4, 5), dtype=np.float32)
    with pytest.raises(BadFile, match=r"labels of type float32.*not like labels"):
        read_label_movie(write(tmp_path / "l.tif", array), **GIVEN)


def test_whole_floats_are_taken_when_allowed(tmp_path):
    path = write(tmp_path / "l.tif", np.arange(40, dtype=np.float32).reshape(2, 1, 4, 5))
    with pytest.raises(BadFile, match="`allow_whole_floats`"):
        read_label_movie(path, **GIVEN)
    labels = read_label_movie(path, allow_whole_floats=True, **GIVEN)
    assert labels.frame(1).dtype == np.int32
    assert labels.frame(1).max() == 39


@pytest.mark.parametrize(("value", "words"), [(1.5, "frame 0: label 1.5"), (np.nan, "label nan"), (2**25, "not exact")])
def test_allowed_floats_must_be_whole_and_exact(tmp_path, value, words):
    array = np.zeros((2, 1, 4, 5), np.float32)
    array[0, 0, 0, 0] = value
    with pytest.raises(BadFile, match=words):
        read_label_movie(write(tmp_path / "l.tif", array), allow_whole_floats=True, **GIVEN).frame(0)
