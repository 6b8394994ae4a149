"""`volltrack train`: networks from a folder of labelled images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_break_lock, add_command
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]

_STEPS = ("patches", "unet", "star", "noise2void", "thresholds")


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "train",
        summary="train U-Net, StarDist and Noise2Void on labelled images, and search StarDist's thresholds",
        example="volltrack train data --out models\n"
        "         volltrack train data --out models --only star thresholds --settings models/train.toml\n\n"
        "DATA holds Raw/ and Segmentation/ with files of the same names. An interrupted training goes on where it\n"
        "stopped when the same command is given again.",
        run=run,
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with Raw/ and Segmentation/")
    parser.add_argument("--out", type=Path, required=True, metavar="MODELS", help="folder of the trained networks")
    parser.add_argument("--only", nargs="+", choices=_STEPS, default=list(_STEPS), help="steps to do (default: all)")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings: an older train.toml")
    parser.add_argument("--epochs", type=int, help="in place of the settings' (default 100)")
    add_break_lock(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train what is asked for and print where it lies."""
    from volltrack.apps.jobs.train_networks import train_networks

    with ProgressBars(quiet=arguments.quiet) as bars:
        result = train_networks(
            arguments.data,
            arguments.out,
            steps=arguments.only,
            settings_file=arguments.settings,
            epochs=arguments.epochs,
            on_progress=bars,
        )
    print_result(result, as_json=arguments.json)
    return 0
