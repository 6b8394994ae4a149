"""How much of a cell lies in tissue, in which, and how far it is from the tissue surface.

The rule, which Java follows too, stands in ``tests/golden/README.md`` with its golden files. In short: a voxel is the
box around its centre; the surface is made of the faces between tissue and other voxels; the distance from a cell's
position to it is exact, positive inside.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from volltrack.errors import BadValue, ShapeMismatch
from volltrack.measure.runs import LabelRuns, number_values, to_native
from volltrack.model import TissueSurface, VoxelSize
from volltrack.model.tissue_surface import find_voxels

__all__ = ["measure_positions_in_tissue", "measure_tissue", "measure_tissue_distance"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def measure_tissue(
    runs: LabelRuns,
    positions: FloatArray,
    tissue: npt.NDArray[Any],
    voxel_size: VoxelSize,
    *,
    border_is_surface: bool = False,
) -> dict[str, npt.NDArray[Any]]:
    """Return ``INSIDE_TISSUE``, ``TISSUE_LABEL`` and ``DISTANCE_TO_TISSUE`` of each label, (N,) per key.

    Parameters
    ----------
    runs
        The labels of one frame.
    positions
        Their centroids, physical units, (N, 3) as z, y, x.
    tissue
        Tissue labels of the same frame, (Z, Y, X); 0 is outside.
    voxel_size
        See `VoxelSize`.
    border_is_surface
        Whether the image border counts as surface.

    Raises
    ------
    ShapeMismatch
        If tissue and labels differ in shape.
    BadValue
        If the tissue does not hold whole numbers.
    """
    _check_tissue(tissue)
    if tissue.shape != runs.shape:
        raise ShapeMismatch(
            f"tissue is (Z, Y, X) = {tissue.shape} but the labels are {runs.shape}: expected the same shape"
        )
    flat = to_native(tissue).reshape(-1)
    count, major = np.zeros(len(runs)), np.zeros(len(runs), dtype=np.int64)
    for block in runs.iterate_voxels():
        count[block.labels], major[block.labels] = _count_tissues(flat.take(block.index, mode="clip"), block.n_voxels)
    return {
        "INSIDE_TISSUE": count / runs.n_voxels,
        "TISSUE_LABEL": major,
        "DISTANCE_TO_TISSUE": measure_tissue_distance(
            positions, tissue != 0, voxel_size, border_is_surface=border_is_surface
        ),
    }


def measure_positions_in_tissue(
    positions: FloatArray, tissue: npt.NDArray[Any], voxel_size: VoxelSize, *, border_is_surface: bool = False
) -> dict[str, npt.NDArray[Any]]:
    """Return the features of `measure_tissue` for cells of which only the position is known.

    ``INSIDE_TISSUE`` is 1 or 0, ``TISSUE_LABEL`` the value at the position. Parameters and errors as there.
    """
    _check_tissue(tissue)
    voxel, within = find_voxels(positions, tissue.shape, voxel_size)
    label = np.where(within, tissue[tuple(voxel.T)], 0).astype(np.int64)
    return {
        "INSIDE_TISSUE": (label != 0).astype(np.float64),
        "TISSUE_LABEL": label,
        "DISTANCE_TO_TISSUE": measure_tissue_distance(
            positions, tissue != 0, voxel_size, border_is_surface=border_is_surface
        ),
    }


def measure_tissue_distance(
    positions: FloatArray, inside: npt.NDArray[np.bool_], voxel_size: VoxelSize, *, border_is_surface: bool = False
) -> FloatArray:
    """Return the signed distance of each position to the tissue surface; see `volltrack.model.TissueSurface`."""
    surface = TissueSurface(inside=inside, voxel_size=voxel_size, border_is_surface=border_is_surface)
    return surface.measure_distance(positions)


def _count_tissues(value: npt.NDArray[Any], n_voxels: IntArray) -> tuple[IntArray, IntArray]:
    """Return how many voxels of each label are tissue, and the most frequent tissue (0 if none), (N,).

    Parameters
    ----------
    value
        The tissue at each voxel, label after label.
    n_voxels
        Voxels of each label.
    """
    inside = value != 0
    owner = np.repeat(np.arange(len(n_voxels)), n_voxels)[inside]
    known, place = number_values(value[inside])
    if len(known) == 0:
        return np.zeros_like(n_voxels), np.zeros_like(n_voxels)
    shared = coo_array((np.ones(len(owner), dtype=np.int64), (owner, place)), shape=(len(n_voxels), len(known))).tocsr()
    # SciPy below 1.15 gives a column for the largest of each row
    total, most = np.ravel(shared.sum(axis=1)), np.ravel(shared.argmax(axis=1))
    return total, np.where(total > 0, known[most], 0)


def _check_tissue(tissue: npt.NDArray[Any]) -> None:
    if tissue.dtype.kind not in "iub" or tissue.ndim != 3:
        raise BadValue(
            f"tissue of type {tissue.dtype} with {tissue.ndim} axes: expected labels, whole numbers (Z, Y, X)"
        )
    if tissue.size and int(tissue.min()) < 0:
        raise BadValue(f"tissue: label {int(tissue.min())}: expected 0 (outside) or more")
