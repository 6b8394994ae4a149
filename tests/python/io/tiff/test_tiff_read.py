"""Reading TIFF movies: axes, channels, calibration, and what is refused."""

import itertools
import logging
import os

import numpy as np
import pytest
import tifffile

from volltrack.errors import BadFile, BadValue, MissingCalibration
from volltrack.io.tiff import inspect_tiff, read_label_movie, read_movie

IMAGEJ = {"axes": "TZYX", "spacing": 2.0, "unit": "um", "finterval": 30.0, "tunit": "sec"}
GIVEN = {"voxel_size": (2.0, 0.5, 0.25), "unit": "um", "frame_interval": 3.0, "time_unit": "min"}


@pytest.fixture
def stack():
    return np.random.default_rng(0).integers(0, 1000, (3, 4, 5, 6), dtype=np.uint16)


def write_imagej(path, array, resolution=(4.0, 2.0), **metadata):
    tifffile.imwrite(path, array, imagej=True, resolution=resolution, metadata=IMAGEJ | metadata)
    return path


def test_imagej_hyperstack_gives_voxels_and_calibration(tmp_path, stack):
    movie = read_movie(write_imagej(tmp_path / "m.tif", stack))
    assert movie.shape == stack.shape
    assert movie.calibration.voxel_size.zyx == (2.0, 0.5, 0.25)
    assert (movie.calibration.length_unit, movie.calibration.frame_interval) == ("µm", 30.0)
    for t in range(3):
        np.testing.assert_array_equal(movie.frame(t), stack[t])


@pytest.mark.parametrize("spelling", ["um", "µm", "\\u00B5m", "micron", "microns", "micrometer"])
def test_every_spelling_of_micrometre_is_understood(tmp_path, stack, spelling):
    path = tmp_path / "m.tif"
    description = f"ImageJ=1.54f\nimages=12\nslices=4\nframes=3\nunit={spelling}\nspacing=2.0\nfinterval=30\n"
    if not description.isascii():
        description = description.encode("latin-1")
    tifffile.imwrite(path, stack.reshape(12, 5, 6), description=description, metadata=None, resolution=(4.0, 2.0))
    movie = read_movie(path)
    assert (movie.calibration.length_unit, movie.calibration.time_unit) == ("µm", "sec")
    np.testing.assert_array_equal(movie.frame(2), stack[2])


def test_the_shared_movies_read(shared_data):
    leg = read_movie(shared_data / "parhyale-leg-5f/movie.tif", frame_interval=1, time_unit="frame")
    assert leg.shape == (5, 8, 256, 256)
    assert leg.calibration.voxel_size.zyx == (2.16, 0.277, 0.277)
    np.testing.assert_array_equal(
        np.stack(list(leg.frames())), tifffile.imread(shared_data / "parhyale-leg-5f/movie.tif")
    )
    fly = read_movie(shared_data / "drosophila-tgmm-5f/img_tzyx.tif", axes="TZYX", **GIVEN)
    assert fly.shape == (5, 29, 40, 70)
    masks = read_label_movie(shared_data / "t98g-phase-37f/id_masks_tyx.tif", axes="TYX", **GIVEN)
    assert (masks.shape, masks.dtype) == ((37, 1, 768, 768), np.dtype(np.uint8))
    for name, shape, size in (("2d", (5, 1, 64, 64), (1.0, 0.5, 0.5)), ("3d", (5, 12, 64, 64), (1.5, 0.5, 0.5))):
        labels = read_label_movie(shared_data / f"trackmate-reference/labels{name}.tif")
        assert (labels.shape, labels.calibration.voxel_size.zyx) == (shape, size)
        assert (labels.calibration.frame_interval, labels.calibration.time_unit) == (60.0, "sec")


