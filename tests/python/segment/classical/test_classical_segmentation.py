import re

import numpy as np
import pytest
import tifffile
from scipy import ndimage

from volltrack.errors import BadSettings, BadValue, Cancelled
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.segment import ClassicalSettings, estimate_settings, segment_frame, segment_movie
from volltrack.segment.size.blob_diameter import estimate_cell_diameter
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

VOXEL = VoxelSize(z=2.0, y=0.5, x=0.5)


def f1_at_half_overlap(found, truth):
    """F1 of objects whose IoU is above 0.5, which can match only once."""
    width = int(truth.max()) + 1
    both = np.bincount((found.astype(np.int64) * width + truth).ravel(), minlength=(int(found.max()) + 1) * width)
    both = both.reshape(-1, width)
    union = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
    hits = (both / np.maximum(union, 1))[1:, 1:] > 0.5
    n_found, n_true = np.count_nonzero(both.sum(axis=1)[1:]), np.count_nonzero(both.sum(axis=0)[1:])
    return 2 * hits.sum() / (n_found + n_true)


@pytest.fixture(scope="module")
def tissue():
    return make_tissue_movie(SyntheticSettings(seed=11, n_frames=3, n_debris=0))


@pytest.mark.parametrize("mask_method", ["local", "otsu"])
def test_cells_of_a_synthetic_tissue_are_found(tissue, mask_method):
    settings = estimate_settings(tissue.raw, ClassicalSettings(mask_method=mask_method))
    found = segment_frame(tissue.raw.frame(2), VOXEL, settings).labels
    assert f1_at_half_overlap(found, tissue.labels.frame(2)) > 0.9


def test_cells_of_a_flat_tissue_are_found():
    flat = make_tissue_movie(SyntheticSettings(seed=5, n_frames=1, shape_zyx=(1, 256, 256), n_cells=50, n_debris=0))
    found = segment_frame(flat.raw.frame(0), flat.settings.voxel_size).labels
    assert f1_at_half_overlap(found, flat.labels.frame(0)) > 0.85


def test_about_100_nuclei_in_the_parhyale_leg(shared_data):
    frames = tifffile.imread(shared_data / "parhyale-leg-5f" / "movie.tif")
    voxel = VoxelSize(z=2.16, y=0.277, x=0.277)
    movie = Movie.from_array(frames, Calibration(voxel_size=voxel, frame_interval=1.0, time_unit="frame"))
    settings = estimate_settings(movie)
    counts = [segment_frame(frame, voxel, settings).n_cells for frame in frames]
    assert all(75 <= n <= 125 for n in counts), counts


def test_marked_nuclei_of_the_drosophila_embryo_are_cells(shared_data):
    folder = shared_data / "drosophila-tgmm-5f"
    frames = tifffile.imread(folder / "img_tzyx.tif")
    spots = np.genfromtxt(folder / "spots.csv", delimiter=",", names=True)
    voxel = VoxelSize(z=5.0, y=1.0, x=1.0)
    for t in (0, 2):
        labels = segment_frame(frames[t], voxel).labels
        here = spots[spots["t"] == t]
        at = np.rint(np.stack([here["z"] / 5.0, here["y"], here["x"]], axis=1)).astype(int)
        own = labels[tuple(at.T)]
        assert (own > 0).all()
        assert len(set(own)) == len(own)


def test_a_ball_keeps_its_size_and_shape_when_planes_are_far_apart():
    z, y, x = np.meshgrid(np.arange(16) * 2.0, np.arange(80) * 0.5, np.arange(80) * 0.5, indexing="ij")
    inside = (z - 15) ** 2 + (y - 20) ** 2 + (x - 20) ** 2 < 6.0**2
    raw = ndimage.gaussian_filter(inside * 200.0, (0.5, 1, 1)) + 10
    labels = segment_frame(raw, VOXEL, ClassicalSettings(cell_diameter_um=12.0)).labels
    assert labels.max() == 1
    overlap = np.count_nonzero((labels == 1) & inside) / np.count_nonzero((labels == 1) | inside)
    assert overlap > 0.85


@pytest.mark.parametrize("source", ["distance", "both"])
def test_evenly_bright_touching_balls_are_told_apart_by_distance(source):
    y, x = np.meshgrid(np.arange(60), np.arange(100), indexing="ij")
    raw = np.zeros((1, 60, 100))
    for cx in (34, 62):
        raw[0][(y - 30) ** 2 + (x - cx) ** 2 < 15**2] = 100.0
    pixel = VoxelSize(z=1.0, y=1.0, x=1.0, unit="pixel")
    settings = ClassicalSettings(seed_source=source, mask_method="otsu", cell_diameter_um=28.0)
    labels = segment_frame(raw, pixel, settings).labels
    assert labels.max() == 2
    assert labels[0, 30, 34] != labels[0, 30, 62]


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.4])
def test_estimated_diameter_follows_the_size_of_the_cells(factor):
    def estimate(diameter):
        made = make_tissue_movie(
            SyntheticSettings(seed=2, n_frames=1, cell_diameter_um=diameter, n_cells=40, n_debris=0)
        )
        return estimate_cell_diameter([made.raw.frame(0)], VOXEL)

    assert estimate(11.0 * factor) / estimate(11.0) == pytest.approx(factor, rel=0.2)


