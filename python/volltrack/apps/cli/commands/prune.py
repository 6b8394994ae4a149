"""`volltrack prune`: remove short tracklets from a TrackMate file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_break_lock, add_command, add_pruning
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "prune",
        summary="remove tracklets that are too short; everything else in the TrackMate file stays as it is",
        example="volltrack prune tracks.xml --min-tracklet-length 3 --unit frames --out pruned.xml\n"
        "         volltrack prune tracks.xml --min-tracklet-length 15 --unit time --dry-run",
        run=run,
    )
    parser.add_argument("file", type=Path, metavar="tracks.xml", help="TrackMate XML")
    add_pruning(parser)
    parser.add_argument("--whole-tracks", action="store_true", help="also remove short tracks without division")
    parser.add_argument("--root-tracklets", action="store_true", help="also remove short tracklets before a division")
    parser.add_argument("--keep-leaves", action="store_true", help="do not remove short tracklets of daughters")
    parser.add_argument("--dry-run", action="store_true", help="list what would be removed; write nothing")
    parser.add_argument("--out", metavar="PATH", help="file to write (default: name-pruned.xml beside the input)")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is already there")
    add_break_lock(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prune the file, losslessly otherwise, and print what was removed."""
    from volltrack.apps.jobs.tracks.prune_xml import prune_xml
    from volltrack.errors import BadSettings
    from volltrack.link import PruneSettings

    if arguments.min_tracklet_length is None:
        raise BadSettings("--min-tracklet-length is missing: give the shortest tracklet to keep, and its --unit")
    settings = PruneSettings(
        min_tracklet_length=arguments.min_tracklet_length,
        unit=arguments.unit or "frames",
        leaf_tracklets=not arguments.keep_leaves,
        whole_tracks=arguments.whole_tracks,
        root_tracklets=arguments.root_tracklets,
    )
    source = arguments.file
    out = Path(arguments.out) if arguments.out else source.with_name(f"{source.stem}-pruned{source.suffix}")
    pruned = prune_xml(source, None if arguments.dry_run else out, settings, overwrite=arguments.overwrite)
    removed = pruned.removed_tracklets
    result = {
        "removed_tracklets": len(removed),
        "removed_links": len(pruned.removed_links),
        "unlinked_spots": len(pruned.unlinked_spots),
        "tracks": pruned.lineage.n_tracks,
        "divisions": pruned.lineage.n_divisions,
        "out": "nothing written (dry run)" if arguments.dry_run else out,
    }
    if arguments.json:
        print_result({**result, "tracklets": removed.to_dict("records")}, as_json=True)
        return 0
    if arguments.dry_run and len(removed):
        print(removed.to_string(index=False))
    print_result(result, as_json=False)
    return 0
