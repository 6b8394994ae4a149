"""Writing TIFF movies: what is written comes back, in types that Fiji opens, complete or not at all."""

import resource
import subprocess
import sys
import weakref

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import BadValue, Cancelled, FileExists, OutputFailed
from volltrack.io.tiff import read_label_movie, read_movie, write_label_movie, write_movie
from volltrack.model import Calibration, LabelMovie, Movie, VoxelSize

CALIBRATION = Calibration(
    voxel_size=VoxelSize(z=2.16, y=0.277, x=0.2771, unit="µm"), frame_interval=90.5, time_unit="sec"
)
lengths = st.floats(1e-3, 1e3, allow_nan=False)


def random_movie(dtype="uint16", shape=(3, 4, 5, 6), calibration=CALIBRATION):
    array = np.random.default_rng(0).integers(0, 200, shape).astype(dtype)
    return array, Movie.from_array(array, calibration)


@pytest.mark.parametrize("shape", [(3, 4, 5, 6), (3, 1, 5, 6), (1, 4, 5, 6), (2, 3, 4, 3), (3, 3, 3, 4), (2, 1, 1, 1)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "int32"])
@pytest.mark.parametrize("name", ["m.tif", "m.ome.tif"])
@pytest.mark.parametrize("compress", [False, True])
def test_written_movie_reads_back_equal(tmp_path, shape, dtype, name, compress):
    array, movie = random_movie(dtype, shape)
    write_movie(tmp_path / name, movie, compress=compress)
    back = read_movie(tmp_path / name)
    assert (back.shape, back.dtype) == (shape, np.dtype(dtype))
    np.testing.assert_array_equal(np.stack(list(back.frames())), array)
    expected = CALIBRATION
    if shape[1] == 1 and name == "m.tif":  # ImageJ keeps no depth of a single plane
        expected = Calibration(voxel_size=VoxelSize(z=1.0, y=0.277, x=0.2771), frame_interval=90.5, time_unit="sec")
    assert back.calibration == expected


@settings(max_examples=40, deadline=None)
@given(z=lengths, y=lengths, x=lengths, interval=lengths, unit=st.sampled_from(["µm", "nm", "mm", "pixel"]))
def test_calibration_survives(tmp_path_factory, z, y, x, interval, unit):
    calibration = Calibration(voxel_size=VoxelSize(z=z, y=y, x=x, unit=unit), frame_interval=interval, time_unit="min")
    folder = tmp_path_factory.mktemp("tiff")
    for name in ("m.tif", "m.ome.tif"):
        write_movie(folder / name, random_movie(shape=(2, 2, 2, 2), calibration=calibration)[1])
        back = read_movie(folder / name).calibration
        assert back.voxel_size.zyx == pytest.approx((z, y, x), rel=1e-12)
        assert back.frame_interval == pytest.approx(interval, rel=1e-12)
        assert (back.length_unit, back.time_unit) == (unit, "min")


def test_pixels_and_frames_that_were_stated_come_back(tmp_path):
    write_movie(tmp_path / "m.tif", random_movie(calibration=Calibration.in_pixels())[1])
    assert read_movie(tmp_path / "m.tif").calibration == Calibration.in_pixels()


def test_imagej_file_is_what_tifffile_and_imagej_expect(tmp_path):
    _, movie = random_movie()
    write_movie(tmp_path / "m.tif", movie)
    with tifffile.TiffFile(tmp_path / "m.tif") as file:
        metadata = file.imagej_metadata
        assert (file.series[0].axes, metadata["unit"]) == ("TZYX", "\\u00B5m")
        assert (metadata["spacing"], metadata["finterval"], metadata["tunit"]) == (2.16, 90.5, "sec")
        assert file.pages.first.tags["XResolution"].value == (10000, 2771)


def test_file_above_4_gb_has_one_page_entry_as_imagej_writes_it(tmp_path, monkeypatch):
    monkeypatch.setattr("volltrack.io.tiff.write._CLASSIC_LIMIT", 100)
    array, movie = random_movie()
    write_movie(tmp_path / "m.tif", movie, compress=True)
    with tifffile.TiffFile(tmp_path / "m.tif") as file:
        assert (len(file.pages), file.is_bigtiff) == (1, False)
    np.testing.assert_array_equal(read_movie(tmp_path / "m.tif").frame(2), array[2])
    write_movie(tmp_path / "m.ome.tif", movie)
    with tifffile.TiffFile(tmp_path / "m.ome.tif") as file:
        assert file.is_bigtiff


