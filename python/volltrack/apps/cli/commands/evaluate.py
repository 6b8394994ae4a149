"""`volltrack evaluate`: a segmentation against the truth, over all overlaps."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_break_lock, add_command, add_label_type, add_parts
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "evaluate",
        summary="precision, recall, F1 and AP of a segmentation over overlaps from 0.1 to 0.9, MSE and SSIM",
        example="volltrack evaluate labels.tif truth_labels.tif --out table.csv --picture curves.png\n"
        "         volltrack evaluate VollSeg=a.tif StarDist=b.tif U-Net=c.tif truth_labels.tif",
        run=run,
    )
    parser.add_argument("result", nargs="+", metavar="[NAME=]PRED", help="label movie; several to compare methods")
    parser.add_argument("truth", type=Path, metavar="TRUTH", help="label movie of the truth")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write the table")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="draw the curves")
    add_label_type(parser)
    add_parts(parser)
    parser.add_argument("--overwrite", action="store_true", help="replace files that are already there")
    add_break_lock(parser)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate and print the table."""
    from volltrack.apps.jobs.inputs.image_options import ImageOptions
    from volltrack.apps.jobs.truth.evaluate_files import evaluate_files

    named = dict(text.split("=", 1) if "=" in text else (Path(text).name, text) for text in arguments.result)
    with ProgressBars(quiet=arguments.quiet) as bars:
        matching, forms = evaluate_files(
            {name: Path(path) for name, path in named.items()},
            arguments.truth,
            table=arguments.out,
            picture=arguments.picture,
            images=ImageOptions(
                allow_whole_floats=arguments.allow_whole_floats,
                split_mask=arguments.split_mask,
                scene=arguments.scene,
                keep_going=arguments.keep_going,
            ),
            overwrite=arguments.overwrite,
            on_progress=bars,
        )
    if arguments.json:
        print_result({"matching": matching.to_dict("records"), "forms": forms.to_dict("records")}, as_json=True)
    else:
        print(matching.to_string(index=False, float_format="{:.4f}".format))
        print(forms.to_string(index=False, float_format="{:.4f}".format))
    return 0
