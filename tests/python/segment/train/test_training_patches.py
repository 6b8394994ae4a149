"""Patches are turned and scaled with their labels, and networks keep the size of cells that they were shown."""

import numpy as np
import pytest

from volltrack.errors import BadSettings, BadTable
from volltrack.segment.size.work_scale import choose_work_scale
from volltrack.segment.train import PatchSettings, TrainingPair, TrainingSettings, make_patches, plan_trainings
from volltrack.segment.train.patches import VARY, measure_cell_diameter, read_patches, write_patches
from volltrack.segment.train.patches.cut_patches import _PIXEL


def make_plane(diameter=40, side=200, seed=0):
    """A plane with five discs of which the upper half is brighter than the background and the lower half darker."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((side, side))
    labels = np.zeros((side, side), np.uint16)
    for number, (y, x) in enumerate([(0.2, 0.2), (0.2, 0.7), (0.5, 0.45), (0.8, 0.2), (0.75, 0.75)], start=1):
        labels[np.hypot(rows - y * side, columns - x * side) < diameter / 2] = number
    raw = 100 + 50.0 * (labels > 0) + rng.normal(0, 1, labels.shape)
    return TrainingPair(name="plane", read_raw=lambda: raw, read_labels=lambda: labels)


def test_turned_patches_keep_image_and_labels_together_and_differ():
    settings = PatchSettings(patch_zyx=(1, 64, 64), per_image=12, zoom=1.5)
    patches = make_patches([make_plane()], settings)
    assert patches.raw.shape == patches.labels.shape == (12, 1, 64, 64)
    for raw, labels in zip(patches.raw, patches.labels, strict=True):
        assert np.mean((raw > 0.5) == (labels > 0)) > 0.98
    areas = [np.bincount(cells.ravel())[1:].max() for cells in patches.labels]
    assert max(areas) > 1.5 * 1250  # a disc of 40 pixels has 1257; some are shown larger
    again = make_patches([make_plane()], settings)
    np.testing.assert_array_equal(patches.raw, again.raw)


def test_images_are_scaled_to_one_size_of_cells_and_the_patches_say_so(tmp_path):
    assert measure_cell_diameter([make_plane(40)]) == pytest.approx(40, rel=0.02)
    patches = make_patches([make_plane(40)], PatchSettings(patch_zyx=(1, 80, 80), per_image=4, cell_diameter_px=20))
    assert patches.diameters_px == (20, pytest.approx(40, rel=0.02))
    assert np.sqrt(np.bincount(patches.labels[0].ravel())[1:].max() * 4 / np.pi) == pytest.approx(20, rel=0.05)
    write_patches(patches, tmp_path / "patches.npz")
    assert read_patches(tmp_path / "patches.npz").diameters_px == pytest.approx(patches.diameters_px)


def test_stacks_and_empty_planes_are_not_scaled():
    stack = TrainingPair(name="s", read_raw=lambda: np.ones((4, 32, 32)), read_labels=lambda: np.ones((4, 32, 32), int))
    with pytest.raises(BadSettings, match=r"s has 4 planes: `cell_diameter_px` scales single planes only"):
        make_patches([stack], PatchSettings(cell_diameter_px=20))
    empty = TrainingPair(name="e", read_raw=lambda: np.ones((32, 32)), read_labels=lambda: np.zeros((32, 32), int))
    with pytest.raises(BadTable, match="no labelled cell"):
        measure_cell_diameter([empty])


def test_contrast_is_varied_about_the_middle_level():
    image = np.full((32, 32), 0.5, np.float32)
    image[8:16, 8:16], image[16:24, 8:16] = 0.9, 0.1
    labels = (image != 0.5).astype(np.int32)
    middles = {name: [] for name in VARY}
    for name, vary in VARY.items():
        for seed in range(30):
            raw, cells = vary(image, labels, np.random.default_rng(seed))
            assert cells.sum() == labels.sum()
            middles[name].append(np.median(raw))
    assert np.ptp(middles["contrast"]) < 0.25 < np.ptp(middles["brightness"])


@pytest.mark.parametrize(("diameter", "shown"), [(8, 15), (20, 20), (60, 30)])
def test_planes_are_planned_by_the_size_of_their_cells(diameter, shown):
    plan = plan_trainings([make_plane(diameter, side=6 * diameter)], minutes=10)
    assert plan.steps == ("patches", "star", "thresholds")
    assert plan.patches.cell_diameter_px == pytest.approx(shown, abs=0.5)
    assert plan.patches.patch_zyx[1] * plan.patches.patch_zyx[2] * plan.network.batch_size <= 160_000
    assert f"cells of {diameter} pixels shown as {plan.patches.cell_diameter_px:g}" in plan.why
    longer = plan_trainings([make_plane(diameter, side=6 * diameter)], minutes=20)
    assert longer.network.epochs == pytest.approx(2 * plan.network.epochs, abs=1)


def test_stacks_are_planned_as_in_the_paper_and_what_cannot_be_planned_is_said():
    stack = TrainingPair(name="s", read_raw=lambda: np.ones((4, 32, 32)), read_labels=lambda: np.ones((4, 32, 32), int))
    plan = plan_trainings([stack])
    assert (plan.patches, plan.network) == (PatchSettings(), TrainingSettings())
    assert "unet" in plan.steps
    with pytest.raises(BadSettings, match="`minutes` = 5 for stacks"):
        plan_trainings([stack], minutes=5)
    with pytest.raises(BadSettings, match="`minutes` = -1: expected a number above 0"):
        plan_trainings([make_plane()], minutes=-1)
    with pytest.raises(BadSettings, match="plane is 30 x 30 pixels: too small to train on, expected at least"):
        plan_trainings([make_plane(20, side=30)])


def test_new_images_are_scaled_as_the_training_images_were():
    frame = (1, 200, 200)
    seen = choose_work_scale(frame, _PIXEL, cell_diameter_um=40.0, trained_diameter_px=20.0)
    patches = make_patches([make_plane(40)], PatchSettings(patch_zyx=(1, 96, 96), per_image=2, cell_diameter_px=20))
    shown, given = patches.diameters_px
    assert choose_work_scale(frame, _PIXEL, cell_diameter_um=given, trained_diameter_px=shown) == seen
