"""`volltrack convert`: lineages from one file format to another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_all_spots,
    add_break_lock,
    add_calibration,
    add_command,
    image_options,
)

if TYPE_CHECKING:
    from volltrack.apps.jobs import ConvertJob

__all__ = ["add_parser", "make_job"]

_KINDS = ("trackmate", "cells", "paper", "ctc", "geff")


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "convert",
        summary="convert lineages: TrackMate .xml, cells .csv, the paper's .paper.csv, .geff, challenge folder",
        example="volltrack convert tracks.xml tracks.geff\n"
        "         volltrack convert 01_RES tracks.xml --voxel-size 1,0.5,0.5 --length-unit µm "
        "--frame-interval 60 --time-unit sec",
        make_job=make_job,
    )
    command.add_argument("input", type=Path, metavar="IN", help="file or folder to read")
    command.add_argument("output", type=Path, metavar="OUT", help="file or folder to write; its suffix says which kind")
    command.add_argument("--from", dest="source_kind", choices=_KINDS, help="what IN is, where its suffix does not say")
    command.add_argument(
        "--to", dest="target_kind", choices=_KINDS, help="what to write, where the suffix does not say"
    )
    command.add_argument(
        "--edges",
        type=Path,
        metavar="EDGES.csv",
        help="TrackMate's table of edges, for IN a table of spots (default: NAME_edges.csv beside NAME_spots.csv)",
    )
    command.add_argument(
        "--movie", type=Path, metavar="FILE", help="image that a TrackMate file OUT names; must fit the tracks"
    )
    command.add_argument("--dry-run", action="store_true", help="say what would be lost; write nothing")
    command.add_argument("--overwrite", action="store_true", help="replace a file that is already there")
    add_all_spots(command)
    add_break_lock(command)
    add_calibration(command)
    return command


def make_job(arguments: argparse.Namespace) -> ConvertJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import ConvertJob

    return ConvertJob(
        tracks=arguments.input,
        out=arguments.output,
        source_kind=arguments.source_kind,
        target_kind=arguments.target_kind,
        edges=arguments.edges,
        movie=arguments.movie,
        images=image_options(arguments),
        all_spots=arguments.all_spots,
        overwrite=arguments.overwrite,
        dry_run=arguments.dry_run,
    )
