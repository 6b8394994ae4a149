"""Residual seeds find cells that touch StarDist's objects, and leave rims alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.spatial import ConvexHull

from volltrack.errors import BadSettings, ShapeMismatch
from volltrack.model import VoxelSize
from volltrack.segment.vollseg.joined_labels import find_centroids, join_stars_and_mask, label_mask, pool_star_seeds
from volltrack.segment.vollseg.residual_seeds import ResidualSettings, find_residual_seeds
from volltrack.segment.vollseg.settings import VollSegSettings
from volltrack.testing.dense_tissue import DenseTissueSettings, make_dense_tissue

VOXEL = VoxelSize(z=3.0, y=0.7, x=0.7)


def make_row_of_cells():
    """Three balls in a row that touch; StarDist lacks the middle one."""
    z, y, x = np.mgrid[:9, :30, :80]
    labels = np.zeros((9, 30, 80), np.int32)
    height = np.zeros(labels.shape, np.float32)
    for number, middle in enumerate((15, 38, 61), start=1):
        level = 1 - (((z - 4) / 3.5) ** 2 + ((y - 15) / 12) ** 2 + ((x - middle) / 12) ** 2)
        labels[level > height] = number
        height = np.maximum(height, level.astype(np.float32))
    return labels, np.where(labels == 2, 0, labels).astype(np.int32), height


def test_missing_cell_between_two_others_gets_a_seed_in_its_middle():
    labels, stars, _ = make_row_of_cells()
    seeds = find_residual_seeds(labels > 0, stars, VOXEL)
    assert len(seeds) == 1
    np.testing.assert_allclose(seeds[0], [4, 15, 38], atol=3)


def test_rim_around_objects_gets_no_seed():
    labels, _, height = make_row_of_cells()
    shrunk = np.where(height > 0.3, labels, 0).astype(np.int32)
    assert len(find_residual_seeds(labels > 0, shrunk, VOXEL)) == 0
    assert len(find_residual_seeds(labels > 0, np.where(shrunk == 2, 0, shrunk).astype(np.int32), VOXEL)) == 1


def test_specks_get_no_seed():
    labels, _, _ = make_row_of_cells()
    mask = labels > 0
    mask[0, 0, :3] = True
    assert len(find_residual_seeds(mask, labels, VOXEL)) == 0


def test_without_any_object_each_part_gets_one_seed():
    mask = np.zeros((7, 30, 60), bool)
    mask[1:6, 3:12, 3:12] = mask[1:6, 15:25, 30:45] = True
    seeds = find_residual_seeds(mask, np.zeros(mask.shape, np.int32), VOXEL)
    assert mask[tuple(seeds.T)].all()
    assert len(seeds) == 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("voxel", [VOXEL, VoxelSize(z=1.0, y=1.0, x=1.0)])
def test_seeds_are_those_of_parts_that_are_measured_one_by_one(seed, voxel):
    rng = np.random.default_rng(seed)
    level = ndimage.gaussian_filter(rng.normal(size=(12, 70, 70)), (1.2, 3, 3))
    mask, stars = level > -0.02, ndimage.label(level > 0.035)[0].astype(np.int32)
    how = ResidualSettings(least_depth=0.5, least_solidity=0.5, least_size=0.05)
    grown = ndimage.binary_dilation(stars > 0, np.ones((1, 3, 3)) if voxel is VOXEL else np.ones((3, 3, 3)))
    parts, count = ndimage.label(mask & ~grown)
    sizes = np.bincount(stars.ravel())[1:]
    chosen = range(1, len(sizes) + 1, -(-len(sizes) // 25))
    limit = 0.5 * np.median([measure_depth(stars == n, voxel).max() for n in chosen])
    expected, refused = [], 0
    for number in range(1, count + 1):
        part = parts == number
        if part.sum() < max(20, 0.05 * np.median(sizes)):
            continue
        depth = measure_depth(part, voxel)
        corners = np.concatenate([np.argwhere(part) + c for c in np.ndindex(2, 2, 2)])
        is_cell = depth.max() >= limit and part.sum() >= 0.5 * ConvexHull(corners).volume
        refused += not is_cell
        if is_cell:
            expected.append(np.unravel_index(np.argmax(depth), depth.shape))
    np.testing.assert_array_equal(find_residual_seeds(mask, stars, voxel, how), np.reshape(expected, (-1, 3)))
    assert expected
    assert refused


def measure_depth(part, voxel):
    return ndimage.distance_transform_edt(np.pad(part, 1), sampling=voxel.zyx)[1:-1, 1:-1, 1:-1]


def test_empty_mask_gives_no_seed():
    empty = np.zeros((4, 8, 8), bool)
    assert find_residual_seeds(empty, np.zeros(empty.shape, np.int32), VOXEL).shape == (0, 3)


def test_bad_input_is_refused():
    with pytest.raises(ShapeMismatch, match=r"mask is \(2, 3, 4\) but the StarDist labels are \(2, 3, 5\)"):
        find_residual_seeds(np.zeros((2, 3, 4), bool), np.zeros((2, 3, 5), np.int32), VOXEL)
    with pytest.raises(BadSettings, match="least_depth = 2: expected a finite number from 0 to 1"):
        ResidualSettings(least_depth=2)
    with pytest.raises(BadSettings, match="gap = -1"):
        ResidualSettings(gap=-1)


def test_joined_cells_recover_the_missing_one():
    labels, stars, height = make_row_of_cells()
    joined = join_stars_and_mask(stars, height, labels > 0, VOXEL)
    assert joined.labels.max() == 3
    by_box = join_stars_and_mask(stars, height, labels > 0, VOXEL, VollSegSettings(seed_rule="box"))
    assert by_box.labels.max() == 2
    assert (joined.seeds > 0).sum() > 3
    assert not joined.seeds[labels == 0].any()


def test_object_outside_the_mask_is_lost_unless_masks_are_joined():
    labels, _, height = make_row_of_cells()
    mask = np.isin(labels, (1, 2))
    assert join_stars_and_mask(labels, height, mask, VOXEL).labels.max() == 2
    assert join_stars_and_mask(labels, height, mask, VOXEL, VollSegSettings(join_masks=True)).labels.max() == 3


def test_no_cell_appears_in_the_corner():
    labels, stars, height = make_row_of_cells()
    everywhere = np.ones(labels.shape, bool)
    joined = join_stars_and_mask(stars, height, everywhere, VOXEL)
    assert len(np.unique(joined.labels)) == joined.labels.max()  # no 0 left, no extra label
    assert joined.labels.max() == len(pool_star_seeds(stars, everywhere, VOXEL))
    assert joined.seeds[0, 0, 0] == 0


def test_mask_alone_gives_its_components():
    labels, _, _ = make_row_of_cells()
    mask = np.isin(labels, (1, 3))
    alone = label_mask(mask)
    np.testing.assert_array_equal(alone.labels > 0, mask)
    assert alone.labels.max() == 2
    assert set(np.unique(alone.seeds)) == {0, 1, 2}


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_centroids_equal_those_of_scipy(seed):
    from scipy import ndimage

    labels = np.random.default_rng(seed).integers(0, 7, (4, 6, 5)).astype(np.int32)
    labels[labels == 3] = 0  # a number that is not there
    present = np.unique(labels)[1:]
    expected = np.array(ndimage.center_of_mass(labels > 0, labels, present)).reshape(-1, 3)
    np.testing.assert_allclose(find_centroids(labels), expected)


def test_markers_never_overlap_and_every_seed_keeps_its_middle():
    tissue = make_dense_tissue(DenseTissueSettings(seed=4, shape_zyx=(20, 128, 128), n_cells=40))
    joined = join_stars_and_mask(tissue.stars, tissue.probability, tissue.mask, VOXEL)
    middles = np.rint(pool_star_seeds(tissue.stars, tissue.mask, VOXEL).points).astype(int)
    inside = tissue.mask[tuple(middles.T)]
    np.testing.assert_array_equal(joined.seeds[tuple(middles.T)][inside], np.flatnonzero(inside) + 1)
    z, y, x = np.nonzero(joined.seeds == int(np.flatnonzero(inside)[0]) + 1)
    assert np.ptp(z) == 0  # planes are farther apart than the radius of the marker
    assert np.ptp(y) <= 4
    assert np.ptp(x) <= 4


def test_dense_tissue_reaches_the_score_asked_for():
    matching = pytest.importorskip(
        "stardist.matching", reason="stardist is not installed: F1 on dense tissue NOT tested", exc_type=ImportError
    ).matching
    tissue = make_dense_tissue(DenseTissueSettings(seed=1))
    joined = join_stars_and_mask(tissue.stars, tissue.probability, tissue.mask, VOXEL)
    score = matching(tissue.truth, joined.labels, thresh=0.5)
    alone = matching(tissue.truth, tissue.stars, thresh=0.5)
    assert score.f1 >= 0.945 > alone.f1
    assert score.precision > 0.98


def test_dense_tissue_is_what_its_settings_say():
    tissue = make_dense_tissue(DenseTissueSettings(seed=2))
    again = make_dense_tissue(DenseTissueSettings(seed=2))
    np.testing.assert_array_equal(tissue.truth, again.truth)
    assert len(np.unique(tissue.truth)) == 301
    assert abs(tissue.stars.max() / 300 - 0.85) < 0.07
    lost = len(np.unique(tissue.truth[~tissue.mask])) - 1
    assert 0 < lost < 36
    assert ((tissue.probability > 0) == (tissue.truth > 0)).all()
    with pytest.raises(BadSettings, match="of 300 cells fit into"):
        make_dense_tissue(DenseTissueSettings(shape_zyx=(22, 64, 64)))
