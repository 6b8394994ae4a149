"""Last step of a segmentation: sizes, holes, pieces, numbers (spec/vollseg.md, stage 6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.measure import label as label_pieces

from volltrack.errors import BadSettings, BadValue
from volltrack.segment.memory.object_blocks import iterate_object_blocks
from volltrack.segment.memory.slabs import count_labels, iterate_slabs, keep_labels

__all__ = ["clean_labels", "relabel_in_order"]

Labels = npt.NDArray[np.int32]

_FACES = ndimage.generate_binary_structure(3, 1)


def clean_labels(
    labels: npt.NDArray[Any],
    *,
    min_size: int = 0,
    max_size: int | None = None,
    fill_holes: bool = True,
    largest_piece: bool = False,
) -> Labels:
    """Return the labels without objects of the wrong size and without holes, renumbered 1 .. n, int32 (Z, Y, X).

    Parameters
    ----------
    labels
        Whole numbers (Z, Y, X), 0 is background.
    min_size, max_size
        Objects with fewer or more voxels are removed; no upper limit when None.
    fill_holes
        Background that one object encloses on all sides becomes part of it; other objects in it stay.
    largest_piece
        Keep only the largest piece, connected by faces, of each object.

    Raises
    ------
    BadValue
        Not 3D, not whole numbers, or negative.
    BadSettings
        Limits out of range.

    Notes
    -----
    Pieces are dropped first, then holes filled, then sizes counted. The box around all objects is handled as a whole;
    only objects around holes that others touch are looked at one by one.
    """
    if labels.ndim != 3 or labels.dtype.kind not in "iub":
        raise BadValue(f"labels of shape {labels.shape} and type {labels.dtype}: expected whole numbers (Z, Y, X)")
    if min_size < 0 or (max_size is not None and max_size < min_size):
        raise BadSettings(f"min_size = {min_size}, max_size = {max_size}: expected 0 <= min_size <= max_size")
    box = _find_box(labels)
    clean = relabel_in_order(labels[box])
    if clean.size == 0:
        return np.zeros(labels.shape, np.int32)
    if largest_piece:
        _keep_largest_pieces(clean)
    if fill_holes:
        _fill_holes(clean, [axis for axis, n in enumerate(labels.shape) if n > 1])
    sizes = count_labels(clean, int(clean.max(initial=0)))
    keep = sizes >= max(min_size, 1)
    if max_size is not None:
        keep &= sizes <= max_size
    if not keep[1:].all():
        clean = keep_labels(clean, keep)
    if clean.shape == labels.shape:
        return clean
    whole = np.zeros(labels.shape, np.int32)
    whole[box] = clean
    return whole


def _find_box(labels: npt.NDArray[Any]) -> tuple[slice, ...]:
    """Return the box around everything that is not 0; an empty one where there is nothing."""
    inside = labels != 0
    plane = inside.any(axis=0)
    box = []
    for present in (inside.any(axis=(1, 2)), plane.any(axis=1), plane.any(axis=0)):
        places = np.flatnonzero(present)
        box.append(slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0))
    return tuple(box)


def relabel_in_order(labels: npt.NDArray[Any]) -> Labels:
    """Return the labels renumbered 1 .. n in the order of their values, int32 (Z, Y, X).

    Raises
    ------
    BadValue
        A negative label.
    """
    low, high = int(labels.min(initial=0)), int(labels.max(initial=0))
    if low < 0:
        raise BadValue(f"label {low}: expected 0 for background and positive numbers for objects")
    if high > 8 * labels.size:  # a table of all numbers would be larger than the image
        values, inverse = np.unique(labels, return_inverse=True)
        first = 0 if len(values) and values[0] == 0 else 1
        return np.asarray(inverse.reshape(labels.shape) + first, dtype=np.int32)
    present = np.zeros(high + 1, bool)
    for place in iterate_slabs(labels.shape):
        present[labels[place].astype(np.intp).ravel()] = True
    return keep_labels(labels, present)


def _keep_largest_pieces(labels: Labels) -> None:
    """Drop all but the largest piece, connected by faces, of every object, in place; of equals the first stays."""
    for box, objects, n_objects in iterate_object_blocks(labels):
        lost = _find_smaller_pieces(objects, n_objects)
        if lost is not None:
            labels[box][lost] = 0


def _find_smaller_pieces(labels: Labels, n_objects: int) -> npt.NDArray[np.bool_] | None:
    """Return the voxels of all but the largest piece of every object; None where each is one piece."""
    pieces, count = label_pieces(labels, background=0, connectivity=1, return_num=True)  # type: ignore[no-untyped-call]
    if count == n_objects:
        return None
    flat, numbers = pieces.ravel(), np.arange(1, count + 1)
    sizes = np.bincount(flat, minlength=count + 1)[1:]
    owner = np.zeros(count + 1, np.int32)
    owner[flat] = labels.ravel()
    order = np.lexsort((numbers, -sizes, owner[1:]))
    is_first = np.ones(count, bool)
    is_first[1:] = np.diff(owner[1:][order]) > 0
    lost = np.ones(count + 1, bool)
    lost[numbers[order[is_first]]] = False
    lost[0] = False
    return np.asarray(lost[pieces])


def _fill_holes(labels: Labels, axes: list[int]) -> None:
    """Give background that one object encloses to it, in place.

    A piece of background that touches the border of the image along one of `axes` is no hole, and one that touches one
    object alone is a hole of that one; only those that touch several objects are looked at object by object.
    """
    gaps, count = ndimage.label(labels == 0, structure=_FACES)
    is_inner = np.ones(count + 1, bool)
    is_inner[0] = False
    for axis in axes:
        is_inner[gaps.take([0, -1], axis=axis).ravel()] = False
    if not is_inner.any():
        return
    flat = labels.ravel()
    voxels = _find_voxels(gaps, is_inner)
    gap = gaps.ravel()[voxels]
    least, most = np.full(count + 1, np.iinfo(np.int32).max, np.int32), np.zeros(count + 1, np.int32)
    for axis in axes:
        stride = int(np.prod(labels.shape[axis + 1 :]))
        for beside in (voxels - stride, voxels + stride):  # inside the image, because the border is not touched
            near = flat[beside]
            np.minimum.at(least, gap[near > 0], near[near > 0])
            np.maximum.at(most, gap[near > 0], near[near > 0])
    flat[voxels] = np.where(least == most, most, 0)[gap]
    shared = np.flatnonzero(is_inner & (least < most))
    if len(shared):
        lows, highs = np.full((count + 1, 3), max(labels.shape)), np.zeros((count + 1, 3), np.intp)
        places = np.stack(np.unravel_index(voxels, labels.shape), axis=1)
        np.minimum.at(lows, gap, places)
        np.maximum.at(highs, gap, places + 1)
        _fill_shared_holes(labels, lows[shared][:, axes], highs[shared][:, axes], axes)


def _find_voxels(numbers: npt.NDArray[Any], wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return the places, in the raveled image, of the numbers that are wanted."""
    found, start = [], 0
    for place in iterate_slabs(numbers.shape):
        part = numbers[place]
        found.append(np.flatnonzero(wanted.take(part)) + start)
        start += part.size
    return np.concatenate(found)


def _fill_shared_holes(
    labels: Labels, lows: npt.NDArray[np.intp], highs: npt.NDArray[np.intp], axes: list[int]
) -> None:
    """Fill the holes of the objects whose boxes hold a box of background, in place, object by object.

    `lows` and `highs` are the first voxels of these boxes along `axes`, and those after the last, (N, axes).
    """
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        low, high = [box[a].start for a in axes], [box[a].stop for a in axes]
        if not ((lows > low) & (highs < high)).all(axis=1).any():  # one that encloses it reaches farther
            continue
        view = labels[box]
        others, count = ndimage.label(view != number, structure=_FACES)
        is_hole = np.ones(count + 1, bool)
        is_hole[0] = False
        for axis in axes:
            is_hole[others.take([0, -1], axis=axis).ravel()] = False
        if is_hole.any():
            view[is_hole.take(others) & (view == 0)] = number
