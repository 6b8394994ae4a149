"""Java and Python read the same cells against the same tissue alike."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadValue
from volltrack.measure import measure_positions_in_tissue, measure_tissue
from volltrack.measure.runs import encode_runs
from volltrack.measure.shape.moments import compute_centroids
from volltrack.model import LabelMovie, Tissue, VoxelSize
from volltrack.model.calibration.whole import Calibration
from volltrack_fiji import JavaError, gate_by_tissue_java

SIZE = VoxelSize(z=1.7, y=0.45, x=0.6)


def make_tissue(seed: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """Blobs of up to three tissues, and cells over them; sometimes one plane, no tissue, or nothing but tissue."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers((1, 4, 4), (7, 15, 15)))
    tissue = rng.integers(0, 4, size=[(n + 2) // 3 for n in shape]).astype(np.uint8)
    tissue = tissue.repeat(3, 0).repeat(3, 1).repeat(3, 2)[: shape[0], : shape[1], : shape[2]]
    kind = rng.integers(0, 8)
    tissue = np.zeros_like(tissue) if kind == 0 else np.full_like(tissue, 2) if kind == 1 else tissue
    labels = rng.integers(0, 30, size=shape).astype(np.uint16)
    return rng, np.ascontiguousarray(tissue), labels


def choose(tissue: np.ndarray, chosen: tuple[int, ...]) -> np.ndarray:
    calibration = Calibration(voxel_size=SIZE, frame_interval=1.0, time_unit="frame")
    movie = LabelMovie.from_array(tissue[np.newaxis], calibration)
    return Tissue(labels=movie, tissue_labels=chosen).frame(0)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), border=st.booleans(), chosen=st.sampled_from([(), (2,), (3, 1)]))
def test_random_cells_in_random_tissue(seed: int, border: bool, chosen: tuple[int, ...]) -> None:
    _, tissue, labels = make_tissue(seed)
    runs = encode_runs(labels)
    centroids = compute_centroids(runs, SIZE)
    expected = measure_tissue(runs, centroids, choose(tissue, chosen), SIZE, border_is_surface=border)
    found = gate_by_tissue_java(
        centroids,
        tissue,
        SIZE,
        labels=labels,
        label_of_cell=runs.labels,
        tissue_labels=chosen,
        border_is_surface=border,
    )
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected), check_dtype=False, rtol=1e-12, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), border=st.booleans())
def test_random_positions_in_and_around_the_image(seed: int, border: bool) -> None:
    rng, tissue, _ = make_tissue(seed)
    extent = np.array(tissue.shape) * SIZE.zyx
    positions = rng.uniform(-0.4 * extent, 1.4 * extent, size=(40, 3))
    expected = measure_positions_in_tissue(positions, tissue, SIZE, border_is_surface=border)
    found = gate_by_tissue_java(positions, tissue, SIZE, border_is_surface=border)
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected), check_dtype=False, rtol=1e-12, atol=1e-12)


def test_tissue_of_another_size_is_refused() -> None:
    labels = np.ones((2, 3, 4), np.uint8)
    with pytest.raises(JavaError, match=r"tissue of .* = \(2, 3, 3\) voxels for cells of \(2, 3, 4\)"):
        gate_by_tissue_java(np.zeros((1, 3)), labels[:, :, 1:], SIZE, labels=labels, label_of_cell=np.array([1]))


def test_labels_without_the_label_of_each_cell_are_refused() -> None:
    tissue = np.ones((2, 3, 4), np.uint8)
    with pytest.raises(BadValue, match="labels without label_of_cell"):
        gate_by_tissue_java(np.zeros((1, 3)), tissue, SIZE, labels=tissue)
