"""``run.toml``: the input and the settings of a run, to repeat it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from volltrack import __version__
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.io.settings_toml import read_settings_toml, write_settings_toml
from volltrack.io.toml_text import read_toml
from volltrack.link import LengthUnit, LineageLinkSettings, LinkSettings, PruneSettings
from volltrack.measure import CellFilterSettings, MeasureSettings
from volltrack.pipeline import NetworkSettings, RunSettings
from volltrack.segment import ClassicalSettings

__all__ = [
    "InputRecord",
    "has_segmentation",
    "read_input_record",
    "read_run_settings",
    "with_choices",
    "write_run_settings",
]


@dataclass(frozen=True, kw_only=True)
class InputRecord:
    """What a run was made from; a run on the same movie with this file as ``--settings`` takes it up again.

    Parameters
    ----------
    movie, labels, tissue
        Full paths; empty where there was none.
    channel
        Channel of the movie, from 1.
    tissue_labels
        Which values of the tissue counted; empty means all.
    calibration
        What was said of the calibration on the command line.
    volltrack
        Version of VollTrack.
    """

    movie: str = ""
    channel: int = 1
    labels: str = ""
    tissue: str = ""
    tissue_labels: tuple[int, ...] = ()
    calibration: ImageOptions = field(default_factory=ImageOptions)
    volltrack: str = __version__


@dataclass(frozen=True, kw_only=True)
class _RunFile:
    """The sections of ``run.toml``: those of `RunSettings`, and the input."""

    input: InputRecord = field(default_factory=InputRecord)
    segment: ClassicalSettings | NetworkSettings = field(default_factory=ClassicalSettings)
    measure: MeasureSettings = field(default_factory=MeasureSettings)
    filter: CellFilterSettings = field(default_factory=CellFilterSettings)
    link: LineageLinkSettings | LinkSettings = field(default_factory=LineageLinkSettings)
    prune: PruneSettings = field(default_factory=PruneSettings)


def write_run_settings(path: Path, settings: RunSettings, record: InputRecord) -> None:
    """Write input and settings; see `volltrack.io.atomic.replace_file` for the errors."""
    sections = {section.name: getattr(settings, section.name) for section in fields(settings)}
    write_settings_toml(path, _RunFile(input=record, **sections))


def read_run_settings(path: Path | None) -> RunSettings:
    """Return the settings of a file, or the defaults when there is none.

    Raises
    ------
    BadFile, BadSettings
        See `volltrack.io.settings_toml.read_settings_toml`.
    """
    if path is None:
        return RunSettings()
    found = read_settings_toml(path, _RunFile)
    return RunSettings(**{section.name: getattr(found, section.name) for section in fields(RunSettings)})


def has_segmentation(path: Path | None) -> bool:
    """Whether a settings file says how to segment; the file is one that `read_run_settings` could read."""
    return path is not None and "segment" in read_toml(path)


def read_input_record(path: Path | None, movie: Path) -> InputRecord:
    """Return what a settings file says of the input, if that was `movie`; else, or without a file, an empty record.

    Raises
    ------
    BadFile, BadSettings
        See `volltrack.io.settings_toml.read_settings_toml`.
    """
    if path is None:
        return InputRecord()
    record = read_settings_toml(path, _RunFile).input
    return record if record.movie == str(movie.resolve()) else InputRecord()


def with_choices(
    settings: RunSettings, *, preset: str | None, min_tracklet_length: float | None, unit: LengthUnit | None
) -> RunSettings:
    """Return the settings with what was chosen on the command line.

    Parameters
    ----------
    settings
        From a file, or the defaults.
    preset
        ``"trackmate"``: TrackMate's own defaults and nothing more; ``"lineage"``: VollTrack's own linking, everything
        estimated; None: as in `settings`.
    min_tracklet_length, unit
        See `volltrack.link.PruneSettings`.
    """
    if preset is not None:
        settings = replace(settings, link=LinkSettings.trackmate() if preset == "trackmate" else LineageLinkSettings())
    if min_tracklet_length is not None:
        settings = replace(settings, prune=replace(settings.prune, min_tracklet_length=min_tracklet_length))
    if unit is not None:
        settings = replace(settings, prune=replace(settings.prune, unit=unit))
    return settings
