"""OME-Zarr that is refused: each message says what was found, what was expected and what to do."""

import json
import logging
import zipfile

import numpy as np
import pytest
import zarr

from volltrack.errors import BadFile, BadValue, FileExists, MissingCalibration
from volltrack.io.images import inspect_image, open_label_movie, open_movie, write_label_movie
from volltrack.io.ome_zarr import (
    read_zarr_label_movie,
    read_zarr_movie,
    write_zarr_label_movie,
    write_zarr_movie,
)
from volltrack.model import Calibration, LabelMovie, Movie, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=3.0, y=0.5, x=0.5), frame_interval=30.0, time_unit="sec")
STACK = np.random.default_rng(0).integers(1, 4000, (3, 4, 20, 30)).astype(np.uint16)


@pytest.fixture
def image(tmp_path):
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(STACK, CALIBRATION))
    return tmp_path / "m.zarr"


def change(path, edit):
    """Change the attributes of an image of version 0.4."""
    attributes = json.loads((path / ".zattrs").read_text())
    edit(attributes, attributes["multiscales"][0])
    (path / ".zattrs").write_text(json.dumps(attributes))
    return path


def test_no_folder(tmp_path):
    with pytest.raises(BadFile, match=r"no.zarr: no such folder: expected an OME-Zarr image"):
        read_zarr_movie(tmp_path / "no.zarr")


def test_a_file_named_zarr(tmp_path):
    (tmp_path / "m.zarr").write_bytes(b"PK")
    with pytest.raises(BadFile, match=r"a file: expected an OME-Zarr image \(a folder"):
        open_movie(tmp_path / "m.zarr")


def test_a_folder_that_is_no_zarr(tmp_path):
    (tmp_path / "m.zarr").mkdir()
    with pytest.raises(BadFile, match=r"no zarr \(none of zarr.json, .zgroup, .zarray in it\)"):
        read_zarr_movie(tmp_path / "m.zarr")


def test_a_folder_of_another_name(tmp_path):
    for read in (open_movie, open_label_movie, inspect_image):
        with pytest.raises(BadFile, match=r"a folder: expected an image file \(.tif\), .* OME-Zarr folder"):
            read(tmp_path)


def test_a_group_without_multiscales(tmp_path):
    group = zarr.create_group(tmp_path / "m.zarr")
    group.create_array("volume", data=STACK)
    with pytest.raises(BadFile, match=r"without 'multiscales' \(its arrays: volume\).*`axes='TZYX'`"):
        read_zarr_movie(tmp_path / "m.zarr")


def test_a_plain_array_without_axes(tmp_path):
    zarr.create_array(tmp_path / "a.zarr", data=STACK)
    with pytest.raises(BadFile, match=r"does not say which axis is time .* `axes='TZYX'`"):
        read_zarr_movie(tmp_path / "a.zarr")


def test_a_plate(tmp_path):
    zarr.create_group(tmp_path / "p.zarr", zarr_format=2).attrs.put({"plate": {}})
    with pytest.raises(BadFile, match="a plate of many images: give the path of one of them"):
        read_zarr_movie(tmp_path / "p.zarr")


def test_a_graph_is_no_image(tmp_path):
    zarr.create_group(tmp_path / "g.zarr", zarr_format=2).attrs.put({"geff": {}})
    with pytest.raises(BadFile, match=r"a graph of cells \(GEFF\), no image"):
        read_zarr_movie(tmp_path / "g.zarr")


@pytest.mark.parametrize("text", ["{", "[]", '{"zarr_format": 9}', ""])
def test_a_description_that_is_damaged(image, text):
    (image / ".zgroup").write_text(text)
    with pytest.raises(BadFile, match=r"m\.zarr: "):
        read_zarr_movie(image)


@pytest.mark.parametrize(
    "edit",
    [
        lambda attributes, one: attributes.update(multiscales=[]),
        lambda attributes, one: attributes.update(multiscales="x"),
        lambda attributes, one: one.pop("datasets"),
        lambda attributes, one: one.update(axes=[{}, {}, {}, {}]),
        lambda attributes, one: one.update(axes=3),
        lambda attributes, one: one["datasets"][0].pop("path"),
        lambda attributes, one: one["datasets"][0].update(coordinateTransformations=[{"type": "scale", "scale": [1]}]),
        lambda attributes, one: one["datasets"][0].update(coordinateTransformations=[{}]),
    ],
)
def test_metadata_that_is_damaged(image, edit):
    with pytest.raises(BadFile, match=r"the metadata 'multiscales' is damaged .*: expected axes and datasets"):
        read_zarr_movie(change(image, edit))


def test_axes_that_do_not_fit_the_array(image):
    def edit(attributes, one):
        one["axes"] = one["axes"][1:]
        for dataset in one["datasets"]:
            dataset["coordinateTransformations"] = []

    with pytest.raises(BadFile, match=r"level 0 is \(3, 4, 20, 30\), but 3 axes are named: ZYX"):
        read_zarr_movie(change(image, edit))


