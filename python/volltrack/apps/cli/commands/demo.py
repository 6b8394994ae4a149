"""`volltrack demo`: the main job on a synthetic movie with known truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_command,
    add_no_network,
    add_output,
)

if TYPE_CHECKING:
    from volltrack.apps.jobs import DemoJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "demo",
        summary="make a synthetic 3D+t tissue movie, run the main job on it, and score it against the truth",
        example="volltrack demo --out demo",
        make_job=make_job,
    )
    command.add_argument("--seed", type=int, default=0, help="the movie follows from it (default 0)")
    add_no_network(command)
    add_output(command, default="demo", help_text="results folder (default demo)")
    return command


def make_job(arguments: argparse.Namespace) -> DemoJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import DemoJob

    return DemoJob(
        out=Path(arguments.out),
        seed=arguments.seed,
        use_networks=not arguments.no_network,
        overwrite=arguments.overwrite,
    )
