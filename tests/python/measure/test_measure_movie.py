"""Movies: ids, times, tissue, what is left out, and bad input."""

import tracemalloc

import numpy as np
import pytest

from volltrack.errors import BadSettings, BadTable, BadValue, Cancelled, ShapeMismatch
from volltrack.measure import (
    CellFilterSettings,
    MeasureSettings,
    filter_cells,
    measure_frame,
    measure_movie,
    measure_spot_intensity,
)
from volltrack.model import Calibration, LabelMovie, Movie, Tissue, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=90.0, time_unit="sec")
SIZE = CALIBRATION.voxel_size


def movie_of(array, cls=LabelMovie, name="cells.tif"):
    return cls.from_array(np.asarray(array), CALIBRATION, name=name)


def three_frames():
    labels = np.zeros((3, 4, 10, 12), dtype=np.int32)
    labels[0, 1:3, 1:4, 1:4] = 9
    labels[0, 1:3, 5:8, 6:9] = 4
    labels[2, 0:2, 0:3, 0:3] = 2**31 - 1
    return labels


def test_ids_follow_frames_and_labels_and_time_is_physical():
    spots = measure_movie(movie_of(three_frames()))
    assert spots.ids.tolist() == [0, 1, 2]
    assert spots.table["LABEL"].tolist() == [4, 9, 2**31 - 1]
    assert spots.frames.tolist() == [0, 0, 2]
    assert spots.table["POSITION_T"].tolist() == [0, 0, 180]
    assert spots.positions_zyx[1].tolist() == [3.0, 1.0, 1.0]


