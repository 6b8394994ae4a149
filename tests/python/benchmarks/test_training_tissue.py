"""Training stacks vary, are repeatable, and their labels are what the image shows."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage
from training_images.shipped_training import make_hazy_pairs, make_shipped_pairs
from training_images.training_tissue import STAINS, TrainingStackSettings, make_training_stack

from volltrack.errors import BadSettings

SMALL = TrainingStackSettings(shape_zyx=(12, 64, 64), diameter_px=(14.0, 20.0), planes_per_cell=(4.0, 8.0))


def test_same_seed_gives_the_same_stack_and_another_seed_another():
    raw, labels = make_training_stack(SMALL, 3)
    again, labels_again = make_training_stack(SMALL, 3)
    np.testing.assert_array_equal(raw, again)
    np.testing.assert_array_equal(labels, labels_again)
    assert not np.array_equal(raw, make_training_stack(SMALL, 4)[0])


@pytest.mark.parametrize("seed", range(4))
def test_each_label_is_one_connected_piece(seed):
    _, labels = make_training_stack(SMALL, seed)
    assert labels.max() >= 3
    for number in range(1, labels.max() + 1):
        assert ndimage.label(labels == number)[1] == 1


@pytest.mark.parametrize("stain", STAINS)
def test_what_a_stain_makes_bright_is_bright(stain):
    settings = TrainingStackSettings(
        shape_zyx=(12, 96, 96),
        diameter_px=(20.0, 24.0),
        planes_per_cell=(6.0, 8.0),
        photons=(300.0, 300.0),
        stains=(stain,),
    )
    contrasts = []
    for seed in range(3):
        raw, labels = make_training_stack(settings, seed)
        depth = ndimage.distance_transform_edt(labels > 0, sampling=(3, 1, 1))
        differs = np.zeros(labels.shape, bool)
        differs[:, :, 1:] |= labels[:, :, 1:] != labels[:, :, :-1]
        border = differs & (labels > 0)
        middle = (depth > 5) & ~ndimage.binary_dilation(differs, iterations=2)
        bright = border if stain == "membrane" else middle
        dark = middle if stain == "membrane" else labels == 0
        contrasts.append(raw[bright].mean() / raw[dark].mean())
    assert np.median(contrasts) > 1.1


def test_haze_lights_the_gaps_between_nuclei_and_leaves_the_labels():
    clear = replace(SMALL, stains=("nucleus",), photons=(300.0, 300.0), max_haze=0.0)
    contrasts = []
    for settings in (clear, replace(clear, max_haze=3.0), replace(clear, max_z_blur=4.0, max_blur=0.3)):
        of_stacks = []
        for seed in range(4):
            raw, labels = make_training_stack(settings, seed)
            np.testing.assert_array_equal(labels, make_training_stack(clear, seed)[1])
            of_stacks.append(np.median(raw[labels > 0]) / np.median(raw[labels == 0]))
        contrasts.append(np.mean(of_stacks))
    assert contrasts[0] > max(contrasts[1:])
    with pytest.raises(BadSettings, match="max_haze"):
        replace(SMALL, max_haze=-1.0)


def test_bad_settings_are_refused():
    with pytest.raises(BadSettings, match="expected a list of 1 or more, each 'nucleus', 'body' or 'membrane'"):
        TrainingStackSettings(stains=("actin",))
    with pytest.raises(BadSettings, match="photons"):
        TrainingStackSettings(photons=(0.0, 5.0))


def test_shipped_pairs_are_repeatable():
    first, second = make_shipped_pairs(1, first=1), make_shipped_pairs(1, first=1)
    raw, labels = first[0].load()
    np.testing.assert_array_equal(raw, second[0].load()[0])
    assert raw.shape == (16, 128, 128)
    assert labels.max() >= 3


def test_hazy_pairs_are_repeatable_and_not_all_alike():
    first, second = make_hazy_pairs(2)
    np.testing.assert_array_equal(first.read_raw(), make_hazy_pairs(1)[0].read_raw())
    assert first.read_labels().shape == (16, 128, 128)
    assert not np.array_equal(first.read_labels(), second.read_labels())