def test_a_level_that_is_not_there(image):
    with pytest.raises(BadValue, match="level 2 asked for, the image has levels 0 to 1"):
        read_zarr_movie(image, level=2)
    (image / "0/.zarray").unlink()
    with pytest.raises(BadFile, match="level 0, the array '0', is missing or damaged"):
        read_zarr_movie(image)


def test_a_channel_that_is_not_there(image):
    with pytest.raises(BadValue, match="channel 2 asked for, the image has channels 1 to 1"):
        read_zarr_movie(image, channel=2)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("n_kept", [0, 10, -30, -1])
def test_a_chunk_that_is_cut_off(tmp_path, version, n_kept):
    write_zarr_movie(tmp_path / "m.zarr", Movie.from_array(STACK, CALIBRATION), version=version)
    chunk = tmp_path / "m.zarr" / {"0.4": "0/1/0/0/0", "0.5": "0/c/1/0/0/0"}[version]
    chunk.write_bytes(chunk.read_bytes()[:n_kept])
    movie = read_zarr_movie(tmp_path / "m.zarr")
    np.testing.assert_array_equal(movie.frame(0), STACK[0])
    with pytest.raises(BadFile, match=r"m.zarr/0: frame 1 cannot be decoded.* cut off; copy or export"):
        movie.frame(1)


def test_a_chunk_that_is_cut_off_without_compression(tmp_path):
    group = zarr.create_group(tmp_path / "m.zarr", zarr_format=2)
    group.create_array("0", data=STACK, chunks=(1, 4, 20, 30), compressors=None)
    axes = [{"name": a, "type": "time" if a == "t" else "space"} for a in "tzyx"]
    group.attrs.put({"multiscales": [{"version": "0.4", "axes": axes, "datasets": [{"path": "0"}]}]})
    chunk = tmp_path / "m.zarr/0/1.0.0.0"
    chunk.write_bytes(chunk.read_bytes()[:-100])
    movie = read_zarr_movie(tmp_path / "m.zarr", voxel_size=(1, 1, 1), unit="µm", frame_interval=1, time_unit="sec")
    with pytest.raises(BadFile, match="frame 1 cannot be decoded"):
        movie.frame(1)


def test_a_chunk_of_ours_that_is_missing(image):
    (image / "0/2/0/0/0").unlink()
    with pytest.raises(BadFile, match=r"frame 2: 1 of 1 chunks are missing, the first is 2/0/0/0; copy or export"):
        read_zarr_movie(image).frame(2)


def test_a_raw_frame_of_others_without_any_chunk_is_refused(image):
    """Zarr leaves out empty chunks, so that a missing one need not be lost; but no camera gives zeros everywhere."""
    change(image, lambda attributes, one: attributes.pop("volltrack"))
    (image / "0/2/0/0/0").unlink()
    with pytest.raises(BadFile, match=r"frame 2: 1 of 1 chunks are missing, .* \(with its empty chunks, where"):
        read_zarr_movie(image).frame(2)


def labels_of_others(path, *, store_empty):
    """Write labels as zarr-python does: frame 1 is empty, the right half of all others, too."""
    stack = STACK.copy()
    stack[1], stack[:, :, :, 15:] = 0, 0
    group = zarr.create_group(path, zarr_format=2)
    array = group.create_array(
        "0", shape=stack.shape, dtype=stack.dtype, chunks=(1, 4, 20, 15), config={"write_empty_chunks": store_empty}
    )
    array[:] = stack
    axes = [
        {"name": a, "type": "time" if a == "t" else "space", "unit": u}
        for a, u in zip("tzyx", ["second"] + ["micrometer"] * 3, strict=True)
    ]
    scale = [{"type": "scale", "scale": [30.0, 3.0, 0.5, 0.5]}]
    group.attrs.put(
        {
            "multiscales": [
                {"version": "0.4", "axes": axes, "datasets": [{"path": "0", "coordinateTransformations": scale}]}
            ]
        }
    )
    return stack


def test_empty_chunks_that_others_left_out_are_background_said_once(tmp_path, caplog):
    stack = labels_of_others(tmp_path / "m.zarr", store_empty=False)
    with caplog.at_level(logging.WARNING):
        movie = read_zarr_label_movie(tmp_path / "m.zarr")
        for t in range(3):
            np.testing.assert_array_equal(movie.frame(t), stack[t])
    assert caplog.text.count("are not there, the first is 0.0.0.1: read as 0") == 1


