"""`volltrack report`: tracks as one HTML page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_all_spots,
    add_calibration,
    add_channel_of_run,
    add_command,
    add_label_type,
    add_output,
    add_tissue,
    track_sources,
)

if TYPE_CHECKING:
    from volltrack.apps.report import ReportJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "report",
        summary="show tracks as one HTML page: numbers, lineage trees, plots, tracks over the movie, settings",
        example="volltrack report tracks.xml --movie movie.tif --tissue tissue.tif --out report.html",
        make_job=make_job,
    )
    command.add_argument("tracks", type=Path, metavar="TRACKS", help="TrackMate XML, CSV, GEFF, challenge folder")
    command.add_argument(
        "--movie", type=Path, metavar="FILE", help="raw movie (default: the one that a TrackMate XML names)"
    )
    add_channel_of_run(command)
    command.add_argument("--labels", type=Path, metavar="FILE", help="label movie: intensities are taken within labels")
    command.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings to show (default: run.toml beside the tracks)"
    )
    add_all_spots(command)
    add_label_type(command)
    add_tissue(command)
    add_output(command, default="report.html", help_text="HTML file to write (default report.html)")
    add_calibration(command, images=("movie", "labels", "tissue"))
    return command


def make_job(arguments: argparse.Namespace) -> ReportJob:
    """Return the job that the arguments say."""
    from volltrack.apps.report import ReportJob

    return ReportJob(
        sources=track_sources(arguments),
        settings_file=arguments.settings,
        out=Path(arguments.out),
        overwrite=arguments.overwrite,
    )
