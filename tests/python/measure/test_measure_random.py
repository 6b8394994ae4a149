"""Random label images against plain loops, numpy, scikit-image and scipy."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import distance_transform_edt
from skimage.measure import label as label_pieces
from skimage.measure import regionprops_table

from volltrack.measure import MeasureSettings, measure_frame, measure_tissue_distance
from volltrack.measure.outline.polygon import fill_polygon
from volltrack.measure.runs import encode_runs
from volltrack.measure.shape.surface import compute_surface, weigh_directions
from volltrack.model import VoxelSize

SIZE = VoxelSize(z=1.7, y=0.6, x=0.5)
VALUES = st.sampled_from([0, 0, 0, 1, 1, 2, 7, 300, 2**31 - 1])
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 7))
VOLUMES = SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=VALUES))
FAST = settings(max_examples=60, deadline=None)


def is_inside_polygon(points, polygon):
    """Count the crossings of the ray from each point, (P, 2) of x, y, towards +x."""
    x, y = points[:, 0, np.newaxis], points[:, 1, np.newaxis]
    (x_i, y_i), (x_j, y_j) = polygon.T, np.roll(polygon, 1, axis=0).T
    with np.errstate(divide="ignore", invalid="ignore"):  # level edges are never crossed
        left = x < (x_j - x_i) * (y - y_i) / (y_j - y_i) + x_i
    return np.count_nonzero(((y_i > y) != (y_j > y)) & left, axis=1) % 2 == 1


@given(VOLUMES)
@FAST
def test_every_voxel_belongs_to_the_run_of_its_label(labels):
    runs = encode_runs(labels)
    found, counts = np.unique(labels[labels > 0], return_counts=True)
    assert runs.labels.tolist() == found.tolist()
    assert runs.n_voxels.tolist() == counts.tolist()
    for shape, offset in ((None, 0), (tuple(n + 2 for n in labels.shape), 1)):
        image = labels if shape is None else np.pad(labels, 1)
        step = 0 if shape is None else (image.shape[1] + 1) * image.shape[2] + offset
        blocks = list(runs.iterate_voxels(shape, offset=step))
        voxels = np.concatenate([b.index for b in blocks]) if blocks else np.zeros(0, dtype=int)
        assert (image.reshape(-1)[voxels] == np.repeat(runs.labels, runs.n_voxels)).all()
        assert len(np.unique(voxels)) == counts.sum()


@given(VOLUMES, st.integers(0, 2**16))
@FAST
def test_numbers_equal_those_of_plain_loops(labels, seed):
    rng = np.random.default_rng(seed)
    raw = rng.normal(100, 20, labels.shape)
    raw[rng.random(raw.shape) < 0.1] = np.nan
    table = measure_frame(labels, SIZE, raws=[raw], settings=MeasureSettings(contrast=False)).table
    assert table["LABEL"].tolist() == np.unique(labels[labels > 0]).tolist()
    for row in table.itertuples():
        mask = labels == row.LABEL
        where = np.argwhere(mask)
        centre = where.mean(axis=0) * SIZE.zyx
        assert pytest.approx(centre.tolist(), rel=1e-12, abs=1e-12) == [row.POSITION_Z, row.POSITION_Y, row.POSITION_X]
        assert label_pieces(mask, connectivity=3).max() == row.N_PIECES
        values = np.sort(raw[mask][~np.isnan(raw[mask])])
        if len(values) == 0:
            assert np.isnan(row.MEAN_INTENSITY_CH1)
            continue
        expected = [values.mean(), values[len(values) // 2], values[0], values[-1], values.sum()]
        found = [row.MEAN_INTENSITY_CH1, row.MEDIAN_INTENSITY_CH1, row.MIN_INTENSITY_CH1, row.MAX_INTENSITY_CH1]
        assert [*found, row.TOTAL_INTENSITY_CH1] == pytest.approx(expected, rel=1e-12)
        deviation = values.std(ddof=1) if len(values) > 1 else np.nan
        assert pytest.approx(deviation, rel=1e-9, abs=1e-12, nan_ok=True) == row.STD_INTENSITY_CH1


@given(VOLUMES)
@FAST
def test_surface_is_that_of_lines_followed_from_voxel_to_voxel(labels):
    runs = encode_runs(labels)
    padded = np.pad(labels, 1)
    directions = [d for d in itertools.product((-1, 0, 1), repeat=3) if d > (0, 0, 0)]
    expected = np.zeros(len(runs))
    for direction, weight in zip(directions, weigh_directions(SIZE.zyx), strict=True):
        ahead = np.roll(padded, [-step for step in direction], axis=(0, 1, 2))
        exits = np.array([np.count_nonzero((padded == n) & (ahead != n)) for n in runs.labels.tolist()])
        expected += 4 * exits * weight * SIZE.volume / np.linalg.norm(np.array(direction) * SIZE.zyx)
    np.testing.assert_allclose(compute_surface(runs, SIZE), expected, rtol=1e-12)


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(lambda s: arrays(np.int32, s, elements=VALUES)))
@FAST
def test_contours_enclose_the_pixels_of_their_label(plane):
    spots = measure_frame(plane[np.newaxis], VoxelSize(z=1, y=0.5, x=0.25), settings=MeasureSettings())
    y, x = np.indices(plane.shape)
    centres = np.stack([x.ravel() * 0.25, y.ravel() * 0.5], axis=1)
    for row in spots.table.itertuples():
        contour = spots.contours[row.ID] + [row.POSITION_X, row.POSITION_Y]
        mask = plane == row.LABEL
        outside = label_pieces(np.pad(~mask, 1, constant_values=True), connectivity=1)
        filled = outside[1:-1, 1:-1] != outside[0, 0]  # holes are filled, as in TrackMate
        assert (is_inside_polygon(centres, contour).reshape(plane.shape) == filled).all()
        assert pytest.approx(filled.sum() * 0.125) == row.AREA


@given(st.integers(0, 2**16), st.booleans())
@FAST
def test_tissue_distance_is_within_half_a_voxel_of_the_distance_transform(seed, flat):
    rng = np.random.default_rng(seed)
    shape = (1 if flat else 5, 9, 11)
    inside = rng.random(shape) < rng.uniform(0.1, 0.9)
    inside[0, 0, :2] = [True, False]
    points = np.stack([rng.integers(0, n, 20) for n in shape], axis=1) * np.array(SIZE.zyx)
    found = measure_tissue_distance(points, inside, SIZE)
    voxel = tuple(np.round(points / SIZE.zyx).astype(int).T)
    deep = distance_transform_edt(inside, sampling=SIZE.zyx) - distance_transform_edt(~inside, sampling=SIZE.zyx)
    half_diagonal = np.linalg.norm(SIZE.zyx[1:] if flat else SIZE.zyx) / 2
    assert ((found > 0) == inside[voxel]).all()
    assert (np.abs(found - deep[voxel]) <= half_diagonal + 1e-9).all()
    assert (np.abs(found) < np.abs(deep[voxel])).all()


def test_centroid_and_second_moments_equal_those_of_scikit_image():
    rng = np.random.default_rng(4)
    labels = np.repeat(np.repeat(rng.integers(0, 12, (6, 10, 12)), 3, axis=1), 4, axis=2)
    raw = rng.integers(0, 5000, labels.shape).astype(np.uint16)
    found = measure_frame(labels, SIZE, raws=[raw], settings=MeasureSettings(contrast=False)).table
    properties = ("label", "area", "centroid", "intensity_mean", "intensity_max", "inertia_tensor_eigvals")
    other = regionprops_table(labels, raw, properties=properties, spacing=SIZE.zyx)
    np.testing.assert_allclose(found["VOLUME"], other["area"], rtol=1e-12)
    for place, axis in enumerate("ZYX"):
        np.testing.assert_allclose(found[f"POSITION_{axis}"], other[f"centroid-{place}"], rtol=1e-9)
    np.testing.assert_allclose(found["MEAN_INTENSITY_CH1"], other["intensity_mean"], rtol=1e-12)
    np.testing.assert_array_equal(found["MAX_INTENSITY_CH1"], other["intensity_max"])
    # trace of the inertia tensor = 2 x the sum of variances; ours adds the extent of a voxel, size^2 / 12
    trace = sum(other[f"inertia_tensor_eigvals-{k}"] for k in range(3)) / 2 + sum(s * s for s in SIZE.zyx) / 12
    np.testing.assert_allclose(
        (found[["ELLIPSOID_A", "ELLIPSOID_B", "ELLIPSOID_C"]] ** 2).sum(axis=1) / 5, trace, rtol=1e-9
    )


@given(arrays(np.float64, st.tuples(st.integers(3, 9), st.just(2)), elements=st.integers(-12, 12).map(lambda v: v / 4)))
@FAST
def test_filling_a_polygon_finds_the_points_inside_it(polygon):
    y, x = np.mgrid[-3:5, -4:4]
    points = np.stack([x.ravel(), y.ravel()], axis=1).astype(float)
    filled = fill_polygon(polygon, np.array([-3, -4]), x.shape)
    assert (filled.ravel() == is_inside_polygon(points, polygon)).all()


def test_label_of_thousands_of_pieces_has_one_outline_soon():
    rng = np.random.default_rng(3)
    plane = (rng.random((250, 250)) < 0.12).astype(np.uint8)
    plane[40:100, 30:120] = 1
    plane[50:90, 40:110] &= rng.random((40, 70)) < 0.1  # a ring with specks in its hole
    spots = measure_frame(plane[np.newaxis], VoxelSize(z=1, y=1, x=1))
    row = spots.table.iloc[0]
    assert row["N_PIECES"] > 2000
    outside = label_pieces(np.pad(plane == 0, 1, constant_values=True), connectivity=1)
    filled = outside[1:-1, 1:-1] != outside[0, 0]
    contour = np.ascontiguousarray(spots.contours[0] + [row["POSITION_X"], row["POSITION_Y"]])
    assert (fill_polygon(np.rint(2 * contour) / 2, np.array([0, 0]), plane.shape) == filled).all()
    assert row["AREA"] == pytest.approx(filled.sum())
