"""The parts of a report that are pictures: projection, lineage trees, and the plots of `volltrack analyse`."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.analyse import describe_column, plot_quantities
from volltrack.apps.drawing.plots.of_analysis import (
    Plot,
    knows_localisation,
    name_time_axis,
    plot_histogram,
    plot_localisation,
    plot_msd,
    plot_over_time,
    plot_spectrum,
)
from volltrack.apps.drawing.projection import draw_projection
from volltrack.apps.drawing.roles import ROLE_COLORS, ROLE_NAMES
from volltrack.apps.drawing.svg_figure import convert_to_svg, page_style
from volltrack.apps.drawing.trees.layout import lay_out_trees
from volltrack.apps.drawing.trees.svg import draw_tree_rows
from volltrack.apps.report.report_input import ReportInput

__all__ = ["render_plots", "render_projection", "render_trees"]

_MOST_LEAVES: Final = 800  # of all trees together, about a dozen rows
_MOST_QUANTITIES: Final = 6
_PREFERRED: Final = (
    "SPEED",
    "VOLUME",
    "AREA",
    "RADIUS",
    "RADIAL_SPEED",
    "TANGENTIAL_SPEED",
)
"""Quantities to show after the distance to the tissue and the mean intensities, as far as there is room."""


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
    analysis = source.analysis
    known = plot_quantities(source.lineage)
    intensities = [key for key in known if key.startswith("MEAN_INTENSITY_CH")]
    keys = [key for key in ("DISTANCE_TO_TISSUE", *intensities, *_PREFERRED) if key in known][:_MOST_QUANTITIES]
    parts = [_render(_plot_counts(source)), *(_render(plot_over_time(analysis, key)) for key in keys)]
    if len(source.lineage.links):
        if knows_localisation(analysis):
            parts.append(_render(plot_localisation(analysis)))
        parts.append(_render_spectrum(source))
        if len(analysis.tables["msd"]):
            parts.append(_render(plot_msd(analysis)))
        parts += [
            _render(plot_histogram(analysis, *column)) for column in (("links", "SPEED"), ("tracklets", "DURATION"))
        ]
    return f'<div class="plots">{"".join(parts)}</div>'


def _describe_colors(roles: npt.NDArray[np.int8]) -> str:
    """Return the roles that are there with their colours, as HTML."""
    words = [
        f'<span class="key" style="background:{ROLE_COLORS[role]}"></span> {ROLE_NAMES[role]}'
        for role in np.unique(roles).tolist()
    ]
    return ", ".join(words)


def _render(plot: Plot) -> str:
    """Return one plot with its title and caption."""
    from matplotlib.figure import Figure

    with page_style():
        figure = Figure(figsize=(5.4, 3.3), layout="constrained")
        plot.draw(figure.subplots())
        svg = convert_to_svg(figure, plot.name, description=plot.title)
    return f"<figure><h3>{escape(plot.title)}</h3>{svg}<figcaption>{escape(plot.caption)}</figcaption></figure>"


def _plot_counts(source: ReportInput) -> Plot:
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
        name_time_axis(axes, source.calibration, "TIME")
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.1)

    return Plot(name="counts", title="Cells over time", caption="", draw=draw)


def _render_spectrum(source: ReportInput) -> str:
    """Return the spectra of the quantity that the report takes, if there is one."""
    if not source.spectrum_of:
        return ""
    (key,) = source.spectrum_of
    if len(source.analysis.tables["dominant_frequencies"]):
        plot = plot_spectrum(source.analysis, key)
        return _render(replace(plot, caption=f"{plot.caption} The mean was taken off first."))
    return (
        f'<figure><h3>Spectrum of {escape(describe_column(key).name)}</h3><p class="note">No tracklet has enough '
        "values for a spectrum (4).</p></figure>"
    )
