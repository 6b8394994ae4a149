"""`volltrack info`: what a file holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_command, add_parts
from volltrack.apps.cli.terminal.output import print_result
from volltrack.errors import BadFile

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "info",
        summary="say what a file holds: a movie, labels, tracks, a table of cells, or settings",
        example="volltrack info movie.tif",
        run=run,
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="TIFF, OME-Zarr, TrackMate XML, CSV, GEFF, challenge folder, TOML"
    )
    add_parts(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what the file says about itself; of a file that lacks a part also that, with the exit code of an error."""
    from volltrack.apps.jobs.describe_file import describe_file

    part = {} if arguments.scene is None else {"scene": arguments.scene}
    found = describe_file(arguments.file, **part)
    print_result(found, as_json=arguments.json)
    if "missing" in found and not arguments.keep_going:
        raise BadFile(
            f"{found['missing']}; copy or export it again, or give --keep-going to use the frames that are whole",
            path=arguments.file,
        )
    return 0