@pytest.mark.parametrize("order", ["".join(p) + "YX" for p in itertools.permutations("TZC")])
def test_every_order_of_ome_axes_is_read(tmp_path, order):
    sizes = {"T": 3, "Z": 4, "C": 2, "Y": 5, "X": 6}
    array = np.arange(720, dtype=np.uint16).reshape([sizes[a] for a in order])
    path = tmp_path / "m.ome.tif"
    metadata = {"axes": order, "PhysicalSizeX": 250, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": 0.5}
    metadata |= {"PhysicalSizeZ": 2, "TimeIncrement": 2, "TimeIncrementUnit": "min"}
    tifffile.imwrite(path, array, metadata=metadata)
    expected = array.transpose([order.index(a) for a in "TCZYX"])
    for channel in (1, 2):
        movie = read_movie(path, channel=channel)
        np.testing.assert_array_equal(np.stack(list(movie.frames())), expected[:, channel - 1])
    assert movie.calibration.voxel_size.zyx == pytest.approx((2000, 500, 250))
    assert (movie.calibration.length_unit, movie.calibration.time_unit) == ("nm", "min")


@pytest.mark.parametrize("axes", ["TZCYX", "CTZYX", "ZTYX", "TYX", "ZYX", "YX", "YXT", "TYXZ"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_given_axes_are_followed(tmp_path, axes, compression):
    sizes = {"T": 3, "Z": 4, "C": 2, "Y": 5, "X": 6}
    array = np.arange(np.prod([sizes[a] for a in axes]), dtype=np.float32).reshape([sizes[a] for a in axes])
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, array, compression=compression, photometric="minisblack")
    movie = read_movie(path, axes=axes, **GIVEN)
    full = array
    for axis in set("TCZ") - set(axes):
        full, axes = full[np.newaxis], axis + axes
    np.testing.assert_array_equal(
        np.stack(list(movie.frames())), full.transpose([axes.index(a) for a in "TCZYX"])[:, 0]
    )


def test_ome_interval_is_taken_from_the_times_of_the_planes(tmp_path, stack):
    path = tmp_path / "m.ome.tif"
    times = [10.0 * t for t in range(3) for _ in range(4)]
    tifffile.imwrite(
        path,
        stack,
        metadata={
            "axes": "TZYX",
            "PhysicalSizeX": 1.0,
            "PhysicalSizeY": 1.0,
            "PhysicalSizeZ": 1.0,
            "Plane": {"DeltaT": times, "DeltaTUnit": ["s"] * 12},
        },
    )
    assert read_movie(path).calibration.frame_interval == 10.0


def write_ome_in_files(folder, stack):
    """One file per frame, as some microscopes write; returns the files."""
    uuids = [f"urn:uuid:0000000{t}-0000-0000-0000-000000000000" for t in range(len(stack))]
    paths = [folder / f"part{t}.ome.tif" for t in range(len(stack))]
    data = "".join(
        f'<TiffData FirstT="{t}" IFD="0" PlaneCount="4"><UUID FileName="{paths[t].name}">{uuids[t]}</UUID></TiffData>'
        for t in range(len(stack))
    )
    for t, frame in enumerate(stack):
        xml = (
            f'<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="{uuids[t]}">'
            '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZTC" Type="uint16" SizeX="6" SizeY="5" '
            'SizeZ="4" SizeT="3" SizeC="1" PhysicalSizeX="1" PhysicalSizeY="1" PhysicalSizeZ="1" TimeIncrement="1">'
            f'<Channel ID="Channel:0:0" SamplesPerPixel="1"/>{data}</Pixels></Image></OME>'
        )
        tifffile.imwrite(paths[t], frame, description=xml, metadata=None, photometric="minisblack", compression="zlib")
    return paths


def test_ome_tiff_in_several_files_reads(tmp_path, stack):
    paths = write_ome_in_files(tmp_path, stack)
    movie = read_movie(paths[0])
    np.testing.assert_array_equal(np.stack(list(movie.frames())), stack)
    paths[1].unlink()
    with pytest.raises(BadFile, match=r"plane 5 of 12 is missing.*all must be in one folder"):
        read_movie(paths[0])


def test_frames_stored_as_separate_images_are_one_movie(tmp_path, stack):
    path = tmp_path / "m.tif"
    with tifffile.TiffWriter(path) as writer:
        for plane in stack[:, 0]:
            writer.write(plane, compression="zlib")
    movie = read_movie(path, axes="TYX", **GIVEN)
    np.testing.assert_array_equal(movie.frame(2)[0], stack[2, 0])


def test_one_frame_of_a_large_file_is_read_alone(tmp_path):
    """A sparse hyperstack of 2 GB behind one page entry, as ImageJ writes above 4 GB."""
    path = tmp_path / "large.tif"
    head = np.full((1, 1, 1024, 1024), 7, np.uint16)
    tifffile.imwrite(path, head, imagej=True, resolution=(4.0, 2.0), metadata=IMAGEJ | {"axes": "TZYX"})
    with tifffile.TiffFile(path) as file:
        start, tag = file.pages[0].dataoffsets[0], file.pages[0].tags["ImageDescription"]
    text = b"ImageJ=1.54f\nimages=1000\nslices=10\nframes=100\nunit=um\nspacing=2\nfinterval=30\n"
    assert len(text) < tag.count
    frame_bytes = 10 * 2 * 1024 * 1024
    with path.open("r+b") as file:
        file.seek(tag.valueoffset)
        file.write(text.ljust(tag.count, b"\0"))
        file.truncate(start + 100 * frame_bytes)
        file.seek(start + 99 * frame_bytes)
        file.write(np.full(1024 * 1024, 5, "<u2").tobytes())
    movie = read_movie(path)
    assert movie.shape == (100, 10, 1024, 1024)
    before = _bytes_read()
    frame = movie.frame(99)
    assert _bytes_read() - before < 2 * frame_bytes
    assert (frame[0] == 5).all()
    assert not frame[1:].any()


def _bytes_read():
    with open(f"/proc/{os.getpid()}/io") as file:
        return int(file.readline().split()[1])


def test_missing_calibration_names_what_and_the_argument(tmp_path, stack):
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, stack, imagej=True, metadata={"axes": "TZYX"})
    with pytest.raises(MissingCalibration) as caught:
        read_movie(path)
    for words in ("`voxel_size=(z, y, x)`", "`unit`", "`frame_interval`", "`time_unit`"):
        assert words in str(caught.value)
    assert caught.value.missing == ("voxel_size", "unit", "frame_interval", "time_unit")
    assert "`" not in caught.value.reason
    movie = read_movie(path, **GIVEN)
    assert movie.calibration.voxel_size.zyx == (2.0, 0.5, 0.25)
    assert (movie.calibration.frame_interval, movie.calibration.time_unit) == (3.0, "min")


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ({"spacing": 0}, "distance between two slices"),
        ({"unit": "pixel"}, "pixel size"),
        ({"finterval": 0, "fps": 7}, "time between two frames"),
    ],
)
def test_each_missing_part_is_named(tmp_path, stack, left_out, words):
    path = write_imagej(tmp_path / "m.tif", stack, **left_out)
    with pytest.raises(MissingCalibration, match=words):
        read_movie(path)


