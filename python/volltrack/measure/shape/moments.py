"""Centroid and second moments of each label, in closed form from its runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.measure.runs import LabelRuns
from volltrack.model import VoxelSize

__all__ = ["Ellipsoids", "compute_centroids", "fit_ellipsoids"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Ellipsoids:
    """Ellipsoids with the volume's second moments.

    Parameters
    ----------
    semi_axes
        Longest, middle, shortest, physical units, (N, 3).
    axes_zyx
        Unit vectors (z, y, x) of these axes as rows, (N, 3, 3); the largest component of each is positive.
    """

    semi_axes: FloatArray
    axes_zyx: FloatArray


def compute_centroids(runs: LabelRuns, voxel_size: VoxelSize) -> FloatArray:
    """Return the centre of mass of each label in physical units, (N, 3) as z, y, x.

    The centre of voxel (z, y, x) lies at index * size, as in TrackMate. Sums are whole numbers, so the only rounding
    is that of the division and of the product with the voxel size.
    """
    n = runs.n_voxels
    origin, (z, y, x) = _local_coordinates(runs)
    sums = (
        runs.sum_runs(z * runs.length),
        runs.sum_runs(y * runs.length),
        runs.sum_runs(x * runs.length + _sum_below(runs.length)),
    )
    mean = [(first * n + total) / n for first, total in zip(origin, sums, strict=True)]
    return np.stack([m * s for m, s in zip(mean, voxel_size.zyx, strict=True)], axis=1)


def fit_ellipsoids(runs: LabelRuns, voxel_size: VoxelSize) -> Ellipsoids:
    """Return the ellipsoid of each label: the solid body with the same second central moments.

    A solid ellipsoid has variance a^2 / 5 along a semi-axis a. Each voxel counts as a box, which adds size^2 / 12 to
    the variance of the voxel centres along its own axes (König-Huygens), so one voxel has an extent too.
    """
    n = runs.n_voxels.astype(np.float64)
    _, (z, y, x) = _local_coordinates(runs)
    length = runs.length
    sum_x = x * length + _sum_below(length)
    first = [runs.sum_runs(z * length) / n, runs.sum_runs(y * length) / n, runs.sum_runs(sum_x) / n]
    squares_below = (length - 1) * length * (2 * length - 1) // 6
    sum_xx = x * x * length + 2 * x * _sum_below(length) + squares_below
    second = {
        (0, 0): z * z * length,
        (0, 1): z * y * length,
        (1, 1): y * y * length,
        (0, 2): z * sum_x,
        (1, 2): y * sum_x,
        (2, 2): sum_xx,
    }
    size = voxel_size.zyx
    covariance = np.empty((len(runs), 3, 3))
    for (i, j), per_run in second.items():
        value = (runs.sum_runs(per_run) / n - first[i] * first[j] + (i == j) / 12) * size[i] * size[j]
        covariance[:, i, j] = covariance[:, j, i] = value
    variance, vectors = np.linalg.eigh(covariance)
    axes = np.swapaxes(vectors, 1, 2)[:, ::-1]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=2)[..., np.newaxis], axis=2)
    axes = np.where(largest < 0, -axes, axes)
    return Ellipsoids(semi_axes=np.sqrt(5 * np.maximum(variance[:, ::-1], 0)), axes_zyx=axes)


def _local_coordinates(runs: LabelRuns) -> tuple[list[IntArray], list[IntArray]]:
    """Return the first run's z, y, x of each label, and those of every run relative to them: small whole numbers."""
    z, y = np.divmod(runs.row, runs.shape[1])
    coordinates = [z, y, runs.x]
    origin = [c[runs.first_run] for c in coordinates]
    return origin, [c - o[runs.owner] for c, o in zip(coordinates, origin, strict=True)]


def _sum_below(length: IntArray) -> IntArray:
    """Return 0 + 1 + ... + (length - 1)."""
    return length * (length - 1) // 2
