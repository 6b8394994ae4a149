"""Files of Micro-Manager, and all others with two descriptions."""

import json

import numpy as np
import pytest
import tifffile

from volltrack.io.tiff import read_movie

OURS = {"voxel_size_zyx": [2.0, 0.325, 0.325], "length_unit": "µm"}


@pytest.mark.parametrize("ome", [True, False])
@pytest.mark.parametrize("imagej", [True, False])
@pytest.mark.parametrize("index", ["whole", "damaged", "none"])
def test_a_stack_of_micromanager_opens_calibrated(tmp_path, stack, micromanager, ask, ome, imagej, index):
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", stack, ome=ome, imagej=imagej, index=index)
    found = ask("info", path)
    assert found["frames, z, y, x"] == [3, 4, 32, 40]
    assert {key: found[key] for key in OURS} == OURS
    assert (found["frame_interval"], found["time_unit"]) in ((60000, "ms"), (60, "sec"))
    np.testing.assert_array_equal(np.stack(list(read_movie(path).frames())), stack)


def test_a_renamed_stack_is_read_from_itself(tmp_path, stack, micromanager):
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", stack)
    copy = path.rename(tmp_path / "copy.tif")
    np.testing.assert_array_equal(read_movie(copy).frame(2), stack[2])
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", stack + 1)
    np.testing.assert_array_equal(read_movie(copy).frame(2), stack[2])


def test_an_ome_tiff_with_an_imagej_description_is_complete(tmp_path, stack, tiff_pages, plane_tags, ome_xml, ask):
    path = tmp_path / "m.ome.tif"
    texts = [(270, 2, ome_xml(stack.shape).encode() + b"\0"), (270, 2, b"ImageJ=1.53t\nslices=4\nframes=3\n\0")]
    pages = [(plane_tags(p) + (texts if n == 0 else []), p.tobytes()) for n, p in enumerate(stack.reshape(-1, 32, 40))]
    tiff_pages(path, pages)
    assert ask("info", path)["voxel_size_zyx"] == [2.0, 0.325, 0.325]
    np.testing.assert_array_equal(read_movie(path).frame(1), stack[1])


WAYS = [
    "<TiffData/>",
    '<TiffData FirstT="0"/>',
    '<TiffData PlaneCount="12"/>',
    '<TiffData IFD="0" PlaneCount="12"/>',
    '<TiffData IFD="0"/><TiffData FirstZ="1" IFD="1" NumPlanes="3"/><TiffData FirstT="1" IFD="4" PlaneCount="8"/>',
]


@pytest.mark.parametrize("data", WAYS)
def test_every_way_to_say_where_planes_are(tmp_path, stack, ome_xml, data):
    text = ome_xml(stack.shape, planes=[])
    head, tail = text.split("</Pixels>")
    description = f"{head}{data}</Pixels>{tail}".encode()
    planes = stack.reshape(-1, 32, 40)
    tifffile.imwrite(tmp_path / "m.ome.tif", planes, photometric="minisblack", metadata=None, description=description)
    np.testing.assert_array_equal(np.stack(list(read_movie(tmp_path / "m.ome.tif").frames())), stack)


def test_a_damaged_ome_description_beside_another_is_passed_over(tmp_path, stack, micromanager, ask):
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", stack)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"<Pixels ID", b"<Pixels <D", 1))
    found = ask("info", path)
    assert (found["frames, z, y, x"], found["voxel_size_zyx"]) == ([3, 4, 32, 40], [2.0, 0.325, 0.325])


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("ome", [True, False])
def test_a_cut_file_names_what_is_promised_and_found(tmp_path, stack, micromanager, refused, keep, ome):
    path = micromanager(tmp_path / "c_1_MMStack_Default.ome.tif", stack, index="none", ome=ome)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    line = refused("measure", path)
    assert "promises 12 planes, the file holds" in line
    assert "--keep-going" in line


@pytest.mark.parametrize("program", ["mmstack", "ndtiff"])
def test_positions_of_a_file_without_index_are_scenes(tmp_path, stack, tiff_pages, plane_tags, ask, refused, program):
    movies = np.stack([stack, stack + 1])
    pages = []
    for r, t, z in np.ndindex(2, 3, 4):
        place = {"FrameIndex": t, "SliceIndex": z, "ChannelIndex": 0, "PositionIndex": r, "PixelSizeUm": 0.5}
        if program == "ndtiff":
            place = {"Axes": {"time": t, "z": z, "position": r}, "PixelSizeUm": 0.5}
        text = json.dumps(place).encode() + b"\0"
        pages.append(([*plane_tags(stack[t, z]), (51123, 2, text)], movies[r, t, z].tobytes()))
    path = tmp_path / "m.tif"
    tiff_pages(path, pages)
    assert "holds 2 movies: choose one with --scene" in refused("measure", path)
    found = ask("info", path, "--scene", "2")
    assert (found["frames, z, y, x"], found["length_unit"]) == ([3, 4, 32, 40], "µm")
    known = {"voxel_size": (1, 1, 1), "frame_interval": 1, "time_unit": "s"}
    np.testing.assert_array_equal(np.stack(list(read_movie(path, scene="position 1", **known).frames())), stack + 1)


def test_the_case_of_the_issue(shared_cases, ask):
    for name in ("cells_1_MMStack_Default.ome.tif", "noij_1_MMStack_Default.ome.tif"):
        found = ask("info", shared_cases / "01-micromanager-refused-as-truncated" / name)
        assert found["frames, z, y, x"] == [3, 4, 32, 40]
        assert found["voxel_size_zyx"] == [2.0, 0.325, 0.325]
