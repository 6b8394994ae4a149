"""`volltrack info`: what a file holds."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_command,
    add_parts,
)
from volltrack.apps.cli.terminal import print_result
from volltrack.errors import BadFile

if TYPE_CHECKING:
    from volltrack.apps.jobs import InfoJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "info",
        summary="say what a file holds: a movie, labels, tracks, a table of cells, or settings",
        example="volltrack info movie.tif",
        make_job=make_job,
        show=_show,
    )
    command.add_argument(
        "file", type=Path, metavar="FILE", help="TIFF, OME-Zarr, TrackMate XML, CSV, GEFF, challenge folder, TOML"
    )
    add_parts(command)
    return command


def make_job(arguments: argparse.Namespace) -> InfoJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import InfoJob

    return InfoJob(file=arguments.file, scene=arguments.scene)


def _show(result: Mapping[str, Any], arguments: argparse.Namespace) -> int:
    """Print what the file says about itself; of a file that lacks a part also that, with the exit code of an error."""
    print_result(result, as_json=arguments.json)
    if "missing" in result and not arguments.keep_going:
        raise BadFile(
            f"{result['missing']}; copy or export it again, or give --keep-going to use the frames that are whole",
            path=arguments.file,
        )
    return 0