def test_a_single_plane_needs_no_depth_and_a_single_frame_no_interval(tmp_path, stack):
    path = write_imagej(tmp_path / "m.tif", stack[:1, :1], spacing=0, finterval=0)
    calibration = read_movie(path).calibration
    assert (calibration.voxel_size.z, calibration.frame_interval, calibration.time_unit) == (1.0, 1.0, "frame")


def test_suspicious_pixel_size_of_one_is_said(tmp_path, stack, caplog):
    path = write_imagej(tmp_path / "m.tif", stack, resolution=(1, 1))
    with caplog.at_level(logging.WARNING):
        assert read_movie(path).calibration.voxel_size.x == 1.0
    assert "exactly 1 µm per pixel" in caplog.text


def test_slices_without_frames_are_mentioned_as_possible_time_points(tmp_path, stack, caplog):
    path = write_imagej(tmp_path / "m.tif", stack[:, 0], axes="ZYX")
    with caplog.at_level(logging.WARNING):
        assert read_movie(path).shape == (1, 3, 5, 6)
    assert "`axes='TYX'`" in caplog.text
    assert read_movie(path, axes="TYX").shape == (3, 1, 5, 6)


@pytest.mark.parametrize("ndim", [3, 4])
def test_unknown_axes_name_the_option(tmp_path, stack, ndim):
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, stack if ndim == 4 else stack[0], photometric="minisblack")
    with pytest.raises(BadFile, match=r"which axis is time and which is z.*`axes='T"):
        read_movie(path, **GIVEN)
    assert inspect_tiff(path).shape_tzyx is None


