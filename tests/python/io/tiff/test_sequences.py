"""Folders and patterns of TIFF files as movies."""

import json

import numpy as np
import pytest
import tifffile

from volltrack.io.images import open_movie

GIVEN = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm", "--frame-interval", "5", "--time-unit", "min")
KNOWN = {"voxel_size": (2.0, 0.5, 0.5), "unit": "µm", "frame_interval": 5.0, "time_unit": "min"}


@pytest.fixture
def movie():
    return np.random.default_rng(3).integers(0, 900, (12, 3, 2, 8, 10), dtype=np.uint16)  # T, Z, C, Y, X


def write(folder, name, image):
    folder.mkdir(exist_ok=True)
    tifffile.imwrite(folder / name, image, photometric="minisblack", metadata=None)


def read(path, **options):
    return np.stack(list(open_movie(path, **KNOWN, **options).frames()))


def test_numbers_count_and_not_letters(tmp_path, movie, ask):
    for t in range(12):
        write(tmp_path / "m", f"img_{t}.tif", movie[t, 0, 0])
    for path in (tmp_path / "m", tmp_path / "m" / "img_*.tif"):
        np.testing.assert_array_equal(read(path)[:, 0], movie[:, 0, 0])
        assert ask("info", path)["frames, z, y, x"] == [12, 1, 8, 10]
        out = tmp_path / f"{path.name[:1]}.labels.tif"
        assert ask("segment", path, "--no-network", "--cell-diameter", "3", *GIVEN, "--out", out)["frames"] == 12
        ask("run", path, "--no-network", "--cell-diameter", "3", *GIVEN, "--out", tmp_path / f"run {path.name[:1]}")


def test_a_stack_for_each_time_point(tmp_path, movie):
    for t in range(3):
        write(tmp_path / "m", f"t{t:03}.tif", movie[t, :, 0])
    np.testing.assert_array_equal(read(tmp_path / "m"), movie[:3, :, 0])


@pytest.mark.parametrize(
    "name",
    [
        "img_t{t:03}_z{z:02}_c{c}.tif",
        "img_channel{c:03}_position000_time{t:09}_z{z:03}.tif",
        "A1_T{t}_Z{z}_C{c}.TIF",
        "Series003_t{t:02}_z{z:03}_ch{c:02}.tif",
    ],
)
def test_words_say_what_numbers_count(tmp_path, movie, name):
    for t, z, c in np.ndindex(11, 3, 2):
        write(tmp_path / "m", name.format(t=t, z=z, c=c), movie[t, z, c])
    for channel in (1, 2):
        np.testing.assert_array_equal(read(tmp_path / "m", channel=channel), movie[:11, :, channel - 1])


def test_names_of_metamorph(tmp_path, movie):
    for t, c in np.ndindex(11, 2):
        write(tmp_path / "m", f"exp_w{c + 1}{('DAPI', 'Cy5')[c]}_s1_t{t + 1}.TIF", movie[t, :, c])
    np.testing.assert_array_equal(read(tmp_path / "m", channel=2), movie[:11, :, 1])


def test_names_of_micromanager_1_and_its_metadata(tmp_path, movie, ask):
    for t, z, c in np.ndindex(2, 3, 2):
        write(tmp_path / "m", f"img_{t:09}_{('DAPI', 'GFP 2')[c]}_{z:03}.tif", movie[t, z, c])
    summary = {"Summary": {"PixelSize_um": 0.25, "z-step_um": 1.5, "Interval_ms": 2000}}
    (tmp_path / "m" / "metadata.txt").write_text(json.dumps(summary))
    found = ask("info", tmp_path / "m")
    assert (found["channels"], found["frames, z, y, x"]) == (2, [2, 3, 8, 10])
    assert (found["voxel_size_zyx"], found["frame_interval"], found["time_unit"]) == ([1.5, 0.25, 0.25], 2000, "ms")
    np.testing.assert_array_equal(open_movie(tmp_path / "m", channel=2).frame(1), movie[1, :, 1])


