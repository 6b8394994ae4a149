"""Run-length encoding of a label image: the form from which every number per label is computed.

A run is a row of neighbouring voxels of one label along x. A frame of 5.8 million voxels with 300 cells has some
hundred thousand runs, so volumes, centroids and moments cost a fraction of one pass over the voxels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue

__all__ = ["MAX_LABEL", "LabelRuns", "VoxelBlock", "encode_runs", "number_values", "to_native"]

MAX_LABEL = 2**31 - 1
"""Largest label, as Java's int."""

_BLOCK_VOXELS = 2**17
"""Voxels that are compared at a time."""

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class LabelRuns:
    """The runs of one frame, grouped by label, within a label in the order z, y, x.

    Parameters
    ----------
    shape
        (Z, Y, X) of the frame.
    labels
        The labels that occur, ascending, (N,).
    first_run
        Where the runs of each label begin, (N,).
    owner
        Place of each run's label in `labels`, (R,).
    row
        Row of each run, z * Y + y, (R,).
    x
        First x of each run, (R,).
    length
        Voxels of each run, (R,).
    """

    shape: tuple[int, int, int]
    labels: IntArray
    first_run: IntArray
    owner: IntArray
    row: IntArray
    x: IntArray
    length: IntArray

    def __len__(self) -> int:
        return len(self.labels)

    def sum_runs(self, per_run: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the sum of `per_run`, (R,), over the runs of each label, (N,)."""
        return np.add.reduceat(per_run, self.first_run) if len(self) else per_run[:0]

    @cached_property
    def n_voxels(self) -> IntArray:
        """Voxels of each label, (N,)."""
        counts: IntArray = self.sum_runs(self.length)
        return counts

    @cached_property
    def touching(self) -> dict[tuple[int, int], tuple[IntArray, IntArray]]:
        """Pairs of runs of one label that touch, also by a corner, by the step (z, y) from the first one's row.

        The steps are those to the next row and to three rows of the next plane: each pair is found once.
        """
        n_z, n_y, n_x = self.shape
        pitch, rows = n_x + 2, n_y + 2  # margins: the neighbours of one row never reach into the next
        z, y = np.divmod(self.row, n_y)
        # keys grow from run to run, because runs are grouped by label and in the order z, y, x within it
        base = ((self.owner * (n_z + 2) + z) * rows + y) * pitch + self.x + 1
        last = base + self.length - 1
        found = {}
        for dz, dy in ((0, 1), (1, -1), (1, 0), (1, 1)):
            step = (dz * rows + dy) * pitch
            # runs of the other row that end at or after our first x - 1 and begin at or before our last x + 1
            low = np.searchsorted(last, base + (step - 1))
            count = np.searchsorted(base, last + (step + 1), side="right") - low
            source = np.repeat(np.arange(len(base)), count)
            within = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
            found[dz, dy] = (source, low[source] + within)
        return found

    def iterate_voxels(
        self, shape: tuple[int, int, int] | None = None, *, offset: int = 0, block_voxels: int = 2**16
    ) -> Iterator[VoxelBlock]:
        """Yield the flat indices of the labelled voxels, grouped by label, a few labels at a time.

        Parameters
        ----------
        shape
            Shape of the image to be indexed, such as one with a margin; that of the frame when not given.
        offset
            Flat index of voxel (0, 0, 0) in that image.
        block_voxels
            About how many voxels at a time; their indices take 8 bytes each.

        Notes
        -----
        A block that fits into the processor's cache is up to twice as fast as one array for all; a label is never
        parted, so a block may be larger.
        """
        if len(self) == 0:
            return
        shape = shape or self.shape
        n_y = self.shape[1]
        row = self.row if shape[1] == n_y else self.row // n_y * shape[1] + self.row % n_y
        start = row * shape[2] + self.x + offset
        before = np.cumsum(self.n_voxels) - self.n_voxels
        block = before // block_voxels
        cuts = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), len(self)]
        bounds = np.append(self.first_run, len(self.x))
        ends = np.append(before, self.n_voxels.sum())[cuts]
        ramp = np.arange(int(np.diff(ends).max()))
        for low, high in itertools.pairwise(cuts):
            runs = slice(bounds[low], bounds[high])
            length = self.length[runs]
            index = np.repeat(start[runs] - (np.cumsum(length) - length), length)
            index += ramp[: len(index)]
            yield VoxelBlock(
                labels=slice(low, high),
                index=index,
                n_voxels=self.n_voxels[low:high],
                first=before[low:high] - before[low],
            )


@dataclass(frozen=True, kw_only=True)
class VoxelBlock:
    """The voxels of some labels, label after label.

    Parameters
    ----------
    labels
        Which labels, as places in `LabelRuns.labels`.
    index
        Flat index of each voxel, (V,).
    n_voxels
        Voxels of each label; they sum to V.
    first
        Where each label begins in `index`.
    """

    labels: slice
    index: npt.NDArray[np.intp]
    n_voxels: IntArray
    first: IntArray


def encode_runs(labels: npt.NDArray[Any], *, name: str = "labels") -> LabelRuns:
    """Return the runs of a label image.

    Parameters
    ----------
    labels
        Whole numbers, (Z, Y, X); 0 is background.
    name
        What a message calls the image.

    Raises
    ------
    BadValue
        Not three axes, not whole numbers, a negative label, or a label above `MAX_LABEL`.

    Notes
    -----
    Memory does not depend on the largest label: sparse values up to 2^31 - 1 cost a sort of the runs.
    """
    if labels.ndim != 3:
        raise BadValue(f"{name}: array of {labels.ndim} axes: expected one frame (Z, Y, X); a plane is (1, Y, X)")
    if labels.dtype.kind not in "iub":
        raise BadValue(
            f"{name} of type {labels.dtype}: expected whole numbers; convert the image, or give it as the raw channel"
        )
    shape = (labels.shape[0], labels.shape[1], labels.shape[2])
    flat = to_native(labels).reshape(-1)
    value, ends, length = _find_runs(flat, shape[2])
    if len(value) and (int(value.min()) < 0 or int(value.max()) > MAX_LABEL):
        wrong = int(value.min()) if int(value.min()) < 0 else int(value.max())
        raise BadValue(f"{name}: label {wrong}: expected 0 (background) to {MAX_LABEL}")
    present, owner = number_values(value)
    order = np.argsort(owner.astype(np.uint16) if len(present) < 2**16 else owner, kind="stable")
    owner, length = owner.take(order), length.take(order)
    row, x = np.divmod(ends.take(order) - length + 1, shape[2])
    first_run = np.searchsorted(owner, np.arange(len(present)))
    return LabelRuns(shape=shape, labels=present, first_run=first_run, owner=owner, row=row, x=x, length=length)


def to_native(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return `image` contiguous, in the byte order of this machine, masks as 0 and 1; a copy only if need be."""
    native = np.ascontiguousarray(image, dtype=image.dtype.newbyteorder("="))
    return native.view(np.uint8) if native.dtype == np.bool_ else native


def _find_runs(flat: npt.NDArray[Any], n_x: int) -> tuple[npt.NDArray[Any], IntArray, IntArray]:
    """Return label, flat index of the last voxel, and length of every run that is not background."""
    block = max(1, _BLOCK_VOXELS // n_x) * n_x
    is_end = np.empty(min(block, len(flat)), dtype=np.bool_)
    values, ends, lengths = [flat[:0]], [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(flat), block):
        part = flat[start : start + block]
        own = is_end[: len(part)]
        np.not_equal(part[1:], part[:-1], out=own[:-1])
        own[n_x - 1 :: n_x] = True
        end = np.flatnonzero(own)
        value = part.take(end)
        full = np.flatnonzero(value)
        values.append(value.take(full))
        ends.append(end.take(full) + start)
        lengths.append(np.diff(end, prepend=-1).take(full))
    return np.concatenate(values), np.concatenate(ends), np.concatenate(lengths)


def number_values(value: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Return the values >= 0 that occur, ascending, and the place of each of `value` among them.

    As ``numpy.unique`` with ``return_inverse``, but linear where the largest value is not far above their number.
    """
    largest = int(value.max()) if len(value) else 0
    if largest > 4 * len(value) + 2**16:
        present, owner = np.unique(value, return_inverse=True)
        return present.astype(np.int64), owner.astype(np.int64)
    seen = np.zeros(largest + 1, dtype=np.bool_)
    seen[value] = True
    place = np.cumsum(seen) - 1
    return np.flatnonzero(seen), place[value]
