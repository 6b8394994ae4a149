"""OME-Zarr written and read: voxels, calibration, layout on disk, coarser levels, labels inside images."""

import itertools
import json
import tracemalloc

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st

from volltrack.errors import Cancelled, FileExists
from volltrack.io.ome_zarr import (
    inspect_zarr,
    read_zarr_label_movie,
    read_zarr_movie,
    write_zarr_label_movie,
    write_zarr_movie,
)
from volltrack.model import Calibration, LabelMovie, Movie, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=3.0, y=0.52, x=0.5), frame_interval=1.5, time_unit="min")
VERSIONS = ("0.4", "0.5")


def make_stack(shape, dtype=np.uint16, high=4000):
    return np.random.default_rng(0).integers(0, high, shape).astype(dtype)


def read_all(movie):
    return np.stack(list(movie.frames()))


def attributes_of(folder):
    group = zarr.open_group(folder, mode="r")
    return dict(group.attrs.get("ome", group.attrs))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "float32", "float64"])
def test_a_movie_comes_back(tmp_path, version, dtype):
    stack = make_stack((3, 5, 20, 31), dtype, high=200)
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(stack, CALIBRATION), version=version)
    movie = read_zarr_movie(tmp_path / "m.zarr")
    assert movie.calibration == CALIBRATION
    assert movie.dtype == dtype
    np.testing.assert_array_equal(read_all(movie), stack)


@pytest.mark.parametrize("version", VERSIONS)
def test_zarr_alone_finds_what_the_metadata_names(tmp_path, version):
    """The file as any other program sees it."""
    stack = make_stack((2, 5, 20, 30))
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(stack, CALIBRATION), version=version)
    group = zarr.open_group(tmp_path / "m.zarr", mode="r")
    assert group.metadata.zarr_format == {"0.4": 2, "0.5": 3}[version]
    (image,) = attributes_of(tmp_path / "m.zarr")["multiscales"]
    assert [(a["name"], a["type"], a["unit"]) for a in image["axes"]] == [
        ("t", "time", "minute"),
        *((axis, "space", "micrometer") for axis in "zyx"),
    ]
    first, second = image["datasets"]
    assert first["coordinateTransformations"] == [{"type": "scale", "scale": [1.5, 3.0, 0.52, 0.5]}]
    assert second["coordinateTransformations"] == [
        {"type": "scale", "scale": [1.5, 3.0, 1.04, 1.0]},
        {"type": "translation", "translation": [0.0, 0.0, 0.26, 0.25]},
    ]
    np.testing.assert_array_equal(group[first["path"]][:], stack)
    means = stack.reshape(2, 5, 10, 2, 15, 2).mean(axis=(3, 5))
    np.testing.assert_array_equal(group[second["path"]][:], np.rint(means))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_chunk_holds_one_frame_and_is_compressed(tmp_path, version):
    stack = np.zeros((2, 40, 300, 520), np.uint8)
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(stack, CALIBRATION), version=version)
    group = zarr.open_group(tmp_path / "m.zarr", mode="r")
    assert group["0"].chunks == (1, 32, 256, 256)
    separator = {"0.4": "0/0/1/1/2", "0.5": "0/c/0/1/1/2"}[version]
    assert (tmp_path / "m.zarr" / separator).is_file()
    assert sum(f.stat().st_size for f in (tmp_path / "m.zarr").rglob("*") if f.is_file()) < stack.size / 50


def test_levels_go_on_until_one_chunk_shows_a_plane_and_make_voxels_even(tmp_path):
    calibration = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=1, time_unit="sec")
    movie = Movie.from_array(np.zeros((1, 8, 1030, 600), np.uint8), calibration)
    write_zarr_movie(tmp_path / "m.zarr", movie)
    assert inspect_zarr(tmp_path / "m.zarr").n_levels == 4
    shapes = [read_zarr_movie(tmp_path / "m.zarr", level=level).shape for level in range(4)]
    assert shapes == [(1, 8, 1030, 600), (1, 8, 515, 300), (1, 8, 257, 150), (1, 4, 128, 75)]
    assert read_zarr_movie(tmp_path / "m.zarr", level=3).calibration.voxel_size.zyx == (4.0, 4.0, 4.0)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 1, 1, 9), (2, 3, 1, 1), (1, 1, 2, 2)])
def test_tiny_movies_come_back(tmp_path, shape):
    stack = make_stack(shape)
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(stack, CALIBRATION))
    np.testing.assert_array_equal(read_all(read_zarr_movie(tmp_path / "m.zarr")), stack)


def test_a_2d_movie_has_no_z_axis(tmp_path):
    stack = make_stack((3, 1, 20, 30))
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(stack, CALIBRATION))
    assert inspect_zarr(tmp_path / "m.zarr").axes == "TYX"
    movie = read_zarr_movie(tmp_path / "m.zarr")
    assert movie.is_2d
    np.testing.assert_array_equal(read_all(movie), stack)


