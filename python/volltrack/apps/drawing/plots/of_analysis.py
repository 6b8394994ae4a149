"""The plots of an analysis: what each shows, and how it is drawn on given axes; files and report pages use them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse import QUANTITIES, describe_column, quantity_values
from volltrack.apps.drawing.plots.axes import (
    draw_curves,
    draw_histogram,
    draw_quantity,
    draw_start_and_end,
    escape_text,
    name_axis,
    use_log_axes,
)
from volltrack.apps.drawing.roles import DAUGHTER, PARENT, SINGLE, find_roles
from volltrack.model import Calibration, spot_times
from volltrack.pipeline import Analysis

__all__ = [
    "Plot",
    "knows_localisation",
    "list_plots",
    "name_time_axis",
    "plot_histogram",
    "plot_localisation",
    "plot_msd",
    "plot_over_time",
    "plot_spectrum",
]

FloatArray = npt.NDArray[np.float64]

_NUMBERS: Final = {"parent": PARENT, "daughter": DAUGHTER, "single": SINGLE}
_MOST_CURVES: Final = 400  # of one plot; the longest tracklets are taken
_SHORT_NAMES: Final = {"DISTANCE_TO_TISSUE": "distance"}


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One plot.

    Parameters
    ----------
    name
        Name of its files.
    title
        Line above it.
    caption
        What a reader must know of it; one or two sentences.
    draw
        Draws on matplotlib axes, and names these.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[Any], None]


def list_plots(analysis: Analysis) -> list[Plot]:
    """Return the plots that the tables of an analysis allow; parents are green, daughters red."""
    plots = [plot_over_time(analysis, key) for key in _find_series(analysis)]
    tables = analysis.tables
    if knows_localisation(analysis):
        plots.append(plot_localisation(analysis))
    if "spectra" in tables:
        plots += [plot_spectrum(analysis, str(key)) for key in tables["spectra"]["QUANTITY"].unique()]
    if len(tables["msd"]):
        plots.append(plot_msd(analysis))
    for table, keys in (
        ("tracklets", ("DURATION", "CELL_CYCLE", "MEAN_SPEED", "STRAIGHTNESS")),
        ("links", ("RADIAL_SPEED", "TANGENTIAL_SPEED", "TURNING_ANGLE")),
    ):
        linked = tables[table].query("TRACK_ID >= 0")
        plots += [plot_histogram(analysis, table, key) for key in keys if key in linked and linked[key].notna().any()]
    return plots


def plot_over_time(analysis: Analysis, key: str) -> Plot:
    """Return a quantity over time, one of `volltrack.analyse.plot_quantities`; cells in no track are left out.

    Raises
    ------
    BadValue
        An unknown key.
    """
    lineage, calibration = analysis.lineage, analysis.calibration
    values = quantity_values(lineage, key, calibration)
    if len(lineage.links):
        values = np.where(lineage.track_of_spot < 0, np.nan, values)  # a cell without a track is no line
    times = spot_times(lineage.spots, calibration)
    is_distance = key == "DISTANCE_TO_TISSUE"

    def draw(axes: Any) -> None:
        draw_quantity(axes, lineage, find_roles(lineage), times, values)
        if is_distance:
            axes.axhline(0, color="grey", linewidth=0.8, linestyle="--")
        axes.set_ylabel(_label(analysis, key))
        name_time_axis(axes, calibration, "TIME")

    return Plot(
        name=f"{_SHORT_NAMES.get(key, key.lower())}_over_time",
        title=f"{describe_column(key).name} over time",
        caption="One line per tracklet; positive inside the tissue, the dashed line is its boundary."
        if is_distance
        else "One line per tracklet.",
        draw=draw,
    )


def knows_localisation(analysis: Analysis) -> bool:
    """Return whether a spot has a distance to the tissue."""
    tables = analysis.tables
    return "localisation" in tables and bool(tables["localisation"]["START_DISTANCE"].notna().any())


def plot_localisation(analysis: Analysis) -> Plot:
    """Return where tracklets start and end in the tissue; the analysis has a table ``localisation``."""
    places = analysis.tables["localisation"].query("TRACK_ID >= 0")

    def draw(axes: Any) -> None:
        start, end = (places[key].to_numpy() for key in ("START_DISTANCE", "END_DISTANCE"))
        draw_start_and_end(axes, _number_roles(places["ROLE"].tolist()), start, end)
        axes.set(xlabel=_label(analysis, "START_DISTANCE"), ylabel=_label(analysis, "END_DISTANCE"))

    return Plot(
        name="localisation",
        title="Localisation: distance to the boundary",
        caption="One dot per tracklet: its distance to the tissue boundary where it starts and where it ends.",
        draw=draw,
    )


def plot_spectrum(analysis: Analysis, key: str) -> Plot:
    """Return the spectra of a quantity, one curve per tracklet; the analysis has some in its table ``spectra``."""
    spectra = analysis.tables["spectra"].query("QUANTITY == @key and FREQUENCY > 0")
    summary = analysis.tables["dominant_frequencies"].query("QUANTITY == @key")
    curves, roles, some = _collect_curves(analysis, spectra, "FREQUENCY", "AMPLITUDE")
    name, unit = describe_column(key).name, describe_column(key).unit(analysis.calibration)
    n_filled = int(summary["N_FILLED"].sum())

    def draw(axes: Any) -> None:
        draw_curves(axes, curves, roles)
        axes.set(xlabel=_label(analysis, "FREQUENCY"), ylabel=name_axis(QUANTITIES["AMPLITUDE"].name, unit))
        axes.set_ylim(bottom=0)

    filled = f" {n_filled} missed frames were filled by linear interpolation." if n_filled else ""
    return Plot(
        name=f"spectrum_{_SHORT_NAMES.get(key, key.lower())}",
        title=f"Spectrum of {name}",
        caption=f"One-sided amplitude of {name}, {some} with enough values for one.{filled}",
        draw=draw,
    )


def plot_msd(analysis: Analysis) -> Plot:
    """Return the mean squared displacement over the lag; the analysis has rows in its table ``msd``."""
    table = analysis.tables["msd"]
    curves, roles, some = _collect_curves(analysis, table, "LAG", "MSD")
    total = (table["MSD"] * table["N_PAIRS"]).groupby(table["LAG"]).sum()
    mean = total / table.groupby("LAG")["N_PAIRS"].sum()

    def draw(axes: Any) -> None:
        from matplotlib import rcParams

        draw_curves(axes, curves, roles)
        axes.plot(mean.index, mean, color=rcParams["text.color"], linewidth=1.6)
        axes.annotate("mean", (mean.index[-1], mean.iloc[-1]), xytext=(4, 0), textcoords="offset points", va="center")
        if (table["MSD"] > 0).any():
            use_log_axes(axes)
        axes.set(xlabel=_label(analysis, "LAG"), ylabel=_label(analysis, "MSD"))

    return Plot(
        name="msd",
        title="Mean squared displacement",
        caption=f"One curve per tracklet, {some}; thick line: mean over all pairs of cells.",
        draw=draw,
    )


def plot_histogram(analysis: Analysis, table: str, key: str) -> Plot:
    """Return the histogram of a column of the table ``links`` or ``tracklets``, stacked by role.

    Parameters
    ----------
    analysis
        Rows without a track are left out.
    table
        ``"links"`` or ``"tracklets"``; what the bars count.
    key
        A column of numbers.
    """
    from matplotlib.ticker import MaxNLocator

    rows = analysis.tables[table].query("TRACK_ID >= 0")
    roles = _number_roles(analysis.tables["tracklets"]["ROLE"].to_numpy()[rows["TRACKLET_ID"]].tolist())
    values = rows[key].to_numpy(dtype=np.float64)
    groups = [(role, values[roles == role]) for role in sorted(_NUMBERS.values())]

    def draw(axes: Any) -> None:
        draw_histogram(axes, groups, counted=table)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if key in ("DURATION", "CELL_CYCLE"):
            name_time_axis(axes, analysis.calibration, key)
        else:
            axes.set_xlabel(_label(analysis, key))

    return Plot(
        name=key.lower(),
        title=describe_column(key).name,
        caption=f"One count per {table.removesuffix('s')}; the last bar also holds the largest 0.5 %.",
        draw=draw,
    )


def name_time_axis(axes: Any, calibration: Calibration, key: str) -> None:
    """Name the x axis after a column of times, such as ``"TIME"``; time in frames gets whole numbers."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel(escape_text(describe_column(key).label(calibration)))
    if calibration.time_unit == "frame":
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


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


def _collect_curves(
    analysis: Analysis, table: pd.DataFrame, x: str, y: str
) -> tuple[list[tuple[FloatArray, FloatArray]], list[int], str]:
    """Return the curves (x, y) of the tracklets with most points, their roles, and how many of all they are."""
    size = table.groupby("TRACKLET_ID").size().sort_values(ascending=False, kind="stable")
    rows = table[table["TRACKLET_ID"].isin(size.index[:_MOST_CURVES])]
    numbers, start = np.unique(rows["TRACKLET_ID"].to_numpy(), return_index=True)
    parts = (np.split(rows[key].to_numpy(dtype=np.float64), start[1:]) for key in (x, y))
    role = analysis.tables["tracklets"]["ROLE"].to_numpy()[numbers]
    some = (
        f"{len(size)} tracklets"
        if len(numbers) == len(size)
        else f"the longest {len(numbers)} of {len(size)} tracklets"
    )
    return list(zip(*parts, strict=True)), [_NUMBERS[str(name)] for name in role], some