def test_slices_are_told_by_axes(tmp_path, movie):
    for z in range(3):
        write(tmp_path / "m", f"a{z}.tif", movie[0, z, 0])
    np.testing.assert_array_equal(read(tmp_path / "m", axes="ZYX")[0], movie[0, :, 0])


def test_positions_are_scenes(tmp_path, movie, refused):
    for p, t in np.ndindex(2, 3):
        write(tmp_path / "m", f"x_p{p + 5}_t{t}.tif", movie[t + p, 0, 0])
    assert "1 'position 5' (T 3, Z 1" in refused("measure", tmp_path / "m", *GIVEN).replace("(T 3)", "(T 3, Z 1)")
    np.testing.assert_array_equal(read(tmp_path / "m", scene="position 6")[:, 0], movie[1:4, 0, 0])


def test_other_sizes_and_types_are_refused(tmp_path, movie, refused):
    for name, image, words in (
        ("size", movie[1, 0, 0, :4], "1 x 4 x 10 of uint16, but t0.tif is 1 x 8 x 10 of uint16"),
        ("type", movie[1, 0, 0].astype(np.uint8), "of uint8, but t0.tif is 1 x 8 x 10 of uint16"),
        ("pages", movie[1, :, 0], "3 x 8 x 10 of uint16"),
    ):
        folder = tmp_path / name
        write(folder, "t0.tif", movie[0, 0, 0])
        write(folder, "t1.tif", image)
        line = refused("segment", folder, *GIVEN, "--out", tmp_path / "o.tif")
        assert words in line
        assert "t1.tif" in line


def test_a_damaged_file_is_named(tmp_path, movie, refused):
    for t in range(3):
        write(tmp_path / "m", f"t{t}.tif", movie[t, 0, 0])
    (tmp_path / "m" / "t1.tif").write_bytes(b"II*\0nothing")
    assert "t1.tif" in refused("segment", tmp_path / "m", *GIVEN, "--out", tmp_path / "o.tif")


def test_gaps_are_said_and_kept_open_on_request(tmp_path, movie, caplog):
    for t in (0, 1, 4, 5):
        write(tmp_path / "m", f"t{t}.tif", movie[t, 0, 0])
    assert len(read(tmp_path / "m")) == 4
    assert "gaps (2 to 3)" in caplog.text
    kept = open_movie(tmp_path / "m", keep_going=True, **KNOWN)
    assert (kept.n_frames, kept.missing) == (6, (2, 3))
    np.testing.assert_array_equal(kept.frame(4)[0], movie[4, 0, 0])


def test_a_missing_slice_is_named_and_its_frame_left_out(tmp_path, movie, refused, ask):
    for t, z in np.ndindex(4, 3):
        if (t, z) != (1, 2):
            write(tmp_path / "m", f"t{t}_z{z}.tif", movie[t, z, 0])
    line = refused("segment", tmp_path / "m", *GIVEN, "--out", tmp_path / "o.tif")
    assert "1 of 12 files are missing, the first is that of time 1, slice 2" in line
    found = ask("segment", tmp_path / "m", "--no-network", "--cell-diameter", "3", *GIVEN, "--keep-going", "--out",
                tmp_path / "o.tif")  # fmt: skip
    assert found["frames_left_out"] == "1"


def test_two_kinds_of_names_are_told(tmp_path, movie, refused):
    for t in range(2):
        write(tmp_path / "m", f"img_{t}.tif", movie[t, 0, 0])
        write(tmp_path / "m", f"mask_{t}.tif", movie[t, 0, 0])
    line = refused("info", tmp_path / "m")
    assert "2 kinds of names: img_*.tif (2); mask_*.tif (2)" in line
    assert read(tmp_path / "m" / "mask_*.tif").shape == (2, 1, 8, 10)


def test_an_empty_folder_and_a_pattern_without_files(tmp_path, refused):
    (tmp_path / "empty").mkdir()
    assert "empty" in refused("segment", tmp_path / "empty", "--out", tmp_path / "o.tif")
    assert "no such file" in refused("info", tmp_path / "x_*.tif")
