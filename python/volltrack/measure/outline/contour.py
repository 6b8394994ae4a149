"""Outlines of 2D labels: polygons along the pixel edges, as TrackMate keeps them for a spot (its ROI)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.measure.outline.polygon import compute_signed_area, fill_polygon
from volltrack.measure.runs import LabelRuns

__all__ = ["trace_contours"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_MAX_NEAREST = 100
"""Pieces that are joined where they are nearest; finding that place for each of thousands takes hours."""
_RIGHT, _DOWN, _LEFT, _UP = range(4)


def trace_contours(labels: npt.NDArray[Any], runs: LabelRuns) -> list[FloatArray]:
    """Return the outline of each label, a list of N polygons (K, 2) of x, y in pixels.

    Pixel (y, x) covers x - 0.5 .. x + 0.5, so vertices lie at half-integers; only corners are vertices, in TrackMate's
    sense of rotation. The first vertex is not repeated at the end.

    Parameters
    ----------
    labels
        One plane, (1, Y, X).
    runs
        Its runs.

    Notes
    -----
    As in TrackMate, holes are filled and pixels that touch by a corner belong to one outline. A label of several
    pieces has one outline here (TrackMate makes two spots of it): the pieces are joined by a line that is walked both
    ways, which encloses no area.
    """
    if len(runs) == 0:
        return []
    plane = labels.reshape(runs.shape[1:])
    starts, directions, owners, following = _link_edges(plane, runs)
    n_x = plane.shape[1] + 1
    loops: list[list[FloatArray]] = [[] for _ in range(len(runs))]
    for edges in _walk_loops(following.tolist(), directions.tolist()):
        row, column = np.divmod(starts[edges], n_x)
        polygon = np.stack([column - 0.5, row - 0.5], axis=1)
        if compute_signed_area(polygon) < 0:  # the other sense of rotation is that of a hole
            loops[owners[edges[0]]].append(polygon)
    return [_join_pieces(pieces) for pieces in loops]


def _link_edges(plane: npt.NDArray[Any], runs: LabelRuns) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return the unit edges around all labels: start vertex, direction, label's place, and the edge that follows."""
    padded = np.pad(plane, 1)
    inner = padded[1:-1, 1:-1]
    neighbours = {
        _RIGHT: (padded[2:, 1:-1], 1, 0),  # bottom side of a pixel, walked to the right
        _UP: (padded[1:-1, 2:], 1, 1),  # right side
        _LEFT: (padded[:-2, 1:-1], 0, 1),  # top side
        _DOWN: (padded[1:-1, :-2], 0, 0),  # left side
    }
    pitch = plane.shape[1] + 1
    starts, directions, values = [], [], []
    for side, (other, down, right) in neighbours.items():
        row, column = np.nonzero((inner != 0) & (inner != other))
        starts.append((row + down) * pitch + column + right)
        directions.append(np.full(len(row), side))
        values.append(inner[row, column])
    owner = np.searchsorted(runs.labels, np.concatenate(values))
    start, direction = np.concatenate(starts), np.concatenate(directions)
    n_vertices = pitch * (plane.shape[0] + 1)
    key = (owner * n_vertices + start) * 4 + direction
    order = np.argsort(key)
    key, start, direction, owner = key[order], start[order], direction[order], owner[order]
    end = start + np.array([1, pitch, -1, -pitch])[direction]
    at_end = (owner * n_vertices + end) * 4
    first = np.searchsorted(key, at_end)
    second = np.minimum(first + 1, len(key) - 1)
    # two edges leave a vertex where pixels touch by a corner: turning clockwise on the screen keeps them together
    clockwise = (key[second] >> 2 == at_end >> 2) & (direction[second] == (direction + 1) % 4)
    return start, direction, owner, np.where(clockwise, second, first)


def _walk_loops(following: list[int], directions: list[int]) -> list[list[int]]:
    """Return each closed loop as the edges at which the direction changes."""
    seen = [False] * len(following)
    loops = []
    for first in range(len(following)):
        if seen[first]:
            continue
        corners, edge, before = [], first, -1
        while not seen[edge]:
            seen[edge] = True
            if directions[edge] != before:
                corners.append(edge)
                before = directions[edge]
            edge = following[edge]
        if directions[corners[0]] == before:
            del corners[0]
        loops.append(corners)
    return loops


def _join_pieces(pieces: list[FloatArray]) -> FloatArray:
    """Return one polygon around all pieces, the largest first; a piece within a filled hole is left out."""
    if len(pieces) == 1:
        return pieces[0]
    kept = _drop_enclosed(sorted(pieces, key=compute_signed_area))
    joined = kept[0]
    for piece in kept[1 : _MAX_NEAREST + 1]:
        distance = ((joined[:, np.newaxis] - piece) ** 2).sum(axis=2)
        i, j = divmod(int(distance.argmin()), len(piece))
        turned = np.roll(piece, -j, axis=0)
        joined = np.concatenate([joined[: i + 1], turned, turned[:1], joined[i:]])
    spokes = [part for piece in kept[_MAX_NEAREST + 1 :] for part in (joined[:1], piece, piece[:1])]
    return np.concatenate([*spokes, joined])


def _drop_enclosed(pieces: list[FloatArray]) -> list[FloatArray]:
    """Return the `pieces`, largest first, that do not lie in the filled outline of another."""
    low = np.ceil(np.min([piece.min(axis=0) for piece in pieces], axis=0)).astype(np.int64)
    high = np.floor(np.max([piece.max(axis=0) for piece in pieces], axis=0)).astype(np.int64)
    covered = np.zeros((high - low + 1)[::-1], dtype=np.bool_)
    kept = []
    for piece in pieces:
        x, y = np.rint(piece[0] + _step_inside(piece)).astype(np.int64) - low
        if covered[y, x]:
            continue
        kept.append(piece)
        first, last = np.ceil(piece.min(axis=0)).astype(np.int64), np.floor(piece.max(axis=0)).astype(np.int64)
        shape = (int(last[1] - first[1]) + 1, int(last[0] - first[0]) + 1)
        box = tuple(slice(a, a + n) for a, n in zip((first - low)[::-1], shape, strict=True))
        covered[box] |= fill_polygon(piece, first[::-1], shape)
    return kept


def _step_inside(piece: FloatArray) -> FloatArray:
    """Return the step from the first corner of an outline to a point within its outer pixel, (2,)."""
    after = np.sign(piece[1] - piece[0])
    # the inside lies to the left of the walk, with y pointing down the screen: (x, y) -> (y, -x)
    step: FloatArray = 0.25 * after + 0.25 * np.array([after[1], -after[0]])
    return step
