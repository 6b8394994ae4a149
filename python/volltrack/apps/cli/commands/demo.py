"""`volltrack demo`: the main job on a synthetic movie with known truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_command, add_no_network, add_output
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "demo",
        summary="make a synthetic 3D+t tissue movie, run the main job on it, and score it against the truth",
        example="volltrack demo --out demo",
        run=run,
    )
    parser.add_argument("--seed", type=int, default=0, help="the movie follows from it (default 0)")
    add_no_network(parser)
    add_output(parser, default="demo", help_text="results folder (default demo)")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo and print its scores."""
    from volltrack.apps.jobs.demo import run_demo

    with ProgressBars(quiet=arguments.quiet) as bars:
        result = run_demo(
            Path(arguments.out),
            seed=arguments.seed,
            use_networks=not arguments.no_network,
            overwrite=arguments.overwrite,
            on_progress=bars,
        )
    print_result(result, as_json=arguments.json)
    return 0
