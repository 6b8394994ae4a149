"""`volltrack analyse`: tracks to tables and plots."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.cli.options import (
    Command,
    add_all_spots,
    add_calibration,
    add_channel_of_run,
    add_command,
    add_label_type,
    add_output,
    add_tissue,
    track_sources,
)

if TYPE_CHECKING:
    from volltrack.apps.analysis import AnalyseJob
    from volltrack.pipeline import AnalysisSettings

__all__ = ["add_parser", "make_job"]


def add_parser(commands: Any) -> Command:
    """Return the subcommand, added to all others."""
    command = add_command(
        commands,
        "analyse",
        summary="write tables and plots of tracks: motion, cell cycles, distance to the tissue, intensity, spectra",
        example="volltrack analyse tracks.xml --tissue tissue.tif --movie raw.tif --labels labels.tif --out analysis\n"
        "         volltrack analyse tracks.xml --out again --settings analysis/analyse.toml\n\n"
        "columns.csv in the folder says the name, unit and meaning of every column.",
        make_job=make_job,
    )
    command.add_argument("tracks", type=Path, metavar="TRACKS", help="TrackMate XML, CSV, GEFF, challenge folder")
    command.add_argument("--movie", type=Path, metavar="FILE", help="raw movie to measure mean intensities in")
    add_channel_of_run(command)
    command.add_argument("--labels", type=Path, metavar="FILE", help="label movie: intensities are taken within labels")
    command.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings of an older analysis: its analyse.toml"
    )
    command.add_argument("--no-plots", action="store_true", help="write the tables only")
    command.add_argument("--dry-run", action="store_true", help="read the tracks and open the images; write nothing")
    add_all_spots(command)
    add_label_type(command)
    add_tissue(command)
    _add_quantities(command)
    add_output(command, default=None, help_text="folder to write")
    add_calibration(command, images=("movie", "labels", "tissue"))
    return command


def _add_quantities(command: Command) -> None:
    group = command.add_argument_group("quantities")
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


def make_job(arguments: argparse.Namespace) -> AnalyseJob:
    """Return the job that the arguments say."""
    from volltrack.apps.analysis import AnalyseJob, read_analysis_settings

    return AnalyseJob(
        sources=track_sources(arguments),
        settings=_with_choices(read_analysis_settings(arguments.settings), arguments),
        out=Path(arguments.out),
        with_plots=not arguments.no_plots,
        overwrite=arguments.overwrite,
        dry_run=arguments.dry_run,
    )


def _with_choices(settings: AnalysisSettings, arguments: argparse.Namespace) -> AnalysisSettings:
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
