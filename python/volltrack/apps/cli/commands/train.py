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
        summary="train StarDist, U-Net and Noise2Void on labelled images, and search StarDist's thresholds",
        example="volltrack train data --out models\n"
        "         volltrack train data --out models --minutes 15\n"
        "         volltrack train data --out models --start older/star\n"
        "         volltrack train data --out models --only star thresholds --settings models/train.toml\n\n"
        "DATA holds TIFF files in pairs, such as img_1.tif and mask_1.tif, or 1.tif and 1_masks.tif; or two folders,\n"
        "Raw/ and Segmentation/ (or images/ and masks/), with files of the same names. Without --settings, planes\n"
        "train StarDist, with cells brought to the size that it sees best, and new images are scaled alike; stacks\n"
        "train all networks as in the paper. An interrupted training goes on where it stopped when the same command\n"
        "is given again. Then: volltrack segment MOVIE --star models/star",
        make_job=make_job,
    )
    command.add_argument("data", type=Path, metavar="DATA", help="folder of images with their labels")
    command.add_argument("--out", type=Path, required=True, metavar="MODELS", help="folder of the trained networks")
    command.add_argument("--only", nargs="+", choices=_STEPS, help="steps to do (default: all; planes: no U-Net)")
    command.add_argument("--settings", type=Path, metavar="FILE", help="settings: an older train.toml")
    command.add_argument("--epochs", type=int, help="in place of the settings' (default 100; planes: by --minutes)")
    command.add_argument("--minutes", type=float, metavar="N", help="planes: about so long on one core (default 40)")
    command.add_argument(
        "--start", nargs="+", default=[], metavar="MODEL", help="networks to begin with, in place of random weights"
    )
    add_break_lock(command)
    return command


def make_job(arguments: argparse.Namespace) -> TrainJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs.train_networks import TrainJob, read_train_file

    return TrainJob(
        data=arguments.data,
        out=arguments.out,
        settings=None if arguments.settings is None else read_train_file(arguments.settings),
        steps=None if arguments.only is None else tuple(arguments.only),
        epochs=arguments.epochs,
        minutes=arguments.minutes,
        start=tuple(arguments.start),
    )
