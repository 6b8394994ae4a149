"""OME-Zarr with odd metadata, lost chunks and names that lead elsewhere, by the command line: one line, exit code 2."""

import json
import pickle
import time

import numpy as np
import pytest
import zarr

from volltrack.io.ome_zarr import write_zarr_label_movie, write_zarr_movie
from volltrack.model import Calibration, LabelMovie, Movie, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2, y=0.5, x=0.5), frame_interval=60.0, time_unit="sec")
LABELS = np.zeros((2, 3, 30, 30), np.uint16)
LABELS[:, :, 5:12, 5:12] = 1
META = {"0.4": ("0/.zarray", ".zattrs"), "0.5": ("0/zarr.json", "zarr.json")}


@pytest.fixture(params=["0.4", "0.5"])
def image(tmp_path, request):
    """A labels image; `.version` of the parameter is in its name."""
    path = tmp_path / f"{request.param}.zarr"
    write_zarr_label_movie(path, LabelMovie.from_array(LABELS, CALIBRATION), version=request.param)
    return path


def version_of(image):
    return image.name.removesuffix(".zarr")


def edit_array(image, **values):
    """Change the description of the finest array, given in the words of zarr 2."""
    file = image / META[version_of(image)][0]
    content = json.loads(file.read_text())
    for key, value in values.items():
        if version_of(image) == "0.4":
            content[key] = value
        elif key == "chunks":
            content["chunk_grid"]["configuration"]["chunk_shape"] = value
        elif key == "dtype":
            content["data_type"] = value
        elif key == "compressor":
            content["codecs"] = [*content["codecs"], content["codecs"][-1], content["codecs"][0]]
        else:
            content[key] = value
    file.write_text(json.dumps(content))


def edit_multiscale(image, edit):
    file = image / META[version_of(image)][1]
    content = json.loads(file.read_text())
    attributes = content if version_of(image) == "0.4" else content["attributes"]["ome"]
    edit(attributes, attributes["multiscales"][0])
    file.write_text(json.dumps(content))


def require_one_line(call, image, folder, *, commands=("info", "measure", "link")):
    for command in commands:
        start = time.perf_counter()
        out = ("--out", folder / f"{command}.out", "--quiet") if command != "info" else ()
        answer = call(command, image, *out)
        assert (answer.code, answer.err.count("\n")) == (2, 1), (command, answer.err)
        assert "Traceback" not in answer.err
        assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "values",
    [
        {"shape": [0, 3, 30, 30]},
        {"shape": [2**31, 2**31, 30, 30]},
        {"shape": [2, 3, 2**31, 2**31]},
        {"shape": 5},
        {"shape": [2, 3, -30, 30]},
        {"shape": []},
        {"chunks": [1, 0, 30, 30]},
        {"chunks": [1, 3, 2**31, 2**31]},
        {"chunks": None},
        {"dtype": "|O"},
        {"dtype": "<U100000"},
        {"dtype": "<M8[s]"},
        {"dtype": 7},
        {"compressor": {"id": "no such thing"}},
    ],
)
def test_odd_descriptions_of_an_array(call, image, tmp_path, values):
    edit_array(image, **values)
    require_one_line(call, image, tmp_path)


@pytest.mark.parametrize(
    "edit",
    [
        lambda a, m: a.update(multiscales=7),
        lambda a, m: a.update(multiscales=[7]),
        lambda a, m: m.update(axes="x"),
        lambda a, m: m.update(datasets={"path": "0"}),
        lambda a, m: m["datasets"][0].update(path="../../etc"),
        lambda a, m: m["datasets"][0].update(path=3),
        lambda a, m: m["datasets"][0].update(path=""),
        lambda a, m: m["datasets"][0].update(coordinateTransformations=5),
        lambda a, m: m["datasets"][0].update(coordinateTransformations=[{"type": "scale", "scale": "abcd"}]),
    ],
)
def test_multiscales_of_wrong_types(call, image, tmp_path, edit):
    edit_multiscale(image, edit)
    require_one_line(call, image, tmp_path)


@pytest.mark.parametrize("size", [1e308, float("nan"), float("inf"), -0.5, 0, 10**400])
def test_spacings_that_cannot_be(call, image, tmp_path, size):
    scale = [{"type": "scale", "scale": [60, 2, size, 0.5]}]
    edit_multiscale(image, lambda a, m: m["datasets"][0].update(coordinateTransformations=scale))
    require_one_line(call, image, tmp_path, commands=("measure", "link"))
    assert "Traceback" not in call("info", image).err


