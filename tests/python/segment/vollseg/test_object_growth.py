"""Cells grow from whole StarDist objects, and new ones appear only where the mask goes on beyond their reach."""

import numpy as np
import pytest

from volltrack.errors import BadSettings
from volltrack.model import VoxelSize
from volltrack.segment.vollseg.joined_labels import join_stars_and_mask
from volltrack.segment.vollseg.object_growth import ObjectGrowthSettings, fit_objects, grow_objects, unite_mask
from volltrack.segment.vollseg.settings import VollSegSettings

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
    found = join_stars_and_mask(stars, height * (truth != 2), truth > 0, VOXEL, RULE).labels
    assert found.max() == 3
    assert min(overlap(found, truth, number) for number in (1, 2, 3)) > 0.75


def test_objects_that_are_too_small_grow_as_far_as_they_may_and_the_rim_is_no_new_cell():
    truth, height = make_row_of_cells()
    stars = np.where(height > 0.3, truth, 0).astype(np.int32)
    sizes = []
    for reach in (0.0, 1.25, 20.0):
        rule = VollSegSettings(seed_rule="object", objects=ObjectGrowthSettings(reach_px=reach, rest_px=0.0))
        found = join_stars_and_mask(stars, height, truth > 0, VOXEL, rule).labels
        assert found.max() == 3
        sizes.append(np.count_nonzero(found))
    assert sizes[0] == np.count_nonzero(stars)
    assert sizes[0] < sizes[1] < sizes[2] == np.count_nonzero(truth)
    assert min(overlap(found, truth, number) for number in (1, 2, 3)) > 0.9


def test_an_object_is_kept_whole_if_enough_of_it_lies_in_the_mask_and_else_dropped():
    truth, height = make_row_of_cells()
    mask = (truth == 1) | ((truth == 2) & (np.arange(84) < 40))
    found = join_stars_and_mask(truth, height, mask, VOXEL, RULE)
    assert found.labels.max() == 2
    assert found.mask[truth == 2].all()
    assert not found.mask[truth == 3].any()
    kept = fit_objects(truth, mask, ObjectGrowthSettings(least_support=0.6))
    assert np.unique(kept).tolist() == [0, 1]
    cut = fit_objects(truth, mask, ObjectGrowthSettings(full_support=0.4))
    assert np.array_equal(cut == 2, mask & (truth == 2))


def test_small_holes_and_specks_of_the_mask_go_and_large_ones_stay():
    stars = np.zeros((3, 40, 40), np.int32)
    stars[:, 5:15, 5:15] = 1
    mask = np.zeros(stars.shape, bool)
    mask[:, 4:35, 4:35] = True
    mask[1, 25, 25], mask[:, 18:28, 8:18] = False, False
    mask[1, 1, 38] = True
    united = unite_mask(mask, stars, ObjectGrowthSettings())
    assert united[1, 25, 25]
    assert not united[1, 1, 38]
    assert not united[:, 18:28, 8:18].any()
    untouched = unite_mask(mask, stars, ObjectGrowthSettings(speck_volume=0.0))
    assert np.array_equal(untouched, mask | (stars > 0))


def test_what_lies_beyond_all_cells_and_is_too_thin_for_one_is_background():
    truth, height = make_row_of_cells()
    mask = truth > 0
    mask[4, 14:16, :] = True  # a bridge between the cells, and on to the border
    found = join_stars_and_mask(truth, height, mask, VOXEL, RULE).labels
    assert found.max() == 3
    assert not found[:, :, 82:].any()


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


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach_px": -1.0},
        {"rest_px": float("inf")},
        {"least_depth": 0.0},
        {"least_depth": float("nan")},
        {"least_support": 2},
        {"speck_volume": -1},
    ],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(BadSettings, match=next(iter(wrong))):
        ObjectGrowthSettings(**wrong)
