"""`volltrack analyse`: tracks to tables and plots."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from volltrack.apps.cli.options.shared import (
    add_all_spots,
    add_calibration,
    add_channel_of_run,
    add_command,
    add_label_type,
    add_output,
    add_tissue,
)
from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.output import print_result

__all__ = ["add_parser", "run"]


def add_parser(commands: Any) -> None:
    """Add the subcommand."""
    parser = add_command(
        commands,
        "analyse",
        summary="write tables and plots of tracks: motion, cell cycles, distance to the tissue, intensity, spectra",
        example="volltrack analyse tracks.xml --tissue tissue.tif --movie raw.tif --labels labels.tif --out analysis\n"
        "         volltrack analyse tracks.xml --out again --settings analysis/analyse.toml\n\n"
        "columns.csv in the folder says the name, unit and meaning of every column.",
        run=run,
    )
    parser.add_argument("tracks", type=Path, metavar="TRACKS", help="TrackMate XML, CSV, GEFF, challenge folder")
    parser.add_argument("--movie", type=Path, metavar="FILE", help="raw movie to measure mean intensities in")
    add_channel_of_run(parser)
    parser.add_argument("--labels", type=Path, metavar="FILE", help="label movie: intensities are taken within labels")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings of an older analysis: its analyse.toml")
    parser.add_argument("--no-plots", action="store_true", help="write the tables only")
    parser.add_argument("--dry-run", action="store_true", help="read the tracks and open the images; write nothing")
    add_all_spots(parser)
    add_label_type(parser)
    add_tissue(parser)
    _add_quantities(parser)
    add_output(parser, default=None, help_text="folder to write")
    add_calibration(parser, images=("movie", "labels", "tissue"))


def _add_quantities(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("quantities")
    group.add_argument(
        "--border-is-surface", action="store_true", help="the image border is a boundary of tissue that touches it"
    )
    group.add_argument(
        "--separate-labels", action="store_true", help="tissue labels that touch have a boundary between them"
    )
    group.add_argument(
        "--spectrum-of", action="append", metavar="KEY", help="column of spots.csv to transform; may be given again"
    )
    group.add_argument("--detrend", choices=("mean", "linear", "none"), help="what is taken off a series (mean)")
    group.add_argument("--window", choices=("none", "hann", "hamming", "blackman"), help="weights of a series (none)")


def run(arguments: argparse.Namespace) -> int:
    """Analyse the tracks and say what was written."""
    from volltrack.apps.analysis.analyse_file import analyse_file
    from volltrack.apps.analysis.analysis_files import AnalysisFiles, read_analysis_settings
    from volltrack.apps.cli.options.images import image_options

    files = AnalysisFiles(
        tracks=arguments.tracks,
        movie=arguments.movie,
        channel=arguments.channel,
        labels=arguments.labels,
        tissue=arguments.tissue,
        tissue_labels=arguments.tissue_labels,
        images=image_options(arguments),
        all_spots=arguments.all_spots,
    )
    settings = _with_choices(read_analysis_settings(arguments.settings), arguments)
    with ProgressBars(quiet=arguments.quiet) as bars:
        result = analyse_file(
            files,
            Path(arguments.out),
            settings,
            with_plots=not arguments.no_plots,
            overwrite=arguments.overwrite,
            dry_run=arguments.dry_run,
            on_progress=bars,
        )
    print_result(result, as_json=arguments.json)
    return 0


def _with_choices(settings: Any, arguments: argparse.Namespace) -> Any:
    """Return the settings with what was chosen on the command line."""
    from dataclasses import replace

    boundary = {name: True for name in ("border_is_surface", "separate_labels") if getattr(arguments, name)}
    spectrum = {name: getattr(arguments, name) for name in ("detrend", "window") if getattr(arguments, name)}
    chosen: dict[str, Any] = {} if arguments.spectrum_of is None else {"spectrum_of": tuple(arguments.spectrum_of)}
    return replace(
        settings,
        boundary=replace(settings.boundary, **boundary),
        spectrum=replace(settings.spectrum, **spectrum),
        **chosen,
    )
