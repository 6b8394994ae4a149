import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import remove_small_objects
from skimage.segmentation import relabel_sequential

from volltrack.errors import BadSettings, BadValue
from volltrack.model import VoxelSize
from volltrack.segment import clean_labels
from volltrack.segment.classical.rims import trim_dim_rims
from volltrack.segment.clean_up import relabel_in_order
from volltrack.segment.fragments import join_fragments

PIXEL = VoxelSize(z=1.0, y=1.0, x=1.0, unit="pixel")


def blocks():
    labels = np.zeros((3, 20, 20), np.int32)
    labels[:, 1:6, 1:6] = 4
    labels[:, 8:10, 8:10] = 9
    labels[:, 12:19, 2:19] = 11
    return labels


def test_numbers_become_1_to_n_in_order():
    labels = blocks()
    np.testing.assert_array_equal(relabel_in_order(labels), relabel_sequential(labels)[0])


def test_very_large_labels_need_no_table():
    labels = blocks().astype(np.int64)
    labels[labels == 11] = 2**31 - 1
    assert np.unique(relabel_in_order(labels)).tolist() == [0, 1, 2, 3]
    assert np.unique(relabel_in_order(np.full((1, 1, 2), 2**31 - 1))).tolist() == [1]


def test_small_objects_are_removed_as_by_scikit_image():
    labels = blocks()
    expected = relabel_sequential(remove_small_objects(labels, max_size=12))[0]
    np.testing.assert_array_equal(clean_labels(labels, min_size=13), expected)


def test_sizes_at_the_limits_stay():
    sizes = sorted(np.bincount(blocks().ravel())[[4, 9, 11]])
    assert clean_labels(blocks(), min_size=sizes[0], max_size=sizes[2]).max() == 3
    assert clean_labels(blocks(), min_size=sizes[0] + 1, max_size=sizes[2] - 1).max() == 1


def test_holes_are_filled_but_not_over_another_object():
    labels = np.zeros((3, 9, 9), np.int32)
    labels[:, 1:8, 1:8] = 1
    labels[1, 3, 3] = 0
    labels[1, 5, 5] = 2
    clean = clean_labels(labels)
    assert clean[1, 3, 3] == 1
    assert clean[1, 5, 5] == 2
    assert clean_labels(labels, fill_holes=False)[1, 3, 3] == 0


@pytest.mark.parametrize("seed", range(8))
def test_pieces_and_holes_are_those_found_object_by_object(seed):
    rng = np.random.default_rng(seed)
    labels = np.kron(rng.integers(0, 4, rng.integers(2, 7, 3)), np.ones((3, 3, 3), int)).astype(np.int32)
    labels[rng.random(labels.shape) < 0.1] = 0
    expected = relabel_sequential(labels)[0].astype(np.int32)
    numbers = range(1, expected.max() + 1)
    for number in numbers:
        pieces, count = ndimage.label(expected == number)
        if count > 1:
            expected[(pieces > 0) & (pieces != 1 + np.argmax(np.bincount(pieces.ravel())[1:]))] = 0
    for number in numbers:
        expected[ndimage.binary_fill_holes(expected == number) & (expected == 0)] = number
    np.testing.assert_array_equal(clean_labels(labels, largest_piece=True), expected)


@pytest.mark.parametrize("margin", [((0, 0), (0, 0), (0, 5)), ((2, 0), (3, 0), (0, 0)), ((1, 1), (2, 2), (4, 4))])
def test_empty_space_around_the_objects_changes_nothing(margin):
    rng = np.random.default_rng(5)
    labels = np.kron(rng.integers(0, 4, (4, 6, 6)), np.ones((3, 3, 3), int)).astype(np.int32)
    labels[rng.random(labels.shape) < 0.1] = 0
    labels[0, :, 0] = labels[-1, :, 0] = labels[0, 0, :] = labels[0, :, -1] = 1
    around = clean_labels(np.pad(labels, margin), largest_piece=True, min_size=30)
    np.testing.assert_array_equal(around, np.pad(clean_labels(labels, largest_piece=True, min_size=30), margin))


def test_a_ring_in_one_plane_of_a_stack_is_open():
    labels = np.zeros((3, 9, 9), np.int32)
    labels[1, 1:8, 1:8] = 1
    labels[1, 4, 4] = 0
    np.testing.assert_array_equal(clean_labels(labels), labels)


