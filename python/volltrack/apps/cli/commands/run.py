"""`volltrack run`: from a raw movie to lineages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_calibration,
    add_cell_diameter,
    add_command,
    add_label_type,
    add_linker,
    add_networks,
    add_output,
    add_pruning,
    add_tissue,
    choose_segmentation,
    image_options,
    require_given_labels,
)

if TYPE_CHECKING:
    from volltrack.apps.jobs.run_movie import RunJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "run",
        summary="segment a movie, measure, filter, link and prune its cells, and write a TrackMate file",
        example="volltrack run movie.tif --out results\n"
        "         volltrack run other.tif --out more --settings results/run.toml\n\n"
        "An interrupted run goes on where it stopped when the same command is given again.",
        make_job=make_job,
    )
    command.add_argument("movie", type=Path, metavar="MOVIE", help="raw movie (ImageJ or OME-TIFF, OME-Zarr)")
    command.add_argument("--channel", type=int, help="channel that shows the cells, from 1 (default 1)")
    command.add_argument("--labels", type=Path, metavar="FILE", help="use this label movie, do not segment")
    command.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="settings of all steps: an older run.toml; for its own movie also its other input",
    )
    add_linker(command)
    command.add_argument("--dry-run", action="store_true", help="say what would be done and written; do nothing")
    add_networks(command)
    add_cell_diameter(command)
    add_pruning(command)
    add_label_type(command)
    add_tissue(command)
    add_output(command, default=None, help_text="results folder")
    add_calibration(command, images=("movie", "labels", "tissue"))
    return command


def make_job(arguments: argparse.Namespace) -> RunJob:
    """Return the job that the arguments say."""
    from dataclasses import replace

    from volltrack.apps.jobs.inputs import MovieSources
    from volltrack.apps.jobs.run_movie import RunJob
    from volltrack.apps.jobs.settings import read_run_file, with_tracking

    file = read_run_file(arguments.settings)
    settings = with_tracking(
        file.settings,
        preset=arguments.preset,
        linker=arguments.linker,
        min_tracklet_length=arguments.min_tracklet_length,
        unit=arguments.unit,
    )
    sources = MovieSources(
        movie=arguments.movie,
        channel=1 if arguments.channel is None else arguments.channel,
        labels=arguments.labels,
        tissue=arguments.tissue,
        tissue_labels=arguments.tissue_labels,
        images=image_options(arguments),
    ).or_else(file.input_of(arguments.movie), has_channel=arguments.channel is not None)
    if sources.labels is not None:
        require_given_labels(arguments)
    else:
        settings = replace(settings, segment=choose_segmentation(arguments, sources.open_movie(), file))
    return RunJob(
        sources=sources,
        settings=settings,
        out=Path(arguments.out),
        overwrite=arguments.overwrite,
        dry_run=arguments.dry_run,
    )
