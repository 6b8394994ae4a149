"""`volltrack evaluate`: a segmentation against the truth, over all overlaps."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_break_lock,
    add_command,
    add_label_type,
    add_parts,
    image_options,
)
from volltrack.apps.cli.terminal import print_result

if TYPE_CHECKING:
    from volltrack.apps.jobs import EvaluateJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "evaluate",
        summary="precision, recall, F1 and AP of a segmentation over overlaps from 0.1 to 0.9, MSE and SSIM",
        example="volltrack evaluate labels.tif truth_labels.tif --out table.csv --picture curves.png\n"
        "         volltrack evaluate VollSeg=a.tif StarDist=b.tif U-Net=c.tif truth_labels.tif",
        make_job=make_job,
        show=_show,
    )
    command.add_argument("result", nargs="+", metavar="[NAME=]PRED", help="label movie; several to compare methods")
    command.add_argument("truth", type=Path, metavar="TRUTH", help="label movie of the truth")
    command.add_argument("--out", type=Path, metavar="FILE.csv", help="write the table")
    command.add_argument("--picture", type=Path, metavar="FILE.png", help="draw the curves")
    add_label_type(command)
    add_parts(command)
    command.add_argument("--overwrite", action="store_true", help="replace files that are already there")
    add_break_lock(command)
    return command


def make_job(arguments: argparse.Namespace) -> EvaluateJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import EvaluateJob

    named = dict(text.split("=", 1) if "=" in text else (Path(text).name, text) for text in arguments.result)
    return EvaluateJob(
        results={name: Path(path) for name, path in named.items()},
        truth=arguments.truth,
        out=arguments.out,
        picture=arguments.picture,
        images=image_options(arguments),
        overwrite=arguments.overwrite,
    )


def _show(result: Mapping[str, Any], arguments: argparse.Namespace) -> int:
    """Print the tables."""
    if arguments.json:
        print_result({name: table.to_dict("records") for name, table in result.items()}, as_json=True)
    else:
        for table in result.values():
            print(table.to_string(index=False, float_format="{:.4f}".format))
    return 0
