"""Slices are joined by overlap, one to one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadSettings, BadValue
from volltrack.segment.networks.slice_merge import merge_slices


def make_plane(*boxes, size=30):
    plane = np.zeros((size, size), np.int32)
    for number, (y, x, length) in enumerate(boxes, start=1):
        plane[y : y + length, x : x + length] = number
    return plane


def test_objects_that_overlap_are_one():
    planes = np.stack([make_plane((2, 2, 8), (15, 15, 10)), make_plane((15, 16, 10), (3, 2, 8))])
    merged = merge_slices(planes)
    assert merged.max() == 2
    assert merged[0, 5, 5] == merged[1, 5, 5]
    assert merged[0, 20, 20] == merged[1, 20, 20]
    assert merged.dtype == np.int32


def test_a_gap_of_one_plane_makes_two_objects():
    plane = make_plane((5, 5, 10))
    assert merge_slices(np.stack([plane, np.zeros_like(plane), plane])).max() == 2


def test_of_two_successors_the_one_with_more_overlap_continues():
    planes = np.stack([make_plane((5, 2, 12)), make_plane((5, 2, 9), (5, 12, 8))])
    merged = merge_slices(planes, least_iou=0.1)
    assert merged[1, 8, 5] == merged[0, 8, 5]
    assert merged[1, 8, 15] == 2


def test_pairing_is_the_best_of_all_not_the_first():
    # b overlaps both a (0.55) and c; greedy by size would leave a without partner
    first = make_plane((0, 0, 10), (0, 10, 10))
    second = np.zeros_like(first)
    second[0:10, 4:14] = 1
    second[0:10, 14:20] = 2
    merged = merge_slices(np.stack([first, second]), least_iou=0.2)
    assert merged[1, 5, 6] == merged[0, 5, 2]
    assert merged[1, 5, 18] == merged[0, 5, 15]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_every_object_is_in_a_plane_once_and_no_voxel_is_lost(seed):
    planes = np.random.default_rng(seed).integers(0, 5, (4, 6, 6)).astype(np.int32)
    merged = merge_slices(planes, least_iou=0.2)
    np.testing.assert_array_equal(merged > 0, planes > 0)
    for plane, result in zip(planes, merged, strict=True):
        pairs = np.unique(np.stack([plane.ravel(), result.ravel()]), axis=1)
        assert pairs.shape[1] == len(np.unique(plane)) == len(np.unique(result))
    assert set(np.unique(merged)) - {0} == set(range(1, merged.max() + 1))


def test_bad_input_is_refused():
    with pytest.raises(BadValue, match="expected whole numbers"):
        merge_slices(np.zeros((2, 3, 3)))
    with pytest.raises(BadSettings, match="least_iou = 0"):
        merge_slices(np.zeros((2, 3, 3), int), least_iou=0)
