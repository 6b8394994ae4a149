"""The parts of a report that are pictures: projection, lineage trees, plots."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.analyse import compute_tracklet_spectra, localisation_table, msd_table, plot_quantities, quantity_values
from volltrack.analyse.quantity import describe_column
from volltrack.apps.report.report_input import ReportInput
from volltrack.apps.report.svg_figure import convert_to_svg, escape_text, page_style
from volltrack.apps.report.track_plots import (
    draw_curves,
    draw_histogram,
    draw_quantity,
    draw_start_and_end,
    name_axis,
    use_log_axes,
)
from volltrack.apps.report.track_projection import draw_projection
from volltrack.apps.report.track_roles import ROLE_COLORS, ROLE_NAMES
from volltrack.apps.report.tree_layout import lay_out_trees
from volltrack.apps.report.tree_svg import draw_tree_rows

__all__ = ["render_plots", "render_projection", "render_trees"]

FloatArray = npt.NDArray[np.float64]

_MOST_LEAVES: Final = 800  # of all trees together, about a dozen rows
_MOST_QUANTITIES: Final = 6
_MOST_CURVES: Final = 400  # curves of one plot; the longest tracklets are taken
_PREFERRED: Final = (
    "DISTANCE_TO_TISSUE",
    "MEAN_INTENSITY_CH1",
    "SPEED",
    "VOLUME",
    "AREA",
    "RADIUS",
    "RADIAL_SPEED",
    "TANGENTIAL_SPEED",
)
_SPECTRUM_OF: Final = ("MEAN_INTENSITY_CH1", "MEAN_INTENSITY_CH2", "DISTANCE_TO_TISSUE", "VOLUME", "AREA", "SPEED")


def render_projection(source: ReportInput) -> str:
    """Return the picture of all tracks, over the movie where there is one."""
    lineage = source.lineage
    if len(lineage.spots) == 0:
        return '<p class="note">There are no cells to show.</p>'
    frame = int(lineage.spots.frames.max())
    with page_style():
        figure = draw_projection(lineage, source.roles, source.calibration, source.movie, frame=frame)
        svg = convert_to_svg(figure, "projection", description="tracks seen from above")
    ground = "no movie: positions only" if source.movie is None else f"the brightest voxels of frame {frame}"
    return (
        f"<figure>{svg}<figcaption>All tracks, {_describe_colors(source.roles)}; dots: the cells of frame {frame}; "
        f"ground: {escape(ground)}.</figcaption></figure>"
    )


def render_trees(source: ReportInput) -> str:
    """Return the lineage trees; of many those with the most divisions, then the longest."""
    lineage = source.lineage
    if lineage.n_tracks == 0:
        return '<p class="note">No cell is linked to another: there are no trees.</p>'
    n_leaves = np.bincount(lineage.track_of_spot[lineage.out_degrees > 1], minlength=lineage.n_tracks) + 1
    fitting = int(np.searchsorted(np.cumsum(-np.sort(-n_leaves)), _MOST_LEAVES, side="right"))
    layout = lay_out_trees(lineage, max_trees=max(fitting, 1))
    n_shown = len(np.unique(layout.track))
    some = f"All {n_shown} lineage trees"
    if n_shown < lineage.n_tracks:
        some = f"{n_shown} of {lineage.n_tracks} lineage trees (those with the most divisions, then the longest)"
    roles = source.roles[layout.first_row]
    names = {number: name.split(" ", 1)[0] for number, name in source.track_names.items()}
    return (
        f'<p class="note">{some}: time runs down, one line per tracklet, {_describe_colors(roles)}. The number is that '
        f"of the track; point at a line to see its frames.</p>"
        f'<figure class="trees">{draw_tree_rows(layout, roles, source.calibration, names)}</figure>'
    )


def render_plots(source: ReportInput) -> str:
    """Return plots of what is known of the cells and tracks."""
    if len(source.lineage.spots) == 0:
        return '<p class="note">There are no cells to measure.</p>'
    plots = [_plot_counts(source), *_plot_quantities(source)]
    if len(source.lineage.links):
        plots += [_plot_localisation(source), _plot_spectrum(source), _plot_msd(source)]
        plots += [_plot_speeds(source), _plot_durations(source)]
    return f'<div class="plots">{"".join(plots)}</div>'


def _describe_colors(roles: npt.NDArray[np.int8]) -> str:
    """Return the roles that are there with their colours, as HTML."""
    words = [
        f'<span class="key" style="background:{ROLE_COLORS[role]}"></span> {ROLE_NAMES[role]}'
        for role in np.unique(roles).tolist()
    ]
    return ", ".join(words)


def _draw(name: str, title: str, caption: str, draw: Callable[[Any], None]) -> str:
    """Return one plot with its title and caption; `draw` fills the axes."""
    from matplotlib.figure import Figure

    with page_style():
        figure = Figure(figsize=(5.4, 3.3), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        svg = convert_to_svg(figure, name, description=title)
    return f"<figure><h3>{escape(title)}</h3>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _name_time_axis(axes: Any, source: ReportInput, name: str = "Time") -> None:
    """Name the x axis; time in frames gets whole numbers."""
    from matplotlib.ticker import MaxNLocator

    unit = source.calibration.time_unit
    axes.set_xlabel(name_axis(name, unit))
    if unit == "frame":
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _plot_counts(source: ReportInput) -> str:
    frames = source.lineage.spots.frames
    first, last = int(frames.min()), int(frames.max())
    times = np.arange(first, last + 1) * source.calibration.frame_interval
    counts = np.bincount(frames - first)
    linked = np.bincount(frames[source.lineage.track_of_spot >= 0] - first, minlength=len(counts))

    def draw(axes: Any) -> None:
        dot = "o" if len(times) <= 50 else None
        axes.plot(times, counts, marker=dot, color="#8a6fb3", markersize=3, label="all")
        axes.plot(times, linked, "--", marker=dot, color="#c78a2c", markersize=3, label="in a track")
        axes.set(ylabel="Number of cells", ylim=(0, 1.1 * max(counts.max(), 1)))
        _name_time_axis(axes, source)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.1)

    return _draw("counts", "Cells over time", "", draw)


def _plot_quantities(source: ReportInput) -> list[str]:
    known = plot_quantities(source.lineage)
    keys = [key for key in _PREFERRED if key in known][:_MOST_QUANTITIES]
    times = source.lineage.spots.frames.astype(np.float64) * source.calibration.frame_interval
    plots = []
    for key in keys:
        values = quantity_values(source.lineage, key, source.calibration)

        def draw(axes: Any, key: str = key, values: FloatArray = values) -> None:
            draw_quantity(axes, source.lineage, source.roles, times, values)
            if key == "DISTANCE_TO_TISSUE":
                axes.axhline(0, color="grey", linewidth=0.8, linestyle="--")
            axes.set_ylabel(escape_text(known[key].label(source.calibration)))
            _name_time_axis(axes, source)

        caption = "One line per tracklet."
        if key == "DISTANCE_TO_TISSUE":
            caption = "One line per tracklet; positive inside the tissue, the dashed line is its boundary."
        plots.append(_draw(f"over{key}", f"{known[key].name} over time", caption, draw))
    return plots


def _plot_localisation(source: ReportInput) -> str:
    table = source.lineage.spots.table
    if "DISTANCE_TO_TISSUE" not in table:
        return ""
    distance = table["DISTANCE_TO_TISSUE"].to_numpy(dtype=np.float64)
    places = localisation_table(source.lineage, distance, source.calibration).query("TRACK_ID >= 0")
    roles = source.roles_of_tracklets[places["TRACKLET_ID"].to_numpy()]

    def draw(axes: Any) -> None:
        start, end = (places[key].to_numpy() for key in ("START_DISTANCE", "END_DISTANCE"))
        draw_start_and_end(axes, roles, start, end)
        words = [describe_column(key).label(source.calibration) for key in ("START_DISTANCE", "END_DISTANCE")]
        axes.set(xlabel=escape_text(words[0]), ylabel=escape_text(words[1]))

    caption = "One dot per tracklet: its distance to the tissue boundary where it starts and where it ends."
    return _draw("localisation", "Localisation", caption, draw)


def _plot_spectrum(source: ReportInput) -> str:
    known = plot_quantities(source.lineage)
    key = next((key for key in _SPECTRUM_OF if key in known), None)
    if key is None:
        return ""
    values = quantity_values(source.lineage, key, source.calibration)
    found = compute_tracklet_spectra(source.lineage, values, source.calibration)
    name = known[key].name
    if len(found.summary) == 0:
        return (
            f'<figure><h3>Spectrum: {escape(name)}</h3><p class="note">No tracklet has enough values '
            "for a spectrum (4).</p></figure>"
        )
    longest = found.summary.sort_values("N_SAMPLES", ascending=False, kind="stable")["TRACKLET_ID"][:_MOST_CURVES]
    curves, roles = _collect_curves(source, found.spectra, longest.to_numpy(), "FREQUENCY", "AMPLITUDE")
    curves = [(x[1:], y[1:]) for x, y in curves]  # the mean is taken off: nothing at frequency 0
    unit = known[key].unit(source.calibration)

    def draw(axes: Any) -> None:
        draw_curves(axes, curves, roles)
        axes.set(
            xlabel=name_axis("Frequency", f"1/{source.calibration.time_unit}"), ylabel=name_axis("Amplitude", unit)
        )
        axes.set_ylim(bottom=0)

    n_filled = int(found.summary["N_FILLED"].sum())
    filled = f" {n_filled} missed frames were filled by linear interpolation." if n_filled else ""
    caption = (
        f"One-sided amplitude of {name}, mean removed, {_count(len(curves), len(found.summary))}; "
        f"{found.n_skipped} too short for one.{filled}"
    )
    return _draw("spectrum", f"Spectrum: {name}", caption, draw)


def _plot_msd(source: ReportInput) -> str:
    table = msd_table(source.lineage, source.calibration)
    if len(table) == 0:
        return ""
    n_lags = table.groupby("TRACKLET_ID").size().sort_values(ascending=False, kind="stable")
    curves, roles = _collect_curves(source, table, n_lags.index[:_MOST_CURVES].to_numpy(), "LAG", "MSD")
    weighted = (table["MSD"] * table["N_PAIRS"]).groupby(table["LAG"]).sum()
    mean = weighted / table.groupby("LAG")["N_PAIRS"].sum()

    def draw(axes: Any) -> None:
        from volltrack.apps.report.svg_figure import INK

        draw_curves(axes, curves, roles)
        axes.plot(mean.index, mean, color=INK, linewidth=1.6)
        positive = table["MSD"].to_numpy() > 0
        if positive.any():
            use_log_axes(axes)
        length, time = source.calibration.length_unit, source.calibration.time_unit
        axes.set(xlabel=name_axis("Lag", time), ylabel=name_axis("Mean squared displacement", f"{length}²"))

    caption = f"One curve per tracklet, {_count(len(curves), len(n_lags))}; thick line: mean over all pairs of cells."
    return _draw("msd", "Mean squared displacement", caption, draw)


def _plot_speeds(source: ReportInput) -> str:
    speed = quantity_values(source.lineage, "SPEED", source.calibration)
    groups = [(role, speed[source.roles == role]) for role in range(len(ROLE_NAMES))]

    def draw(axes: Any) -> None:
        draw_histogram(axes, groups, counted="links")
        axes.set_xlabel(escape_text(describe_column("SPEED").label(source.calibration)))

    caption = "Speed from frame to frame; the last bar also holds the fastest 0.5 %."
    return _draw("speeds", "Speed", caption, draw)


def _plot_durations(source: ReportInput) -> str:
    linked = source.tracklets["TRACK_ID"].to_numpy() >= 0
    duration = source.tracklets["DURATION"].to_numpy()
    groups = [(role, duration[linked & (source.roles_of_tracklets == role)]) for role in range(len(ROLE_NAMES))]

    def draw(axes: Any) -> None:
        draw_histogram(axes, groups, counted="tracklets")
        _name_time_axis(axes, source, "Duration")

    return _draw("durations", "Duration of tracklets", "The last bar also holds the longest 0.5 %.", draw)


def _collect_curves(
    source: ReportInput, table: Any, tracklets: npt.NDArray[np.int64], x: str, y: str
) -> tuple[list[tuple[FloatArray, FloatArray]], list[int]]:
    """Return the curve (x, y) of each of `tracklets`, and its role."""
    rows = table[table["TRACKLET_ID"].isin(tracklets)]
    curves, roles = [], []
    for number, part in rows.groupby("TRACKLET_ID"):
        curves.append((part[x].to_numpy(), part[y].to_numpy()))
        roles.append(int(source.roles_of_tracklets[number]))
    return curves, roles


def _count(shown: int, total: int) -> str:
    return f"{total} tracklets" if shown == total else f"the longest {shown} of {total} tracklets"
