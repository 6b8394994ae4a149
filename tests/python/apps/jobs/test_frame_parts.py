"""Frames of a movie in the making come back as they were."""

import numpy as np
import pytest

from volltrack.apps.jobs.labels import frame_parts
from volltrack.apps.jobs.labels.frame_parts import FrameParts
from volltrack.io.ome_zarr import read_zarr_label_movie, write_zarr_label_movie
from volltrack.io.tiff import read_label_movie, write_label_movie
from volltrack.model import Calibration, Movie, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2, y=1, x=1), frame_interval=1, time_unit="frame")


@pytest.mark.parametrize(("largest", "dtype"), [(65_535, np.uint16), (65_536, np.int32)])
def test_labels_are_int32_and_take_16_bit_only_in_a_tiff_where_all_fit(largest, dtype, tmp_path):
    frames = np.zeros((2, 3, 8, 9), np.int32)
    frames[0, 1, 2:5, 3:7], frames[1, 2, 4:6, 1:3] = 7, largest
    parts = FrameParts(tmp_path / "labels", Movie.from_array(frames.astype(np.float32), CALIBRATION))
    for t, frame in enumerate(frames):
        parts.keep(t, frame)
    labels = parts.as_labels()
    assert labels.dtype == np.int32
    assert all(labels.frame(t).dtype == np.int32 for t in (0, 1))
    np.testing.assert_array_equal(np.stack(list(labels.frames())), frames)
    write_label_movie(tmp_path / "labels.tif", labels)
    write_zarr_label_movie(tmp_path / "labels.zarr", labels)
    assert read_zarr_label_movie(tmp_path / "labels.zarr").dtype == np.int32
    written = read_label_movie(tmp_path / "labels.tif")
    assert written.dtype == dtype
    np.testing.assert_array_equal(np.stack(list(written.frames())), frames)


@pytest.mark.parametrize("limit", [0, 2**30])
def test_masks_and_maps_keep_their_values(limit, tmp_path, monkeypatch):
    monkeypatch.setattr(frame_parts, "_COMPRESS_ABOVE", limit)
    movie = Movie.from_array(np.zeros((1, 2, 4, 5), np.uint8), CALIBRATION)
    chance = np.random.default_rng(0).random((2, 4, 5)).astype(np.float32)
    for name, frame in (("mask", chance > 0.5), ("probability", chance)):
        FrameParts(tmp_path / name, movie).keep(0, frame)
        np.testing.assert_array_equal(FrameParts(tmp_path / name, movie).as_movie().frame(0), frame)
