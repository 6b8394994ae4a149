"""The plots of an analysis: what each shows, and how it is drawn on given axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse import QUANTITIES, describe_column, quantity_values
from volltrack.apps.report.svg_figure import escape_text
from volltrack.apps.report.track_plots import (
    draw_curves,
    draw_histogram,
    draw_quantity,
    draw_start_and_end,
    name_axis,
)
from volltrack.apps.report.track_roles import DAUGHTER, PARENT, SINGLE, find_roles
from volltrack.pipeline import Analysis

__all__ = ["Plot", "list_plots"]

FloatArray = npt.NDArray[np.float64]

_NUMBERS: Final = {"parent": PARENT, "daughter": DAUGHTER, "single": SINGLE}
_MOST_CURVES: Final = 400  # of one plot; the longest tracklets are taken


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One plot.

    Parameters
    ----------
    name
        Name of its files.
    title
        Line above it.
    draw
        Draws on matplotlib axes, and names these.
    """

    name: str
    title: str
    draw: Callable[[Any], None]


def list_plots(analysis: Analysis) -> list[Plot]:
    """Return the plots that the tables of an analysis allow; parents are green, daughters red."""
    plots = []
    tables = analysis.tables
    for key in _find_series(analysis):
        plots.append(_plot_over_time(analysis, key))
    if "localisation" in tables and tables["localisation"]["START_DISTANCE"].notna().any():
        plots.append(_plot_localisation(analysis))
    if "spectra" in tables:
        plots += [_plot_spectrum(analysis, str(key)) for key in tables["spectra"]["QUANTITY"].unique()]
    if len(tables["msd"]):
        plots.append(_plot_msd(analysis))
    tracklets = tables["tracklets"].query("TRACK_ID >= 0")
    plots += [
        _plot_histogram(analysis, tracklets, key, counted="tracklets")
        for key in ("DURATION", "CELL_CYCLE", "MEAN_SPEED", "STRAIGHTNESS")
        if tracklets[key].notna().any()
    ]
    links = tables["links"].assign(ROLE=tables["tracklets"]["ROLE"].to_numpy()[tables["links"]["TRACKLET_ID"]])
    plots += [
        _plot_histogram(analysis, links, key, counted="links")
        for key in ("RADIAL_SPEED", "TANGENTIAL_SPEED", "TURNING_ANGLE")
        if key in links and links[key].notna().any()
    ]
    return plots


def _find_series(analysis: Analysis) -> list[str]:
    keys = analysis.lineage.spots.feature_keys
    wanted = [key for key in ("DISTANCE_TO_TISSUE", *keys) if key in keys]
    table = analysis.lineage.spots.table
    return [
        key
        for key in dict.fromkeys(wanted)
        if (key == "DISTANCE_TO_TISSUE" or key.startswith("MEAN_INTENSITY")) and table[key].notna().any()
    ] + (["SPEED"] if len(analysis.lineage.links) else [])


def _label(analysis: Analysis, key: str) -> str:
    return escape_text(describe_column(key).label(analysis.calibration))


def _number_roles(roles: Sequence[str]) -> npt.NDArray[np.int8]:
    return np.array([_NUMBERS[role] for role in roles], dtype=np.int8)


def _plot_over_time(analysis: Analysis, key: str) -> Plot:
    lineage = analysis.lineage
    values = quantity_values(lineage, key, analysis.calibration)
    if len(lineage.links):
        values = np.where(lineage.track_of_spot < 0, np.nan, values)  # a cell without a track is no line
    times = lineage.spots.frames.astype(np.float64) * analysis.calibration.frame_interval

    def draw(axes: Any) -> None:
        draw_quantity(axes, lineage, find_roles(lineage), times, values)
        if key == "DISTANCE_TO_TISSUE":
            axes.axhline(0, color="grey", linewidth=0.8, linestyle="--")
        axes.set(xlabel=_label(analysis, "TIME"), ylabel=_label(analysis, key))

    name = {"DISTANCE_TO_TISSUE": "distance"}.get(key, key.lower())
    return Plot(name=f"{name}_over_time", title=f"{describe_column(key).name} over time", draw=draw)


