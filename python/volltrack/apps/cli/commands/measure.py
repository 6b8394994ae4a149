"""`volltrack measure`: a table of cells from a label movie."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_calibration, add_command, add_label_type, add_output, add_tissue
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "measure",
        summary="measure every label of every frame: position, shape, intensity, place in the tissue",
        example="volltrack measure labels.tif --raw movie.tif --tissue tissue.tif --out cells.csv",
        run=run,
    )
    parser.add_argument("labels", type=Path, metavar="LABELS", help="label movie (TIFF or OME-Zarr): 0 is background")
    parser.add_argument("--raw", type=Path, action="append", default=[], help="raw movie; once per channel file")
    parser.add_argument("--channel", type=int, default=1, help="channel of the raw movie, from 1 (default 1)")
    add_label_type(parser)
    add_tissue(parser)
    add_output(parser, default="cells.csv", help_text="CSV file to write (default cells.csv)")
    add_calibration(parser, images=("movie", "labels", "tissue"))


def run(arguments: argparse.Namespace) -> int:
    """Measure and write the table."""
    from volltrack.apps.cli.options.images import image_options
    from volltrack.apps.jobs.results.outputs import reserve_outputs
    from volltrack.io.cells_csv import write_cells_csv
    from volltrack.io.missing_frames import leave_out, list_frames
    from volltrack.measure import MeasureSettings, measure_movie
    from volltrack.model import Tissue

    inputs = [arguments.labels, arguments.tissue, *arguments.raw]
    with reserve_outputs([Path(arguments.out)], overwrite=arguments.overwrite, inputs=inputs):
        images = image_options(arguments)
        alone = not arguments.raw and arguments.tissue is None
        labels = images.open_labels(arguments.labels, raw=arguments.raw[0] if arguments.raw else None, alone=alone)
        raws = [images.open_raw(path, labels.calibration, channel=arguments.channel) for path in arguments.raw]
        labels = leave_out(labels, raws)
        tissue = None
        if arguments.tissue is not None:
            found = images.open_tissue_of(arguments.tissue, labels.calibration, movie=labels)
            tissue = Tissue(labels=found, tissue_labels=arguments.tissue_labels)
        with ProgressBars(quiet=arguments.quiet) as bars:
            # of several files each is a channel; one channel of one file has its number there
            first = arguments.channel if len(raws) == 1 else 1
            spots = measure_movie(labels, raws, tissue, MeasureSettings(), first_channel=first, on_progress=bars)
        write_cells_csv(arguments.out, spots, calibration=labels.calibration, overwrite=arguments.overwrite)
    result: dict[str, Any] = {
        "cells": len(spots),
        "frames": labels.n_frames,
        "columns": len(spots.feature_keys),
        "out": arguments.out,
    }
    if labels.missing:
        result["frames_left_out"] = list_frames(labels.missing)
    print_result(result, as_json=arguments.json)
    return 0
