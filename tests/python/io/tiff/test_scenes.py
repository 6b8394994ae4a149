"""Files with several images: which is the movie, and how another is chosen."""

import numpy as np
import pytest
import tifffile
import zarr

from volltrack.io.images import open_movie
from volltrack.io.ome_zarr import write_zarr_movie
from volltrack.model import Calibration, Movie, VoxelSize

META = {"axes": "TZYX", "PhysicalSizeX": 0.3, "PhysicalSizeY": 0.3, "PhysicalSizeZ": 1.0, "TimeIncrement": 2.0}
CALIBRATION = Calibration(voxel_size=VoxelSize(z=1, y=0.5, x=0.5), frame_interval=5, time_unit="min")


def write_scenes(path, *images, names=("left", "right", "third")):
    with tifffile.TiffWriter(path, ome=True) as writer:
        for image, name in zip(images, names, strict=False):
            writer.write(image, photometric="minisblack", metadata=META | {"Name": name})
    return path


@pytest.fixture
def two(tmp_path, stack):
    return write_scenes(tmp_path / "two.ome.tif", stack, stack[:2, :, :16] + 1)


def test_two_movies_are_listed_and_one_is_asked_for(two, refused):
    for command in ("measure", "segment"):
        line = refused(command, two, "--out", "x")
        assert "holds 2 movies: choose one with --scene" in line
        assert "1 'left' (T 3, Z 4, Y 32, X 40); 2 'right' (T 2, Z 4, Y 16, X 40)" in line


@pytest.mark.parametrize("scene", ["2", "right"])
def test_a_scene_is_chosen_by_number_and_by_name(two, stack, ask, scene, tmp_path):
    found = ask("info", two, "--scene", scene)
    assert found["frames, z, y, x"] == [2, 4, 16, 40]
    movie = open_movie(two, scene=scene)
    np.testing.assert_array_equal(movie.frame(1), stack[1, :, :16] + 1)
    out = tmp_path / "labels.tif"
    ask("segment", two, "--scene", scene, "--no-network", "--cell-diameter", "3", "--out", out)
    assert tifffile.imread(out).shape == (2, 4, 16, 40)


def test_info_lists_the_scenes_of_a_file(two, ask):
    found = ask("info", two)
    assert [text.partition(" (")[0] for text in found["scenes"]] == ["1 'left'", "2 'right'"]
    assert found["frames, z, y, x"] == [3, 4, 32, 40]


def test_an_unknown_scene_is_refused_with_the_list(two, refused):
    for scene in ("3", "0", "middle"):
        line = refused("info", two, "--scene", scene)
        assert "there is no such image; expected one of 1 'left'" in line
        assert "damaged" not in line


def test_thumbnails_do_not_count(tmp_path, stack, ask):
    path = write_scenes(tmp_path / "m.ome.tif", stack, stack[:1, :1, :8, :8], names=("movie", "thumbnail"))
    assert open_movie(path).shape == stack.shape
    plain = tmp_path / "plain.tif"
    with tifffile.TiffWriter(plain) as writer:
        for plane in stack[:, 0]:
            writer.write(plane, contiguous=False, metadata=None)
        writer.write(stack[0, 0, :8, :8], metadata=None)
    assert ask("info", plain)["shape"][:3] == [3, 32, 40]


def test_a_pyramid_is_one_image(tmp_path, stack):
    path = tmp_path / "m.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as writer:
        writer.write(stack, subifds=1, photometric="minisblack", metadata=META)
        writer.write(stack[..., ::2, ::2], subfiletype=1, photometric="minisblack")
    assert open_movie(path).shape == stack.shape


def test_series_of_two_shapes_are_scenes(tmp_path, stack, ask, refused):
    path = tmp_path / "m.tif"
    with tifffile.TiffWriter(path) as writer:
        for image in (stack[:, 0], stack[:, 0, :16]):
            for plane in image:
                writer.write(plane, contiguous=False, metadata=None)
    assert "holds 2 movies" in refused("measure", path)
    assert ask("info", path, "--scene", "2")["shape"][:3] == [3, 16, 40]


def test_a_run_remembers_its_scene(two, ask, tmp_path):
    out = tmp_path / "r"
    ask("run", two, "--scene", "2", "--no-network", "--cell-diameter", "3", "--out", out)
    assert 'scene = "2"' in (out / "run.toml").read_text()
    again = ask("run", two, "--settings", out / "run.toml", "--out", out)
    assert "labels" in again["finished_before"]


def test_images_of_an_ome_zarr_are_scenes(tmp_path, stack, ask, refused):
    path = tmp_path / "m.zarr"
    group = zarr.open_group(path, mode="w", zarr_format=2)
    group.attrs["bioformats2raw.layout"] = 3
    for number, image in enumerate((stack, stack[:2] + 1)):
        write_zarr_movie(path / str(number), Movie.from_array(image, CALIBRATION))
    assert "holds 2 movies: choose one with --scene" in refused("measure", path)
    assert ask("info", path, "--scene", "2")["frames, z, y, x"] == [2, 4, 32, 40]
    np.testing.assert_array_equal(open_movie(path, scene="2").frame(1), stack[1] + 1)


def test_labels_with_one_image_stand_beside_a_movie_with_two(two, stack, ask, tmp_path):
    labels = np.zeros((2, 4, 16, 40), np.uint8)
    labels[:, 1:3, 4:8, 4:8] = 1
    tifffile.imwrite(tmp_path / "labels.tif", labels, photometric="minisblack", metadata={"axes": "TZYX"})
    found = ask("measure", tmp_path / "labels.tif", "--raw", two, "--scene", "2", "--out", tmp_path / "c.csv")
    assert found["cells"] == 2
