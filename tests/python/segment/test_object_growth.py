"""Cells grow from whole StarDist objects, and new ones appear only where the mask goes on beyond their reach."""

import numpy as np
import pytest

from volltrack.errors import BadSettings
from volltrack.model import VoxelSize
from volltrack.segment.joined_labels import join_stars_and_mask
from volltrack.segment.object_growth import ObjectGrowthSettings, grow_objects, smooth_mask
from volltrack.segment.vollseg_settings import VollSegSettings

VOXEL = VoxelSize(z=3.0, y=1.0, x=1.0)
RULE = VollSegSettings(seed_rule="object")


def make_row_of_cells():
    """Three balls in a row that touch, and the height of their middles."""
    z, y, x = np.mgrid[:9, :30, :84]
    labels = np.zeros((9, 30, 84), np.int32)
    height = np.zeros(labels.shape, np.float32)
    for number, middle in enumerate((15, 40, 65), start=1):
        level = 1 - (((z - 4) / 4.5) ** 2 + ((y - 15) / 13) ** 2 + ((x - middle) / 13) ** 2)
        labels[level > height] = number
        height = np.maximum(height, level.astype(np.float32))
    return labels, height


def overlap(found: np.ndarray, truth: np.ndarray, number: int) -> float:
    """Return the largest intersection over union of a true cell with a found one."""
    own = truth == number
    return max(
        np.sum(own & (found == other)) / np.sum(own | (found == other)) for other in np.unique(found[own]) if other
    )


def test_a_cell_that_stardist_lacks_is_found_and_does_not_go_to_its_neighbours():
    truth, height = make_row_of_cells()
    stars = np.where(truth == 2, 0, truth).astype(np.int32)
    trusting = VollSegSettings(seed_rule="object", objects=ObjectGrowthSettings(least_depth=0.6))
    found = join_stars_and_mask(stars, height * (truth != 2), truth > 0, VOXEL, trusting).labels
    assert found.max() == 3
    assert min(overlap(found, truth, number) for number in (1, 2, 3)) > 0.75


def test_objects_that_are_too_small_grow_to_the_mask_without_new_cells():
    truth, height = make_row_of_cells()
    stars = np.where(height > 0.3, truth, 0).astype(np.int32)
    found = join_stars_and_mask(stars, height, truth > 0, VOXEL, RULE).labels
    assert found.max() == 3
    assert min(overlap(found, truth, number) for number in (1, 2, 3)) > 0.9


def test_an_object_outside_the_mask_is_kept():
    truth, height = make_row_of_cells()
    found = join_stars_and_mask(truth, height, truth == 1, VOXEL, RULE)
    assert found.labels.max() == 3
    assert found.mask[truth == 3].mean() > 0.9


def test_specks_and_gaps_of_the_mask_are_smoothed_within_planes():
    mask = np.zeros((3, 20, 20), bool)
    mask[1, 5:15, 5:15] = True
    mask[1, 9, 9], mask[1, 1, 18] = False, True
    smooth = smooth_mask(mask, 2)
    assert smooth[1, 9, 9]
    assert not smooth[1, 1, 18]
    assert not smooth[[0, 2]].any()
    assert smooth_mask(mask, 0) is mask


@pytest.mark.parametrize("filled", [0, 1])
def test_without_objects_there_are_no_cells_to_grow_and_no_error(filled):
    empty = np.zeros((3, 12, 12), np.int32)
    mask = np.full(empty.shape, bool(filled))
    cells, seeds = grow_objects(empty, np.zeros(empty.shape, np.float32), mask, VOXEL)
    assert cells.shape == empty.shape
    assert not cells.any()
    assert not seeds.any()


def test_object_that_fills_the_image_stays_one():
    whole = np.ones((3, 12, 12), np.int32)
    cells, _ = grow_objects(whole, np.ones(whole.shape, np.float32), whole > 0, VOXEL)
    assert (cells == 1).all()


@pytest.mark.parametrize("wrong", [{"reach_px": -1.0}, {"least_depth": 0.0}, {"smoothing_px": -1}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(BadSettings, match=next(iter(wrong))):
        ObjectGrowthSettings(**wrong)
