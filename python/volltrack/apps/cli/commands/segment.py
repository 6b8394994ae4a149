"""`volltrack segment`: a label movie from a raw movie."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import (
    add_calibration,
    add_cell_diameter,
    add_command,
    add_networks,
    add_output,
)
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "segment",
        summary="find the cells of every frame of a movie, with trained networks or without",
        example="volltrack segment movie.tif --out labels.tif --cell-diameter 8\n"
        "         volltrack segment movie.tif --out labels.tif --star models/star --unet models/unet\n\n"
        "An interrupted segmentation goes on where it stopped when the same command is given again.",
        run=run,
    )
    parser.add_argument(
        "movie", type=Path, metavar="MOVIE", help="raw movie (TIFF, OME-Zarr), bright cells on dark background"
    )
    parser.add_argument("--channel", type=int, default=1, help="channel that shows the cells, from 1 (default 1)")
    add_cell_diameter(parser)
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings file; its section [segment] is used")
    add_networks(parser)
    parser.add_argument(
        "--intermediates", type=Path, metavar="DIR", help="write mask, probability, seeds ... of the networks there"
    )
    add_output(parser, default="labels.tif", help_text="label movie to write, .tif or .zarr (default labels.tif)")
    add_calibration(parser)


def run(arguments: argparse.Namespace) -> int:
    """Segment the movie frame by frame and write the labels."""
    from volltrack.apps.cli.options.chosen_settings import choose_segmentation
    from volltrack.apps.cli.options.images import image_options
    from volltrack.apps.jobs.inputs.settings_file import read_run_settings
    from volltrack.apps.jobs.labels.label_step import segment_to_file
    from volltrack.io.missing_frames import list_frames
    from volltrack.pipeline import NetworkSettings

    movie = image_options(arguments).open_movie(arguments.movie, channel=arguments.channel)
    settings = choose_segmentation(read_run_settings(arguments.settings).segment, arguments, movie)
    with ProgressBars(quiet=arguments.quiet) as bars:
        used = segment_to_file(
            movie,
            settings,
            Path(arguments.out),
            source=arguments.movie,
            intermediates=arguments.intermediates,
            overwrite=arguments.overwrite,
            on_progress=bars,
        )
    result: dict[str, Any] = {"frames": movie.n_frames}
    if movie.missing:
        result["frames_left_out"] = list_frames(movie.missing)
    if isinstance(used, NetworkSettings):
        result["networks"] = ", ".join(used.names)
    else:
        result["cell_diameter"] = f"{used.cell_diameter_um:.4g} {movie.calibration.length_unit}"
    result["out"] = arguments.out
    print_result(result, as_json=arguments.json)
    return 0
