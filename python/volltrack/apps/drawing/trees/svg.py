"""Lineage trees as SVG: rows of trees like words on a page, time down, one line per tracklet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.apps.drawing.roles import ROLE_COLORS, ROLE_NAMES
from volltrack.apps.drawing.trees.layout import TreeLayout
from volltrack.model import Calibration

__all__ = ["draw_tree_rows"]

_WIDTH: Final = 1060.0
_LEFT: Final = 58.0  # place of the time axis
_TOP: Final = 18.0  # place of the numbers of the tracks
_HEIGHT: Final = 190.0  # of the trees in a row
_COLUMN: Final = 12.0  # between two leaves
_SPACE: Final = 10.0  # between two trees
_MOST_TITLES: Final = 6000  # tracklets; beyond, they are drawn as one line per role and cannot be pointed at


@dataclass(frozen=True)
class _Tree:
    """The tracklets of one tree: rows of the layout, its number of columns, width on the page."""

    rows: npt.NDArray[np.int64]
    first_column: float
    column_px: float
    width_px: float


def draw_tree_rows(
    layout: TreeLayout, roles: npt.NDArray[np.int8], calibration: Calibration, names: Mapping[int, str]
) -> str:
    """Return SVG elements, one per row of trees.

    Parameters
    ----------
    layout
        From `volltrack.apps.drawing.trees.layout.lay_out_trees`.
    roles
        Role of each tracklet of the layout, (K,); see `volltrack.apps.drawing.roles`.
    calibration
        Frame interval and unit of the time axis.
    names
        What to write above each tree, by track number.
    """
    if len(layout.x) == 0:
        return ""
    first, last = int(layout.first_frame.min()), int(layout.last_frame.max())
    scale = _HEIGHT / max(last - first, 1)
    parts = []
    for number, trees in enumerate(_fill_rows(_measure_trees(layout))):
        drawing = _RowDrawing(layout, roles, names, first, scale, named=len(layout.x) <= _MOST_TITLES)
        x = _LEFT + 8
        for tree in trees:
            drawing.add(tree, x)
            x += tree.width_px + _SPACE
        axis = _draw_time_axis(first, last, scale, calibration)
        label = f"lineage trees, row {number + 1}: time runs down, one line per tracklet"
        height = _TOP + _HEIGHT + 10
        parts.append(
            f'<svg class="figure" role="img" aria-label="{label}" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" '
            f'font-size="10" fill="none" stroke-width="1.6">{axis}{drawing.to_svg()}</svg>'
        )
    return "\n".join(parts)


def _measure_trees(layout: TreeLayout) -> list[_Tree]:
    """Return the trees from left to right, each as wide as its leaves need, at most a row."""
    trees = []
    left = {int(number): float(layout.x[layout.track == number].min()) for number in np.unique(layout.track)}
    order = np.argsort(layout.track, kind="stable")
    starts = np.flatnonzero(np.diff(layout.track[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        n_columns = float(np.ptp(layout.x[rows])) + 1
        column = min(_COLUMN, (_WIDTH - _LEFT - 16) / n_columns)
        trees.append(_Tree(rows, left[int(layout.track[rows[0]])], column, n_columns * column))
    return sorted(trees, key=lambda tree: tree.first_column)


def _fill_rows(trees: list[_Tree]) -> list[list[_Tree]]:
    """Return the trees as rows no wider than the page, in order."""
    lines: list[list[_Tree]] = [[]]
    used = _LEFT + 8
    for tree in trees:
        if lines[-1] and used + tree.width_px > _WIDTH - 4:
            lines.append([])
            used = _LEFT + 8
        lines[-1].append(tree)
        used += tree.width_px + _SPACE
    return lines


class _RowDrawing:
    """Collects the lines of the trees of one row."""

    def __init__(
        self,
        layout: TreeLayout,
        roles: npt.NDArray[np.int8],
        names: Mapping[int, str],
        first_frame: int,
        scale: float,
        *,
        named: bool,
    ) -> None:
        self._layout, self._roles, self._names = layout, roles, names
        self._first, self._scale, self._named = first_frame, scale, named
        self._joins_of: dict[int, list[int]] = {}
        for mother, daughter in layout.joins.tolist():
            self._joins_of.setdefault(daughter, []).append(mother)
        self._paths: dict[int, list[str]] = {}
        self._texts: list[str] = []

    def add(self, tree: _Tree, left: float) -> None:
        """Add one tree whose first column stands half a column right of `left`."""
        layout = self._layout
        px = left + (layout.x - tree.first_column + 0.5) * tree.column_px
        number = int(layout.track[tree.rows[0]])
        name = self._names.get(number, str(number))
        root = tree.rows[np.argmin(layout.first_frame[tree.rows])]
        for row in tree.rows.tolist():
            x, top, end = px[row], self._y(layout.first_frame[row]), self._y(layout.last_frame[row])
            lines = [f"M{x:.1f} {top:.1f}V{end:.1f}" if end > top else f"M{x:.1f} {top - 1:.1f}v2"]
            for mother in self._joins_of.get(row, ()):
                lines.append(f"M{px[mother]:.1f} {self._y(layout.last_frame[mother]):.1f}H{x:.1f}V{top:.1f}")
            role = int(self._roles[row])
            if self._named:
                frames = f"frames {layout.first_frame[row]} to {layout.last_frame[row]}"
                title = f"<title>track {escape(name)}, {ROLE_NAMES[role]}: {frames}</title>"
                self._paths.setdefault(role, []).append(f'<path d="{"".join(lines)}">{title}</path>')
            else:
                self._paths.setdefault(role, []).extend(lines)
        if len(name) * 6 <= tree.width_px + _SPACE - 2:
            self._texts.append(
                f'<text x="{px[root]:.1f}" y="{self._y(layout.first_frame[root]) - 5:.1f}" text-anchor="middle" '
                f'fill="currentColor">{escape(name)}</text>'
            )

    def to_svg(self) -> str:
        """Return the elements of the row."""
        groups = []
        for role, paths in sorted(self._paths.items()):
            inner = "".join(paths) if self._named else f'<path d="{"".join(paths)}"/>'
            groups.append(f'<g stroke="{ROLE_COLORS[role]}">{inner}</g>')
        return "".join(groups) + "".join(self._texts)

    def _y(self, frame: int | np.int64) -> float:
        return float(_TOP + (frame - self._first) * self._scale)


def _draw_time_axis(first: int, last: int, scale: float, calibration: Calibration) -> str:
    from matplotlib.ticker import MaxNLocator

    interval = calibration.frame_interval
    locator = MaxNLocator(nbins=6, integer=calibration.time_unit == "frame", min_n_ticks=1)
    ticks = list(locator.tick_values(first * interval, max(last, first + 1) * interval))
    marks = []
    for time in ticks:
        if not first * interval - 1e-9 <= time <= last * interval + 1e-9:
            continue
        y = _TOP + (time / interval - first) * scale
        marks.append(
            f'<path d="M{_LEFT - 4:.0f} {y:.1f}h4" stroke="currentColor" stroke-width="1"/><text x="{_LEFT - 7:.0f}" '
            f'y="{y + 3.5:.1f}" text-anchor="end" fill="currentColor">{time:g}</text>'
        )
    middle = _TOP + _HEIGHT / 2
    return (
        f'<path d="M{_LEFT:.0f} {_TOP:.0f}v{_HEIGHT:.0f}" stroke="currentColor" stroke-width="1"/>{"".join(marks)}'
        f'<text transform="translate(12 {middle:.0f}) rotate(-90)" text-anchor="middle" '
        f'fill="currentColor">Time ({escape(calibration.time_unit)})</text>'
    )
