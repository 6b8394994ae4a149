"""`volltrack score`: a result against a known truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_all_spots,
    add_calibration,
    add_command,
    add_label_type,
    image_options,
)

if TYPE_CHECKING:
    from volltrack.apps.jobs import ScoreJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "score",
        summary="score a result against a known truth: DET, TRA, LNK and divisions for lineages, SEG for label movies",
        example="volltrack score tracks.xml truth.xml\n"
        "         volltrack score tracks.xml truth.xml --result-labels labels.tif --truth-labels truth_labels.tif\n"
        "         volltrack score labels.tif truth_labels.tif",
        make_job=make_job,
    )
    command.add_argument(
        "result", type=Path, metavar="RESULT", help="lineages (any format of convert), or labels (.tif, .zarr)"
    )
    command.add_argument("truth", type=Path, metavar="TRUTH", help="the same of the truth")
    command.add_argument(
        "--result-labels", type=Path, metavar="FILE", help="label movie of the result: match by overlap"
    )
    command.add_argument("--truth-labels", type=Path, metavar="FILE", help="label movie of the truth")
    command.add_argument("--max-distance", type=float, help="match spots up to this distance (default: median radius)")
    add_all_spots(command)
    add_label_type(command)
    add_calibration(command)
    return command


def make_job(arguments: argparse.Namespace) -> ScoreJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import ScoreJob
    from volltrack.score import ScoreSettings

    return ScoreJob(
        result=arguments.result,
        truth=arguments.truth,
        result_labels=arguments.result_labels,
        truth_labels=arguments.truth_labels,
        settings=ScoreSettings(max_distance=arguments.max_distance),
        images=image_options(arguments),
        all_spots=arguments.all_spots,
    )
