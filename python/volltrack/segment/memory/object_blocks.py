"""Whole objects, many at a time, in parts of the frame."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import ndimage

__all__ = ["iterate_object_blocks"]

_BLOCK_VOXELS = 2**19


def iterate_object_blocks(
    labels: npt.NDArray[np.int32],
) -> Iterator[tuple[tuple[slice, ...], npt.NDArray[np.int32], int]]:
    """Yield boxes with the objects that belong to them, and how many these are; each object is in one box, as a whole.

    Parameters
    ----------
    labels
        int32 (Z, Y, X); it may be changed within the objects of a box while the box is at hand.

    Yields
    ------
    box, objects, count
        Place of the box, a copy of it with its objects alone, and their number.

    Notes
    -----
    Objects belong to the block of the frame in which the middle of their box lies. A box reaches as far as its objects:
    with one that spans the frame it is the frame.
    """
    side = max(1, round((_BLOCK_VOXELS / min(labels.shape[0], 32)) ** 0.5))
    members: dict[tuple[int, ...], list[int]] = defaultdict(list)
    boxes = ndimage.find_objects(labels)
    for number, box in enumerate(boxes, start=1):
        if box is not None:
            z, y, x = ((s.start + s.stop) // 2 for s in box)
            members[z // 32, y // side, x // side].append(number)
    belongs = np.zeros(len(boxes) + 1, bool)
    for numbers in members.values():
        around = tuple(
            slice(min(boxes[n - 1][a].start for n in numbers), max(boxes[n - 1][a].stop for n in numbers))
            for a in range(3)
        )
        belongs[numbers] = True
        part = labels[around]
        objects = np.where(belongs.take(part), part, np.int32(0))
        belongs[numbers] = False
        yield around, objects, len(numbers)
