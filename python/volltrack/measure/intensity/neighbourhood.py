"""The pixels that TrackMate counts as lying in a spot: a digital sphere (3D) or circle (2D) around its position.

Facts about TrackMate 7.14 (SpotNeighborhood and imglib2-algorithm-gpl, found by reading and by running it): the centre
is rounded to a voxel and the radius to whole voxels on each axis; the bounds of its lines are those of McIlroy's
raster ellipse; in the topmost and lowest plane one more line on each side is counted where that plane has shrunk to a
point.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["Neighbourhood", "build_neighbourhood", "round_half_up"]

Neighbourhood = npt.NDArray[np.int64]
"""Lines along x: dz, dy, first dx, last dx, relative to the centre voxel, (L, 4)."""


def round_half_up(value: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the nearest whole numbers, halves rounded up, as Java's ``Math.round``."""
    return np.floor(np.asarray(value, dtype=np.float64) + 0.5).astype(np.int64)


@lru_cache(maxsize=1024)
def build_neighbourhood(span: tuple[int, ...]) -> Neighbourhood:
    """Return the lines of the neighbourhood with these half-widths.

    Parameters
    ----------
    span
        Half-widths z, y, x in voxels (3D), or y, x (2D). A span of 0 along y and x is the single-voxel case:
        TrackMate then takes a block of two voxels along every axis, starting at the centre.
    """
    if span[-1] == 0 and span[-2] == 0:
        depth = (0, 1) if len(span) == 3 else (0,)
        lines = [(z, y, 0, 1) for z in depth for y in (0, 1)]
    elif len(span) == 2:
        lines = _build_circle(span[0], span[1])
    else:
        lines = _build_sphere(span[0], span[1], span[2])
    result = np.array(lines, dtype=np.int64)
    result.flags.writeable = False
    return result


def _build_circle(span_y: int, span_x: int) -> list[tuple[int, int, int, int]]:
    """Return the lines of an ellipse in the plane."""
    widths = [0] * (max(span_x, span_y) + 1)
    _set_half_widths(span_x, span_y, widths)
    lines = [(0, 0, -widths[0], max(widths[0], 1))]
    for y in range(1, max(span_y, 1) + 1):
        lines += [(0, y, -widths[y], widths[y]), (0, -y, -widths[y], widths[y])]
    return lines


def _build_sphere(span_z: int, span_y: int, span_x: int) -> list[tuple[int, int, int, int]]:
    """Return the lines of an ellipsoid; lines run along the shorter of y and x (x when they are equal)."""
    short, long = (span_y, span_x) if span_y < span_x else (span_x, span_y)
    heights = [0] * (span_z + 1)
    _set_half_widths(long, span_z, heights)
    widths = [0] * (long + 1)
    lines: list[tuple[int, int, int]] = []  # z, place along the long axis, half-width along the short one
    for z in range(span_z + 1):
        height = heights[z]
        width = short if z == 0 else int(np.floor(np.float32(height) * np.float32(short) / np.float32(long) + 0.5))
        _set_half_widths(width, long if z == 0 else height, widths)  # lines beyond the height keep their old widths
        plane = [(0, widths[0])]
        for y in range(1, max(height, 1) + 1):
            plane.append((y, widths[y]))
            if height == 0 and widths[y] > 0:  # TrackMate's cursor stops here for good
                return _turn_lines(lines + [(z, *line) for line in plane], swap=span_y < span_x)
            plane.append((-y, widths[y]))
        lines += [(z, *line) for line in plane]
        if z > 0:
            lines += [(-z, *line) for line in plane]
    return _turn_lines(lines, swap=span_y < span_x)


def _turn_lines(lines: list[tuple[int, int, int]], *, swap: bool) -> list[tuple[int, int, int, int]]:
    """Return lines (z, place, half-width) as lines along x; with `swap` they ran along y."""
    if not swap:
        return [(z, y, -w, w) for z, y, w in lines]
    return [(z, y, x, x) for z, x, w in lines for y in range(-w, w + 1)]


def _set_half_widths(a: int, b: int, widths: list[int]) -> None:
    """Write the half-widths of the lines y = 0 .. b of a raster ellipse with half-axes a (along the line) and b.

    From the top (0, b) the walk steps outwards, down, or both, by the sign of
    e(x, y) = b^2 x^2 + a^2 y^2 - a^2 b^2 half a pixel away. Lines that it does not reach keep what stands in `widths`.
    Source: M. D. McIlroy, "Getting raster ellipses right", ACM Transactions on Graphics 11, 1992.
    """

    def e4(x2: int, y2: int) -> int:
        """Return 4 e at (x2 / 2, y2 / 2), a whole number."""
        return b * b * x2 * x2 + a * a * y2 * y2 - 4 * a * a * b * b

    x, y = 0, b
    while y >= 0 and x <= a:
        if e4(2 * x + 2, 2 * y - 1) <= 0 or e4(2 * x + 1, 2 * y) <= 0:
            x += 1
            continue
        widths[y] = x
        if e4(2 * x + 1, 2 * y - 2) <= 0:
            x += 1
        y -= 1
    if b == 0:
        widths[0] = a
