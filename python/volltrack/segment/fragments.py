"""Joins the pieces of cells that the watershed split, by what lies between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.model import VoxelSize
from volltrack.segment.frame_check import free_axes
from volltrack.segment.memory.slabs import count_labels, iterate_slabs, rename_labels

__all__ = ["join_fragments"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MAX_ROUNDS = 8

_FACE_EXCESS = {1: 1.0, 2: 4 / math.pi, 3: 1.5}
"""Area of a surface counted in voxel faces over its true area, mean over all directions, by dimensions."""


@dataclass
class _Borders:
    """Shared borders of pairs of labels; one row per pair."""

    first: Ints
    second: Ints
    area: Floats  # um^2; um in 2D
    light: Floats  # mean brightness on the border


def join_fragments(
    labels: npt.NDArray[np.int32], image: npt.NDArray[np.float32], voxel_size: VoxelSize, *, min_score: float
) -> npt.NDArray[np.int32]:
    """Return the labels with neighbours joined that look like one cell, int32 (Z, Y, X); numbers have gaps.

    Parameters
    ----------
    labels
        int32 (Z, Y, X), rather too many objects than too few.
    image
        (Z, Y, X) brightness with the background at about 0, denoised.
    voxel_size
        Edge lengths of a voxel.
    min_score
        Pairs with at least this score are joined, > 0; larger joins less.

    Notes
    -----
    The score of a pair is the product of three ratios. The area of their common border to the cross-section of a ball
    of the smaller one's volume: a neck makes it small. Brightness on the border to the mean brightness of the dimmer
    one: a dark gap makes it small. The typical volume of all objects to half the volume of the pair: a large result
    makes it small; the typical volume is the one above and below which objects fill the same space. Best pairs are
    joined first, round by round, on the table of borders: the image is read once.
    """
    n = int(labels.max(initial=0))
    axes = free_axes(labels.shape)
    if n < 2 or not axes:
        return labels
    voxel = float(np.prod([voxel_size.zyx[a] for a in axes]))
    counts = count_labels(labels, n)
    volumes: Floats = (counts * voxel).astype(np.float64)
    lights: Floats = _sum_light(labels, image, n) / np.maximum(counts, 1.0)
    volumes[0] = 0.0
    ordered = np.sort(volumes)
    typical = float(ordered[np.searchsorted(np.cumsum(ordered), 0.5 * ordered.sum())])
    borders = _measure_borders(labels, image, voxel_size, axes, n)
    root = np.arange(n + 1)
    for _ in range(_MAX_ROUNDS):
        scores = _score_pairs(borders, volumes, lights, typical, len(axes))
        best = np.zeros(n + 1)
        np.maximum.at(best, borders.first, scores)
        np.maximum.at(best, borders.second, scores)
        chosen = (scores >= min_score) & (scores == best[borders.first]) & (scores == best[borders.second])
        if not chosen.any():
            break
        into = np.arange(n + 1)
        for a, b in zip(borders.first[chosen], borders.second[chosen], strict=True):
            into[b] = a
            lights[a] = (volumes[a] * lights[a] + volumes[b] * lights[b]) / (volumes[a] + volumes[b])
            volumes[a] += volumes[b]
        root = into[root]
        borders = _rename_borders(borders, into, n)
    return rename_labels(labels, root.astype(np.int32))


def _sum_light(labels: npt.NDArray[np.int32], image: npt.NDArray[np.float32], n: int) -> Floats:
    """Return the sum of the brightness of each label; that of the background stays 0."""
    sums = np.zeros(n + 1)
    for place in iterate_slabs(labels.shape):
        part, light = labels[place], image[place]
        inside = part > 0
        np.add.at(sums, part[inside], light[inside])
    return sums


def _measure_borders(
    labels: npt.NDArray[np.int32],
    image: npt.NDArray[np.float32],
    voxel_size: VoxelSize,
    axes: tuple[int, ...],
    n: int,
) -> _Borders:
    """Return the borders between touching labels, counted by voxel faces."""
    first, second, area, light = [], [], [], []
    for axis in axes:
        here = tuple(slice(0, -1) if a == axis else slice(None) for a in range(3))
        there = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        face = float(np.prod([voxel_size.zyx[k] for k in axes if k != axis]))
        for place in iterate_slabs(labels[here].shape):
            a, b = labels[here][place], labels[there][place]
            touch = (a != b) & (a > 0) & (b > 0)
            first.append(np.minimum(a[touch], b[touch]))
            second.append(np.maximum(a[touch], b[touch]))
            light.append(np.minimum(image[here][place][touch], image[there][place][touch]))
            area.append(np.full(len(first[-1]), face))
    faces = _Borders(
        first=np.concatenate(first).astype(np.int64),
        second=np.concatenate(second).astype(np.int64),
        area=np.concatenate(area),
        light=np.concatenate(light).astype(np.float64),
    )
    return _sum_borders(faces, n)


def _sum_borders(parts: _Borders, n: int) -> _Borders:
    """Return one row per pair: areas added, brightness averaged."""
    pairs, inverse = np.unique(parts.first * (n + 1) + parts.second, return_inverse=True)
    area: Floats = np.bincount(inverse, weights=parts.area, minlength=len(pairs)).astype(np.float64)
    light = np.bincount(inverse, weights=parts.area * parts.light, minlength=len(pairs)) / area
    return _Borders(first=pairs // (n + 1), second=pairs % (n + 1), area=area, light=light)


def _rename_borders(borders: _Borders, into: Ints, n: int) -> _Borders:
    """Return the borders after labels were joined."""
    a, b = into[borders.first], into[borders.second]
    keep = a != b
    renamed = _Borders(
        first=np.minimum(a, b)[keep], second=np.maximum(a, b)[keep], area=borders.area[keep], light=borders.light[keep]
    )
    return _sum_borders(renamed, n)


def _score_pairs(borders: _Borders, volumes: Floats, lights: Floats, typical: float, n_axes: int) -> Floats:
    """Return the score of each pair; see `join_fragments`."""
    va, vb = volumes[borders.first], volumes[borders.second]
    smaller = np.minimum(va, vb)
    ball, disk = math.pi * (3 * smaller / (4 * math.pi)) ** (2 / 3), 2 * np.sqrt(smaller / math.pi)
    section = ball if n_axes == 3 else disk
    dimmer = np.minimum(lights[borders.first], lights[borders.second])
    brightness = borders.light / np.maximum(dimmer, 1e-9)
    return np.asarray(borders.area / (_FACE_EXCESS[n_axes] * section) * brightness * 2 * typical / (va + vb))