def _plot_localisation(analysis: Analysis) -> Plot:
    places = analysis.tables["localisation"].query("TRACK_ID >= 0")

    def draw(axes: Any) -> None:
        start, end = (places[key].to_numpy() for key in ("START_DISTANCE", "END_DISTANCE"))
        draw_start_and_end(axes, _number_roles(places["ROLE"].tolist()), start, end)
        axes.set(xlabel=_label(analysis, "START_DISTANCE"), ylabel=_label(analysis, "END_DISTANCE"))

    return Plot(name="localisation", title="Localisation: distance to the boundary", draw=draw)


def _plot_spectrum(analysis: Analysis, key: str) -> Plot:
    spectra = analysis.tables["spectra"].query("QUANTITY == @key and FREQUENCY > 0")
    curves, roles = _collect_curves(analysis, spectra, "FREQUENCY", "AMPLITUDE")
    unit = describe_column(key).unit(analysis.calibration)

    def draw(axes: Any) -> None:
        draw_curves(axes, curves, roles)
        axes.set(xlabel=_label(analysis, "FREQUENCY"), ylabel=name_axis(QUANTITIES["AMPLITUDE"].name, unit))
        axes.set_ylim(bottom=0)

    name = {"DISTANCE_TO_TISSUE": "distance"}.get(key, key.lower())
    return Plot(name=f"spectrum_{name}", title=f"Spectrum of {describe_column(key).name}", draw=draw)


def _plot_msd(analysis: Analysis) -> Plot:
    table = analysis.tables["msd"]
    curves, roles = _collect_curves(analysis, table, "LAG", "MSD")
    total = (table["MSD"] * table["N_PAIRS"]).groupby(table["LAG"]).sum()
    mean = total / table.groupby("LAG")["N_PAIRS"].sum()

    def draw(axes: Any) -> None:
        draw_curves(axes, curves, roles)
        axes.plot(mean.index, mean, color="black", linewidth=1.6)
        axes.annotate("mean", (mean.index[-1], mean.iloc[-1]), xytext=(4, 0), textcoords="offset points", va="center")
        if (table["MSD"] > 0).any():
            axes.set(xscale="log", yscale="log")
        axes.set(xlabel=_label(analysis, "LAG"), ylabel=_label(analysis, "MSD"))

    return Plot(name="msd", title="Mean squared displacement", draw=draw)


def _plot_histogram(analysis: Analysis, table: pd.DataFrame, key: str, *, counted: str) -> Plot:
    from matplotlib.ticker import MaxNLocator

    roles = _number_roles(table["ROLE"].tolist())
    values = table[key].to_numpy(dtype=np.float64)
    groups = [(role, values[roles == role]) for role in sorted(_NUMBERS.values())]

    def draw(axes: Any) -> None:
        draw_histogram(axes, groups, counted=counted)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.set_xlabel(_label(analysis, key))

    return Plot(name=key.lower(), title=describe_column(key).name, draw=draw)


def _collect_curves(
    analysis: Analysis, table: pd.DataFrame, x: str, y: str
) -> tuple[list[tuple[FloatArray, FloatArray]], list[int]]:
    """Return the curves (x, y) of the tracklets with most points, and their roles."""
    size = table.groupby("TRACKLET_ID").size().sort_values(ascending=False, kind="stable")
    rows = table[table["TRACKLET_ID"].isin(size.index[:_MOST_CURVES])]
    numbers, start = np.unique(rows["TRACKLET_ID"].to_numpy(), return_index=True)
    parts = (np.split(rows[key].to_numpy(dtype=np.float64), start[1:]) for key in (x, y))
    role = analysis.tables["tracklets"]["ROLE"].to_numpy()[numbers]
    return list(zip(*parts, strict=True)), [_NUMBERS[str(name)] for name in role]