def test_progress_is_told_and_can_cancel():
    seen = []
    measure_movie(movie_of(three_frames()), on_progress=lambda p: seen.append((p.done, p.total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled, match="stopped after 1 of 3"):
        measure_movie(movie_of(three_frames()), on_progress=lambda p: p.done < 1)


def test_one_tissue_frame_serves_all_and_whole_cells_are_filtered():
    tissue = np.zeros((1, 4, 10, 12), dtype=np.uint8)
    tissue[:, :, :, 5:] = 3
    spots = measure_movie(movie_of(three_frames()), tissue=Tissue(labels=movie_of(tissue)))
    assert spots.table["INSIDE_TISSUE"].tolist() == [1, 0, 0]
    assert spots.table["TISSUE_LABEL"].tolist() == [3, 0, 0]
    assert spots.table["DISTANCE_TO_TISSUE"].tolist() == pytest.approx([1.25, -1.25, -1.75])
    kept, removed = filter_cells(spots, CellFilterSettings())
    assert kept.table["N_VOXELS"].tolist() == [18]
    assert removed["LABEL"].tolist() == [9, 2**31 - 1]


def test_channels_are_numbered_and_costly_parts_can_be_left_out():
    raws = [movie_of(three_frames() % 251, Movie), movie_of(three_frames() % 7, Movie)]
    full = measure_movie(movie_of(three_frames()), raws)
    assert {"MEAN_INTENSITY_CH1", "SNR_CH2", "SURFACE", "ELLIPSOID_CX", "N_PIECES"} <= set(full.table.columns)
    few = measure_movie(
        movie_of(three_frames()),
        raws[:1],
        settings=MeasureSettings(statistics=("MEAN",), contrast=False, pieces=False, ellipsoid=False, surface=False),
    )
    left = ["MEAN_INTENSITY_CH1", "VOLUME", "LABEL", "N_VOXELS", "RADIUS", "QUALITY", "VISIBILITY"]
    assert set(left) | {"ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T"} == set(few.table.columns)
    np.testing.assert_array_equal(few.table["MEAN_INTENSITY_CH1"], full.table["MEAN_INTENSITY_CH1"])


def test_2d_without_contours_has_the_area_of_its_pixels():
    plane = np.zeros((1, 1, 5, 5), dtype=np.uint8)
    plane[..., 1:3, 1:4] = 1
    spots = measure_movie(movie_of(plane), settings=MeasureSettings(contours=False))
    assert spots.table["AREA"].tolist() == [1.5]
    assert spots.table["RADIUS"].tolist() == pytest.approx([(1.5 / np.pi) ** 0.5])
    assert not spots.contours
    assert "VOLUME" not in spots.table.columns


def test_labels_that_touch_the_border_and_fill_the_frame_are_measured():
    spots = measure_frame(np.ones((2, 3, 4), dtype=np.uint8), SIZE, raws=[np.ones((2, 3, 4), dtype=np.float32)])
    assert spots.positions_zyx.tolist() == [[1.0, 0.5, 0.75]]
    assert spots.table["N_VOXELS"].tolist() == [24]


def test_byte_order_and_layout_of_the_array_do_not_matter():
    labels = three_frames()[0]
    raw = np.arange(labels.size, dtype=np.uint16).reshape(labels.shape)
    usual = measure_frame(labels, SIZE, raws=[raw])
    other = measure_frame(np.asfortranarray(labels.astype(">i4")), SIZE, raws=[np.asfortranarray(raw.astype(">u2"))])
    assert usual.table.equals(other.table)


def test_an_empty_frame_has_the_columns_and_no_rows(caplog):
    labels = three_frames()
    raw = movie_of(labels, Movie)
    full = measure_movie(movie_of(labels), [raw], Tissue(labels=movie_of(labels)))
    empty = measure_movie(movie_of(labels * 0), [raw], Tissue(labels=movie_of(labels)))
    assert len(empty) == 0
    assert set(empty.table.columns) == set(full.table.columns)
    assert "cells.tif: frame 1 has no labels" in caplog.text


def test_a_2d_frame_without_labels_has_the_columns_and_no_rows():
    plane = np.zeros((1, 4, 4), dtype=np.int32)
    filled = plane.copy()
    filled[0, 1:3, 1:3] = 1
    empty = measure_frame(plane, SIZE, raws=[plane])
    assert len(empty) == 0
    assert set(empty.table.columns) == set(measure_frame(filled, SIZE, raws=[plane]).table.columns)


def test_sparse_labels_cost_no_memory():
    labels = np.zeros((4, 64, 64), dtype=np.int32)
    labels[1, 3, 3:9] = 2**31 - 1
    labels[2, 30:33, 3:9] = 2**30
    tracemalloc.start()
    measure_frame(labels, SIZE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6


def test_nan_in_the_raw_channel_is_left_out():
    labels = three_frames()[0]
    raw = np.full(labels.shape, 5.0)
    raw[1, 1, 1] = np.nan
    table = measure_frame(labels, SIZE, raws=[raw]).table
    assert table["MEAN_INTENSITY_CH1"].tolist() == [5, 5]
    assert table["TOTAL_INTENSITY_CH1"].tolist() == [90, 85]
    raw[labels == 9] = np.nan
    table = measure_frame(labels, SIZE, raws=[raw]).table
    assert np.isnan(table["MEAN_INTENSITY_CH1"][1])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros((2, 3, 4)), "labels of type float64: expected whole numbers"),
        (np.full((2, 3, 4), -3), "label -3: expected 0"),
        (np.full((2, 3, 4), 2**31, dtype=np.uint32), "label 2147483648: expected 0"),
        (np.zeros((3, 4), dtype=int), "array of 2 axes: expected one frame"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(labels, message):
    with pytest.raises(BadValue, match=message):
        measure_frame(labels, SIZE)


def test_a_bad_label_is_reported_with_movie_and_frame():
    labels = three_frames()
    labels[1, 0, 0, 0] = -1
    with pytest.raises(BadValue, match=r"cells.tif, frame 1: labels: label -1"):
        measure_movie(movie_of(labels))


def test_a_movie_of_no_frames_is_refused():
    with pytest.raises(BadValue, match=r"cells\.tif: a movie of no frames"):
        measure_movie(movie_of(np.zeros((0, 2, 3, 4), dtype=int)))


def test_shapes_that_differ_are_refused_before_reading():
    labels = movie_of(three_frames())
    with pytest.raises(ShapeMismatch, match=r"raw.tif is .* \(3, 4, 10, 11\) but cells.tif is \(3, 4, 10, 12\)"):
        measure_movie(labels, [movie_of(three_frames()[..., 1:], Movie, "raw.tif")])
    with pytest.raises(ShapeMismatch, match="either 3 frames or one"):
        measure_movie(labels, tissue=Tissue(labels=movie_of(three_frames()[1:])))
    with pytest.raises(ShapeMismatch, match="channel 1 is"):
        measure_frame(three_frames()[0], SIZE, raws=[np.zeros((4, 10, 11))])
    with pytest.raises(ShapeMismatch, match="tissue is"):
        measure_frame(three_frames()[0], SIZE, tissue=np.zeros((4, 10, 11), dtype=int))


def test_raw_and_tissue_of_the_wrong_type_are_refused():
    labels = three_frames()[0]
    with pytest.raises(BadValue, match="channel 1 of type complex128"):
        measure_frame(labels, SIZE, raws=[labels * 1j])
    with pytest.raises(BadValue, match="tissue of type float64"):
        measure_frame(labels, SIZE, tissue=labels / 2)
    with pytest.raises(BadValue, match="tissue: label -9"):
        measure_frame(labels, SIZE, tissue=-labels)


def test_spots_without_a_usable_radius_are_refused():
    for position, radius in (((0, 0, np.nan), 1.0), ((0, 0, 0), 0.0), ((0, 0, 0), np.nan)):
        with pytest.raises(BadValue, match="not finite, or a radius <= 0"):
            measure_spot_intensity(np.array([position]), np.array([radius]), np.zeros((2, 3, 4)), SIZE)


def test_settings_out_of_range_are_refused():
    with pytest.raises(BadSettings, match=r"statistics = \('AVERAGE',\): expected a list, each 'MEAN', .* or 'STD'"):
        MeasureSettings(statistics=("AVERAGE",))
    with pytest.raises(BadSettings, match="expected 'label' or 'spot'"):
        MeasureSettings(intensity_within="cell")
    with pytest.raises(BadSettings, match="nothing can stay"):
        CellFilterSettings(min_volume=5, max_volume=4)
    with pytest.raises(BadSettings, match="expected a finite number from 0 to 1"):
        CellFilterSettings(min_inside_fraction=1.5)


def test_a_limit_on_a_column_that_is_not_there_is_refused():
    spots = measure_movie(movie_of(three_frames()))
    with pytest.raises(BadTable, match="MEAN_INTENSITY_CH2, which min_mean_intensity needs"):
        filter_cells(spots, CellFilterSettings(min_mean_intensity=3, channel=2))
    with pytest.raises(BadTable, match="TISSUE_LABEL"):
        filter_cells(spots, CellFilterSettings(tissue_labels=(1,)))


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_any_real_type_gives_the_same_contrast_as_16_bit(dtype):
    labels = three_frames()[0]
    raw = (np.arange(labels.size).reshape(labels.shape) % 3 == 0).astype(np.uint16)
    usual = measure_frame(labels, SIZE, raws=[raw]).table
    other = measure_frame(labels, SIZE, raws=[raw.astype(dtype)]).table
    tolerance = 0.2 if np.dtype(dtype).itemsize > 2 else 0  # beyond the border 16 bit is rounded, real numbers are not
    np.testing.assert_allclose(other["CONTRAST_CH1"], usual["CONTRAST_CH1"], atol=tolerance)
    np.testing.assert_allclose(other["MEAN_INTENSITY_CH1"], usual["MEAN_INTENSITY_CH1"])
