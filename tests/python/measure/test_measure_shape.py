"""Shapes of which the truth is known."""

import math

import numpy as np
import pytest

from volltrack.measure import MeasureSettings, measure_frame
from volltrack.measure.outline.shape import fit_ellipses
from volltrack.measure.shape.surface import weigh_directions
from volltrack.model import VoxelSize

ONLY_SHAPE = MeasureSettings(pieces=False)


def draw_ellipsoid(semi_axes, size, shift=(0.13, 0.29, 0.41), rotation=None):
    """One label: an ellipsoid with its axes along z, y, x (or turned), sampled at voxels of `size`."""
    reach = max(semi_axes)
    grids = [
        (np.arange(-math.ceil(reach / s) - 1, math.ceil(reach / s) + 2) + o) * s
        for s, o in zip(size, shift, strict=True)
    ]
    points = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1)
    if rotation is not None:
        points = points @ rotation
    return (((points / semi_axes) ** 2).sum(axis=-1) <= 1).astype(np.uint8)


def measure_one(labels, size):
    return measure_frame(labels, VoxelSize(z=size[0], y=size[1], x=size[2]), settings=ONLY_SHAPE).table.iloc[0]


@pytest.mark.parametrize("size", [(1, 1, 1), (2, 1, 1), (3, 1, 1), (1.5, 0.5, 0.5), (0.5, 0.7, 0.5)])
@pytest.mark.parametrize("radius_px", [8, 12])
def test_sphere_has_its_radius_volume_surface_and_sphericity(size, radius_px):
    radius = radius_px * size[1]
    row = measure_one(draw_ellipsoid((radius,) * 3, size), size)
    assert row["RADIUS"] == pytest.approx(radius, rel=0.01)
    assert row["VOLUME"] == pytest.approx(4 / 3 * math.pi * radius**3, rel=0.03)
    assert row["SURFACE"] == pytest.approx(4 * math.pi * radius**2, rel=0.03)
    assert 0.98 <= row["SPHERICITY"] <= 1
    for axis in "ABC":
        assert row[f"ELLIPSOID_{axis}"] == pytest.approx(radius, rel=0.04)


def test_ellipsoid_axes_and_directions_follow_a_turned_body():
    angle = 0.6
    turn = np.array([[1, 0, 0], [0, math.cos(angle), -math.sin(angle)], [0, math.sin(angle), math.cos(angle)]])
    size = (1.0, 0.5, 0.5)
    row = measure_one(draw_ellipsoid((5.0, 6.0, 12.0), size, rotation=turn), size)
    assert [row[f"ELLIPSOID_{a}"] for a in "ABC"] == pytest.approx([12, 6, 5], rel=0.02)
    longest = np.array([row[f"ELLIPSOID_A{c}"] for c in "ZYX"])
    shortest = np.array([row[f"ELLIPSOID_C{c}"] for c in "ZYX"])
    assert abs(longest @ turn[:, 2]) == pytest.approx(1, abs=1e-3)
    assert abs(shortest @ turn[:, 0]) == pytest.approx(1, abs=1e-3)
    assert longest[np.abs(longest).argmax()] > 0


def test_surface_of_a_long_ellipsoid_is_that_of_the_formula():
    a, b = 12.0, 5.0  # prolate spheroid: S = 2 pi b^2 (1 + a / (b e) asin e)
    e = math.sqrt(1 - (b / a) ** 2)
    row = measure_one(draw_ellipsoid((b, b, a), (1, 1, 1)), (1, 1, 1))
    assert row["SURFACE"] == pytest.approx(2 * math.pi * b * b * (1 + a / (b * e) * math.asin(e)), rel=0.03)
    assert row["SPHERICITY"] < 0.95


def test_a_cell_cut_by_the_image_border_is_closed_there():
    labels = np.pad(np.ones((6, 6, 6), dtype=np.int32), 2)
    whole = measure_one(labels, (1, 1, 1))
    cut = measure_one(labels[2:-2, 2:-2, 2:-2], (1, 1, 1))
    assert cut["SURFACE"] == pytest.approx(whole["SURFACE"])


def test_direction_weights_are_those_of_the_literature():
    # 13 directions of cubic voxels: Lehmann & Legland 2012; the constants of MorphoLibJ's surface area
    weights = weigh_directions((1.0, 1.0, 1.0))
    assert sum(weights) == pytest.approx(1)
    assert sorted({round(w / 2, 7) for w in weights}) == pytest.approx([0.0351956, 0.0369806, 0.0457779], abs=1e-7)


def test_a_single_voxel_has_the_extent_of_its_box():
    labels = np.zeros((3, 3, 3), dtype=np.uint8)
    labels[1, 1, 1] = 1
    row = measure_one(labels, (2.0, 1.0, 0.5))
    assert [row[f"ELLIPSOID_{a}"] for a in "ABC"] == pytest.approx([s * math.sqrt(5 / 12) for s in (2.0, 1.0, 0.5)])
    assert [row[f"POSITION_{c}"] for c in "ZYX"] == [2.0, 1.0, 0.5]


def test_pieces_of_a_2d_label_share_one_contour_and_a_hole_is_filled():
    plane = np.zeros((1, 9, 14), dtype=np.int32)
    plane[0, 1:6, 1:6] = 5
    plane[0, 3, 3] = 0
    plane[0, 2:4, 9:12] = 5
    plane[0, 7, 0] = 6
    spots = measure_frame(plane, VoxelSize(z=1, y=1, x=1))
    assert spots.table["LABEL"].tolist() == [5, 6]
    assert spots.table["N_PIECES"].tolist() == [2, 1]
    assert spots.table["QUALITY"].tolist() == [30, 1]
    assert spots.table["AREA"].tolist() == pytest.approx([31, 1])


def test_pixels_that_touch_by_a_corner_are_one_outline():
    plane = np.array([[[3, 0, 3], [0, 3, 0], [3, 0, 3]]])
    spots = measure_frame(plane, VoxelSize(z=1, y=1, x=1))
    assert spots.table["N_PIECES"].tolist() == [1]
    assert len(spots.contours[0]) == 20  # four corners of each pixel; the shared ones are passed twice
    assert spots.table["AREA"][0] == pytest.approx(5)


def test_ellipse_of_points_on_an_ellipse_is_that_ellipse():
    t = np.linspace(0, 2 * math.pi, 17)[:-1]
    turn = np.array([[math.cos(0.5), math.sin(0.5)], [-math.sin(0.5), math.cos(0.5)]])
    contour = np.stack([4 * np.cos(t), 2 * np.sin(t)], axis=1) @ turn + [0.3, -0.2]
    fit = {key: value[0] for key, value in fit_ellipses([contour]).items()}
    assert fit["ELLIPSE_MAJOR"] == pytest.approx(4)
    assert fit["ELLIPSE_MINOR"] == pytest.approx(2)
    assert fit["ELLIPSE_THETA"] == pytest.approx(0.5)
    assert [fit["ELLIPSE_X0"], fit["ELLIPSE_Y0"]] == pytest.approx([0.3, -0.2])


def test_ellipse_of_a_rectangle_passes_through_its_corners():
    fit = fit_ellipses([np.array([[-2.0, -1], [2, -1], [2, 1], [-2, 1]])])
    assert fit["ELLIPSE_MAJOR"][0] == pytest.approx(2 * math.sqrt(2))
    assert fit["ELLIPSE_MINOR"][0] == pytest.approx(math.sqrt(2))
