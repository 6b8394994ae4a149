"""Options of commands that read or make tracks."""

from __future__ import annotations

from volltrack.apps.cli.options.command import Command

__all__ = ["add_all_spots", "add_pruning"]


def add_all_spots(command: Command) -> None:
    """Add ``--all-spots``, for commands that count cells and tracks."""
    command.add_argument(
        "--all-spots",
        action="store_true",
        help="keep what is hidden in TrackMate: spots of visibility 0, tracks that its filters took out (default: "
        "leave them out, as TrackMate's tables and exports do)",
    )


def add_pruning(command: Command) -> None:
    """Add the options of minimum tracklet length."""
    group = command.add_argument_group("pruning")
    group.add_argument(
        "--min-tracklet-length", type=float, metavar="X", help="remove daughters' tracklets shorter than this (0 = off)"
    )
    group.add_argument(
        "--unit", choices=("frames", "time"), help="what X counts: frames (default), or the movie's unit of time"
    )
