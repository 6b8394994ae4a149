"""What the real TrackMate computed: label movies, spheres, contours."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile
from lxml import etree

from volltrack.measure import MeasureSettings, measure_movie, measure_spot_intensity
from volltrack.measure.intensity.neighbourhood import build_neighbourhood
from volltrack.measure.outline.shape import measure_contours
from volltrack.model import Calibration, LabelMovie, Movie, VoxelSize

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "spot_intensity"
INTENSITY = [f"{key}_INTENSITY_CH1" for key in ("MEAN", "MEDIAN", "MIN", "MAX", "TOTAL", "STD")]
ALL_CHANNEL = [*INTENSITY, "CONTRAST_CH1", "SNR_CH1"]
ELLIPSE = [f"ELLIPSE_{key}" for key in ("X0", "Y0", "MAJOR", "MINOR", "ASPECTRATIO")]


def read_number(text):
    return float(text.replace("Infinity", "inf"))


def read_spots(path):
    return [{**s.attrib, "text": s.text} for s in etree.parse(str(path)).iter("Spot")]


def open_movie(folder, name, z):
    array = tifffile.imread(folder / name)
    calibration = Calibration(voxel_size=VoxelSize(z=z, y=0.5, x=0.5), frame_interval=60.0, time_unit="sec")
    return LabelMovie.from_array(array, calibration, name=name), Movie.from_array(array, calibration)


def column(spots, key):
    return np.array([read_number(s[key]) for s in spots])


def test_3d_labels_give_the_centroids_radii_and_quality_of_trackmates_exact_file(shared_data):
    folder = shared_data / "trackmate-reference"
    reference = read_spots(folder / "xml" / "ref714_labels3d_exact.xml")
    labels, raw = open_movie(folder, "labels3d.tif", 1.5)
    found = measure_movie(labels, [raw], settings=MeasureSettings(intensity_within="spot")).table
    order = sorted(range(len(reference)), key=lambda i: (int(reference[i]["FRAME"]), int(reference[i]["LABEL"])))
    reference = [reference[i] for i in order]
    assert len(found) == len(reference) == 42
    exact = ["POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T", "QUALITY", "FRAME", "LABEL", "VISIBILITY"]
    for key in [*exact, "RADIUS", *ALL_CHANNEL]:
        np.testing.assert_allclose(found[key], column(reference, key), rtol=1e-12, atol=1e-12, err_msg=key)


def test_2d_labels_give_the_contours_and_shapes_of_trackmates_detector(shared_data):
    folder = shared_data / "trackmate-reference"
    reference = read_spots(folder / "xml" / "ref714_labels2d_nosimplify.xml")
    labels, raw = open_movie(folder, "labels2d.tif", 1.0)
    found = measure_movie(labels, [raw])
    assert len(found) == len(reference)
    for spot in reference:
        near = (found.frames == int(spot["FRAME"])) & np.isclose(found.table["POSITION_X"], float(spot["POSITION_X"]))
        (row,) = np.flatnonzero(near & np.isclose(found.table["POSITION_Y"], float(spot["POSITION_Y"])))
        ours = found.table.iloc[row]
        for key in ["RADIUS", "QUALITY", "AREA", "PERIMETER", "CIRCULARITY", "SOLIDITY", "SHAPE_INDEX", *ELLIPSE]:
            assert ours[key] == pytest.approx(float(spot[key]), rel=1e-9, abs=1e-12), key
        if ours["ELLIPSE_ASPECTRATIO"] > 1 + 1e-9:  # a circle has no long axis
            assert ours["ELLIPSE_THETA"] == pytest.approx(float(spot["ELLIPSE_THETA"]), abs=1e-9)
        for key in ALL_CHANNEL:
            assert ours[key] == pytest.approx(read_number(spot[key]), rel=1e-12, nan_ok=True), key
        outline = np.array(spot["text"].split(), dtype=float).reshape(-1, 2)
        contour = found.contours[int(ours["ID"])]
        start = int(np.argmin(np.abs(contour - outline[0]).sum(axis=1)))
        np.testing.assert_allclose(np.roll(contour, -start, axis=0), outline, atol=1e-9)


@pytest.mark.parametrize("name", ["ref714_labels2d", "ref816_labels2d", "ref714_labels3d", "ref816_labels3d"])
def test_intensity_of_trackmates_own_spots_is_reproduced(shared_data, name):
    folder = shared_data / "trackmate-reference"
    image = "labels2d.tif" if "2d" in name else "labels3d.tif"
    _, raw = open_movie(folder, image, 1.5)
    reference = read_spots(folder / "xml" / f"{name}.xml")
    for t in range(raw.n_frames):
        spots = [s for s in reference if int(s["FRAME"]) == t]
        outlines = [
            np.array(s["text"].split(), dtype=float).reshape(-1, 2) if "ROI_N_POINTS" in s else None for s in spots
        ]
        positions = np.stack([column(spots, f"POSITION_{axis}") for axis in "ZYX"], axis=1)
        found = measure_spot_intensity(
            positions, column(spots, "RADIUS"), raw.frame(t), raw.calibration.voxel_size, contours=outlines
        )
        for key, values in found.items():
            feature = f"{key}_CH1" if key in ("CONTRAST", "SNR") else f"{key}_INTENSITY_CH1"
            np.testing.assert_allclose(values, column(spots, feature), rtol=1e-12, err_msg=key)
        if outlines[0] is not None:
            shapes = measure_contours(outlines)
            for key in ["PERIMETER", "SOLIDITY", *ELLIPSE]:
                np.testing.assert_allclose(shapes[key], column(spots, key), rtol=1e-6, atol=1e-9, err_msg=key)
            turn = (shapes["ELLIPSE_THETA"] - column(spots, "ELLIPSE_THETA")) / math.pi
            np.testing.assert_allclose(turn, np.round(turn), atol=1e-6)


@pytest.mark.parametrize(
    "path", sorted(p for p in GOLDEN.glob("*.csv") if p.stem != "neighbourhoods"), ids=lambda p: p.stem
)
def test_spots_at_and_over_the_border_have_trackmates_intensity(path):
    dtype, *numbers = path.read_text().splitlines()[0][2:].split()
    z, y, x = np.indices([int(n) for n in numbers[:3]])
    value = (3 * x * x + 7 * y * y + 13 * z + 5 * x * y + 11 * z * x) % 251
    raw = {"uint8": value, "uint16": value * 200, "float32": value / 7}[dtype].astype(dtype)
    size = VoxelSize(**dict(zip("zyx", map(float, numbers[3:]), strict=True)))
    table = pd.read_csv(path, comment="#", keep_default_na=False, dtype={"OUTLINE": str})
    outlines = [np.array(t.split(), dtype=float).reshape(-1, 2) if t else None for t in table["OUTLINE"]]
    positions = table[["POSITION_Z", "POSITION_Y", "POSITION_X"]].to_numpy(dtype=float)
    found = measure_spot_intensity(positions, table["RADIUS"].to_numpy(dtype=float), raw, size, contours=outlines)
    assert len(table) >= 20
    for key, values in found.items():
        feature = f"{key}_CH1" if key in ("CONTRAST", "SNR") else f"{key}_INTENSITY_CH1"
        expected = table[feature].astype(float)
        np.testing.assert_allclose(values, expected, rtol=1e-9, err_msg=key)


def test_neighbourhoods_hold_trackmates_voxels():
    for row in pd.read_csv(GOLDEN / "neighbourhoods.csv").itertuples():
        span = (row.SPAN_Z, row.SPAN_Y, row.SPAN_X)[3 - row.AXES :]
        lines = build_neighbourhood(span)
        points = np.array([(z, y, x) for z, y, first, last in lines for x in range(first, last + 1)])
        assert len(np.unique(points, axis=0)) == len(points) == row.N, span
        assert points.sum(axis=0).tolist() == [row.SUM_Z, row.SUM_Y, row.SUM_X], span
        assert (points**2).sum(axis=0).tolist() == [row.SUM_ZZ, row.SUM_YY, row.SUM_XX], span
