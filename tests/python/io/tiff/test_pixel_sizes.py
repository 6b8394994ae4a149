"""What resolution tags mean, writer by writer, and pixels that cannot be."""

import shutil
import subprocess

import numpy as np
import pytest
import tifffile

from volltrack.io.calibration import describe_odd_pixels
from volltrack.io.tiff import inspect_tiff
from volltrack.model import VoxelSize

CM, INCH, NONE = 3, 2, 1
KEPT = ("µm", 3.25e-5)


def write(path, stack, *, unit, resolution, factor=1e4, more="", head="ImageJ=1.53t", tiff_pages, plane_tags):
    per_unit = factor / 0.325
    lines = [head, "images=12", "slices=4", "frames=3", "hyperstack=true", *([] if unit is None else [f"unit={unit}"]),
             "spacing=2.0", "finterval=60", *more.split()]  # fmt: skip
    text = ("\n".join(lines) + "\n\0").encode("latin-1")
    extra = [(270, 2, text), (282, 5, [round(per_unit * 1000), 1000]), (283, 5, [round(per_unit * 500), 1000])]
    pages = []
    for number, plane in enumerate(stack.reshape(-1, *stack.shape[2:])):
        tags = [*plane_tags(plane), *(extra if number == 0 else []), (296, 3, [resolution])]
        pages.append((tags, plane.tobytes()))
    tiff_pages(path, pages)
    return path


# the pixel size in x that ImageJ 1.54p shows for 10,000 / 0.325 pixels in the unit of the tag
RULES = [
    (CM, "um", "µm", 0.325),
    (CM, "micron", *KEPT),
    (CM, "\\u00B5m", *KEPT),
    (CM, "µm", *KEPT),
    (CM, "mm", "mm", 3.25e-5),
    (CM, "nm", "nm", 3.25e-5),
    (CM, "cm", "cm", 3.25e-5),
    (INCH, "um", *KEPT),
    (INCH, "inch", "inch", 3.25e-5),
    (NONE, "um", *KEPT),
    (NONE, "\\u00B5m", *KEPT),
]


@pytest.mark.parametrize(("resolution", "unit", "found", "x"), RULES)
def test_imagej_multiplies_for_centimetre_and_um_alone(
    tmp_path, stack, tiff_pages, plane_tags, resolution, unit, found, x
):
    path = write(
        tmp_path / "m.tif", stack, unit=unit, resolution=resolution, tiff_pages=tiff_pages, plane_tags=plane_tags
    )
    known = inspect_tiff(path).known
    assert known.unit == found
    assert known.x == pytest.approx(x, rel=1e-6)
    assert known.y == pytest.approx(2 * x, rel=1e-6)
    assert known.z == 2


def test_a_unit_of_its_own_for_y_is_converted(tmp_path, stack, tiff_pages, plane_tags):
    path = write(tmp_path / "m.tif", stack, unit="um", resolution=CM, more="yunit=nm zunit=nm", tiff_pages=tiff_pages,
                 plane_tags=plane_tags)  # fmt: skip
    known = inspect_tiff(path).known
    assert (known.x, known.z) == (pytest.approx(0.325), pytest.approx(0.002))
    assert known.y == pytest.approx(0.00065)


def test_bio_formats_says_no_unit_and_means_centimetres(tmp_path, stack, tiff_pages, plane_tags):
    path = write(tmp_path / "m.tif", stack, unit=None, resolution=CM, head="ImageJ=", tiff_pages=tiff_pages,
                 plane_tags=plane_tags)  # fmt: skip
    known = inspect_tiff(path).known
    assert (known.unit, known.x) == ("µm", pytest.approx(0.325))


def test_printers_inches_are_no_pixel_size(tmp_path, stack):
    path = tmp_path / "m.tif"
    tifffile.imwrite(path, stack, imagej=True, resolution=(300, 300), resolutionunit="INCH", metadata={"axes": "TZYX"})
    assert inspect_tiff(path).known.x is None


def test_scifio_is_believed_by_its_scales(tmp_path, stack, tiff_pages, plane_tags, ask):
    text = (
        "SCIFIO=0.46.0\naxes=X,Y,Z,Time\nlengths=40,32,4,3\nscales=325.0,325.0,2.0,1.5\nunits=nm,nm,\\u00B5m,min\n"
        "bitsPerPixel=16\nimages=12\nchannels=1\nslices=4\nframes=3\nhyperstack=true\nmode=composite\nunit=nm\n\0"
    )
    extra = [(270, 2, text.encode()), (282, 5, [30769, 1000]), (283, 5, [30769, 1000]), (296, 3, [CM])]
    planes = stack.reshape(-1, 32, 40)
    tiff_pages(tmp_path / "m.tif", [([*plane_tags(p), *(extra if n == 0 else [])], p.tobytes())
                                    for n, p in enumerate(planes)])  # fmt: skip
    found = ask("info", tmp_path / "m.tif")
    assert found["frames, z, y, x"] == [3, 4, 32, 40]
    assert (found["voxel_size_zyx"], found["length_unit"]) == ([2000, 325, 325], "nm")
    assert (found["frame_interval"], found["time_unit"]) == (1.5, "min")


