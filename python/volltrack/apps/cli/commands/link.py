"""`volltrack link`: lineages from a table of cells or a label movie."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import (
    add_calibration,
    add_command,
    add_label_type,
    add_output,
    add_pruning,
    add_tissue,
)
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "link",
        summary="filter and link cells, prune short tracklets, and write a TrackMate file",
        example="volltrack link cells.csv --out tracks.xml\n"
        "         volltrack link labels.tif --out tracks.xml --preset trackmate\n"
        "         volltrack link labels.tif --out tracks.xml --engine trackmate --fiji ~/Fiji.app",
        run=run,
    )
    parser.add_argument(
        "cells", type=Path, metavar="CELLS.csv|LABELS.tif", help="table of cells, or a label movie (TIFF, OME-Zarr)"
    )
    parser.add_argument("--preset", choices=("lineage", "trackmate"), help="VollTrack's own (default), or TrackMate's")
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings file; its sections [filter], [link], [prune] are used"
    )
    parser.add_argument("--raw", type=Path, metavar="MOVIE", help="raw movie of a label movie, for intensities")
    parser.add_argument(
        "--image",
        "--movie",
        dest="image",
        type=Path,
        metavar="FILE",
        help="image that the XML names (default: --raw or labels)",
    )
    parser.add_argument(
        "--engine",
        choices=("python", "trackmate"),
        default="python",
        help="who filters, links and prunes a label movie: VollTrack (default), or the real TrackMate with "
        "BTrackMate's plug-ins, in a Java of this process",
    )
    parser.add_argument(
        "--fiji",
        type=Path,
        metavar="DIR",
        help="Fiji that holds TrackMate, for --engine trackmate (default: the variable VOLLTRACK_FIJI)",
    )
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="draw the result")
    add_label_type(parser)
    add_tissue(parser)
    add_pruning(parser)
    add_output(parser, default="tracks.xml", help_text="TrackMate file to write (default tracks.xml)")
    add_calibration(parser, images=("movie", "labels", "tissue"))


def run(arguments: argparse.Namespace) -> int:
    """Link the cells, write the file, and print what was chosen and what came out."""
    from volltrack.apps.cli.options.chosen_settings import chosen_settings
    from volltrack.apps.cli.options.images import image_options
    from volltrack.apps.jobs.inputs.settings_file import read_input_record
    from volltrack.apps.jobs.tracks.link_cells import OWN_ENGINE, link_file
    from volltrack.apps.jobs.tracks.link_input import LinkInput
    from volltrack.errors import BadSettings

    if arguments.fiji is not None and arguments.engine == OWN_ENGINE:
        raise BadSettings("--fiji without --engine trackmate: VollTrack's own engine needs no Fiji; leave it out")
    if arguments.engine != OWN_ENGINE and arguments.settings is None and arguments.preset is None:
        arguments.preset = "trackmate"
    settings = chosen_settings(arguments)
    record = read_input_record(arguments.settings, arguments.cells)
    if arguments.engine != OWN_ENGINE and not arguments.quiet:
        print(
            f"{arguments.engine} is to link {arguments.cells.name}, in a Java of this process; this shows no progress "
            "and may take minutes",
            file=sys.stderr,
            flush=True,
        )
    with ProgressBars(quiet=arguments.quiet) as bars:
        result = link_file(
            LinkInput(
                cells=arguments.cells,
                images=image_options(arguments).or_else(record.calibration),
                raw=arguments.raw,
                tissue=arguments.tissue or (Path(record.tissue) if record.tissue else None),
                tissue_labels=arguments.tissue_labels or record.tissue_labels,
                image=arguments.image,
            ),
            Path(arguments.out),
            settings,
            engine=arguments.engine,
            program=arguments.fiji,
            picture=arguments.picture,
            overwrite=arguments.overwrite,
            on_progress=bars,
        )
    chosen = result.pop("chosen")
    if arguments.json:
        print_result({**result, "chosen": chosen}, as_json=True)
        return 0
    print_result(result, as_json=False)
    if chosen:
        print("chosen from the data:", *chosen, sep="\n  ")
    return 0