@pytest.mark.parametrize(
    ("axes", "words"), [("TYX", "name 3 axes, but the image has 4"), ("TTYX", "at most once"), ("TZCQ", "expected")]
)
def test_axes_that_do_not_fit_are_refused(tmp_path, stack, axes, words):
    path = write_imagej(tmp_path / "m.tif", stack)
    with pytest.raises(BadValue, match=words):
        read_movie(path, axes=axes)


def test_unknown_channel_is_refused(tmp_path, stack):
    with pytest.raises(BadValue, match="channel 2 asked for, the image has channels 1 to 1"):
        read_movie(write_imagej(tmp_path / "m.tif", stack), channel=2)


def test_colour_images_are_refused(tmp_path):
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, np.zeros((2, 8, 8, 3), np.uint8), photometric="rgb")
    with pytest.raises(BadFile, match=r"colour image \(3 samples per pixel\).*Split Channels"):
        read_movie(path, axes="TYX", **GIVEN)


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("kind", ["imagej", "ome", "plain"])
@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_truncated_files_are_refused(tmp_path, compression, kind, keep):
    array = np.random.default_rng(1).integers(0, 60000, (4, 5, 64, 64), dtype=np.uint16)
    path = tmp_path / ("m.ome.tif" if kind == "ome" else "m.tif")
    options = {"imagej": {"imagej": True, "metadata": {"axes": "TZYX"}}, "ome": {"metadata": {"axes": "TZYX"}}}
    tifffile.imwrite(path, array, compression=compression, **options.get(kind, {"metadata": {"axes": "TZYX"}}))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(BadFile, match="truncated") as caught:
        read_movie(path, **GIVEN)
    assert str(path) in str(caught.value)


def test_damaged_pixels_are_reported_when_read(tmp_path, stack):
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, stack, compression="zlib", metadata={"axes": "TZYX"}, photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        offset, count = file.pages[4].dataoffsets[0], file.pages[4].databytecounts[0]
    content = bytearray(path.read_bytes())
    content[offset : offset + count] = b"\0" * count
    path.write_bytes(content)
    movie = read_movie(path, **GIVEN)
    movie.frame(0)
    with pytest.raises(BadFile, match="plane 5 is damaged"):
        movie.frame(1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\n0000", "a PNG image"),
        (b"hello world, no image", "not a TIFF"),
        (b"II*\0\xff\xff\xff\x00", "truncated"),
    ],
)
def test_other_files_are_refused(tmp_path, content, words):
    path = tmp_path / "m.tif"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=words):
        read_movie(path)


def test_missing_file_and_folder_are_refused(tmp_path):
    with pytest.raises(BadFile, match="no such file"):
        read_movie(tmp_path / "none.tif")
    with pytest.raises(BadFile, match="a folder"):
        read_movie(tmp_path)


def test_bad_numbers_given_are_refused(tmp_path, stack):
    path = write_imagej(tmp_path / "m.tif", stack)
    with pytest.raises(BadValue, match="voxel size z = -1"):
        read_movie(path, voxel_size=(-1, 1, 1))
    with pytest.raises(BadValue, match="frame interval 0"):
        read_movie(path, frame_interval=0)
    with pytest.raises(BadValue, match="unit is empty"):
        read_movie(path, unit=" ")
