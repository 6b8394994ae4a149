"""`volltrack train`: networks from a folder of labelled images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_break_lock,
    add_command,
)

if TYPE_CHECKING:
    from volltrack.apps.jobs.train_networks import TrainJob

__all__ = ["add_parser", "make_job"]

_STEPS = ("patches", "unet", "star", "noise2void", "thresholds")


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "train",
        summary="train U-Net, StarDist and Noise2Void on labelled images, and search StarDist's thresholds",
        example="volltrack train data --out models\n"
        "         volltrack train data --out models --only star thresholds --settings models/train.toml\n\n"
        "DATA holds Raw/ and Segmentation/ with files of the same names. An interrupted training goes on where it\n"
        "stopped when the same command is given again.",
        make_job=make_job,
    )
    command.add_argument("data", type=Path, metavar="DATA", help="folder with Raw/ and Segmentation/")
    command.add_argument("--out", type=Path, required=True, metavar="MODELS", help="folder of the trained networks")
    command.add_argument("--only", nargs="+", choices=_STEPS, default=list(_STEPS), help="steps to do (default: all)")
    command.add_argument("--settings", type=Path, metavar="FILE", help="settings: an older train.toml")
    command.add_argument("--epochs", type=int, help="in place of the settings' (default 100)")
    add_break_lock(command)
    return command


def make_job(arguments: argparse.Namespace) -> TrainJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs.train_networks import TrainJob, read_train_file

    return TrainJob(
        data=arguments.data,
        out=arguments.out,
        steps=tuple(arguments.only),
        settings=read_train_file(arguments.settings, epochs=arguments.epochs),
    )