def test_only_one_frame_is_held(tmp_path):
    alive = weakref.WeakValueDictionary()
    most = []

    def read_frame(t):
        frame = np.full((2, 64, 64), t, np.uint16)
        alive[t] = frame
        most.append(len(alive))
        return frame

    movie = Movie(shape=(50, 2, 64, 64), dtype=np.dtype(np.uint16), calibration=CALIBRATION, read_frame=read_frame)
    write_movie(tmp_path / "m.tif", movie)
    assert max(most) <= 3  # one here, one or two on their way through tifffile
    assert (read_movie(tmp_path / "m.tif").frame(49) == 49).all()


@pytest.mark.parametrize(
    ("largest", "dtype"), [(200, "uint16"), (65535, "uint16"), (65536, "int32"), (2**31 - 1, "int32")]
)
@pytest.mark.parametrize("name", ["l.tif", "l.ome.tif"])
def test_labels_take_the_smallest_type_that_holds_them(tmp_path, largest, dtype, name):
    array = np.zeros((2, 2, 4, 4), np.int64)
    array[1, 1, 2, 2] = largest
    write_label_movie(tmp_path / name, LabelMovie.from_array(array, CALIBRATION))
    back = read_label_movie(tmp_path / name)
    assert back.dtype == np.dtype(dtype)
    assert back.frame(1)[1, 2, 2] == largest


@pytest.mark.parametrize(("value", "words"), [(2**31, "label 2147483648"), (-1, "frame 1 has label -1")])
def test_labels_out_of_range_are_refused(tmp_path, value, words):
    array = np.zeros((2, 2, 4, 4), np.int64)
    array[1, 1, 2, 2] = value
    with pytest.raises(BadValue, match=words):
        write_label_movie(tmp_path / "l.tif", LabelMovie.from_array(array, CALIBRATION))
    assert list(tmp_path.iterdir()) == []


def test_label_above_the_promised_one_is_refused(tmp_path):
    labels = LabelMovie.from_array(np.full((2, 2, 4, 4), 70000, np.int32), CALIBRATION)
    with pytest.raises(BadValue, match="frame 0 has label 70000: expected 0 to 65535"):
        write_label_movie(tmp_path / "l.tif", labels, max_label=10)


def test_what_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(BadValue, match=r"ends in \.tif"):
        write_movie(tmp_path / "m.png", random_movie()[1])
    with pytest.raises(BadValue, match="holds no float64"):
        write_movie(tmp_path / "m.tif", random_movie("float64")[1])
    with pytest.raises(BadValue, match="OME-TIFF holds no bool"):
        write_movie(tmp_path / "m.ome.tif", random_movie("bool")[1])
    with pytest.raises(BadValue, match="without frames"):
        write_movie(tmp_path / "m.tif", random_movie(shape=(0, 1, 4, 4))[1])
    with pytest.raises(BadValue, match="no unit of time 'frame'"):
        write_movie(tmp_path / "m.ome.tif", random_movie(calibration=Calibration.in_pixels())[1])
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "m.tif").write_text("old")
    with pytest.raises(FileExists, match="exists already"):
        write_movie(tmp_path / "m.tif", random_movie()[1], overwrite=False)
    with pytest.raises(OutputFailed, match="the folder does not exist"):
        write_movie(tmp_path / "none" / "m.tif", random_movie()[1])


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_interrupted_write_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "m.tif"
    path.write_text("old")
    array, good = random_movie()

    def read_frame(t):
        if t == 2:
            raise error
        return array[t]

    movie = Movie(shape=good.shape, dtype=good.dtype, calibration=CALIBRATION, read_frame=read_frame)
    with pytest.raises(error):
        write_movie(path, movie)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["m.tif", "m.ome.tif"])
def test_full_disk_leaves_nothing(tmp_path, name):
    code = (
        "import sys, numpy as np; from volltrack.io.tiff import write_movie; from volltrack.model import *\n"
        "c = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1), frame_interval=1, time_unit='sec')\n"
        "write_movie(sys.argv[1], Movie.from_array(np.zeros((50, 2, 64, 64), np.uint16), c))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert f"OutputFailed: could not write {tmp_path / name}: the disk is full" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_write_can_be_cancelled(tmp_path):
    with pytest.raises(Cancelled, match=r"write m\.tif: stopped after 1 of 3"):
        write_movie(tmp_path / "m.tif", random_movie()[1], on_progress=lambda p: p.done < 1)
    assert list(tmp_path.iterdir()) == []
