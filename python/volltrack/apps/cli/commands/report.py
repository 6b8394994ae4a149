"""`volltrack report`: tracks as one HTML page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import (
    add_all_spots,
    add_calibration,
    add_channel_of_run,
    add_command,
    add_label_type,
    add_output,
    add_tissue,
)
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "report",
        summary="show tracks as one HTML page: numbers, lineage trees, plots, tracks over the movie, settings",
        example="volltrack report tracks.xml --movie movie.tif --tissue tissue.tif --out report.html",
        run=run,
    )
    parser.add_argument("tracks", type=Path, metavar="TRACKS", help="TrackMate XML, CSV, GEFF, challenge folder")
    parser.add_argument(
        "--movie", type=Path, metavar="FILE", help="raw movie (default: the one that a TrackMate XML names)"
    )
    add_channel_of_run(parser)
    parser.add_argument("--labels", type=Path, metavar="FILE", help="label movie: intensities are taken within labels")
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings to show (default: run.toml beside the tracks)"
    )
    add_all_spots(parser)
    add_label_type(parser)
    add_tissue(parser)
    add_output(parser, default="report.html", help_text="HTML file to write (default report.html)")
    add_calibration(parser, images=("movie", "labels", "tissue"))


def run(arguments: argparse.Namespace) -> int:
    """Write the page and say what it shows."""
    from volltrack.apps.cli.options.images import image_options
    from volltrack.apps.jobs.results.outputs import reserve_outputs
    from volltrack.apps.report.report_tracks import ReportFiles, report_tracks
    from volltrack.errors import BadValue

    out = Path(arguments.out)
    if out.suffix.lower() not in (".html", ".htm"):
        raise BadValue(f"--out {out}: expected a name that ends in .html, for a page that a browser opens")
    files = ReportFiles(
        tracks=arguments.tracks,
        movie=arguments.movie,
        labels=arguments.labels,
        tissue=arguments.tissue,
        settings=arguments.settings,
        channel=arguments.channel,
        tissue_labels=arguments.tissue_labels,
        images=image_options(arguments),
        all_spots=arguments.all_spots,
    )
    inputs = [files.tracks, files.movie, files.labels, files.tissue, files.settings]
    with (
        reserve_outputs([out], overwrite=arguments.overwrite, inputs=inputs),
        ProgressBars(quiet=arguments.quiet) as bars,
    ):
        source = report_tracks(files, out, overwrite=arguments.overwrite, on_progress=bars)
    result = {
        "cells": len(source.lineage.spots),
        "tracks": source.lineage.n_tracks,
        "divisions": source.lineage.n_divisions,
        "movie": "none" if source.movie is None else source.movie.name,
        "notes": list(source.notes),
        "bytes": out.stat().st_size,
        "out": out,
    }
    print_result(result, as_json=arguments.json)
    return 0
