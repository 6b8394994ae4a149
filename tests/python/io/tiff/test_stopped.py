"""Acquisitions that stopped: what is whole is used, what is missing is named."""

import numpy as np
import pandas as pd
import pytest
import tifffile

from volltrack.io.images import open_movie
from volltrack.io.trackmate_xml import read_trackmate_xml

RECORDED = [*((t, z) for t in range(5) for z in range(4) if (t, z) not in ((4, 2), (4, 3))), (5, 0)]  # as if stopped


@pytest.fixture
def long(stack):
    movie = np.full((6, 4, 32, 40), 100, np.uint16)
    movie[:, 1:3, 6:12, 6:12] = movie[:, 1:3, 20:26, 22:28] = 900
    return movie


@pytest.mark.parametrize("ome", [True, False])
def test_whole_frames_are_used_and_the_others_named(tmp_path, long, micromanager, ask, refused, ome):
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", long, ome=ome, planes=RECORDED, promised=(8, 4))
    line = refused("segment", path, "--out", tmp_path / "o.tif")
    assert "--keep-going" in line
    assert f"the file holds {len(RECORDED)}" in line
    assert "truncated" in refused("info", path)
    movie = open_movie(path, keep_going=True)
    assert movie.n_frames == 4
    assert movie.missing[:2] == (4, 5)
    np.testing.assert_array_equal(movie.frame(3), long[3])


def test_a_frame_in_the_middle_keeps_its_number(tmp_path, long, micromanager, ask, refused):
    planes = [(t, z) for t in range(6) for z in range(4) if (t, z) != (2, 1)]
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", long, planes=planes, promised=(6, 4))
    out = tmp_path / "r"
    found = ask("run", path, "--keep-going", "--no-network", "--cell-diameter", "2", "--out", out)
    assert (found["frames"], found["frames_left_out"]) == (6, "2")
    labels = tifffile.imread(out / "labels.tif")
    assert not labels[2].any()
    assert all(labels[t].any() for t in (0, 1, 3, 4, 5))
    assert set(read_trackmate_xml(out / "tracks.xml").lineage.spots.frames.tolist()) == {0, 1, 3, 4, 5}
    assert "Frames left out" in (out / "tracks.xml").read_text(encoding="utf-8")


def test_cells_of_frames_that_the_movie_lacks_are_not_measured(tmp_path, long, micromanager, ask):
    planes = [(t, z) for t in range(6) for z in range(4) if (t, z) != (2, 1)]
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", long, planes=planes, promised=(6, 4))
    tifffile.imwrite(
        tmp_path / "l.tif", (long > 500).astype(np.uint8), photometric="minisblack", metadata={"axes": "TZYX"}
    )
    found = ask("measure", tmp_path / "l.tif", "--raw", path, "--keep-going", "--out", tmp_path / "c.csv")
    assert found["frames_left_out"] == "2"
    table = pd.read_csv(tmp_path / "c.csv", comment="#")
    assert set(table["FRAME"]) == {0, 1, 3, 4, 5}
    assert (table["MEAN_INTENSITY_CH1"] == 900).all()


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("kind", ["imagej", "shaped"])
def test_a_cut_copy_gives_its_first_frames(tmp_path, long, kind, compression, caplog):
    path = tmp_path / "m.tif"
    noise = np.random.default_rng(0).integers(0, 60000, long.shape, dtype=np.uint16)
    how = {"imagej": True} if kind == "imagej" else {"photometric": "minisblack", "compression": compression}
    tifffile.imwrite(path, noise, metadata={"axes": "TZYX"}, **how)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.7)])
    known = {"voxel_size": (1, 1, 1), "unit": "µm", "frame_interval": 1, "time_unit": "min", "axes": "TZYX"}
    movie = open_movie(path, keep_going=True, **known)
    assert 3 <= movie.n_frames <= 4
    np.testing.assert_array_equal(movie.frame(2), noise[2])


def test_an_ome_tiff_in_files_names_the_missing_ones(tmp_path, stack, ask, refused, caplog):
    files = [f"part{t}.ome.tif" for t in range(3)]
    data = "".join(
        f'<TiffData FirstT="{t}" IFD="0" PlaneCount="4"><UUID FileName="{name}">urn:uuid:{t}</UUID></TiffData>'
        for t, name in enumerate(files)
    )
    sizes = 'SizeX="40" SizeY="32" SizeZ="4" SizeC="1" SizeT="3" PhysicalSizeX="1" PhysicalSizeY="1" PhysicalSizeZ="1"'
    image = (
        f'<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZTC" Type="uint16" {sizes} TimeIncrement="1">'
        f'<Channel ID="Channel:0:0" SamplesPerPixel="1"/>{data}</Pixels></Image></OME>'
    )
    head = '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:{}">'
    (tmp_path / "m.companion.ome").write_text(head.format(9) + image)
    for t, name in enumerate(files):
        only = head.format(t) + '<BinaryOnly MetadataFile="m.companion.ome" UUID="urn:uuid:9"/></OME>'
        tifffile.imwrite(tmp_path / name, stack[t], description=only, metadata=None, photometric="minisblack")
    for name in (*files, "m.companion.ome"):
        assert ask("info", tmp_path / name)["frames, z, y, x"] == [3, 4, 32, 40]
        np.testing.assert_array_equal(np.stack(list(open_movie(tmp_path / name).frames())), stack)
    (tmp_path / "part1.ome.tif").unlink()
    assert "1 of its 3 files are not in the folder: part1.ome.tif" in refused("measure", tmp_path / "part0.ome.tif")
    kept = open_movie(tmp_path / "part0.ome.tif", keep_going=True)
    assert kept.missing == (1,)
    (tmp_path / "m.companion.ome").unlink()
    assert "m.companion.ome" in refused("info", tmp_path / "part0.ome.tif")
