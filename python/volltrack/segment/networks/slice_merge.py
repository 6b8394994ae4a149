"""Objects of single planes joined to objects of a stack by overlap (spec/vollseg.md, stage 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings, BadValue

__all__ = ["merge_slices"]

Ints = npt.NDArray[np.int64]


def merge_slices(planes: npt.NDArray[Any], *, least_iou: float = 0.3) -> npt.NDArray[np.int32]:
    """Return labels that continue from plane to plane, int32 (Z, Y, X), 1 .. n in the order of their first plane.

    An object continues in the object of the next plane that covers the same pixels, if the intersection over union of
    the two is at least `least_iou`. Each object has at most one predecessor and one successor; among all such pairings
    of two planes the one of largest total overlap is taken.

    Parameters
    ----------
    planes
        Whole numbers (Z, Y, X): labels of each plane on its own, 0 is background; the same number in two planes means
        nothing.
    least_iou
        0 < .. <= 1.

    Raises
    ------
    BadValue
        Not three axes, or not whole numbers.
    BadSettings
        `least_iou` out of range.
    """
    if planes.ndim != 3 or planes.dtype.kind not in "iu":
        raise BadValue(f"labels of shape {planes.shape} and type {planes.dtype}: expected whole numbers (Z, Y, X)")
    if not 0 < least_iou <= 1:
        raise BadSettings(f"least_iou = {least_iou!r}: expected more than 0 and at most 1")
    merged = np.zeros(planes.shape, np.int32)
    numbers = np.zeros(1, np.int32)  # final label of each label of the plane before
    count = 0
    for z, plane in enumerate(planes):
        present = np.unique(plane)
        present = present[present > 0]
        table = np.zeros(int(present.max(initial=0)) + 1, np.int32)
        if z > 0:
            before, after = _pair_objects(planes[z - 1], plane, least_iou)
            table[after] = numbers[before]
        new = present[table[present] == 0]
        table[new] = np.arange(count + 1, count + 1 + len(new))
        count += len(new)
        merged[z] = table[plane]
        numbers = table
    return merged


def _pair_objects(first: npt.NDArray[Any], second: npt.NDArray[Any], least_iou: float) -> tuple[Ints, Ints]:
    """Return the labels of objects in two planes that are one object, row by row."""
    from scipy.optimize import linear_sum_assignment  # a tenth of a second, in commands that merge no slices too

    a, b = first.ravel().astype(np.int64), second.ravel().astype(np.int64)
    sizes_a, sizes_b = np.bincount(a), np.bincount(b)
    both = (a > 0) & (b > 0)
    keys, shared = np.unique(a[both] * len(sizes_b) + b[both], return_counts=True)
    labels_a, labels_b = np.divmod(keys, len(sizes_b))
    iou = shared / (sizes_a[labels_a] + sizes_b[labels_b] - shared)
    good = iou >= least_iou
    labels_a, labels_b, iou = labels_a[good], labels_b[good], iou[good]
    rows, row_of = np.unique(labels_a, return_inverse=True)
    columns, column_of = np.unique(labels_b, return_inverse=True)
    gain = np.zeros((len(rows), len(columns)))
    gain[row_of, column_of] = iou
    chosen_rows, chosen_columns = linear_sum_assignment(gain, maximize=True)
    real = gain[chosen_rows, chosen_columns] > 0
    return rows[chosen_rows[real]], columns[chosen_columns[real]]
