"""Work on a frame slab by slab: what would need a copy of the frame needs one of a slab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["count_labels", "iterate_slabs", "keep_labels", "rename_labels"]

_SLAB_VOXELS = 2**20


def iterate_slabs(shape: tuple[int, ...], voxels: int = _SLAB_VOXELS) -> Iterator[tuple[slice, ...]]:
    """Yield the places of slabs of about so many voxels that cover a frame, in the order of its voxels in memory.

    Parameters
    ----------
    shape
        (Z, Y, X). It is cut along the first axis that is longer than one voxel.
    voxels
        Least size of a slab is one line or plane.
    """
    axis = next((a for a, n in enumerate(shape) if n > 1), 0)
    behind = int(np.prod(shape[axis + 1 :], dtype=np.int64))
    step = max(1, voxels // max(behind, 1))
    for start in range(0, shape[axis], step):
        yield (slice(None),) * axis + (slice(start, min(start + step, shape[axis])),)


def count_labels(labels: npt.NDArray[Any], count: int) -> npt.NDArray[np.int64]:
    """Return the voxels of each number 0 .. count, int64 (count + 1,)."""
    sizes = np.zeros(count + 1, np.int64)
    for place in iterate_slabs(labels.shape):
        sizes += np.bincount(labels[place].ravel(), minlength=count + 1)
    return sizes


def rename_labels(labels: npt.NDArray[Any], table: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Return ``table[labels]``, int32 of the shape of the labels."""
    renamed = np.empty(labels.shape, np.int32)
    for place in iterate_slabs(labels.shape):
        renamed[place] = table.take(labels[place])
    return renamed


def keep_labels(labels: npt.NDArray[Any], keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Return the labels that are kept, renumbered 1 .. n in their order, int32 of the same shape; the others are 0.

    Parameters
    ----------
    labels
        0 .. m.
    keep
        bool (m + 1,); what it says of 0 does not matter.
    """
    kept = keep.copy()
    kept[0] = False
    return rename_labels(labels, np.where(kept, np.cumsum(kept), 0))