def test_a_hole_that_two_objects_touch_belongs_to_the_one_that_encloses_it():
    labels = np.zeros((7, 11, 11), np.int32)
    labels[1:6, 1:10, 1:10] = 2
    labels[2:5, 3:8, 3:8] = 0
    labels[2:5, 3:8, 3:5] = 1
    assert np.all(clean_labels(labels)[2:5, 3:8, 5:8] == 2)


def test_hole_in_a_single_plane_is_filled():
    labels = np.zeros((1, 9, 9), np.uint16)
    labels[0, 1:8, 1:8] = 1
    labels[0, 4, 4] = 0
    assert clean_labels(labels)[0, 4, 4] == 1


def test_only_the_largest_piece_stays_if_asked():
    labels = blocks()
    labels[labels == 9] = 4
    assert np.bincount(clean_labels(labels).ravel())[1] == 75 + 12
    assert np.bincount(clean_labels(labels, largest_piece=True).ravel())[1] == 75


def test_empty_labels_stay_empty():
    assert clean_labels(np.zeros((1, 4, 4), np.uint8), min_size=3).max() == 0


def test_input_is_not_changed():
    labels = blocks()
    labels[1, 3, 3] = 0
    before = labels.copy()
    clean_labels(labels, min_size=20, largest_piece=True)
    np.testing.assert_array_equal(labels, before)


def test_bad_input_is_refused_with_the_reason():
    with pytest.raises(BadValue, match="type float64: expected whole numbers"):
        clean_labels(np.zeros((1, 3, 3)))
    with pytest.raises(BadValue, match=r"shape \(3, 3\)"):
        clean_labels(np.zeros((3, 3), int))
    with pytest.raises(BadValue, match="label -2: expected 0 for background"):
        clean_labels(np.full((1, 3, 3), -2))
    with pytest.raises(BadSettings, match="min_size = 5, max_size = 3"):
        clean_labels(np.zeros((1, 3, 3), int), min_size=5, max_size=3)


def two_disks(distance):
    """Two disks of radius 12 as labels 1 and 2, cut where they meet, and two far disks as the usual size."""
    y, x = np.meshgrid(np.arange(60), np.arange(140), indexing="ij")
    labels = np.zeros((1, 60, 140), np.int32)
    for centre, near in ((30 - distance / 2, 1), (30 + distance / 2, 2), (85, 3), (115, 4)):
        labels[0][(y - 30) ** 2 + (x - centre) ** 2 <= 12**2] = near
    labels[0][(labels[0] == 2) & (x < 30)] = 1
    return labels


@pytest.mark.parametrize(("distance", "n_left"), [(4, 3), (22, 4)])
def test_halves_of_a_round_cell_are_joined_and_cells_with_a_neck_are_not(distance, n_left):
    labels = two_disks(distance)
    light = ndimage.gaussian_filter((labels > 0).astype(np.float32), (0, 1, 1))
    joined = join_fragments(labels, light, PIXEL, min_score=1.2)
    assert len(np.unique(joined)) - 1 == n_left


def test_cells_with_a_dark_gap_are_not_joined():
    labels = two_disks(4)
    light = (labels > 0).astype(np.float32)
    light[0, :, 28:32] *= 0.3
    assert len(np.unique(join_fragments(labels, light, PIXEL, min_score=1.2))) - 1 == 4


def test_nothing_to_join_is_left_alone():
    for labels in (np.zeros((1, 5, 5), np.int32), np.ones((1, 5, 5), np.int32), np.ones((1, 1, 1), np.int32)):
        assert join_fragments(labels, np.ones(labels.shape, np.float32), PIXEL, min_score=1.0) is labels


def test_rim_is_trimmed_relative_to_each_cell():
    labels = np.zeros((1, 1, 8), np.int32)
    labels[0, 0] = [1, 1, 1, 1, 2, 2, 2, 2]
    light = np.array([[[100, 90, 60, 30, 3, 6, 9, 10]]], np.float32)
    assert trim_dim_rims(labels, light, edge_level=0.5)[0, 0].tolist() == [1, 1, 1, 0, 0, 2, 2, 2]