def test_the_same_number_comes_out_of_every_command(shared_cases, tmp_path, ask):
    movie = shared_cases / "02-imagej-cm-with-um-10000x" / "movie.tif"
    assert ask("info", movie)["voxel_size_zyx"] == pytest.approx([2, 0.325, 0.325])
    out = tmp_path / "r"
    ask("run", movie, "--no-network", "--cell-diameter", "3", "--out", out)
    assert 'pixelwidth="0.325"' in (out / "tracks.xml").read_text(encoding="utf-8")
    assert ask("info", out / "tracks.xml")["voxel_size_zyx"] == pytest.approx([2, 0.325, 0.325])
    assert ask("info", out / "labels.tif")["voxel_size_zyx"] == pytest.approx([2, 0.325, 0.325])


@pytest.mark.parametrize(
    ("size", "unit", "words"),
    [
        ((2, 3.25e-5, 3.25e-5), "µm", "less than 1 nm"),
        ((2, 0.01, 0.01), "nm", "less than 1 nm"),
        ((2, 1.5, 1.5), "cm", "more than 1 mm"),
        ((2000, 0.3, 0.3), "µm", "more than 1 mm"),
        ((500, 0.3, 0.3), "µm", "beside slices of 500"),
        ((1, 0.5, 600), "µm", "another unit"),
        ((2, 0.325, 0.325), "µm", None),
        ((0.002, 0.000325, 0.000325), "mm", None),
        ((1, 1, 1), "pixel", None),
        ((40, 5, 5), "nm", None),
    ],
)
def test_pixels_that_cannot_be(size, unit, words):
    z, y, x = size
    found = describe_odd_pixels(VoxelSize(z=z, y=y, x=x, unit=unit))
    assert (found is None) if words is None else words in found


def test_odd_pixels_are_told_at_every_door(tmp_path, stack, ask, caplog):
    odd = {"axes": "TZYX", "PhysicalSizeX": 2e-5, "PhysicalSizeY": 2e-5, "PhysicalSizeZ": 2.0, "TimeIncrement": 1.0}
    tifffile.imwrite(tmp_path / "o.ome.tif", stack, photometric="minisblack", metadata=odd)
    assert "no light microscope" in ask("info", tmp_path / "o.ome.tif")["beware"]
    ask("measure", tmp_path / "o.ome.tif", "--out", tmp_path / "a.csv")
    assert "no light microscope" in caplog.text
    caplog.clear()
    ask("measure", tmp_path / "o.ome.tif", "--voxel-size", "2,0.3,0.3", "--out", tmp_path / "b.csv")
    assert "no light microscope" not in caplog.text
    ask("measure", tmp_path / "o.ome.tif", "--voxel-size", "2,0.3,3000", "--out", tmp_path / "c.csv")
    assert "more than 1 mm" in caplog.text
    ask("link", tmp_path / "o.ome.tif", "--out", tmp_path / "t.xml")
    caplog.clear()
    ask("convert", tmp_path / "t.xml", tmp_path / "t.geff")
    assert "no light microscope" in caplog.text


def test_a_single_plane_has_no_depth_to_compare(tmp_path, stack, ask, caplog):
    tifffile.imwrite(tmp_path / "m.tif", stack[:, 0], imagej=True, resolution=(3000, 3000),
                     metadata={"axes": "TYX", "unit": "mm", "finterval": 1})  # fmt: skip
    assert "beware" not in ask("info", tmp_path / "m.tif")
    ask("measure", tmp_path / "m.tif", "--out", tmp_path / "a.csv")
    assert "voxel" not in caplog.text


JAVA = """
public class Shown { public static void main(String[] a) { for (String f : a) {
ij.ImagePlus i = new ij.io.Opener().openImage(f); ij.measure.Calibration c = i.getCalibration();
System.out.println(c.pixelWidth + " " + c.pixelHeight + " " + c.pixelDepth + " " + c.getUnit()); } } }
"""


def test_imagej_itself_shows_the_same(tmp_path, stack, tiff_pages, plane_tags, ij_jar):
    paths = [
        write(
            tmp_path / f"{n}.tif", stack, unit=unit, resolution=resolution, tiff_pages=tiff_pages, plane_tags=plane_tags
        )
        for n, (resolution, unit, _, _) in enumerate(RULES)
    ]
    (tmp_path / "Shown.java").write_text(JAVA)
    words = [shutil.which("java"), "-Djava.awt.headless=true", "-cp", str(ij_jar), str(tmp_path / "Shown.java")]
    out = subprocess.run([*words, *map(str, paths)], check=True, capture_output=True, text=True).stdout
    shown = [line.split() for line in out.splitlines() if line.strip()]
    assert len(shown) == len(RULES)
    for path, line, (_, unit, _, _) in zip(paths, shown, RULES, strict=True):
        if unit == "cm":  # ImageJ shows centimetres of 0.0001 and less as micrometres, the same length
            assert float(line[0]) == pytest.approx(0.325, rel=1e-4)
            continue
        known = inspect_tiff(path).known
        assert (known.x, known.y) == (pytest.approx(float(line[0]), rel=1e-4), pytest.approx(float(line[1]), rel=1e-4))
        assert np.isclose(known.z, float(line[2]))
