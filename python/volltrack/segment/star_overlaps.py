"""StarDist's suppression in stacks asked only where two candidates may share enough space, with the same outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from volltrack.segment.network_packages import import_network_package

if TYPE_CHECKING:
    from volltrack.segment.star import StarCandidates

__all__ = ["suppress_overlapping"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_MARGIN = 0.1
"""A pair counts as free if its estimated overlap is so much below the threshold: the estimate is good to 0.03."""

_SHELLS = np.cbrt((np.arange(3) + 0.5) / 3).astype(np.float32)
"""Where a cone is sampled, of its length: shells of equal volume."""

_PAIRS_AT_ONCE = 256


def suppress_overlapping(candidates: StarCandidates, rays: Any, nms_thresh: float) -> StarCandidates:
    """Return the candidates that StarDist's non-maximum suppression keeps, in their order.

    Parameters
    ----------
    candidates
        Few per cell, from `volltrack.segment.star_peaks.keep_peaks`; of a 3D network.
    rays
        The rays of the network, of `stardist.rays3d`.
    nms_thresh
        Share of the smaller of two candidates above which the less probable one is dropped, 0 .. 1.

    Notes
    -----
    StarDist intersects hulls and draws both objects for every two candidates whose boxes overlap, and most of those
    are neighbours that merely touch. Here their overlap is estimated first, on 372 points of the smaller one; the rest
    is asked of StarDist. On 16 x 192 x 192 voxels with 90 candidates it takes a fifth of the time.
    """
    doubtful = _find_doubtful(candidates.points.astype(np.float32), candidates.distances, rays, nms_thresh)
    kept = np.ones(len(candidates.points), bool)
    if len(doubtful):
        suppress = import_network_package("stardist.nms").non_maximum_suppression_3d_sparse
        *_, survivors = suppress(
            candidates.distances[doubtful],
            candidates.scores[doubtful],
            candidates.points[doubtful],
            rays,
            nms_thresh=nms_thresh,
        )
        kept[doubtful] = False
        kept[doubtful[survivors]] = True
    return replace(
        candidates,
        scores=candidates.scores[kept],
        distances=candidates.distances[kept],
        points=candidates.points[kept],
    )


def _find_doubtful(points: Floats, distances: Floats, rays: Any, nms_thresh: float) -> Ints:
    """Return the numbers of the candidates that may share more than the threshold with another."""
    if len(points) < 2:
        return np.zeros(0, np.int64)
    vertices, faces = np.asarray(rays.vertices, np.float32), np.asarray(rays.faces)
    corners = points[:, np.newaxis] + distances[:, :, np.newaxis] * vertices
    low, high = corners.min(axis=1), corners.max(axis=1)
    pairs = cKDTree(points).query_pairs(2 * float(distances.max()), output_type="ndarray")
    # the volume of the cone behind a face is that of the unit rays times the lengths of its three
    cones = np.abs(np.linalg.det(vertices[faces])) / 6 * distances[:, faces].prod(axis=2)
    volumes = cones.sum(axis=1)
    shared = np.minimum(high[pairs[:, 0]], high[pairs[:, 1]]) - np.maximum(low[pairs[:, 0]], low[pairs[:, 1]])
    least = nms_thresh - _MARGIN
    pairs = pairs[np.maximum(shared, 0).prod(axis=1) > max(least, 0.0) * volumes[pairs].min(axis=1)]
    smaller = np.where(volumes[pairs[:, 0]] <= volumes[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    larger = pairs.sum(axis=1) - smaller
    is_doubtful = np.zeros(len(points), bool)
    inverse = np.linalg.inv(vertices[faces])  # of a face: voxels to lengths along its three rays
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some, other = smaller[start : start + _PAIRS_AT_ONCE], larger[start : start + _PAIRS_AT_ONCE]
        middles = corners[some][:, faces].mean(axis=2) - points[some][:, np.newaxis]
        samples = (middles[:, :, np.newaxis] * _SHELLS[:, np.newaxis]).reshape(len(some), -1, 3) + points[some][:, None]
        weights = np.repeat(cones[some] / volumes[some, np.newaxis] / len(_SHELLS), len(_SHELLS), axis=1)
        inside = ((samples >= low[other][:, None]) & (samples <= high[other][:, None])).all(axis=2)
        inside &= ((weights * inside).sum(axis=1) > least)[:, np.newaxis]
        row, column = np.nonzero(inside)
        inside[row, column] = _lies_within(
            samples[row, column] - points[other[row]], distances[other[row]], faces, inverse
        )
        doubt = (weights * inside).sum(axis=1) > least
        is_doubtful[some[doubt]] = is_doubtful[other[doubt]] = True
    return np.flatnonzero(is_doubtful)


def _lies_within(
    offsets: Floats, distances: Floats, faces: npt.NDArray[np.integer[Any]], inverse: Floats
) -> npt.NDArray[np.bool_]:
    """Return whether each point (M, 3), relative to the centre of an object (M, n_rays), lies in it."""
    along = [offsets @ inverse[:, :, k].T for k in range(3)]  # (M, n_faces) each, faster than one with a short axis
    face = np.minimum(np.minimum(along[0], along[1]), along[2]).argmax(axis=1)  # the cone that holds the point
    every = np.arange(len(offsets))
    shares = [along[k][every, face] / distances[every, faces[face, k]] for k in range(3)]
    return np.asarray(shares[0] + shares[1] + shares[2] <= 1)
