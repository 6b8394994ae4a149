"""The judge tells cells from what is none, without the truth."""

import numpy as np
import pytest
from scipy import ndimage

from volltrack.segment.judge import drop_implausible, judge_labels
from volltrack.segment.judge.features import FEATURES, measure_objects


def draw_disks(shape=(1, 160, 160), diameter=18, spacing=40, background=5.0, light=100.0, seed=0):
    """Return an image of bright disks with noise, and their labels."""
    rng = np.random.default_rng(seed)
    labels = np.zeros(shape, np.int32)
    y, x = np.mgrid[: shape[1], : shape[2]]
    number = 0
    for cy in range(spacing // 2, shape[1], spacing):
        for cx in range(spacing // 2, shape[2], spacing):
            number += 1
            labels[:, (y - cy) ** 2 + (x - cx) ** 2 <= (diameter / 2) ** 2] = number
    seen = ndimage.gaussian_filter(light * (labels > 0) + background, (0, 1, 1))
    return rng.poisson(seen).astype(np.float32), labels


def test_cells_are_likely_and_their_shifted_outlines_are_not():
    frame, labels = draw_disks()
    right, wrong = judge_labels(frame, labels), judge_labels(frame, np.roll(labels, 16, axis=2))
    assert right.chances.min() > 0.6
    assert wrong.chances.max() < 0.4


def test_objects_in_noise_are_not_likely():
    rng = np.random.default_rng(1)
    _, labels = draw_disks()
    noise = rng.poisson(20, labels.shape).astype(np.float32)
    assert judge_labels(noise, labels).chances.max() < 0.3
    assert not drop_implausible(noise, labels, 0.3).any()


def test_pieces_of_cells_are_less_likely_than_the_cells():
    frame, labels = draw_disks(diameter=24)
    x = np.mgrid[:160, :160][1]
    halves = (2 * labels - (x % 40 < 20) * (labels > 0)).astype(np.int32)
    whole, pieces = judge_labels(frame, labels), judge_labels(frame, halves)
    assert pieces.n_likely / len(pieces.numbers) < 0.6 < whole.n_likely / len(whole.numbers)


def test_dropping_numbers_the_others_anew_and_keeps_their_voxels():
    frame, labels = draw_disks()
    labels = labels.copy()
    labels[0, 0:12, 60:72] = 99  # nothing is there
    kept = drop_implausible(frame, labels, 0.3)
    assert np.unique(kept).tolist() == list(range(17))
    assert ((kept > 0) == ((labels > 0) & (labels != 99))).all()
    assert drop_implausible(frame, labels, 0.0) is labels


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e4])
def test_measures_do_not_depend_on_the_units_of_the_image(factor):
    frame, labels = draw_disks()
    np.testing.assert_allclose(
        measure_objects(frame * np.float32(factor), labels).values, measure_objects(frame, labels).values, atol=1e-3
    )


def test_no_object_and_no_contrast_are_no_fault():
    frame, labels = draw_disks()
    assert judge_labels(frame, np.zeros_like(labels)).numbers.tolist() == []
    flat = measure_objects(np.full_like(frame, 7), labels)
    assert flat.values.shape == (16, len(FEATURES))
    assert np.isfinite(flat.values).all()