def test_pixels_and_frames_come_back_and_are_no_units_for_others(tmp_path):
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(make_stack((3, 4, 8, 8)), Calibration.in_pixels()))
    assert read_zarr_movie(tmp_path / "m.zarr").calibration == Calibration.in_pixels()
    (image,) = attributes_of(tmp_path / "m.zarr")["multiscales"]
    assert all("unit" not in axis for axis in image["axes"])


@pytest.mark.parametrize("version", VERSIONS)
def test_labels_are_written_into_their_image(tmp_path, version):
    labels = make_stack((2, 4, 20, 30), np.int64, high=2**31 - 1)
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(labels.astype("uint16"), CALIBRATION), version=version)
    for name in ("nuclei", "cells"):
        write_zarr_label_movie(tmp_path / "m.zarr/labels" / name, LabelMovie.from_array(labels, CALIBRATION))
    assert inspect_zarr(tmp_path / "m.zarr").labels == ("nuclei", "cells")
    assert attributes_of(tmp_path / "m.zarr/labels")["labels"] == ["nuclei", "cells"]
    assert attributes_of(tmp_path / "m.zarr/labels/cells")["image-label"]["source"] == {"image": "../../"}
    found = read_zarr_label_movie(tmp_path / "m.zarr/labels/cells")
    assert found.dtype == np.int32
    np.testing.assert_array_equal(read_all(found), labels)


def test_the_only_labels_of_an_image_are_found(tmp_path):
    labels = make_stack((2, 4, 20, 30), np.int32)
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(labels.astype("float32"), CALIBRATION))
    write_zarr_label_movie(tmp_path / "m.zarr/labels/cells", LabelMovie.from_array(labels, CALIBRATION))
    np.testing.assert_array_equal(read_all(read_zarr_label_movie(tmp_path / "m.zarr")), labels)


def test_coarse_labels_are_labels_of_the_finest(tmp_path):
    labels = np.zeros((1, 1, 8, 8), np.uint16)
    labels[..., 2:6, 2:6] = 700
    write_zarr_label_movie(tmp_path / "l.zarr", LabelMovie.from_array(labels, CALIBRATION))
    coarse = read_zarr_label_movie(tmp_path / "l.zarr", level=1)
    assert coarse.dtype == np.uint16
    np.testing.assert_array_equal(coarse.frame(0), labels[0, :, ::2, ::2])


def test_true_and_false_become_whole_numbers(tmp_path):
    mask = make_stack((1, 2, 5, 6), np.uint8, high=2).astype(bool)
    write_zarr_label_movie(tmp_path / "l.zarr", LabelMovie.from_array(mask, CALIBRATION))
    assert zarr.open_group(tmp_path / "l.zarr", mode="r")["0"].dtype == np.uint8
    np.testing.assert_array_equal(read_all(read_zarr_label_movie(tmp_path / "l.zarr")), mask)


