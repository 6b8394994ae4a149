"""Plots as files: figures on white for a paper, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from volltrack.apps.drawing.plots.axes import escape_text
from volltrack.apps.napari_plugin.explorer.plots.plot_data import PlotData
from volltrack.errors import BadValue
from volltrack.io.outputs import replace_file

__all__ = ["FIGURE_SUFFIXES", "save_figure", "save_table"]

FIGURE_SUFFIXES: Final = (".pdf", ".png", ".svg")


def save_figure(
    path: Path, plots: Sequence[PlotData], *, title: str = "", legend: Sequence[tuple[str, str]] = ()
) -> None:
    """Write plots below each other into a PNG, SVG or PDF file.

    Parameters
    ----------
    path
        The suffix says the format.
    plots
        Those without curves are left out.
    title
        Line on top.
    legend
        Names and colours (``#rrggbb``).

    Raises
    ------
    BadValue
        Another suffix, or no plot has curves.
    OutputFailed
        Disk full, no permission.
    """
    if path.suffix.lower() not in FIGURE_SUFFIXES:
        raise BadValue(f"{path.name}: expected a name that ends in {', '.join(FIGURE_SUFFIXES)}")
    shown = [plot for plot in plots if plot.curves]
    if not shown:
        raise BadValue("there is nothing to save: select a track first")
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    with rc_context({"svg.fonttype": "none", "pdf.fonttype": 42}):  # text stays text
        figure = Figure(figsize=(8, 2.8 * len(shown) + 0.6), layout="constrained")
        for axis, plot in zip(figure.subplots(len(shown), squeeze=False)[:, 0], shown, strict=True):
            _draw(axis, plot)
        figure.suptitle(escape_text(title), fontsize=11)
        if legend:
            handles = [Line2D([], [], color=color, label=name, linewidth=2) for name, color in legend]
            figure.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), 6), frameon=False)
        with replace_file(path) as temporary:
            figure.savefig(temporary, dpi=200)


def save_table(path: Path, plots: Sequence[PlotData]) -> None:
    """Write what is plotted as CSV, one row per point; axes of different plots are columns of their own.

    Raises
    ------
    BadValue
        The suffix is not ``.csv``, or no plot has curves.
    OutputFailed
        Disk full, no permission.
    """
    if path.suffix.lower() != ".csv":
        raise BadValue(f"{path.name}: expected a name that ends in .csv")
    tables = [plot.to_table() for plot in plots if plot.curves]
    if not tables:
        raise BadValue("there is nothing to save: select a track first")
    with replace_file(path) as temporary:
        pd.concat(tables, ignore_index=True).to_csv(temporary, index=False)


def _draw(axis: Any, plot: PlotData) -> None:
    for curve in plot.curves:
        axis.plot(
            curve.x,
            curve.y,
            color=curve.color,
            linestyle=("--" if curve.is_dashed else "-") if curve.has_line else "none",
            linewidth=1.6,
            marker="o" if curve.markers else None,
            markersize=5,
            markerfacecolor="white" if curve.markers == "ring" else curve.color,
        )
    axis.set_title(escape_text(plot.title), fontsize=10)
    axis.set_xlabel(escape_text(plot.x_label))
    axis.set_ylabel(escape_text(plot.y_label))
    axis.spines[["top", "right"]].set_visible(False)
    if not plot.y_label:
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
    if plot.note:
        axis.annotate(escape_text(plot.note), (0, -0.32), xycoords="axes fraction", fontsize=8, va="top")
