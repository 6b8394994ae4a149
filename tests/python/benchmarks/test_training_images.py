"""The split of the real images, and the randomised ones."""

import itertools

import numpy as np
import pytest
from training_images.random_cells import draw_cells, draw_signal
from training_images.random_light import expose, make_empty
from training_images.real_images import PARTS, list_sets, read_split
from training_images.shown import PatchCutter, measure_diameter
from training_images.sized_images import draw_sized_image


@pytest.mark.parametrize("data_set", list_sets())
def test_no_name_stands_twice(data_set):
    names = list(itertools.chain.from_iterable(read_split()[data_set].get(part, ()) for part in PARTS))
    assert names
    assert len(names) == len(set(names))


def test_the_groups_of_the_planes_are_whole():
    planes = read_split()["dsb2018-fluo-2d"]
    assert not set(planes["tune_groups"]) & set(planes["test_groups"])
    assert [len(planes[part]) for part in PARTS] == [327, 36, 85]


@pytest.mark.parametrize("planes", [1, 9])
def test_random_cells_are_repeatable_single_pieces_of_the_size_asked_for(planes):
    shape = (planes, 96, 96)
    fields = [draw_cells(shape, 18.0, 2.0, np.random.default_rng(seed)) for seed in range(12)]
    np.testing.assert_array_equal(fields[3].labels, draw_cells(shape, 18.0, 2.0, np.random.default_rng(3)).labels)
    sizes = [measure_diameter(field.labels) for field in fields if field.labels.max() >= 5]
    assert sizes
    assert 10 < np.median(sizes) < 24
    rng = np.random.default_rng(0)
    image = expose(draw_signal(fields[3], rng), 18.0, 2.0, rng)
    assert image.shape == shape
    assert np.isfinite(image).all()


@pytest.mark.parametrize("patch", [(1, 64, 64), (8, 48, 48)])
def test_patches_are_of_their_shape_and_empty_ones_hold_no_cell(patch):
    cutter = PatchCutter(patch=patch, diameter_px=16.0)
    rng = np.random.default_rng(1)
    drawn = [cutter.cut_random(rng) for _ in range(3)]
    assert all(raw.shape == labels.shape == patch for raw, labels in drawn)
    assert any(labels.any() for _, labels in drawn)
    raw, labels = cutter.cut_empty(rng)
    assert raw.shape == patch
    assert not labels.any()
    assert np.isfinite(make_empty(patch, rng)).all()


DRAWN = {100: "random stack", 102: "random plane", 104: "tissue", 106: "movie"}
"""Seeds of images that need no real one."""


@pytest.mark.parametrize("seed", DRAWN)
def test_sized_images_are_repeatable_and_of_a_size(seed, tmp_path):
    first, again = draw_sized_image(seed, tmp_path), draw_sized_image(seed, tmp_path)
    assert first.kind == again.kind == DRAWN[seed]
    np.testing.assert_array_equal(first.image, again.image)
    assert first.diameter == again.diameter
    assert 3 < first.diameter < min(first.image.shape[1:])
    assert (first.image.shape[0] == 1) == (first.kind == "random plane")


def test_real_images_that_are_not_there_are_asked_for(tmp_path):
    with pytest.raises(SystemExit, match="--shared"):
        draw_sized_image(101, tmp_path)
