"""`volltrack run`: from a raw movie to lineages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import (
    add_calibration,
    add_cell_diameter,
    add_command,
    add_label_type,
    add_networks,
    add_output,
    add_pruning,
    add_tissue,
)
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "run",
        summary="segment a movie, measure, filter, link and prune its cells, and write a TrackMate file",
        example="volltrack run movie.tif --out results\n"
        "         volltrack run other.tif --out more --settings results/run.toml\n\n"
        "An interrupted run goes on where it stopped when the same command is given again.",
        run=run,
    )
    parser.add_argument("movie", type=Path, metavar="MOVIE", help="raw movie (ImageJ or OME-TIFF, OME-Zarr)")
    parser.add_argument("--channel", type=int, help="channel that shows the cells, from 1 (default 1)")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="use this label movie, do not segment")
    parser.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="settings of all steps: an older run.toml; for its own movie also its other input",
    )
    parser.add_argument("--preset", choices=("lineage", "trackmate"), help="linking: VollTrack's own, or TrackMate's")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done and written; do nothing")
    add_networks(parser)
    add_cell_diameter(parser)
    add_pruning(parser)
    add_label_type(parser)
    add_tissue(parser)
    add_output(parser, default=None, help_text="results folder")
    add_calibration(parser, images=("movie", "labels", "tissue"))


def run(arguments: argparse.Namespace) -> int:
    """Run the main job and print what came out."""
    from dataclasses import replace

    from volltrack.apps.cli.options.chosen_settings import choose_segmentation, chosen_settings
    from volltrack.apps.cli.options.images import image_options
    from volltrack.apps.jobs.inputs.run_input import choose_input
    from volltrack.apps.jobs.inputs.settings_file import read_input_record
    from volltrack.apps.jobs.run_movie import run_movie

    settings = chosen_settings(arguments)
    source = choose_input(
        arguments.movie,
        read_input_record(arguments.settings, arguments.movie),
        channel=arguments.channel,
        labels=arguments.labels,
        tissue=arguments.tissue,
        tissue_labels=arguments.tissue_labels,
        images=image_options(arguments),
    )
    if source.labels is None:
        segment = choose_segmentation(settings.segment, arguments, source.open_movie())
        settings = replace(settings, segment=segment)
    with ProgressBars(quiet=arguments.quiet) as bars:
        result = run_movie(
            source,
            Path(arguments.out),
            settings,
            overwrite=arguments.overwrite,
            dry_run=arguments.dry_run,
            on_progress=bars,
        )
    print_result(result, as_json=arguments.json)
    return 0
