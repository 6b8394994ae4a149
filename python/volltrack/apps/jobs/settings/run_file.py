"""``run.toml``: the input and the settings of a run, to repeat it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from volltrack.apps.jobs.inputs import InputRecord
from volltrack.io.settings_toml import read_settings_toml, write_settings_toml
from volltrack.link import LikelihoodLinkSettings, PruneSettings
from volltrack.measure import CellFilterSettings, MeasureSettings
from volltrack.model.methods import LinkerSettings, SegmenterSettings
from volltrack.pipeline import KINDS, RunSettings
from volltrack.segment import ClassicalSettings

__all__ = ["RunFile", "RunNotes", "read_run_file", "write_run_file"]


@dataclass(frozen=True, kw_only=True)
class RunNotes:
    """What a run found out on its way, for a person who reads the file; nothing is done by it.

    Parameters
    ----------
    segmentation
        Which method was chosen and why, and what it estimated; empty where labels were given.
    """

    segmentation: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunFile:
    """What a settings file says, or, where there is none, the defaults.

    Parameters
    ----------
    settings
        Of all steps; what the file does not name has its default.
    input
        What the run was made from that left the file.
    says_segmentation
        Whether the file says how to segment.
    notes
        What that run found out.
    """

    settings: RunSettings = field(default_factory=RunSettings)
    input: InputRecord = field(default_factory=InputRecord)
    says_segmentation: bool = False
    notes: RunNotes = field(default_factory=RunNotes)

    def input_of(self, movie: Path) -> InputRecord:
        """Return what the file says of the input, if that was `movie`; else an empty record."""
        return self.input if self.input.movie == str(movie.resolve()) else InputRecord()


_NOT_SAID: Final = ClassicalSettings()
"""Stands in a file that says nothing of the segmentation; told from what a file says by what it is, not its value."""


@dataclass(frozen=True, kw_only=True)
class _Sections:
    """The sections of ``run.toml``: those of `RunSettings`, the input, and notes."""

    input: InputRecord = field(default_factory=InputRecord)
    segment: SegmenterSettings = _NOT_SAID
    measure: MeasureSettings = field(default_factory=MeasureSettings)
    filter: CellFilterSettings = field(default_factory=CellFilterSettings)
    link: LinkerSettings = field(default_factory=LikelihoodLinkSettings)
    prune: PruneSettings = field(default_factory=PruneSettings)
    notes: RunNotes = field(default_factory=RunNotes)


def read_run_file(path: Path | None) -> RunFile:
    """Return what a settings file says; without one, the defaults.

    Raises
    ------
    BadFile, BadSettings
        See `volltrack.io.settings_toml.sections.read_settings_toml`.
    """
    if path is None:
        return RunFile()
    found = read_settings_toml(path, _Sections, kinds=KINDS)
    return RunFile(
        settings=RunSettings(**{section.name: getattr(found, section.name) for section in fields(RunSettings)}),
        input=found.input,
        says_segmentation=found.segment is not _NOT_SAID,
        notes=found.notes,
    )


def write_run_file(path: Path, settings: RunSettings, record: InputRecord, notes: RunNotes | None = None) -> None:
    """Write input, settings and notes; see `volltrack.io.outputs.replace_file` for the errors."""
    sections = {section.name: getattr(settings, section.name) for section in fields(settings)}
    write_settings_toml(path, _Sections(input=record, **sections, notes=notes or RunNotes()), kinds=KINDS)
