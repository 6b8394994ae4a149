"""The suppression in two steps keeps what StarDist's own keeps, and asks it about few."""

import numpy as np
import pytest

from volltrack.segment.networks.packages import import_network_package
from volltrack.segment.networks.star import overlaps as star_overlaps
from volltrack.segment.networks.star.candidates import StarCandidates

pytestmark = pytest.mark.usefixtures("need_networks")


def crowd(seed, n=30, side=60):
    """Bumpy flat balls, some of them nearly on top of each other."""
    rng = np.random.default_rng(seed)
    rays = import_network_package("stardist.rays3d").Rays_GoldenSpiral(64, anisotropy=(3, 1, 1))
    points = np.stack([rng.integers(0, n_voxels, n) for n_voxels in (12, side, side)], axis=1)
    distances = rng.uniform(4, 10, (n, 1)) * rng.uniform(0.8, 1.2, (n, 64))
    empty = np.zeros((0, 0, 0), np.float32)
    candidates = StarCandidates(
        probability=empty,
        distance=empty,
        scores=rng.uniform(0.5, 1, n).astype(np.float32),
        distances=distances.astype(np.float32),
        points=points.astype(np.int64),
    )
    return candidates, rays


@pytest.mark.parametrize("nms_thresh", [0.05, 0.3, 0.6])
@pytest.mark.parametrize("side", [40, 70])
def test_the_same_candidates_are_kept_as_by_stardist(nms_thresh, side):
    suppress = import_network_package("stardist.nms").non_maximum_suppression_3d_sparse
    for seed in range(2):
        candidates, rays = crowd(seed, side=side)
        *_, expected = suppress(candidates.distances, candidates.scores, candidates.points, rays, nms_thresh=nms_thresh)
        kept = star_overlaps.suppress_overlapping(candidates, rays, nms_thresh)
        np.testing.assert_array_equal(kept.points, candidates.points[np.sort(expected)])
        np.testing.assert_array_equal(kept.scores, candidates.scores[np.sort(expected)])


def test_few_or_no_candidates_are_kept():
    for n in (0, 1):
        candidates, rays = crowd(0, n=n)
        assert len(star_overlaps.suppress_overlapping(candidates, rays, 0.3).points) == n


def test_stardist_is_not_asked_about_neighbours_that_merely_touch(monkeypatch):
    candidates, rays = crowd(0, n=3)
    apart = StarCandidates(
        probability=candidates.probability,
        distance=candidates.distance,
        scores=candidates.scores,
        distances=np.full((3, 64), 8.0, np.float32),
        points=np.array([[6, 20, 20], [6, 20, 34], [6, 34, 20]]),  # boxes of 16 pixels overlap, the balls hardly
    )
    monkeypatch.setattr(star_overlaps, "import_network_package", None)
    assert len(star_overlaps.suppress_overlapping(apart, rays, 0.3).points) == 3


def test_points_below_and_above_the_surface_are_told_apart():
    candidates, rays = crowd(0, n=1)
    vertices, faces = np.asarray(rays.vertices, np.float32), np.asarray(rays.faces)
    inverse = np.linalg.inv(vertices[faces])
    table = star_overlaps._tabulate_faces(inverse.tobytes())
    rng = np.random.default_rng(1)
    face = rng.integers(0, len(faces), 5000)
    share = rng.dirichlet((1, 1, 1), len(face)) * rng.uniform(0, 2, (len(face), 1))
    corners = vertices[faces[face]] * candidates.distances[0][faces[face]][..., np.newaxis]
    points = np.einsum("mj,mjk->mk", share, corners).astype(np.float32)
    given = np.repeat(candidates.distances, len(face), axis=0)
    within = star_overlaps._lies_within(points, given, faces, inverse, table)
    clear = np.abs(share.sum(axis=1) - 1) > 0.05
    assert clear.sum() > 4000
    np.testing.assert_array_equal(within[clear], share.sum(axis=1)[clear] < 1)
    assert star_overlaps._lies_within(np.zeros((1, 3), np.float32), given[:1], faces, inverse, table).all()
