"""Plots of numbers per spot, link and tracklet: parent green, daughters red, axes with names and units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.apps.drawing.roles import ROLE_COLORS, ROLE_NAMES
from volltrack.model import Lineage

__all__ = [
    "draw_curves",
    "draw_histogram",
    "draw_quantity",
    "draw_start_and_end",
    "escape_text",
    "name_axis",
    "use_log_axes",
]

FloatArray = npt.NDArray[np.float64]

_MOST_LINES: Final = 4000  # beyond, lines and dots are drawn as pixels, so that a file stays small
_SINGLE_POINTS: Final = 12.0


def escape_text(text: str) -> str:
    """Return a name from a file as matplotlib shows it: a dollar sign is no formula, a line break no line."""
    return re.sub(r"\s+", " ", text).replace("\\", "/").replace("$", r"\$")


def name_axis(name: str, unit: str = "") -> str:
    """Return the label of an axis as matplotlib shows it: name and, if there is one, unit in brackets."""
    return escape_text(f"{name} ({unit})" if unit else name)


def draw_quantity(
    axes: Any, lineage: Lineage, roles: npt.NDArray[np.int8], times: FloatArray, values: FloatArray
) -> None:
    """Draw a quantity over time, one line per tracklet, coloured by role; a lone spot is a dot.

    Parameters
    ----------
    axes
        Matplotlib axes; the caller names them.
    lineage
        Spots and links.
    roles
        Role of the tracklet of each spot, (N,); see `volltrack.apps.drawing.roles`.
    times, values
        Per spot, (N,); a value that is not finite leaves a gap.
    """
    from matplotlib.collections import LineCollection

    known = np.isfinite(values)
    runs = _find_runs(lineage, known)
    joined = np.concatenate(runs) if runs else np.empty(0, dtype=np.int64)
    points = np.stack([times, values], axis=1)
    many = len(joined) > _MOST_LINES
    colors = np.array(ROLE_COLORS)
    axes.add_collection(
        LineCollection(
            [points[rows] for rows in runs],
            colors=colors[roles[[rows[0] for rows in runs]]] if runs else [],
            linewidths=0.5 if many else 0.9,
            alpha=0.6 if many else 0.85,
            rasterized=many,
        )
    )
    lone = known.copy()
    lone[joined] = False
    axes.scatter(
        times[lone],
        values[lone],
        s=4 if many else _SINGLE_POINTS,
        c=colors[roles[lone]],
        linewidths=0,
        rasterized=bool(lone.sum() > _MOST_LINES),
    )
    axes.autoscale_view()
    _add_role_legend(axes, roles)


def _find_runs(lineage: Lineage, known: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.int64]]:
    """Return the rows of spots that follow each other in a tracklet, all with a value; each run has two or more."""
    inner = lineage.inner_links
    source, target = lineage.source_rows[inner], lineage.target_rows[inner]
    drawn = known[source] & known[target]
    source, target = source[drawn], target[drawn]
    order = np.lexsort((lineage.spots.frames[source], lineage.tracklet_of_spot[source]))
    source, target = source[order], target[order]
    first = np.flatnonzero(np.append(True, source[1:] != target[:-1])) if len(source) else np.empty(0, dtype=np.int64)
    rows = np.insert(target, first, source[first])
    return np.split(rows, (first + np.arange(len(first)))[1:]) if len(first) else []


def draw_start_and_end(axes: Any, roles: npt.NDArray[np.int8], start: FloatArray, end: FloatArray) -> None:
    """Draw the value of each tracklet at its end over that at its start; on the line nothing has changed.

    Parameters
    ----------
    axes
        Matplotlib axes; the caller names them.
    roles
        Role of each tracklet, (K,).
    start, end
        Values at the first and last spot, (K,); tracklets with a value that is not finite are left out.
    """
    known = np.isfinite(start) & np.isfinite(end)
    if known.any():
        low, high = (float(pick([pick(start[known]), pick(end[known])])) for pick in (np.min, np.max))
        axes.plot([low, high], [low, high], color="grey", linewidth=0.8, linestyle="--", zorder=0)
    for role, color in enumerate(ROLE_COLORS):
        chosen = known & (roles == role)
        axes.scatter(
            start[chosen],
            end[chosen],
            s=10,
            c=color,
            alpha=0.75,
            linewidths=0,
            rasterized=bool(chosen.sum() > _MOST_LINES),
        )
    _add_role_legend(axes, roles)


def draw_curves(axes: Any, curves: Sequence[tuple[FloatArray, FloatArray]], roles: Sequence[int]) -> None:
    """Draw one curve per tracklet, coloured by its role.

    Parameters
    ----------
    axes
        Matplotlib axes; the caller names them.
    curves
        x and y of each, both (n,).
    roles
        Role of each curve; see `volltrack.apps.drawing.roles`.
    """
    from matplotlib.collections import LineCollection

    many = sum(len(x) for x, _ in curves) > 4 * _MOST_LINES
    axes.add_collection(
        LineCollection(
            [np.stack([x, y], axis=1) for x, y in curves],
            colors=[ROLE_COLORS[role] for role in roles],
            linewidths=0.7,
            alpha=0.7,
            rasterized=many,
        )
    )
    axes.autoscale_view()
    _add_role_legend(axes, np.asarray(roles, dtype=np.int8))


def draw_histogram(axes: Any, groups: Sequence[tuple[int, FloatArray]], *, counted: str) -> None:
    """Draw a histogram with one stacked part per role.

    Parameters
    ----------
    axes
        Matplotlib axes; the caller names the x axis.
    groups
        Role and its values; values that are not finite are left out.
    counted
        What the bars count, for the y axis, such as ``"links"``.
    """
    known = [(role, values[np.isfinite(values)]) for role, values in groups]
    known = [(role, values) for role, values in known if len(values)]
    if known:
        together = np.concatenate([values for _, values in known])
        n_bins = int(np.clip(np.sqrt(len(together)), 8, 40))
        low, high = float(together.min()), float(np.percentile(together, 99.5))
        edges = np.linspace(low, high if high > low else low + 1, n_bins + 1)
        inside = [np.minimum(values, edges[-1]) for _, values in known]
        axes.hist(inside, bins=edges, stacked=True, color=[ROLE_COLORS[role] for role, _ in known])
        _add_role_legend(axes, np.array([role for role, _ in known], dtype=np.int8))
    axes.set_ylabel(f"Number of {counted}")


def use_log_axes(axes: Any) -> None:
    """Make both axes logarithmic, with plain numbers at 1, 2 and 5 where there is room."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set(xscale="log", yscale="log")
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        wide = high / low > 300
        axis.set_major_locator(LogLocator(subs=(1.0,) if wide else (1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())


def _add_role_legend(axes: Any, roles: npt.NDArray[np.int8]) -> None:
    """Name the colours that are there, above the axes where no line runs."""
    from matplotlib.lines import Line2D

    present = np.unique(roles).tolist()
    if not present:
        return
    handles = [Line2D([], [], color=ROLE_COLORS[role], linewidth=3) for role in present]
    axes.legend(
        handles,
        [ROLE_NAMES[role] for role in present],
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=3,
        borderaxespad=0.1,
        handlelength=1.0,
        columnspacing=1.0,
    )