def write_foreign(path, axes, array, *, units=True, **options):
    """An image as another program may write it: zarr and JSON only."""
    group = zarr.create_group(path, zarr_format=2)
    group.create_array("s0", data=array, chunks=tuple(max(n // 2, 1) for n in array.shape), **options)
    unit = {"t": "second", "z": "nanometer", "y": "micrometer", "x": "micrometer"} if units else {}
    kinds = {"t": "time", "c": "channel"}
    scale = {"t": 60.0, "c": 1.0, "z": 1500.0, "y": 0.5, "x": 0.25}
    named = [{"name": a, "type": kinds.get(a, "space")} | ({"unit": unit[a]} if a in unit else {}) for a in axes]
    steps = [{"type": "scale", "scale": [scale[a] for a in axes]}]
    image = {"version": "0.4", "axes": named, "datasets": [{"path": "s0", "coordinateTransformations": steps}]}
    group.attrs.put({"multiscales": [image]})
    return path


@settings(max_examples=25, deadline=None)
@given(order=st.permutations("tczyx"), missing=st.sets(st.sampled_from("tcz")), seed=st.integers(0, 9))
def test_axes_in_any_order_and_subset(tmp_path_factory, order, missing, seed):
    axes = [a for a in order if a not in missing]
    rng = np.random.default_rng(seed)
    lengths = {a: int(rng.integers(1, 5)) for a in "tczyx"}
    array = make_stack([lengths[a] for a in axes])
    path = write_foreign(tmp_path_factory.mktemp("order") / "m.zarr", axes, array)
    whole = array.transpose([axes.index(a) for a in "tczyx" if a in axes])
    whole = whole.reshape([lengths[a] if a in axes else 1 for a in "tczyx"])
    for channel in range(whole.shape[1]):
        movie = read_zarr_movie(path, channel=channel + 1)
        np.testing.assert_array_equal(read_all(movie), whole[:, channel])
    assert movie.calibration.voxel_size.zyx == (1.5 if "z" in axes else 1.0, 0.5, 0.25)
    assert movie.calibration.frame_interval == (60.0 if "t" in axes else 1.0)


def test_bytes_of_another_order_are_read(tmp_path):
    stack = make_stack((2, 3, 4, 5), ">u2")
    movie = read_zarr_movie(write_foreign(tmp_path / "m.zarr", "tzyx", stack))
    assert movie.dtype == np.dtype("=u2")
    np.testing.assert_array_equal(read_all(movie), stack)


def test_what_the_caller_says_wins(tmp_path):
    path = write_foreign(tmp_path / "m.zarr", "tzyx", make_stack((2, 3, 4, 5)))
    movie = read_zarr_movie(path, voxel_size=(4, 2, 1), unit="um", frame_interval=7, time_unit="min")
    assert movie.calibration.voxel_size.zyx == (4, 2, 1)
    assert (movie.calibration.frame_interval, movie.calibration.time_unit) == (7, "min")
    assert read_zarr_movie(path, axes="ZTYX", **{"time_unit": "sec"}).shape == (3, 2, 4, 5)


def test_a_plain_array_is_read_when_its_axes_are_said(tmp_path):
    stack = make_stack((2, 3, 4, 5))
    zarr.create_array(tmp_path / "a.zarr", data=stack)
    options = {"voxel_size": (1, 1, 1), "unit": "µm", "frame_interval": 1, "time_unit": "sec"}
    np.testing.assert_array_equal(read_all(read_zarr_movie(tmp_path / "a.zarr", axes="TZYX", **options)), stack)


def test_the_first_image_of_a_bioformats2raw_folder_is_read(tmp_path):
    group = zarr.create_group(tmp_path / "b.zarr", zarr_format=2)
    group.attrs.put({"bioformats2raw.layout": 3})
    stack = make_stack((2, 3, 4, 5))
    write_foreign(tmp_path / "b.zarr/0", "tzyx", stack)
    np.testing.assert_array_equal(read_all(read_zarr_movie(tmp_path / "b.zarr")), stack)


def test_axes_of_version_0_3_are_names(tmp_path):
    path = write_foreign(tmp_path / "m.zarr", "tczyx", make_stack((2, 1, 3, 4, 5)))
    text = json.loads((path / ".zattrs").read_text())
    text["multiscales"] = [{"version": "0.3", "axes": list("tczyx"), "datasets": [{"path": "s0"}]}]
    (path / ".zattrs").write_text(json.dumps(text))
    options = {"voxel_size": (1, 1, 1), "unit": "µm", "frame_interval": 1, "time_unit": "sec"}
    assert read_zarr_movie(path, **options).shape == (2, 3, 4, 5)


def test_only_the_chunks_of_a_frame_are_read(tmp_path):
    stack = make_stack((4, 2, 8, 8))
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(stack, CALIBRATION))
    for t, file in itertools.product((0, 1, 3), (tmp_path / "m.zarr/0").rglob("*")):
        if file.is_file() and file.relative_to(tmp_path / "m.zarr/0").parts[0] == str(t):
            file.write_bytes(b"damaged")
    np.testing.assert_array_equal(read_zarr_movie(tmp_path / "m.zarr").frame(2), stack[2])


def test_a_long_movie_is_never_held_whole(tmp_path):
    shape, n_bytes = (20, 4, 512, 512), 4 * 512 * 512 * 2
    frame = make_stack(shape[1:])

    def read_frame(t):
        return frame + np.uint16(t)

    movie = Movie(shape=shape, dtype=frame.dtype, calibration=CALIBRATION, read_frame=read_frame)
    tracemalloc.start()
    write_zarr_movie(tmp_path / "m.zarr", movie)
    found = read_zarr_movie(tmp_path / "m.zarr")
    for t in range(20):
        assert found.frame(t)[0, 0, 0] == frame[0, 0, 0] + t
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * n_bytes


def test_a_stopped_write_leaves_nothing(tmp_path):
    def stop(event):
        if event.done == 2:
            raise Cancelled("stopped")

    movie = Movie.from_array(make_stack((3, 2, 8, 8)), CALIBRATION)
    with pytest.raises(Cancelled):
        write_zarr_movie(tmp_path / "m.zarr", movie, on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_an_image_is_replaced_only_when_told(tmp_path):
    old, new = (Movie.from_array(make_stack((2, 2, 8, 8), high=h), CALIBRATION) for h in (9, 99))
    write_zarr_movie(tmp_path / "m.zarr", old)
    with pytest.raises(FileExists, match="exists already"):
        write_zarr_movie(tmp_path / "m.zarr", new)
    np.testing.assert_array_equal(read_zarr_movie(tmp_path / "m.zarr").frame(0), old.frame(0))
    write_zarr_movie(tmp_path / "m.zarr", new, overwrite=True)
    np.testing.assert_array_equal(read_zarr_movie(tmp_path / "m.zarr").frame(0), new.frame(0))
