"""`volltrack score`: a result against a known truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_all_spots, add_calibration, add_command, add_label_type
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "score",
        summary="score a result against a known truth: DET, TRA, LNK and divisions for lineages, SEG for label movies",
        example="volltrack score tracks.xml truth.xml\n"
        "         volltrack score tracks.xml truth.xml --result-labels labels.tif --truth-labels truth_labels.tif\n"
        "         volltrack score labels.tif truth_labels.tif",
        run=run,
    )
    parser.add_argument(
        "result", type=Path, metavar="RESULT", help="lineages (any format of convert), or labels (.tif, .zarr)"
    )
    parser.add_argument("truth", type=Path, metavar="TRUTH", help="the same of the truth")
    parser.add_argument(
        "--result-labels", type=Path, metavar="FILE", help="label movie of the result: match by overlap"
    )
    parser.add_argument("--truth-labels", type=Path, metavar="FILE", help="label movie of the truth")
    parser.add_argument("--max-distance", type=float, help="match spots up to this distance (default: median radius)")
    add_all_spots(parser)
    add_label_type(parser)
    add_calibration(parser)


def run(arguments: argparse.Namespace) -> int:
    """Score and print the measures."""
    from volltrack.apps.cli.options.images import image_options
    from volltrack.apps.jobs.truth.score_files import score_label_files, score_track_files
    from volltrack.io.image_kind import is_image

    images = image_options(arguments)
    with ProgressBars(quiet=arguments.quiet) as bars:
        if is_image(arguments.result):
            result = score_label_files(arguments.result, arguments.truth, images, on_progress=bars)
        else:
            result = score_track_files(
                arguments.result,
                arguments.truth,
                images,
                result_labels=arguments.result_labels,
                truth_labels=arguments.truth_labels,
                max_distance=arguments.max_distance,
                all_spots=arguments.all_spots,
                on_progress=bars,
            )
    print_result(result, as_json=arguments.json)
    return 0
