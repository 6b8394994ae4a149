"""`volltrack segment`: a label movie from a raw movie."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_calibration,
    add_cell_diameter,
    add_command,
    add_networks,
    add_output,
    choose_segmentation,
    image_options,
)

if TYPE_CHECKING:
    from volltrack.apps.jobs.labels.segment_movie import SegmentJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "segment",
        summary="find the cells of every frame of a movie, with trained networks or without",
        example="volltrack segment movie.tif --out labels.tif --cell-diameter 8\n"
        "         volltrack segment movie.tif --out labels.tif --star models/star --unet models/unet\n\n"
        "An interrupted segmentation goes on where it stopped when the same command is given again.",
        make_job=make_job,
    )
    command.add_argument(
        "movie", type=Path, metavar="MOVIE", help="raw movie (TIFF, OME-Zarr), bright cells on dark background"
    )
    command.add_argument("--channel", type=int, default=1, help="channel that shows the cells, from 1 (default 1)")
    add_cell_diameter(command)
    command.add_argument("--settings", type=Path, metavar="FILE", help="settings file; its section [segment] is used")
    add_networks(command)
    command.add_argument("--intermediates", type=Path, metavar="DIR", help="write mask, probability, seeds ... there")
    add_output(command, default="labels.tif", help_text="label movie to write, .tif or .zarr (default labels.tif)")
    add_calibration(command)
    return command


def make_job(arguments: argparse.Namespace) -> SegmentJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs.inputs import MovieSources
    from volltrack.apps.jobs.labels.segment_movie import SegmentJob
    from volltrack.apps.jobs.settings import read_run_file

    sources = MovieSources(movie=arguments.movie, channel=arguments.channel, images=image_options(arguments))
    movie = sources.open_movie()
    return SegmentJob(
        sources=sources,
        settings=choose_segmentation(arguments, movie, read_run_file(arguments.settings)),
        out=Path(arguments.out),
        intermediates=arguments.intermediates,
        overwrite=arguments.overwrite,
    )
