"""How large the cells are, from the image alone: many or few, large or small, planes and stacks, real and drawn."""

import math

import numpy as np
import pytest
from training_images.random_light import make_empty
from training_images.real_images import list_images
from training_images.shown import measure_diameter

from volltrack.errors import BadValue
from volltrack.model import VoxelSize
from volltrack.segment.size import SizeEstimate, combine_estimates, estimate_cell_diameter, estimate_cell_size

PIXEL = VoxelSize(z=1.0, y=1.0, x=1.0, unit="pixel")


def draw_balls(shape, diameters, z_step=1.0, seed=0, photons=60.0):
    """Return an image of balls that do not touch, blurred edges, photon noise."""
    rng = np.random.default_rng(seed)
    extent = np.array(shape) * (z_step, 1, 1)
    grid = np.meshgrid(
        *(np.arange(n) * s for n, s in zip(shape, (z_step, 1, 1), strict=True)), indexing="ij", sparse=True
    )
    light, placed = np.zeros(shape), []
    for d in diameters:
        for _ in range(2000):
            centre = rng.uniform(0.5 * d, np.maximum(extent - 0.5 * d, 0.5 * d + 0.01))
            if shape[0] == 1:
                centre[0] = 0
            if all(np.linalg.norm(centre - other) > 0.6 * (d + e) for other, e in placed):
                break
        else:
            raise AssertionError("no room")
        placed.append((centre, d))
        far = np.sqrt(sum((g - c) ** 2 for g, c in zip(grid, centre, strict=True)))
        light = np.maximum(light, rng.uniform(0.6, 1) / (1 + np.exp(np.minimum((far - 0.5 * d) / (0.03 * d), 50))))
    return rng.poisson(photons * (0.15 + light)).astype(np.float32)


@pytest.mark.parametrize("diameter", [8, 14, 30, 60, 90])
def test_a_plane_of_cells_of_one_size(diameter):
    side = max(100, 5 * diameter)
    raw = draw_balls((1, side, side), [diameter] * 9)
    assert estimate_cell_diameter([raw], PIXEL) == pytest.approx(diameter, rel=0.2)


@pytest.mark.parametrize(("diameter", "z_step"), [(11, 1.0), (11, 4.0), (26, 4.0)])
def test_a_stack_of_cells_of_one_size(diameter, z_step):
    raw = draw_balls((math.ceil(2 * diameter / z_step), 5 * diameter, 5 * diameter), [diameter] * 10, z_step)
    assert estimate_cell_diameter([raw], VoxelSize(z=z_step, y=1.0, x=1.0)) == pytest.approx(diameter, rel=0.2)


@pytest.mark.parametrize(("shape", "z_step"), [((1, 200, 200), 1.0), ((14, 90, 90), 3.0)])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_cells_are_enough(shape, z_step, n):
    raw = draw_balls(shape, [26] * n, z_step, seed=n)
    found = estimate_cell_size([raw], VoxelSize(z=z_step, y=1.0, x=1.0))
    assert found.diameter == pytest.approx(26, rel=0.25)
    assert found.confidence > 0.2


def test_cells_of_two_sizes_give_the_size_of_most():
    raw = draw_balls((1, 320, 320), [60, 60, *([20] * 25)])
    assert estimate_cell_diameter([raw], PIXEL) == pytest.approx(20, rel=0.25)


def test_five_planes_of_few_flat_isolated_nuclei():
    plane = draw_balls((1, 290, 330), [44] * 9, photons=200)
    raw = np.concatenate([plane * f for f in (0.4, 0.8, 1.0, 0.8, 0.4)])
    raw = np.random.default_rng(1).poisson(raw).astype(np.float32)
    assert estimate_cell_diameter([raw], VoxelSize(z=4.0, y=1.0, x=1.0)) == pytest.approx(44, rel=0.2)


def test_small_cells_in_one_corner_of_a_large_field_are_seen():
    raw = np.random.default_rng(2).poisson(9, (1, 1300, 1300)).astype(np.float32)
    raw[:, 1000:1250, 80:330] = draw_balls((1, 250, 250), [9] * 150)
    assert estimate_cell_diameter([raw], PIXEL) == pytest.approx(9, rel=0.3)


def test_unit_brightness_and_a_turn_change_nothing():
    raw = draw_balls((1, 150, 190), [18] * 14)
    first = estimate_cell_diameter([raw], PIXEL)
    quarter = VoxelSize(z=0.25, y=0.25, x=0.25)
    assert estimate_cell_diameter([raw], quarter) == pytest.approx(first / 4, rel=1e-5)
    assert estimate_cell_diameter([3 * raw + 500], PIXEL) == pytest.approx(first, rel=0.03)
    assert estimate_cell_diameter([raw.transpose(0, 2, 1).copy()], PIXEL) == pytest.approx(first, rel=0.03)
    assert estimate_cell_diameter([raw], PIXEL) == first


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", [(1, 160, 160), (8, 80, 80)])
def test_without_cells_the_answer_is_finite_and_not_sure(shape, seed):
    rng = np.random.default_rng([77, seed])
    raw = rng.poisson(20, shape) if seed == 0 else make_empty(shape, rng)
    found = estimate_cell_size([raw], PIXEL)
    assert 1 <= found.diameter <= min(shape[1:])
    assert found.confidence < 0.5


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 3, 50), (50, 1, 1), (1, 8, 8), (2, 9, 300), (3, 8, 9)])
def test_tiny_and_odd_shapes_have_an_answer(shape):
    for raw in (np.zeros(shape), np.random.default_rng(0).poisson(9, shape)):
        found = estimate_cell_size([raw], VoxelSize(z=3.0, y=0.5, x=0.4))
        assert 0 < found.diameter < 1000
        assert 0 <= found.confidence <= 1


def test_nan_is_refused():
    with pytest.raises(BadValue, match="NaN"):
        estimate_cell_size([np.full((1, 20, 20), np.nan)], PIXEL)


def test_a_frame_that_is_not_sure_does_not_derail_the_others():
    sure = [SizeEstimate(diameter=d, confidence=0.8) for d in (10.0, 11.0)]
    both = combine_estimates([*sure, SizeEstimate(diameter=60.0, confidence=0.01)])
    assert 10 <= both.diameter <= 11.1
    assert both.confidence == pytest.approx(0.8 * 2 / 3, abs=0.01)
    three = combine_estimates([SizeEstimate(diameter=d, confidence=0.5) for d in (9.0, 300.0, 12.0)])
    assert three.diameter == pytest.approx(12.0)


# the ovule of the tune part has no signal above its noise: inside 127, outside 125, standard deviation 73
@pytest.mark.parametrize("data_set", ["dsb2018-fluo-2d", "bbbc050-mouse-embryo-3d"])
def test_real_images_of_the_tune_part(data_set, shared_data):
    images = list_images(data_set, "tune", shared_data)[:12]
    if not images:
        pytest.skip(f"no {data_set} in {shared_data}")
    errors = []
    for image in images:
        raw, truth = image.load()
        voxel = VoxelSize(z=image.z_step, y=1.0, x=1.0, unit="pixel")
        errors.append(abs(math.log(estimate_cell_diameter([raw], voxel) / measure_diameter(truth))))
    assert np.mean(np.array(errors) < math.log(1.2)) >= 0.8
    assert max(errors) < math.log(2)