def test_a_chunk_is_lost_where_others_stored_their_empty_ones(tmp_path):
    stack = labels_of_others(tmp_path / "m.zarr", store_empty=True)
    (tmp_path / "m.zarr/0/2.0.0.0").unlink()
    movie = read_zarr_label_movie(tmp_path / "m.zarr")
    np.testing.assert_array_equal(movie.frame(0), stack[0])
    with pytest.raises(BadFile, match=r"frame 2: 1 of 2 chunks are missing, the first is 2.0.0.0; copy or export"):
        movie.frame(2)


def test_an_image_of_which_only_the_description_was_copied(tmp_path):
    labels_of_others(tmp_path / "m.zarr", store_empty=False)
    for chunk in (tmp_path / "m.zarr/0").glob("[0-9]*"):
        chunk.unlink()
    with pytest.raises(BadFile, match="none of its chunks is there, only their description"):
        read_zarr_label_movie(tmp_path / "m.zarr").frame(0)


def without_units(attributes, one):
    attributes.pop("volltrack")
    for axis in one["axes"]:
        axis.pop("unit")


def test_scales_without_units_are_no_calibration(image):
    with pytest.raises(MissingCalibration, match=r"does not say the unit of length \(`unit`.*`time_unit`"):
        read_zarr_movie(change(image, without_units))
    assert read_zarr_movie(image, unit="um", time_unit="s").calibration == CALIBRATION


def test_scales_of_one_without_units_say_nothing(image):
    def edit(attributes, one):
        without_units(attributes, one)
        one["datasets"][0]["coordinateTransformations"] = [{"type": "scale", "scale": [1, 1, 1, 1]}]

    with pytest.raises(MissingCalibration, match=r"`voxel_size=\(z, y, x\)`.*`frame_interval`.*\(1, 1, 1\)`"):
        read_zarr_movie(change(image, edit), unit="um", time_unit="s")


def test_labels_of_float_type(tmp_path):
    write_zarr_movie(tmp_path / "f.zarr", Movie.from_array(STACK.astype("float32"), CALIBRATION))
    with pytest.raises(BadFile, match=r"labels of type float32: .*`allow_whole_floats`"):
        read_zarr_label_movie(tmp_path / "f.zarr")
    labels = read_zarr_label_movie(tmp_path / "f.zarr", allow_whole_floats=True)
    np.testing.assert_array_equal(labels.frame(1), STACK[1])


def test_labels_below_zero(tmp_path):
    write_zarr_movie(tmp_path / "n.zarr", Movie.from_array(-STACK.astype("int32"), CALIBRATION))
    with pytest.raises(BadFile, match=r"frame 1: label -\d+: expected 0 \(background\) or more"):
        read_zarr_label_movie(tmp_path / "n.zarr").frame(1)
    with pytest.raises(BadValue, match="expected 0"):
        write_zarr_label_movie(tmp_path / "l.zarr", LabelMovie.from_array(-STACK.astype("int32"), CALIBRATION))
    assert [p.name for p in tmp_path.iterdir()] == ["n.zarr"]


def test_several_sets_of_labels(image):
    for name in ("cells", "nuclei"):
        write_zarr_label_movie(image / "labels" / name, LabelMovie.from_array(STACK, CALIBRATION))
    with pytest.raises(BadFile, match=r"2 sets of labels: give the path of one, .*/labels/cells or .*/labels/nuclei"):
        read_zarr_label_movie(image)


def test_what_cannot_be_written(tmp_path, image):
    movie = LabelMovie.from_array(STACK, CALIBRATION)
    with pytest.raises(BadValue, match=r"OME-Zarr version '0.6': expected '0.4' or '0.5'"):
        write_zarr_movie(tmp_path / "a.zarr", movie, version="0.6")
    with pytest.raises(BadValue, match=r"version '0.5' into an image of '0.4'"):
        write_zarr_label_movie(image / "labels/cells", movie, version="0.5")
    with pytest.raises(BadValue, match="a movie without frames"):
        write_zarr_movie(tmp_path / "a.zarr", Movie.from_array(STACK[:0], CALIBRATION))
    with pytest.raises(BadValue, match="voxels of type complex128: expected numbers"):
        write_zarr_movie(tmp_path / "a.zarr", Movie.from_array(STACK.astype(complex), CALIBRATION))
    with pytest.raises(BadValue, match=r"expected a name that ends in .tif, .ome.tif \(TIFF\) or .zarr"):
        write_label_movie(tmp_path / "a.png", movie)
    (tmp_path / "file.zarr").touch()
    with pytest.raises(FileExists, match="is a file, expected a folder"):
        write_label_movie(tmp_path / "file.zarr", movie, overwrite=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file.zarr", "m.zarr"]


def test_a_zip_of_a_zarr_is_no_folder(tmp_path, image):
    with zipfile.ZipFile(tmp_path / "z.zarr", "w") as archive:
        archive.write(image / ".zattrs", ".zattrs")
    with pytest.raises(BadFile, match="a file: expected an OME-Zarr image"):
        open_movie(tmp_path / "z.zarr")
