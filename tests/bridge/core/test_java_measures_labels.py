"""Java and Python measure the same labels alike."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.measure import MeasureSettings, measure_frame
from volltrack.model import VoxelSize
from volltrack_fiji import JavaError, measure_labels_java

COLUMNS = ["LABEL", "POSITION_X", "POSITION_Y", "POSITION_Z", "RADIUS", "QUALITY", "N_PIECES"]
ONLY_POSITIONS = MeasureSettings(contrast=False, ellipsoid=False, surface=False, contours=False)


def make_labels(seed: int) -> np.ndarray:
    """Blocky random labels, some touching, some in pieces, some far apart in number."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, (6, 12, 20)))
    coarse = rng.integers(0, 6, size=[(n + 1) // 2 for n in shape])
    labels = coarse.repeat(2, 0).repeat(2, 1).repeat(2, 2)[: shape[0], : shape[1], : shape[2]]
    labels = np.where(rng.random(shape) < 0.1, 0, labels)
    dtype = rng.choice(["uint8", "uint16", "int32", "int64", ">u2", ">i4"])
    return (labels * (40 if dtype == "uint8" else 13000)).astype(dtype)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_random_labels(seed: int) -> None:
    labels = make_labels(seed)
    voxel_size = VoxelSize(z=2.5, y=0.3, x=0.7)
    expected = measure_frame(labels, voxel_size, settings=ONLY_POSITIONS).table
    found = measure_labels_java(labels, voxel_size)
    pd.testing.assert_frame_equal(found, expected[COLUMNS], check_dtype=False, rtol=1e-12)


def test_labels_up_to_the_largest_are_kept() -> None:
    labels = np.array([[[0, 2**31 - 1, 2**31 - 2]]], dtype=np.int64)
    found = measure_labels_java(labels, VoxelSize(z=1.0, y=1.0, x=1.0))
    assert found["LABEL"].tolist() == [2**31 - 2, 2**31 - 1]


def test_a_view_with_strides_is_read_as_it_looks() -> None:
    labels = np.zeros((6, 8, 10), dtype=np.uint16)
    labels[2:4, 2:6, 3] = 5
    found = measure_labels_java(labels[::2, ::-1, 1:], VoxelSize(z=1.0, y=1.0, x=1.0))
    assert found[["POSITION_Z", "POSITION_Y", "POSITION_X", "QUALITY"]].to_numpy().tolist() == [[1.0, 3.5, 2.0, 4.0]]


def test_java_error_keeps_message_and_stack_trace() -> None:
    labels = np.array([[3, -2]], dtype=np.int32)
    with pytest.raises(JavaError, match=r"^BadImageException: label -2 at \(z, y, x\) = \(0, 0, 1\)") as caught:
        measure_labels_java(labels, VoxelSize(z=1.0, y=1.0, x=1.0))
    assert caught.value.java_type == "io.github.volltrack.core.error.BadImageException"
    assert (
        "at io.github.volltrack.core.measure.LabelMeasurer.measure(LabelMeasurer.java" in caught.value.java_stack_trace
    )
