"""Options that several subcommands share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

__all__ = [
    "add_all_spots",
    "add_break_lock",
    "add_calibration",
    "add_cell_diameter",
    "add_channel_of_run",
    "add_command",
    "add_label_type",
    "add_networks",
    "add_no_network",
    "add_output",
    "add_parts",
    "add_pruning",
    "add_tissue",
    "parse_numbers",
]


def add_command(commands: Any, name: str, *, summary: str, example: str, run: Any) -> argparse.ArgumentParser:
    """Add a subcommand with its example and the options that every command has."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="example: " + example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.add_argument("--verbose", action="store_true", help="log what happens; show where an error came from")
    parser.set_defaults(run=run)
    return parser


def add_output(parser: argparse.ArgumentParser, *, default: str | None, help_text: str) -> None:
    """Add ``--out`` and ``--overwrite``."""
    parser.add_argument("--out", default=default, required=default is None, metavar="PATH", help=help_text)
    parser.add_argument("--overwrite", action="store_true", help="replace results that are already there")
    add_break_lock(parser)


def add_break_lock(parser: argparse.ArgumentParser) -> None:
    """Add ``--break-lock``; `volltrack.apps.cli.main` does what it says."""
    parser.add_argument(
        "--break-lock",
        action="store_true",
        help="take over outputs that were locked on another machine, when nothing is at work on them any more",
    )


def add_calibration(parser: argparse.ArgumentParser, *, images: tuple[str, ...] = ()) -> None:
    """Add the options that give, or replace, what an image file says of its voxels and frames.

    Parameters
    ----------
    parser
        Of the command.
    images
        Which of ``movie``, ``labels`` and ``tissue`` the command opens beside each other; each has axes of its own.
    """
    group = parser.add_argument_group("calibration", "only needed where the file does not say it; wins over the file")
    group.add_argument("--voxel-size", metavar="Z,Y,X", type=parse_numbers(3), help="size of a voxel; 2D movies: 1,Y,X")
    group.add_argument("--length-unit", metavar="UNIT", help="unit of length, such as µm")
    group.add_argument("--frame-interval", type=float, metavar="NUMBER", help="time between two frames")
    group.add_argument("--time-unit", metavar="UNIT", help="unit of time, such as sec or min")
    group.add_argument(
        "--time-in-frames", action="store_true", help="count time in frames where nothing gives the frame interval"
    )
    group.add_argument("--axes", help="order of the axes in files that do not say it, such as TZYX")
    for name in images:
        group.add_argument(
            f"--{name}-axes", metavar="AXES", help=f"order of the axes of the {name} alone, whatever the file says"
        )
    add_parts(parser)


def add_parts(parser: argparse.ArgumentParser) -> None:
    """Add ``--scene`` and ``--keep-going``, for commands that read movies."""
    group = parser.add_argument_group("parts of a file")
    group.add_argument(
        "--scene", metavar="N|NAME", help="which image of a file with several, by its number, from 1, or its name"
    )
    group.add_argument(
        "--keep-going",
        action="store_true",
        help="use a movie that lacks planes or files (a stopped acquisition) without the frames that are not whole",
    )


def add_channel_of_run(parser: argparse.ArgumentParser) -> None:
    """Add ``--channel``, for commands that take the tracks of a run."""
    parser.add_argument(
        "--channel",
        type=int,
        metavar="N",
        help="channel of the movie, from 1 (default: that of the run that made the tracks, else 1)",
    )


def add_all_spots(parser: argparse.ArgumentParser) -> None:
    """Add ``--all-spots``, for commands that count cells and tracks."""
    parser.add_argument(
        "--all-spots",
        action="store_true",
        help="keep what is hidden in TrackMate: spots of visibility 0, tracks that its filters took out (default: "
        "leave them out, as TrackMate's tables and exports do)",
    )


def add_label_type(parser: argparse.ArgumentParser) -> None:
    """Add ``--allow-whole-floats`` and ``--split-mask``, for commands that read labels."""
    parser.add_argument(
        "--allow-whole-floats",
        action="store_true",
        help="take label images of float type whose values are whole, as Fiji often writes them",
    )
    parser.add_argument(
        "--split-mask", action="store_true", help="make each connected piece of a mask (0 and 255) a cell of its own"
    )


def parse_numbers(count: int) -> Any:
    """Return a converter of 'a,b,c' to `count` numbers, for argparse."""

    def convert(text: str) -> tuple[float, ...]:
        try:
            numbers = tuple(float(part) for part in text.split(","))
        except ValueError:
            numbers = ()
        if len(numbers) != count:
            raise argparse.ArgumentTypeError(f"{text!r}: expected {count} numbers separated by commas")
        return numbers

    return convert


def add_tissue(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a tissue (region of interest)."""
    group = parser.add_argument_group("tissue")
    group.add_argument("--tissue", type=Path, metavar="FILE", help="tissue label movie, or one frame for all")
    group.add_argument(
        "--tissue-labels",
        type=_parse_labels,
        default=(),
        metavar="A,B",
        help="which values count as tissue (default: every value > 0)",
    )


def _parse_labels(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: expected whole numbers separated by commas") from None


def add_pruning(parser: argparse.ArgumentParser) -> None:
    """Add the options of minimum tracklet length."""
    group = parser.add_argument_group("pruning")
    group.add_argument(
        "--min-tracklet-length", type=float, metavar="X", help="remove daughters' tracklets shorter than this (0 = off)"
    )
    group.add_argument(
        "--unit", choices=("frames", "time"), help="what X counts: frames (default), or the movie's unit of time"
    )


def add_networks(parser: argparse.ArgumentParser) -> None:
    """Add the options that name trained networks."""
    group = parser.add_argument_group("networks", "model folders (StarDist, csbdeep and n2v load them too), or names")
    group.add_argument(
        "--stain", choices=("nuclei", "membranes"), help="which of the shipped pairs: what is bright (default nuclei)"
    )
    group.add_argument("--star", metavar="F", help="StarDist network: objects")
    group.add_argument("--unet", metavar="F", help="U-Net: foreground of cells; with --star VollSeg's joined cells")
    group.add_argument("--denoise", metavar="F", help="Noise2Void network, used before all others")
    group.add_argument("--tissue-network", metavar="F", help="U-Net of the tissue: nothing is looked for outside")
    add_no_network(parser)


def add_no_network(parser: argparse.ArgumentParser) -> None:
    """Add ``--no-network``."""
    parser.add_argument(
        "--no-network",
        action="store_true",
        help="segment without a network (default: the shipped networks for 3D movies, where TensorFlow is installed)",
    )


def add_cell_diameter(parser: argparse.ArgumentParser) -> None:
    """Add ``--cell-diameter``."""
    parser.add_argument(
        "--cell-diameter", type=float, metavar="X", help="typical diameter in the movie's unit (default: estimated)"
    )
