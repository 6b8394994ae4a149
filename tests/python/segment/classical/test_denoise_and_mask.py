import numpy as np
import pytest
from scipy import ndimage
from skimage.filters import threshold_otsu

from volltrack.errors import BadSettings
from volltrack.model import VoxelSize
from volltrack.segment.classical.denoise import denoise
from volltrack.segment.classical.mask import find_otsu_threshold, mask_above, mask_locally
from volltrack.segment.classical.seeds import find_seeds
from volltrack.segment.size.blobs import blob_response, distance_response

VOXEL = VoxelSize(z=2.0, y=0.5, x=0.5)


def test_gaussian_has_the_same_physical_width_along_every_axis():
    point = np.zeros((21, 61, 61))
    point[10, 30, 30] = 1.0
    smooth = denoise(point, VOXEL, sigma_um=2.0)
    places = np.stack(
        np.meshgrid(*(np.arange(n) * s for n, s in zip(point.shape, VOXEL.zyx, strict=True)), indexing="ij")
    )
    centre = np.array([20.0, 15.0, 15.0]).reshape(3, 1, 1, 1)
    spread = np.sqrt((smooth * (places - centre) ** 2).sum(axis=(1, 2, 3)) / smooth.sum())
    np.testing.assert_allclose(spread, 2.0, rtol=0.05)


def test_median_removes_single_bright_voxels_and_keeps_edges():
    image = np.zeros((1, 30, 30))
    image[:, :, 15:] = 100
    image[0, 5, 5] = 1e4
    smooth = denoise(image, VOXEL, method="median", sigma_um=0.5)
    np.testing.assert_array_equal(smooth[0], np.where(np.arange(30) >= 15, 100, 0) * np.ones((30, 1)))


def test_no_denoising_changes_nothing():
    image = np.random.default_rng(0).integers(0, 99, (2, 5, 5))
    np.testing.assert_array_equal(denoise(image, VOXEL, method="none", sigma_um=1.0), image)


def test_unknown_method_and_negative_scale_are_refused():
    with pytest.raises(BadSettings, match="expected 'gaussian', 'median' or 'none'"):
        denoise(np.ones((1, 3, 3)), VOXEL, method="mean", sigma_um=1.0)
    with pytest.raises(BadSettings, match="expected a number >= 0"):
        denoise(np.ones((1, 3, 3)), VOXEL, sigma_um=float("nan"))


def test_otsu_is_that_of_scikit_image_on_the_square_root():
    image = np.random.default_rng(1).gamma(2.0, 50.0, (3, 30, 30)).astype(np.float32)
    low = float(image.min())
    expected = low + threshold_otsu(np.sqrt(image - np.float32(low))) ** 2
    assert find_otsu_threshold(image) == pytest.approx(expected, rel=1e-5)
    assert find_otsu_threshold(np.full((1, 4, 4), 9.0)) == 9.0
    assert not mask_above(np.full((1, 4, 4), 9.0), 9.0).any()


def test_local_mask_finds_dim_cells_beside_bright_ones():
    image = np.full((1, 40, 200), 10.0)
    image[0, 15:25, 20:30] = 30.0
    image[0, 15:25, 160:170] = 1000.0
    local = mask_locally(image, VOXEL, window_um=5.0, min_contrast=0.1)
    assert local[0, 20, 25]
    assert local[0, 20, 165]
    assert not mask_above(image, find_otsu_threshold(image))[0, 20, 25]


def test_local_mask_refuses_an_empty_window():
    with pytest.raises(BadSettings, match="expected > 0"):
        mask_locally(np.ones((1, 3, 3)), VOXEL, window_um=0.0)


def test_blob_response_is_largest_in_the_middle_and_equals_scipy_for_cubic_voxels():
    cube = VoxelSize(z=1.0, y=1.0, x=1.0)
    image = np.zeros((31, 31, 31), np.float32)
    image[15, 15, 15] = 1.0
    image = ndimage.gaussian_filter(image, 3)
    response = blob_response(image, cube, diameter_um=12.0)
    sigma = 12.0 / (2 * np.sqrt(3))
    expected = -(sigma**2) * ndimage.laplace(ndimage.gaussian_filter(image, sigma, mode="nearest", truncate=3.0))
    np.testing.assert_allclose(response, expected, atol=1e-8)
    assert np.unravel_index(np.argmax(response), response.shape) == (15, 15, 15)


def test_distance_is_physical_and_the_image_border_is_no_edge():
    mask = np.ones((9, 41, 41), bool)
    mask[:, :, 0] = False
    distance = distance_response(mask, VOXEL, smooth_um=0.0)
    assert distance[4, 20, 40] == pytest.approx(20.0)
    assert not distance_response(np.ones((2, 4, 4), bool), VOXEL, smooth_um=1.0).any()


def test_one_seed_for_a_plateau_and_none_for_a_flat_image():
    response = np.zeros((1, 30, 30), np.float32)
    response[0, 10:13, 10:13] = 5.0
    assert len(find_seeds(response, VOXEL, diameter_um=3.0, min_response=1.0)) == 1
    assert len(find_seeds(np.zeros((1, 9, 9), np.float32), VOXEL, diameter_um=3.0, min_response=0.0)) == 0


def test_maxima_without_a_valley_are_one_cell():
    x = np.arange(60, dtype=np.float32)
    shallow = np.exp(-((x - 24) ** 2) / 60) + np.exp(-((x - 36) ** 2) / 60)
    deep = np.exp(-((x - 20) ** 2) / 20) + np.exp(-((x - 40) ** 2) / 20)
    for profile, n_cells in ((shallow, 1), (deep, 2)):
        response = np.tile(profile, (1, 1, 1)).reshape(1, 1, 60).astype(np.float32)
        seeds = find_seeds(response, VOXEL, diameter_um=11.0, min_response=0.1)
        assert len(seeds) == 2
        assert seeds.n_cells == n_cells