def test_flat_voxels_are_measured(call, image, tmp_path):
    scale = [{"type": "scale", "scale": [60, 2e9, 0.5, 0.5]}]
    edit_multiscale(image, lambda a, m: m["datasets"][0].update(coordinateTransformations=scale))
    assert call("measure", image, "--out", tmp_path / "a.csv", "--quiet").code == 0


def test_metadata_nested_without_end(call, image, tmp_path):
    (image / META[version_of(image)][1]).write_text('{"a": ' + "[" * 5000 + "]" * 5000 + "}")
    require_one_line(call, image, tmp_path)


@pytest.fixture
def raw(tmp_path):
    """A raw image of 0.4 with labels `cells` in it, beside a folder of secret labels."""
    write_zarr_movie(tmp_path / "raw.zarr", Movie.from_array(LABELS + 7, CALIBRATION))
    labels = LabelMovie.from_array(LABELS, CALIBRATION)
    write_zarr_label_movie(tmp_path / "raw.zarr/labels/cells", labels)
    write_zarr_label_movie(tmp_path / "secret.zarr", labels)
    return tmp_path / "raw.zarr"


@pytest.mark.parametrize("listed", [5, "cells", {"a": 1}, [5], [["cells"]], None])
def test_labels_that_are_no_list_of_names(call, raw, tmp_path, listed):
    (raw / "labels/.zattrs").write_text(json.dumps({"labels": listed}))
    require_one_line(call, raw, tmp_path)


@pytest.mark.parametrize("kind", ["up", "absolute", "link", "nul", "dot"])
def test_names_of_labels_that_lead_out_of_the_image_are_not_followed(call, raw, tmp_path, caplog, kind):
    names = {"up": "../../secret.zarr", "absolute": str(tmp_path / "secret.zarr"), "link": "linked", "nul": "a\0b"}
    name = names.get(kind, ".")
    if kind == "link":
        (raw / "labels/linked").symlink_to(tmp_path / "secret.zarr")
    (raw / "labels/.zattrs").write_text(json.dumps({"labels": [name, "cells"]}))
    answer = call("info", raw, "--json")
    assert (answer.code, answer.json["labels"]) == (0, ["cells"])
    assert "leads out of the folder" in caplog.text
    (raw / "labels/.zattrs").write_text(json.dumps({"labels": [name]}))
    # no labels of it are left: the raw image itself is taken, whose background is not 0
    assert "secret" not in call("measure", raw, "--out", tmp_path / "a.csv", "--quiet").out


def test_lost_chunk_of_ours(call, image, tmp_path):
    chunks = [p for p in (image / "0").rglob("*") if p.is_file() and not p.name.startswith((".z", "zarr"))]
    chunks[-1].unlink()
    require_one_line(call, image, tmp_path, commands=("measure", "link"))


def test_lost_chunk_of_others_that_stored_all(call, tmp_path):
    group = zarr.create_group(tmp_path / "o.zarr", zarr_format=2)
    array = group.create_array(
        "0", shape=LABELS.shape, dtype=LABELS.dtype, chunks=(1, 3, 15, 15), config={"write_empty_chunks": True}
    )
    array[:] = LABELS
    axes = [{"name": a, "type": "space", "unit": "micrometer"} for a in "tzyx"]
    axes[0] = {"name": "t", "type": "time", "unit": "second"}
    steps = [{"type": "scale", "scale": [60.0, 2, 0.5, 0.5]}]
    datasets = [{"path": "0", "coordinateTransformations": steps}]
    group.attrs.put({"multiscales": [{"version": "0.4", "axes": axes, "datasets": datasets}]})
    (tmp_path / "o.zarr/0/1.0.0.0").unlink()
    require_one_line(call, tmp_path / "o.zarr", tmp_path, commands=("measure", "link"))


def test_chunks_that_are_code_are_never_read(call, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    write_zarr_label_movie(tmp_path / "a.zarr", LabelMovie.from_array(LABELS, CALIBRATION))
    file = tmp_path / "a.zarr/0/.zarray"
    for codec in ({"compressor": {"id": "pickle"}}, {"compressor": None, "filters": [{"id": "pickle"}]}):
        file.write_text(json.dumps(json.loads(file.read_text()) | codec))
        (tmp_path / "a.zarr/0/0/0/0/0").write_bytes(pickle.dumps(Evil()))
        require_one_line(call, tmp_path / "a.zarr", tmp_path)
    assert not (tmp_path / "ran").exists()
