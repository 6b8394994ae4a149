"""The size of cells whose membranes are bright: found by asking the network at several scales."""

import json
from dataclasses import replace

import numpy as np
import pytest
from training_images.training_tissue import TrainingStackSettings, make_training_stack

from volltrack.errors import BadFile
from volltrack.model import VoxelSize
from volltrack.segment.automatic.shipped import MEMBRANES
from volltrack.segment.networks.model_folder import find_model, open_model_folder
from volltrack.segment.size.object_diameter import cut_middle, measure_object_diameter
from volltrack.segment.size.trained_scale import estimate_trained_scale


@pytest.fixture(scope="module")
def networks(need_networks):
    return MEMBRANES.load()


@pytest.mark.parametrize(("diameter_px", "pixel"), [(15.0, 1.0), (28.0, 0.25)])
def test_diameter_of_membrane_tissue_is_estimated_within_a_third(networks, diameter_px, pixel):
    look = TrainingStackSettings(
        shape_zyx=(12, 112, 112), stains=("membrane",), photons=(20.0, 40.0), diameter_px=(diameter_px, diameter_px)
    )
    raw, truth = make_training_stack(look, 6_900_000)
    areas = np.max([np.bincount(plane.ravel(), minlength=truth.max() + 1)[1:] for plane in truth], axis=0)
    expected = pixel * float(np.median(2 * np.sqrt(areas[areas > 0] / np.pi)))
    voxel = VoxelSize(z=3 * pixel, y=pixel, x=pixel)
    found = estimate_trained_scale([raw.astype(np.float32)], voxel, networks, MEMBRANES.how).cell_diameter_um
    assert found == pytest.approx(expected, rel=0.33)


def test_an_image_without_cells_falls_back_to_the_blobs_and_a_given_diameter_is_kept(networks):
    noise = np.random.default_rng(3).poisson(20, (8, 64, 64)).astype(np.float32)
    voxel = VoxelSize(z=2.0, y=1.0, x=1.0)
    assert estimate_trained_scale([noise], voxel, networks, MEMBRANES.how).cell_diameter_um > 0
    given = replace(MEMBRANES.how, cell_diameter_um=7.0)
    assert estimate_trained_scale([noise], voxel, networks, given) is given


def test_diameter_of_objects_is_that_of_their_largest_section():
    labels = np.zeros((4, 40, 60), np.int32)
    for number in range(1, 6):
        labels[1, 5:15, 10 * number - 5 : 10 * number + 3] = number
        labels[2, 8:10, 10 * number - 5] = number
    assert measure_object_diameter(labels) == pytest.approx(2 * np.sqrt(80 / np.pi))
    assert measure_object_diameter(np.where(labels < 5, labels, 0)) is None


def test_the_middle_of_a_large_frame_is_cut_and_a_small_one_stays():
    frame = np.arange(2 * 200 * 300, dtype=np.float32).reshape(2, 200, 300)
    middle = cut_middle(frame, 2 * 100 * 100)
    assert middle.shape == (2, 100, 100)
    assert np.array_equal(middle, frame[:, 50:150, 100:200])
    assert cut_middle(frame, 10**6).shape == frame.shape


def test_what_a_model_says_of_its_images_is_checked(tmp_path):
    assert find_model("membrane-star-3d", "star").bright == "membranes"
    assert find_model("tissue-star-3d", "star").bright == "cells"
    (tmp_path / "config.json").write_text(json.dumps({"n_dim": 3, "n_rays": 32}), encoding="utf-8")
    (tmp_path / "weights_best.h5").write_bytes(b"")
    assert open_model_folder(tmp_path).bright == "cells"
    for note, words in (({"bright": "walls"}, "membranes"), ({"cell_diameter_px": -1}, "> 0")):
        (tmp_path / "volltrack.json").write_text(json.dumps(note), encoding="utf-8")
        with pytest.raises(BadFile, match=words):
            open_model_folder(tmp_path)
