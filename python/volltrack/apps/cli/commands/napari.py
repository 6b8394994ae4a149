"""`volltrack napari`: tracks in napari, with their movie, the track explorer and the editor."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options import (
    Command,
    add_all_spots,
    add_calibration,
    add_channel_of_run,
    add_command,
    add_label_type,
    add_tissue,
    track_sources,
)
from volltrack.apps.cli.terminal import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "napari",
        summary="show tracks in napari with their movie: explore, edit, save",
        example="volltrack napari tracks.xml\n"
        "         volltrack napari movie.tif\n"
        "         volltrack napari tracks.xml --movie movie.tif --labels labels.tif --tissue tissue.tif",
        run=run,
    )
    command.add_argument(
        "tracks",
        type=Path,
        metavar="TRACKS",
        help="TrackMate .xml, cells .csv, .geff, challenge folder; or a movie, to begin tracks on it",
    )
    command.add_argument("--movie", type=Path, metavar="FILE", help="raw movie (default: the one that the XML names)")
    add_channel_of_run(command)
    command.add_argument("--labels", type=Path, metavar="FILE", help="label movie of the cells")
    command.add_argument("--frame", type=int, metavar="N", help="frame to show first (from 0)")
    command.add_argument("--3d", dest="is_3d", action="store_true", help="show volumes")
    command.add_argument("--screenshot", type=Path, metavar="FILE.png", help="write what the window shows, and leave")
    add_all_spots(command)
    add_tissue(command)
    add_calibration(command, images=("movie", "labels", "tissue"))
    add_label_type(command)
    return command


def run(arguments: argparse.Namespace) -> int:
    """Show the window until it is closed, or write its picture and leave."""
    from volltrack.errors import BadFile, BadValue, MissingPackage

    for path in (arguments.tracks, arguments.movie, arguments.labels, arguments.tissue):
        if path is not None and not path.exists():
            raise BadFile("no such file or folder", path=path)
    if arguments.screenshot is not None and arguments.screenshot.suffix.lower() != ".png":
        raise BadValue(f"{arguments.screenshot}: expected a name that ends in .png")
    try:
        from volltrack.apps.napari_plugin import start
    except ImportError as error:
        raise MissingPackage(
            f"napari cannot be used here ({error}): install it with pip install 'volltrack[napari]'"
        ) from error
    start.require_display()
    viewer = start.open_window(
        start.WindowOptions(sources=track_sources(arguments), frame=arguments.frame, is_3d=arguments.is_3d)
    )
    if arguments.screenshot is None:
        start.run_until_closed()
        return 0
    start.save_screenshot(viewer, arguments.screenshot)
    viewer.close()
    print_result({"screenshot": arguments.screenshot}, as_json=arguments.json)
    return 0
