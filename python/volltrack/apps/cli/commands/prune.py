"""`volltrack prune`: remove short tracklets from a TrackMate file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_break_lock,
    add_command,
    add_pruning,
)
from volltrack.apps.cli.terminal import print_result

if TYPE_CHECKING:
    from volltrack.apps.jobs import PruneJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "prune",
        summary="remove tracklets that are too short; everything else in the TrackMate file stays as it is",
        example="volltrack prune tracks.xml --min-tracklet-length 3 --unit frames --out pruned.xml\n"
        "         volltrack prune tracks.xml --min-tracklet-length 15 --unit time --dry-run",
        make_job=make_job,
        show=_show,
    )
    command.add_argument("file", type=Path, metavar="tracks.xml", help="TrackMate XML")
    add_pruning(command)
    command.add_argument("--whole-tracks", action="store_true", help="also remove short tracks without division")
    command.add_argument("--root-tracklets", action="store_true", help="also remove short tracklets before a division")
    command.add_argument("--keep-leaves", action="store_true", help="do not remove short tracklets of daughters")
    command.add_argument("--dry-run", action="store_true", help="list what would be removed; write nothing")
    command.add_argument("--out", metavar="PATH", help="file to write (default: name-pruned.xml beside the input)")
    command.add_argument("--overwrite", action="store_true", help="replace a file that is already there")
    add_break_lock(command)
    return command


def make_job(arguments: argparse.Namespace) -> PruneJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs import PruneJob
    from volltrack.errors import BadSettings
    from volltrack.link import PruneSettings

    if arguments.min_tracklet_length is None:
        raise BadSettings("--min-tracklet-length is missing: give the shortest tracklet to keep, and its --unit")
    return PruneJob(
        tracks=arguments.file,
        settings=PruneSettings(
            min_tracklet_length=arguments.min_tracklet_length,
            unit=arguments.unit or "frames",
            leaf_tracklets=not arguments.keep_leaves,
            whole_tracks=arguments.whole_tracks,
            root_tracklets=arguments.root_tracklets,
        ),
        out=Path(arguments.out) if arguments.out else None,
        overwrite=arguments.overwrite,
        dry_run=arguments.dry_run,
    )


def _show(result: Mapping[str, Any], arguments: argparse.Namespace) -> int:
    """Print what was removed."""
    removed = result["tracklets"]
    counts = {key: value for key, value in result.items() if key != "tracklets"}
    if arguments.json:
        print_result({**counts, "tracklets": removed.to_dict("records")}, as_json=True)
        return 0
    if arguments.dry_run and len(removed):
        print(removed.to_string(index=False))
    print_result(counts, as_json=False)
    return 0
