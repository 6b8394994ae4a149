"""OME-Zarr of other programs read, and ours read by them."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from volltrack.io.ome_zarr import (
    inspect_zarr,
    read_zarr_label_movie,
    read_zarr_movie,
    write_zarr_label_movie,
    write_zarr_movie,
)
from volltrack.model import Calibration, LabelMovie, Movie, VoxelSize

GOLDEN = Path(__file__).resolve().parents[3] / "golden" / "ome_zarr"
T, Z, Y, X = np.ogrid[:3, :4, :20, :24]
CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.25), frame_interval=30.0, time_unit="sec")


def unpack(name, folder):
    with zipfile.ZipFile(GOLDEN / f"{name}.zip") as archive:
        archive.extractall(folder)
    return folder / f"{name}.zarr"


def raw(channel):
    return 2000 * T + 1000 * channel + 200 * Z + 10 * Y + X


@pytest.mark.parametrize(("name", "version"), [("ome_zarr_py_04", "0.4"), ("ome_zarr_py_05", "0.5")])
def test_files_of_ome_zarr_py_are_read(tmp_path, name, version):
    path = unpack(name, tmp_path)
    info = inspect_zarr(path)
    assert (info.kind, info.axes, info.n_channels, info.labels) == (f"OME-Zarr {version}", "TCZYX", 2, ("cells",))
    for channel in (0, 1):
        movie = read_zarr_movie(path, channel=channel + 1)
        assert movie.calibration == CALIBRATION
        np.testing.assert_array_equal(np.stack(list(movie.frames())), raw(channel))
    coarse = read_zarr_movie(path, level=1)
    assert coarse.shape == (3, 4, 10, 12)
    assert coarse.calibration.voxel_size.zyx == (2.0, 1.0, 0.5)
    labels = read_zarr_label_movie(path)
    assert labels.dtype == np.int32
    assert labels.calibration == CALIBRATION
    expected = (70000 * (T + 1) + Z) * ((Y > 4) & (Y < 12) & (X > 6))
    np.testing.assert_array_equal(np.stack(list(labels.frames())), expected)


def test_shards_of_ngff_zarr_are_read(tmp_path):
    path = unpack("ngff_zarr_05_shards", tmp_path)
    movie = read_zarr_movie(path)
    assert movie.shape == (1, 4, 20, 24)
    assert movie.calibration.voxel_size == CALIBRATION.voxel_size
    np.testing.assert_array_equal(movie.frame(0), raw(0)[1])


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_ome_zarr_py_reads_ours(tmp_path, version):
    """Run with ``uv run --with ome-zarr==0.16.0 pytest``: it is no dependency of ours."""
    pytest.importorskip("ome_zarr", reason="ome-zarr-py is not installed: uv run --with ome-zarr==0.16.0 pytest ...")
    from ome_zarr.io import parse_url
    from ome_zarr.reader import Label, Reader

    labels = (T + 1 + 0 * raw(0)).astype(np.int32)
    path = tmp_path / "m.zarr"
    write_zarr_movie(path, Movie.from_array(raw(0).astype(np.uint16), CALIBRATION), version=version)
    write_zarr_label_movie(path / "labels/cells", LabelMovie.from_array(labels, CALIBRATION))
    nodes = list(Reader(parse_url(str(path)))())
    np.testing.assert_array_equal(nodes[0].data[0], raw(0))
    assert nodes[0].metadata["coordinateTransformations"][0] == [{"type": "scale", "scale": [30, 2, 0.5, 0.25]}]
    (found,) = [node for node in nodes if any(isinstance(spec, Label) for spec in node.specs)]
    np.testing.assert_array_equal(found.data[0], labels)
