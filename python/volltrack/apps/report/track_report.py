"""One HTML page that shows tracks to a person and needs nothing else."""

from __future__ import annotations

import datetime
from pathlib import Path

from volltrack import __version__
from volltrack.apps.report.html_page import Section, render_page
from volltrack.apps.report.report_input import ReportInput
from volltrack.apps.report.report_plots import render_plots, render_projection, render_trees
from volltrack.apps.report.report_tables import (
    render_overview,
    render_problems,
    render_settings,
    render_track_table,
)
from volltrack.io.outputs import replace_file
from volltrack.progress import OnProgress, track_progress

__all__ = ["write_report"]


def write_report(
    path: Path, source: ReportInput, *, overwrite: bool = False, on_progress: OnProgress | None = None
) -> None:
    """Write the page.

    Parameters
    ----------
    path
        HTML file; appears when it is complete.
    source
        The tracks, and what else is at hand.
    overwrite
        Whether an existing file may be replaced.
    on_progress
        Told after each part of the page.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_file`.
    Cancelled
        `on_progress` asked to stop.
    """
    parts = {
        "overview": ("Overview", render_overview),
        "tracks-over-movie": ("Projection", render_projection),
        "trees": ("Lineage trees", render_trees),
        "plots": ("Plots", render_plots),
        "tracks": ("Tracks", render_track_table),
        "problems": ("Problems", render_problems),
        "settings": ("Settings", render_settings),
    }
    sections = [
        Section(name=name, title=title, body=render(source))
        for name, (title, render) in track_progress(parts.items(), on_progress, "report", len(parts))
    ]
    now = datetime.datetime.now().astimezone()
    footer = f"VollTrack {__version__}: volltrack report {source.path} · {now:%Y-%m-%d %H:%M %Z}"
    page = render_page(f"Tracks in {source.path.name}", sections, footer=footer)
    with replace_file(path, overwrite=overwrite) as temporary:
        temporary.write_text(page, encoding="utf-8", errors="replace")
