"""`volltrack measure`: a table of cells from a label movie."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_calibration,
    add_command,
    add_label_type,
    add_output,
    add_tissue,
    image_options,
)

if TYPE_CHECKING:
    from volltrack.apps.jobs import MeasureJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "measure",
        summary="measure every label of every frame: position, shape, intensity, place in the tissue",
        example="volltrack measure labels.tif --raw movie.tif --tissue tissue.tif --out cells.csv",
        make_job=make_job,
    )
    command.add_argument("labels", type=Path, metavar="LABELS", help="label movie (TIFF or OME-Zarr): 0 is background")
    command.add_argument("--raw", type=Path, action="append", default=[], help="raw movie; once per channel file")
    command.add_argument("--channel", type=int, default=1, help="channel of the raw movie, from 1 (default 1)")
    add_label_type(command)
    add_tissue(command)
    add_output(command, default="cells.csv", help_text="CSV file to write (default cells.csv)")
    add_calibration(command, images=("movie", "labels", "tissue"))
    return command


def make_job(arguments: argparse.Namespace) -> MeasureJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import LabelSources, MeasureJob

    return MeasureJob(
        sources=LabelSources(
            labels=arguments.labels,
            raws=tuple(arguments.raw),
            channel=arguments.channel,
            tissue=arguments.tissue,
            tissue_labels=arguments.tissue_labels,
            images=image_options(arguments),
        ),
        out=Path(arguments.out),
        overwrite=arguments.overwrite,
    )
