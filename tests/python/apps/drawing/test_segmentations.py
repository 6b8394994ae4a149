"""The picture of one plane with the cells of several methods."""

import numpy as np
import pytest
from matplotlib.image import imread

from volltrack.apps.drawing.segmentations import draw_segmentations
from volltrack.errors import ShapeMismatch


def squares() -> np.ndarray:
    labels = np.zeros((3, 40, 40), np.int32)
    labels[1, 5:18, 5:18], labels[1, 5:18, 18:33] = 1, 2
    return labels


def test_each_method_has_a_panel_and_touching_cells_have_two_colours(tmp_path):
    raw = np.random.default_rng(0).poisson(50, (3, 40, 40)).astype(np.uint16)
    draw_segmentations(raw, {"truth": squares()}, tmp_path / "two.png")
    draw_segmentations(raw, {"truth": squares(), "VollSeg": squares(), "none": squares() * 0}, tmp_path / "four.png")
    two, four = imread(tmp_path / "two.png"), imread(tmp_path / "four.png")
    assert four.shape[1] == 2 * two.shape[1]
    colored = two[..., :3].std(axis=-1) > 0.2
    hues = {tuple(np.round(color, 1)) for color in two[..., :3][colored]}
    assert len(hues) >= 2


def test_an_image_without_contrast_is_drawn(tmp_path):
    draw_segmentations(np.full((1, 9, 9), 3), {"found": np.zeros((1, 9, 9), np.int32)}, tmp_path / "flat.png")
    assert (tmp_path / "flat.png").is_file()


def test_labels_of_another_shape_are_named(tmp_path):
    with pytest.raises(ShapeMismatch, match=r"VollSeg is \(3, 40, 40\)"):
        draw_segmentations(np.zeros((2, 40, 40)), {"VollSeg": squares()}, tmp_path / "no.png")
    assert not (tmp_path / "no.png").exists()
