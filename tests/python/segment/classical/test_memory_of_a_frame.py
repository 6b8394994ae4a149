"""A large frame needs few bytes a voxel, and steps that work part by part give what they gave as a whole."""

import gc
import tracemalloc

import numpy as np
import pytest
from scipy import ndimage
from skimage.measure import label as label_pieces
from skimage.segmentation import watershed

from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.segment import ClassicalSettings, segment_frame, segment_movie
from volltrack.segment.classical.rims import trim_dim_rims
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.memory import object_blocks, padded_watershed, slabs
from volltrack.segment.memory.object_blocks import iterate_object_blocks
from volltrack.segment.size.blobs import blob_response
from volltrack.segment.watershed import grow_seeds

VOXEL = VoxelSize(z=2.0, y=1.0, x=1.0)


def _make_frame(shape, seed=0):
    rng = np.random.default_rng(seed)
    points = np.zeros(shape, np.float32)
    points[tuple(rng.integers(0, shape, (max(3, points.size // 1400), 3)).T)] = 4000
    return (ndimage.gaussian_filter(points, (2 if shape[0] > 1 else 0, 4, 4)) * 60 + rng.poisson(20, shape)).astype(
        np.uint16
    )


@pytest.fixture
def small_parts(monkeypatch):
    """Cut the small frames of the tests, too."""
    monkeypatch.setattr(slabs.iterate_slabs, "__defaults__", (3000,))
    monkeypatch.setattr(object_blocks, "_BLOCK_VOXELS", 5000)


def test_segmenting_without_networks_takes_at_most_20_bytes_a_voxel():
    raw = _make_frame((32, 384, 384))
    movie = Movie(
        shape=(1, *raw.shape),
        dtype=raw.dtype,
        calibration=Calibration(voxel_size=VOXEL, frame_interval=1.0, time_unit="min"),
        read_frame=lambda t: raw,
        name="a frame",
    )
    known = ClassicalSettings(cell_diameter_um=12.0, typical_response=10.0)
    gc.collect()
    tracemalloc.start()
    try:
        labels = segment_movie(movie, known).frame(0)
        peak = tracemalloc.get_traced_memory()[1] / raw.size
    finally:
        tracemalloc.stop()
    assert labels.max() > 1000
    assert 8 < peak < 20


@pytest.mark.parametrize("shape", [(12, 60, 70), (1, 90, 80)])
def test_parts_give_the_labels_of_the_whole(shape, small_parts, monkeypatch):
    raw = _make_frame(shape)
    for settings in (ClassicalSettings(), ClassicalSettings(merge_score=0.2, edge_level=0.7, seed_source="both")):
        parted = segment_frame(raw, VOXEL, settings)
        with monkeypatch.context() as whole:
            whole.setattr(slabs.iterate_slabs, "__defaults__", (2**40,))
            whole.setattr(object_blocks, "_BLOCK_VOXELS", 2**40)
            expected = segment_frame(raw, VOXEL, settings)
        assert expected.n_cells > 3
        np.testing.assert_array_equal(parted.labels, expected.labels)
        np.testing.assert_array_equal(parted["response"], expected["response"])


@pytest.mark.parametrize("shape", [(5, 30, 31), (1, 40, 41)])
@pytest.mark.parametrize("radius", [0, 2])
def test_watershed_without_copies_is_that_of_scikit_image(shape, radius):
    rng = np.random.default_rng(3)
    height = np.round(ndimage.gaussian_filter(rng.random(shape), 1), 2).astype(np.float32)  # with plateaus
    mask = ndimage.gaussian_filter(rng.random(shape), 1) > 0.47
    points = np.concatenate([rng.uniform(-1, np.array(shape), (25, 3)), [[0, 0, 0], [0.5, 1.5, 2.5]]])
    points[:, 0] = 0 if shape[0] == 1 else points[:, 0]
    as_double = grow_seeds(height.astype(np.float64), points, mask, marker_radius_px=radius)  # scikit-image's own
    lean = grow_seeds(height, points, mask, marker_radius_px=radius)
    assert lean.flags.c_contiguous
    np.testing.assert_array_equal(lean, as_double)
    assert lean.max() > 5


def test_another_version_of_scikit_image_gives_the_same(monkeypatch):
    rng = np.random.default_rng(4)
    height, mask = rng.random((4, 20, 20)).astype(np.float32), rng.random((4, 20, 20)) > 0.2
    points = rng.uniform(0, (3, 19, 19), (9, 3))
    ours = grow_seeds(height, points, mask, marker_radius_px=1)
    monkeypatch.setattr(padded_watershed, "watershed_raveled", None)
    np.testing.assert_array_equal(grow_seeds(height, points, mask, marker_radius_px=1), ours)


def test_blocks_hold_each_object_once_and_whole(small_parts):
    labels = watershed(np.random.default_rng(0).random((10, 80, 90)), 60).astype(np.int32)
    labels[labels % 7 == 0] = 0
    seen = np.zeros_like(labels)
    numbers = []
    for box, objects, count in iterate_object_blocks(labels):
        here = np.unique(objects[objects > 0])
        assert len(here) == count
        numbers += here.tolist()
        seen[box] += objects
    assert sorted(numbers) == np.unique(labels[labels > 0]).tolist()
    np.testing.assert_array_equal(seen, labels)


def test_largest_pieces_and_rims_are_those_of_each_object_alone(small_parts):
    rng = np.random.default_rng(1)
    labels = watershed(rng.random((8, 60, 60)), 40).astype(np.int32)
    labels[rng.random(labels.shape) < 0.45] = 0  # in pieces
    light = rng.random(labels.shape).astype(np.float32)
    clean = clean_labels(labels, fill_holes=False, largest_piece=True)
    trimmed = trim_dim_rims(labels, light, edge_level=0.5)
    for new, number in enumerate(np.unique(labels[labels > 0]), start=1):
        pieces = label_pieces(labels == number, connectivity=1)
        largest = np.argmax(np.bincount(pieces.ravel())[1:]) + 1
        np.testing.assert_array_equal(clean == new, pieces == largest)
        values = np.sort(light[labels == number])
        peak = values[len(values) - 1 - int(np.floor((1 - 0.9) * len(values)))]
        np.testing.assert_array_equal(trimmed == number, (labels == number) & (light >= 0.5 * peak))


def test_blobs_are_the_same_in_slabs_and_in_place(small_parts, monkeypatch):
    image = np.random.default_rng(2).random((9, 40, 50)).astype(np.float32)
    kept = image.copy()
    parted = blob_response(image, VOXEL, diameter_um=6.0)
    np.testing.assert_array_equal(image, kept)
    monkeypatch.setattr(slabs.iterate_slabs, "__defaults__", (2**40,))
    np.testing.assert_array_equal(blob_response(image, VOXEL, diameter_um=6.0), parted)
    np.testing.assert_array_equal(blob_response(image, VOXEL, diameter_um=6.0, overwrite=True), parted)
