"""Tracks over a projection of the movie, seen from above and, where there is depth, from the side."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.apps.drawing.plots.axes import escape_text
from volltrack.apps.drawing.roles import ROLE_COLORS
from volltrack.apps.drawing.svg_figure import INK
from volltrack.model import Calibration, Frame, Lineage, Movie

__all__ = ["draw_projection", "pick_round_length"]

FloatArray = npt.NDArray[np.float64]

_MOST_PIXELS: Final = 900  # along the longer side of the picture
_MOST_LINES: Final = 6000  # beyond, tracks are drawn as pixels
_WIDTH_INCH: Final = 8.0
_WHITE: Final = 430.0  # the brightest voxel (255) is drawn grey, so that tracks stand out
_GAMMA: Final = 0.7  # a nucleus of a tenth of the brightest shows as a fifth


def draw_projection(
    lineage: Lineage, roles: npt.NDArray[np.int8], calibration: Calibration, movie: Movie | None, *, frame: int
) -> Any:
    """Return a matplotlib figure of all tracks in x and y, and below it in x and z.

    Parameters
    ----------
    lineage
        At least one spot.
    roles
        Role of the tracklet of each spot, (N,); see `volltrack.apps.drawing.roles`.
    calibration
        Unit of lengths and voxel size.
    movie
        Its frame is shown as the brightest voxels along the line of sight; None leaves the ground empty.
    frame
        The frame shown; its spots are dots, whether or not there is a movie.
    """
    from matplotlib.figure import Figure

    image = None if movie is None else movie.frame(frame)
    voxel = calibration.voxel_size
    edges = _find_edges(lineage.spots.positions_zyx, None if image is None else image.shape, voxel.zyx)
    depth, height, width = (high - low for low, high in edges)
    has_depth = depth > 0 and (image is None or image.shape[0] > 1)
    shown_depth = max(depth, 0.08 * width) if has_depth else 0.0
    inches = min(_WIDTH_INCH, 9.0 * width / (height + shown_depth))
    inches = max(inches, 3.0)
    per_inch = width / inches
    total = min((height + shown_depth) / per_inch + (1.4 if has_depth else 0.8), 14.0)
    figure = Figure(figsize=(inches + 0.9, total), layout="constrained")
    ratios = [height, shown_depth] if has_depth else [1]
    axes = figure.subplots(len(ratios), 1, squeeze=False, height_ratios=ratios, sharex=True)[:, 0]
    for axis, line_of_sight in zip(axes, (0, 1), strict=False):
        _draw_view(axis, lineage, roles, edges, voxel.zyx, image, line_of_sight, frame)
        axis.set_ylabel(f"{'yz'[line_of_sight]} ({escape_text(voxel.unit)})")
    axes[-1].set_xlabel(f"x ({escape_text(voxel.unit)})")
    _draw_scale_bar(axes[0], edges, escape_text(voxel.unit), on_image=image is not None)
    return figure


def pick_round_length(extent: float) -> float:
    """Return 1, 2 or 5 times a power of ten: the longest that is at most a quarter of `extent`."""
    power = 10.0 ** math.floor(math.log10(extent / 4))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= extent / 4 * (1 + 1e-9))


def _find_edges(
    positions: FloatArray, shape: tuple[int, ...] | None, voxel: tuple[float, float, float]
) -> list[tuple[float, float]]:
    """Return (low, high) along z, y, x: of the image whose first voxel centre is at 0, and of all spots."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    margin = np.array([0.0, 1.0, 1.0]) * 0.04 * max(float(np.max(high - low)), 10 * voxel[2])
    low, high = low - margin, high + margin
    if shape is None:
        high[1] += 0.08 * (high[1] - low[1])  # room for the scale bar
    else:
        low = np.minimum(low + margin, [-0.5 * size for size in voxel])
        high = np.maximum(high - margin, [(n - 0.5) * size for n, size in zip(shape, voxel, strict=True)])
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _draw_view(
    axis: Any,
    lineage: Lineage,
    roles: npt.NDArray[np.int8],
    edges: list[tuple[float, float]],
    voxel: tuple[float, float, float],
    image: Frame | None,
    line_of_sight: int,
    frame: int,
) -> None:
    from matplotlib.collections import LineCollection

    down = 1 - line_of_sight  # axis of the array that runs down the page: y from above, z from the side
    if image is not None:
        plane = _shrink(_stretch(np.fmax.reduce(image, axis=line_of_sight)))
        extent = (
            -0.5 * voxel[2],
            (image.shape[2] - 0.5) * voxel[2],
            (image.shape[down] - 0.5) * voxel[down],
            -0.5 * voxel[down],
        )
        axis.set_facecolor("black")
        axis.imshow(plane, cmap="gray", vmin=0, vmax=_WHITE, extent=extent, interpolation="none", aspect="auto")
    places = lineage.spots.positions_zyx[:, [2, down]]
    source, target = lineage.source_rows, lineage.target_rows
    many = len(source) > _MOST_LINES
    colors = np.array(ROLE_COLORS)
    axis.add_collection(
        LineCollection(
            list(np.stack([places[source], places[target]], axis=1)),
            colors=colors[roles[target]],
            linewidths=0.5 if many else 0.9,
            rasterized=many,
        )
    )
    here = lineage.spots.frames == frame
    size = 3 if here.sum() > 500 else 8
    axis.scatter(
        places[here, 0],
        places[here, 1],
        s=size,
        c=colors[roles[here]],
        linewidths=0,
        rasterized=bool(here.sum() > 2000),
    )
    axis.set_xlim(*edges[2])
    axis.set_ylim(*reversed(edges[down]))
    axis.set_aspect("auto" if line_of_sight else "equal")


def _draw_scale_bar(axis: Any, edges: list[tuple[float, float]], unit: str, *, on_image: bool) -> None:
    (bottom, top), (left, right) = edges[1], edges[2]
    length = pick_round_length(right - left)
    x, y = right - 0.03 * (right - left) - length, top - 0.04 * (top - bottom)
    color = "white" if on_image else INK
    axis.plot([x, x + length], [y, y], color=color, linewidth=3, solid_capstyle="butt")
    axis.annotate(
        f"{length:g} {unit}",
        (x + length / 2, y),
        (0, 4),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=color,
        bbox={"facecolor": "black", "alpha": 0.5, "linewidth": 0, "pad": 1} if on_image else None,
    )


def _stretch(plane: npt.NDArray[Any]) -> FloatArray:
    """Return a plane stretched between its 1 % and 99.8 % values to 0 .. 1; what is not finite is dark."""
    plane = np.nan_to_num(plane.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = np.percentile(plane, (1, 99.8))
    stretched: FloatArray = np.clip((plane - low) / max(high - low, 1e-12), 0, 1) ** _GAMMA
    return stretched


def _shrink(plane: FloatArray) -> npt.NDArray[np.uint8]:
    """Return 8 bit grey values with at most `_MOST_PIXELS` along a side; of merged pixels the brightest stays."""
    step = math.ceil(max(plane.shape) / _MOST_PIXELS)
    for along in (0, 1):
        if step > 1 and plane.shape[along] > step:
            plane = np.maximum.reduceat(plane, np.arange(0, plane.shape[along], step), axis=along)
    return np.rint(plane * 255).astype(np.uint8)
