"""Options that name image files and say how they are read, and what they say."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from volltrack.apps.cli.options.command import Command, parse_numbers

if TYPE_CHECKING:
    from volltrack.apps.jobs.inputs import ImageOptions
    from volltrack.apps.jobs.tracks.track_sources import TrackSources

__all__ = [
    "add_calibration",
    "add_channel_of_run",
    "add_label_type",
    "add_parts",
    "add_tissue",
    "image_options",
    "track_sources",
]


def add_calibration(command: Command, *, images: tuple[str, ...] = ()) -> None:
    """Add the options that give, or replace, what an image file says of its voxels and frames.

    Parameters
    ----------
    command
        Which command.
    images
        Which of ``movie``, ``labels`` and ``tissue`` the command opens beside each other; each has axes of its own.
    """
    group = command.add_argument_group("calibration", "only needed where the file does not say it; wins over the file")
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
    add_parts(command)


def add_parts(command: Command) -> None:
    """Add ``--scene`` and ``--keep-going``, for commands that read movies."""
    group = command.add_argument_group("parts of a file")
    group.add_argument(
        "--scene", metavar="N|NAME", help="which image of a file with several, by its number, from 1, or its name"
    )
    group.add_argument(
        "--keep-going",
        action="store_true",
        help="use a movie that lacks planes or files (a stopped acquisition) without the frames that are not whole",
    )


def add_channel_of_run(command: Command) -> None:
    """Add ``--channel``, for commands that take the tracks of a run."""
    command.add_argument(
        "--channel",
        type=int,
        metavar="N",
        help="channel of the movie, from 1 (default: that of the run that made the tracks, else 1)",
    )


def add_label_type(command: Command) -> None:
    """Add ``--allow-whole-floats`` and ``--split-mask``, for commands that read labels."""
    command.add_argument(
        "--allow-whole-floats",
        action="store_true",
        help="take label images of float type whose values are whole, as Fiji often writes them",
    )
    command.add_argument(
        "--split-mask", action="store_true", help="make each connected piece of a mask (0 and 255) a cell of its own"
    )


def add_tissue(command: Command) -> None:
    """Add the options that name a tissue (region of interest)."""
    group = command.add_argument_group("tissue")
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


def image_options(arguments: argparse.Namespace) -> ImageOptions:
    """Return what the options of this module say; a command need not have all of them."""
    from volltrack.apps.jobs.inputs import ImageOptions

    said = {
        field.name: getattr(arguments, _OPTIONS.get(field.name, field.name), None) for field in fields(ImageOptions)
    }
    return ImageOptions(**{name: value for name, value in said.items() if value is not None})


_OPTIONS: Final = {"unit": "length_unit"}
"""Options of another name than what they say."""


def track_sources(arguments: argparse.Namespace) -> TrackSources:
    """Return what a command is told of tracks and the images that belong to them."""
    from volltrack.apps.jobs.tracks.track_sources import TrackSources

    return TrackSources(
        tracks=arguments.tracks,
        movie=arguments.movie,
        channel=arguments.channel,
        labels=arguments.labels,
        tissue=arguments.tissue,
        tissue_labels=arguments.tissue_labels,
        images=image_options(arguments),
        all_spots=arguments.all_spots,
    )
