"""The surface of the tissue in one frame, and how far positions are from it.

The rule, which Java follows too, stands in ``tests/golden/README.md`` with its golden files. In short: a voxel is the
box around its centre; the surface is made of the faces between tissue and other voxels; the distance from a position
to it is exact (not that of the nearest voxel centre), positive inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from volltrack.model.calibration.whole import VoxelSize

__all__ = ["TissueSurface", "find_voxels"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class TissueSurface:
    """The faces between tissue and other voxels of one frame.

    Parameters
    ----------
    inside
        Which voxels are tissue, bool (Z, Y, X). In one plane the z axis does not count.
    voxel_size
        See `VoxelSize`.
    border_is_surface
        Whether the image border is surface for positions in tissue.
    """

    inside: npt.NDArray[np.bool_]
    voxel_size: VoxelSize
    border_is_surface: bool = False

    def measure_distance(self, positions: FloatArray) -> FloatArray:
        """Return the signed distance of each position to the surface, (N,), positive inside; NaN without a surface.

        Parameters
        ----------
        positions
            Physical units, (N, 3) as z, y, x; those outside the image are outside the tissue.

        Notes
        -----
        A k-d tree of the surface voxels answers N cells faster than a distance transform of all voxels, and exactly
        (``benchmarks/measure.py`` and ``benchmarks/boundary_distance.py`` print both). It needs memory for the surface
        only.
        """
        inside = self.inside
        voxel, within = find_voxels(positions, inside.shape, self.voxel_size)
        is_inside = within & inside[tuple(voxel.T)]
        axes = slice(1 if inside.shape[0] == 1 else 0, 3)
        size = np.array(self.voxel_size.zyx)[axes]
        distance = np.full(len(positions), np.inf)
        surface = _find_surface_voxels(inside, with_border=not within.all())
        is_tissue = inside.reshape(-1)[surface]
        for which in (True, False):
            rows = np.flatnonzero(is_inside == which)
            if len(rows):
                boxes = np.stack(np.unravel_index(surface[is_tissue != which], inside.shape)[axes], axis=1) * size
                distance[rows] = _measure_box_distance(positions[rows, axes], boxes, size)
        if self.border_is_surface:
            extent = (np.array(inside.shape)[axes] - 0.5) * size
            border = np.minimum(positions[:, axes] + size / 2, extent - positions[:, axes]).min(axis=1, initial=np.inf)
            distance = np.where(is_inside, np.minimum(distance, border), distance)
        return np.where(np.isinf(distance), np.nan, np.where(is_inside, distance, 0.0 - distance))


def find_voxels(
    positions: FloatArray, shape: tuple[int, ...], voxel_size: VoxelSize
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return the voxel of each position, (N, 3), moved into the image, and whether it was in the image, bool (N,)."""
    voxel = np.floor(positions / np.array(voxel_size.zyx) + 0.5)
    inside = np.clip(voxel, 0, np.array(shape) - 1)
    return inside.astype(np.int64), (voxel == inside).all(axis=1)


def _find_surface_voxels(inside: npt.NDArray[np.bool_], *, with_border: bool) -> IntArray:
    """Return the flat index of the voxels that share a face with one of the other kind, (S,).

    With `with_border` all voxels of tissue at the border of the image are among them.
    """
    near = np.zeros_like(inside)
    for axis in range(3):
        head = (slice(None),) * axis + (slice(None, -1),)
        tail = (slice(None),) * axis + (slice(1, None),)
        face = inside[head] != inside[tail]
        near[head] |= face
        near[tail] |= face
        if with_border:
            border = (slice(None),) * axis + ([0, -1],)
            near[border] |= inside[border]
    return np.flatnonzero(near)


def _measure_box_distance(points: FloatArray, centres: FloatArray, size: FloatArray) -> FloatArray:
    """Return the distance of each point to the nearest box around `centres` with edges `size`; infinite if none."""
    if len(centres) == 0:
        return np.full(len(points), np.inf)
    tree = KDTree(centres, leafsize=64, balanced_tree=False, compact_nodes=False)  # few queries: building is the cost
    _, nearest = tree.query(points)
    best = _distance_to_boxes(points, centres[nearest], size)
    # a box with a farther centre may be nearer, but only by less than half a voxel's diagonal
    candidates = tree.query_ball_point(points, best + float(np.linalg.norm(size)) / 2 * (1 + 1e-9))
    for i, found in enumerate(candidates):
        best[i] = min(best[i], float(_distance_to_boxes(points[i], centres[found], size).min(initial=np.inf)))
    return best


def _distance_to_boxes(points: FloatArray, centres: FloatArray, size: FloatArray) -> FloatArray:
    """Return the distance of points to the boxes around `centres`; 0 within a box."""
    gap = np.maximum(np.abs(points - centres) - size / 2, 0)
    distance: FloatArray = np.sqrt((gap * gap).sum(axis=-1))
    return distance
