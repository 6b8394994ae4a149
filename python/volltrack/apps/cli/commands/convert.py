"""`volltrack convert`: lineages from one file format to another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import add_all_spots, add_break_lock, add_calibration, add_command
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]

_KINDS = ("trackmate", "cells", "paper", "ctc", "geff")


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "convert",
        summary="convert lineages: TrackMate .xml, cells .csv, the paper's .paper.csv, .geff, challenge folder",
        example="volltrack convert tracks.xml tracks.geff\n"
        "         volltrack convert 01_RES tracks.xml --voxel-size 1,0.5,0.5 --length-unit µm "
        "--frame-interval 60 --time-unit sec",
        run=run,
    )
    parser.add_argument("input", type=Path, metavar="IN", help="file or folder to read")
    parser.add_argument("output", type=Path, metavar="OUT", help="file or folder to write; its suffix says which kind")
    parser.add_argument("--from", dest="source_kind", choices=_KINDS, help="what IN is, where its suffix does not say")
    parser.add_argument("--to", dest="target_kind", choices=_KINDS, help="what to write, where the suffix does not say")
    parser.add_argument(
        "--edges",
        type=Path,
        metavar="EDGES.csv",
        help="TrackMate's table of edges, for IN a table of spots (default: NAME_edges.csv beside NAME_spots.csv)",
    )
    parser.add_argument(
        "--movie", type=Path, metavar="FILE", help="image that a TrackMate file OUT names; must fit the tracks"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be lost; write nothing")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is already there")
    add_all_spots(parser)
    add_break_lock(parser)
    add_calibration(parser)


def run(arguments: argparse.Namespace) -> int:
    """Convert and say what the new file could not hold."""
    from volltrack.apps.cli.options.images import image_options
    from volltrack.apps.jobs.results.outputs import reserve_outputs
    from volltrack.apps.jobs.tracks.tracks_xml import find_movie_of
    from volltrack.errors import BadSettings
    from volltrack.io.tracks.visible import leave_out_hidden
    from volltrack.io.tracks_file import KEEPS_HIDDEN, describe_lost, find_kind, read_tracks_file, write_tracks_file

    source, out, movie = arguments.input, arguments.output, arguments.movie
    kind = arguments.target_kind or find_kind(out)
    if movie is not None and kind != "trackmate":
        raise BadSettings(f"--movie with a file of kind {kind}: only a TrackMate XML names its image; leave it out")
    outputs = [] if arguments.dry_run else [out]
    with reserve_outputs(outputs, overwrite=arguments.overwrite, inputs=[source, arguments.edges, movie]):
        images = image_options(arguments)
        tracks = images.read(read_tracks_file, source, kind=arguments.source_kind, edges=arguments.edges)
        if kind not in KEEPS_HIDDEN:
            tracks = leave_out_hidden(tracks, all_spots=arguments.all_spots)
        image, doubts = (None, []) if movie is None else find_movie_of(tracks, movie, images, out)
        if arguments.dry_run:
            lost = describe_lost(tracks, kind)
        else:
            lost = write_tracks_file(out, tracks, kind=kind, image=image, overwrite=arguments.overwrite)
    result = {
        "from": tracks.kind,
        "to": kind,
        "spots": len(tracks.lineage.spots),
        "links": len(tracks.lineage.links),
        "notes": [*tracks.notes, *doubts],
        "not_kept": lost,
        "out": "nothing written (dry run)" if arguments.dry_run else out,
    }
    print_result(result, as_json=arguments.json)
    return 0
