"""Distance to the tissue boundary where it is known, and beside a distance transform."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from volltrack.analyse import BoundarySettings, boundary_distance, link_table, localisation_table
from volltrack.errors import BadValue
from volltrack.model import Calibration, LabelMovie, Tissue, VoxelSize

SIZE = VoxelSize(z=2.0, y=0.5, x=0.5)
SHAPE = (24, 96, 96)
CENTRE = np.array([23.0, 24.0, 24.0])  # µm


def make_tissue(array, chosen=(), size=SIZE):
    known = Calibration(voxel_size=size, frame_interval=1.0, time_unit="min")
    return Tissue(labels=LabelMovie.from_array(np.asarray(array, dtype=np.uint16), known), tissue_labels=chosen)


def make_sphere(radius_um, centre=CENTRE):
    grid = np.ogrid[tuple(map(slice, SHAPE))]
    return sum((g * s - c) ** 2 for g, s, c in zip(grid, SIZE.zyx, centre, strict=True)) <= radius_um**2


def make_spots(build, rows):
    return build([(i, *row) for i, row in enumerate(rows)]).spots


def test_distance_in_a_sphere_is_radius_minus_depth(build):
    rng = np.random.default_rng(0)
    direction = rng.normal(size=(200, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    depth = rng.uniform(0, 22, 200)
    found = boundary_distance(
        make_spots(build, np.column_stack([np.zeros(200), CENTRE + direction * depth[:, None]])),
        make_tissue(make_sphere(18.0)[np.newaxis]),
    )
    error = found - (18.0 - depth)
    assert np.abs(error).max() < np.linalg.norm(SIZE.zyx) / 2  # the sphere is made of voxels
    assert (found[depth < 16.5] > 0).all()
    assert (found[depth > 19.5] < 0).all()


def test_distance_to_a_flat_boundary_is_exact_between_voxels(build):
    array = np.zeros((1, *SHAPE))
    array[:, 6:] = 1  # the boundary is the face between planes 5 and 6: z = 11 µm
    z = np.array([3.3, 11.0, 11.1, 12.0, 20.7])
    spots = make_spots(build, [(0, value, 20.2, 19.9) for value in z])
    np.testing.assert_allclose(boundary_distance(spots, make_tissue(array)), z - 11.0, atol=1e-12)


def test_distance_agrees_with_a_distance_transform_on_any_shape(build):
    rng = np.random.default_rng(1)
    inside = distance_transform_edt(rng.random((12, 40, 40)) > 0.002, sampling=SIZE.zyx) < 4
    voxels = np.argwhere(inside)[rng.choice(inside.sum(), 100)]
    found = boundary_distance(
        make_spots(build, np.column_stack([np.zeros(100), voxels * SIZE.zyx])), make_tissue(inside[np.newaxis])
    )
    centres = distance_transform_edt(inside, sampling=SIZE.zyx)[tuple(voxels.T)]
    # to the voxel's face, not to its centre: at least half the thinnest, at most half the diagonal of a voxel less
    assert (centres - found >= 0.25 - 1e-9).all()
    assert (centres - found <= np.linalg.norm(SIZE.zyx) / 2 + 1e-9).all()


def test_each_frame_has_its_own_tissue(build):
    array = np.zeros((3, *SHAPE))
    for t in range(3):
        array[t, 6 + t :] = 1
    spots = make_spots(build, [(t, 25.0, 20.0, 20.0) for t in (2, 0, 1)])
    np.testing.assert_allclose(boundary_distance(spots, make_tissue(array)), [10.0, 14.0, 12.0])


def test_single_frame_of_tissue_holds_for_all(build):
    array = np.zeros((1, *SHAPE))
    array[:, 6:] = 1
    spots = make_spots(build, [(t, 25.0, 20.0, 20.0) for t in (0, 7, 3000)])
    np.testing.assert_allclose(boundary_distance(spots, make_tissue(array)), 14.0)


def test_spot_in_a_frame_without_tissue_movie_is_refused(build):
    with pytest.raises(BadValue, match=r"frames 0 to 1 but a spot is in frame 2"):
        boundary_distance(make_spots(build, [(2, 1, 1, 1)]), make_tissue(np.ones((2, *SHAPE))))


def test_frame_without_tissue_has_no_distance(build):
    array = np.zeros((2, *SHAPE))
    array[1, 6:] = 1
    spots = make_spots(build, [(0, 25, 20, 20), (1, 25, 20, 20)])
    np.testing.assert_allclose(boundary_distance(spots, make_tissue(array)), [np.nan, 14.0])


def test_image_border_is_boundary_only_when_asked(build):
    array = np.zeros((1, *SHAPE))
    array[:, :, :40] = 1  # touches five of the six sides; its boundary is y = 19.75
    spots = make_spots(build, [(0, 23.0, 3.0, 24.0)])
    assert boundary_distance(spots, make_tissue(array)) == pytest.approx(16.75)
    border = BoundarySettings(border_is_surface=True)
    assert boundary_distance(spots, make_tissue(array), border) == pytest.approx(3.25)  # the voxel's face at -0.25
    full = make_tissue(np.ones((1, *SHAPE)))
    assert np.isnan(boundary_distance(spots, full)).all()
    assert boundary_distance(spots, full, border) == pytest.approx(3.25)


def test_labels_that_touch_are_one_tissue_unless_separate(build):
    array = np.zeros((1, *SHAPE))
    array[:, :, 20:40], array[:, :, 40:60] = 1, 2  # y from 9.75 to 19.75 to 29.75
    spots = make_spots(build, [(0, 23.0, 17.75, 24.0), (0, 23.0, 20.75, 24.0), (0, 23.0, 31.75, 24.0)])
    np.testing.assert_allclose(boundary_distance(spots, make_tissue(array)), [8.0, 9.0, -2.0])
    separate = BoundarySettings(separate_labels=True)
    np.testing.assert_allclose(boundary_distance(spots, make_tissue(array), separate), [2.0, 1.0, -2.0])
    np.testing.assert_allclose(boundary_distance(spots, make_tissue(array, (2,))), [-2.0, 1.0, -2.0])


def test_plane_ignores_z(build):
    array = np.zeros((1, 1, 40, 40))
    array[..., 10:] = 1
    spots = make_spots(build, [(0, 5.0, 8.0, 8.75)])
    assert boundary_distance(spots, make_tissue(array)) == pytest.approx(4.0)


def test_cell_that_moves_inwards_has_radial_speed_only(build, calibration):
    array = np.zeros((1, *SHAPE))
    array[:, :, 20:] = 1
    lineage = build([(t, t, 23, 12 + 1.5 * t, 24) for t in range(6)], [(t, t + 1) for t in range(5)])
    links = link_table(lineage, calibration, distance=boundary_distance(lineage.spots, make_tissue(array)))
    np.testing.assert_allclose(links["RADIAL_SPEED"], 0.75)  # 1.5 µm in 2 min
    np.testing.assert_allclose(links["TANGENTIAL_SPEED"], 0.0, atol=1e-7)


def test_cell_that_moves_askew_splits_its_speed(build, calibration):
    array = np.zeros((1, *SHAPE))
    array[:, :, 20:] = 1
    lineage = build([(t, t, 23, 30 - 0.6 * t, 10 + 0.8 * t) for t in range(6)], [(t, t + 1) for t in range(5)])
    links = link_table(lineage, calibration, distance=boundary_distance(lineage.spots, make_tissue(array)))
    np.testing.assert_allclose(links["RADIAL_SPEED"], -0.3)
    np.testing.assert_allclose(links["TANGENTIAL_SPEED"], 0.4)
    np.testing.assert_allclose(links["SPEED"], 0.5)


def test_cell_that_rests_in_growing_tissue_goes_deeper(build, calibration):
    array = np.zeros((4, *SHAPE))
    for t in range(4):
        array[t, :, 20 - 2 * t :] = 1  # 1 µm per frame
    lineage = build([(t, t, 23, 30, 24) for t in range(4)], [(t, t + 1) for t in range(3)])
    links = link_table(lineage, calibration, distance=boundary_distance(lineage.spots, make_tissue(array)))
    np.testing.assert_allclose(links["RADIAL_SPEED"], 0.5)
    np.testing.assert_allclose(links["TANGENTIAL_SPEED"], 0.0)


def test_localisation_names_start_and_end_of_parent_and_daughters(binary_tree, calibration):
    distance = binary_tree.spots.frames.astype(float) ** 2
    found = localisation_table(binary_tree, distance, calibration, track_ids=[5])
    assert found["ROLE"].tolist() == ["parent", *["daughter"] * 6]
    assert found["START_DISTANCE"].tolist() == [0, 121, 121, 441, 441, 676, 676]
    assert found["END_DISTANCE"].tolist() == [100, 400, 625, 900, 900, 900, 900]
    assert found["TRACK_ID"].unique().tolist() == [5]
    with pytest.raises(BadValue, match="one for each spot"):
        localisation_table(binary_tree, distance[1:], calibration)