def test_brightness_scale_and_offset_do_not_matter(tissue):
    raw = tissue.raw.frame(0).astype(np.float32)
    plain = segment_frame(raw, VOXEL).labels
    other = segment_frame(raw * 0.001 - 7.0, VOXEL).labels
    assert f1_at_half_overlap(other, plain) > 0.99


@pytest.mark.parametrize(
    "raw",
    [np.zeros((4, 20, 20)), np.full((4, 20, 20), 300, np.uint16), np.zeros((1, 1, 1)), np.full((1, 2, 3), 7.5)],
    ids=["zero", "constant", "one voxel", "tiny"],
)
@pytest.mark.parametrize("mask_method", ["local", "otsu"])
def test_image_without_contrast_has_no_cells(raw, mask_method):
    result = segment_frame(raw, VOXEL, ClassicalSettings(mask_method=mask_method))
    assert result.n_cells == 0
    assert result.labels.dtype == np.int32
    assert result.labels.shape == raw.shape


@pytest.mark.parametrize("shape", [(1, 3, 3), (2, 2, 2), (1, 1, 50), (50, 1, 1), (3, 8, 9)])
@pytest.mark.parametrize("source", ["intensity", "both"])
def test_tiny_images_of_noise_do_not_fail(shape, source):
    raw = np.random.default_rng(0).poisson(50, shape)
    assert segment_frame(raw, VOXEL, ClassicalSettings(seed_source=source)).labels.shape == shape


@pytest.mark.parametrize("source", ["intensity", "distance", "both"])
def test_everything_foreground_does_not_fail(source):
    raw = np.random.default_rng(0).poisson(500, (4, 40, 40))
    settings = ClassicalSettings(mask_method="threshold", mask_threshold=1.0, seed_source=source)
    assert segment_frame(raw, VOXEL, settings).labels.shape == raw.shape


def test_plane_without_z_axis_is_one_plane():
    raw = np.zeros((40, 40))
    raw[10:20, 10:20] = 100
    assert segment_frame(raw, VOXEL, ClassicalSettings(cell_diameter_um=5.0)).labels.shape == (1, 40, 40)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            np.array([[[1.0, np.nan], [2.0, 3.0]]]),
            "1 values that are NaN or infinite, the first at (z, y, x) = (0, 0, 1)",
        ),
        (np.array([[[1.0, np.inf]]]), "replace them"),
        (np.zeros((2, 3, 4, 5)), "4 axes, (2, 3, 4, 5): expected (Z, Y, X); give one channel and one time"),
        (np.zeros(7), "1 axes, (7,): expected (Z, Y, X)"),
        (np.zeros((0, 5, 5)), "is empty, (0, 5, 5)"),
        (np.zeros((1, 2, 2), complex), "of type complex128: expected whole or real numbers"),
    ],
)
def test_bad_image_is_refused_with_the_reason(raw, message):
    with pytest.raises(BadValue, match=re.escape(message)):
        segment_frame(raw, VOXEL)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mask_method": "best"}, "expected 'local', 'otsu' or 'threshold'"),
        ({"mask_method": "threshold"}, "without mask_threshold"),
        ({"mask_threshold": float("nan")}, "expected a finite number"),
        ({"cell_diameter_um": 0.0}, "expected a finite number > 0"),
        ({"edge_level": 1.5}, "expected a finite number from 0 to 0.95"),
        ({"merge_score": 0.0}, "expected a number > 0"),
        ({"seed_scale": float("nan")}, "expected a finite number from 0.2 to 2"),
    ],
)
def test_bad_settings_are_refused_with_the_range(wrong, message):
    with pytest.raises(BadSettings, match=message):
        ClassicalSettings(**wrong)


def test_movie_is_segmented_frame_by_frame_with_one_set_of_settings(tissue):
    read = []

    def read_frame(t):
        read.append(t)
        return tissue.raw.frame(t)

    movie = Movie(
        shape=tissue.raw.shape, dtype=tissue.raw.dtype, calibration=tissue.raw.calibration, read_frame=read_frame
    )
    told = []
    labels = segment_movie(movie, on_progress=lambda p: told.append((p.done, p.total)))
    read.clear()
    first = labels.frame(1)
    assert read == [1]
    assert told == [(2, 3)]
    assert labels.shape == movie.shape
    settings = estimate_settings(movie)
    assert settings.is_complete
    np.testing.assert_array_equal(first, segment_frame(tissue.raw.frame(1), VOXEL, settings).labels)


def test_segmenting_a_movie_can_be_stopped(tissue):
    labels = segment_movie(tissue.raw, on_progress=lambda p: False)
    with pytest.raises(Cancelled, match="segment: stopped after 1 of 3"):
        list(labels.frames())


def test_bad_frame_of_a_movie_is_named(tissue):
    def read_frame(t):
        frame = tissue.raw.frame(t).astype(float)
        frame[0, 0, 0] = np.nan if t == 1 else 0.0
        return frame

    movie = Movie(
        shape=tissue.raw.shape,
        dtype=np.dtype(float),
        calibration=tissue.raw.calibration,
        read_frame=read_frame,
        name="leg",
    )
    with pytest.raises(BadValue, match="leg, frame 1 holds 1 values that are NaN"):
        list(segment_movie(movie).frames())


def test_movie_without_frames_has_no_labels():
    movie = Movie.from_array(np.zeros((0, 2, 5, 5)), Calibration.in_pixels())
    assert list(segment_movie(movie).frames()) == []
