"""`volltrack link`: lineages from a table of cells or a label movie."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_calibration,
    add_command,
    add_label_type,
    add_linker,
    add_output,
    add_pruning,
    add_tissue,
    image_options,
)
from volltrack.apps.cli.terminal import print_result

if TYPE_CHECKING:
    from volltrack.apps.jobs.tracks.link_cells import LinkJob

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "link",
        summary="filter and link cells, prune short tracklets, and write a TrackMate file",
        example="volltrack link cells.csv --out tracks.xml\n"
        "         volltrack link labels.tif --out tracks.xml --preset trackmate\n"
        "         volltrack link labels.tif --out tracks.xml --engine trackmate --fiji ~/Fiji.app",
        make_job=make_job,
        announce=_announce,
        show=_show,
    )
    command.add_argument(
        "cells", type=Path, metavar="CELLS.csv|LABELS.tif", help="table of cells, or a label movie (TIFF, OME-Zarr)"
    )
    add_linker(command)
    command.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings file; its sections [filter], [link], [prune] are used"
    )
    command.add_argument("--raw", type=Path, metavar="MOVIE", help="raw movie of a label movie, for intensities")
    command.add_argument(
        "--image",
        "--movie",
        dest="image",
        type=Path,
        metavar="FILE",
        help="image that the XML names (default: --raw or labels)",
    )
    command.add_argument(
        "--engine",
        choices=("python", "trackmate"),
        default="python",
        help="who filters, links and prunes a label movie: VollTrack (default), or the real TrackMate with "
        "BTrackMate's plug-ins, in a Java of this process",
    )
    command.add_argument(
        "--fiji",
        type=Path,
        metavar="DIR",
        help="Fiji that holds TrackMate, for --engine trackmate (default: the variable VOLLTRACK_FIJI)",
    )
    command.add_argument("--picture", type=Path, metavar="FILE.png", help="draw the result")
    add_label_type(command)
    add_tissue(command)
    add_pruning(command)
    add_output(command, default="tracks.xml", help_text="TrackMate file to write (default tracks.xml)")
    add_calibration(command, images=("movie", "labels", "tissue"))
    return command


def make_job(arguments: argparse.Namespace) -> LinkJob:
    """Return the job that the arguments say."""
    from volltrack.apps.jobs.settings import read_run_file, with_tracking
    from volltrack.apps.jobs.tracks.link_cells import OWN_ENGINE, LinkJob
    from volltrack.apps.jobs.tracks.link_sources import LinkSources

    is_own = arguments.engine == OWN_ENGINE
    says_linker = arguments.preset or arguments.linker or arguments.settings
    preset = arguments.preset if is_own or says_linker else "trackmate"
    file = read_run_file(arguments.settings)
    sources = LinkSources(
        cells=arguments.cells,
        raw=arguments.raw,
        image=arguments.image,
        tissue=arguments.tissue,
        tissue_labels=arguments.tissue_labels,
        images=image_options(arguments),
    )
    return LinkJob(
        sources=sources.or_else(file.input_of(arguments.cells)),
        settings=with_tracking(
            file.settings,
            preset=preset,
            linker=arguments.linker,
            min_tracklet_length=arguments.min_tracklet_length,
            unit=arguments.unit,
        ),
        out=Path(arguments.out),
        engine=arguments.engine,
        program=arguments.fiji,
        picture=arguments.picture,
        overwrite=arguments.overwrite,
    )


def _announce(job: LinkJob, arguments: argparse.Namespace) -> None:
    """Say that another program is at work, which shows no progress."""
    if arguments.engine != "python" and not arguments.quiet:
        print(
            f"{arguments.engine} is to link {job.sources.cells.name}, in a Java of this process; this shows no "
            "progress and may take minutes",
            file=sys.stderr,
            flush=True,
        )


def _show(result: Mapping[str, Any], arguments: argparse.Namespace) -> int:
    """Print what came out, and what was chosen."""
    if arguments.json:
        print_result(result, as_json=True)
        return 0
    chosen = result["chosen"]
    print_result({key: value for key, value in result.items() if key != "chosen"}, as_json=False)
    if chosen:
        print("chosen from the data:", *chosen, sep="\n  ")
    return 0
