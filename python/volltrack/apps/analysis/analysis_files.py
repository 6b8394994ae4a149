"""The files that an analysis is made from, and their record in ``analyse.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from volltrack.apps.jobs.inputs.fit_tracks import find_doubt
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.inputs.run_beside import MovieChoice, choose_as_run
from volltrack.apps.jobs.inputs.settings_file import InputRecord
from volltrack.errors import BadValue
from volltrack.io.settings_toml import read_settings_toml, write_settings_toml
from volltrack.io.tracks.visible import leave_out_hidden
from volltrack.io.tracks_file import TracksFile, read_tracks_file
from volltrack.model import LabelMovie, Movie, Tissue
from volltrack.pipeline import AnalysisSettings

__all__ = ["AnalysisFiles", "AnalysisInput", "read_analysis_settings", "write_analysis_settings"]


@dataclass(frozen=True, kw_only=True)
class AnalysisInput:
    """What was read.

    Parameters
    ----------
    tracks
        Lineages and calibration; the calibration holds for all images.
    movie, labels, tissue
        None where none was given.
    doubts
        What a person should know of images whose size is not what the tracks name.
    """

    tracks: TracksFile
    movie: Movie | None
    labels: LabelMovie | None
    tissue: Tissue | None
    doubts: tuple[str, ...] = ()

    @property
    def track_ids(self) -> npt.NDArray[np.int64] | None:
        """TrackMate's id of each of our tracks, (n_tracks,); None for other files."""
        document, lineage = self.tracks.document, self.tracks.lineage
        if document is None:
            return None
        ids = np.zeros(lineage.n_tracks, dtype=np.int64)
        ids[lineage.track_of_spot[lineage.source_rows]] = document.track_ids
        return ids


@dataclass(frozen=True, kw_only=True)
class AnalysisFiles:
    """Where an analysis takes its data from.

    Parameters
    ----------
    tracks
        A file that `volltrack.io.tracks_file` reads.
    movie, channel
        Raw movie for intensities, None takes those in the file; its channel, from 1, None for that of the run that
        made the tracks, else the first.
    labels
        Label movie: intensities are taken within labels. The masks of a challenge folder stand for it.
    tissue, tissue_labels
        Tissue label movie and which of its values count; empty means all.
    images
        What was said of the calibration.
    all_spots
        Whether what TrackMate hides counts, too.
    """

    tracks: Path
    movie: Path | None = None
    channel: int | None = None
    labels: Path | None = None
    tissue: Path | None = None
    tissue_labels: tuple[int, ...] = ()
    images: ImageOptions = field(default_factory=ImageOptions)
    all_spots: bool = False

    @cached_property
    def chosen(self) -> MovieChoice:
        """How the movie is opened: as asked for, and for the rest as the run did that made the tracks."""
        if self.movie is None:
            return MovieChoice(images=self.images, channel=self.channel or 1)
        return choose_as_run(self.tracks, self.movie, self.images, self.channel)

    def __post_init__(self) -> None:
        if self.labels is not None and self.movie is None:
            raise BadValue("labels without a movie: intensities need both; give the movie too")

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that are there."""
        return tuple(path for path in (self.tracks, self.movie, self.labels, self.tissue) if path is not None)

    def open(self) -> AnalysisInput:
        """Read the tracks and open the images.

        Raises
        ------
        BadFile, MissingCalibration
            A file that cannot be read, or does not say its frame interval or voxel size.
        ShapeMismatch
            Images that do not belong to each other or to the tracks.
        """
        tracks = leave_out_hidden(self.images.read(read_tracks_file, self.tracks), all_spots=self.all_spots)
        known = tracks.calibration
        movie = None
        if self.movie is not None:
            movie = self.chosen.images.open_raw(self.movie, known, channel=self.chosen.channel)
        labels = tracks.labels if movie is not None else None
        if self.labels is not None:
            labels = self.images.open_labels_of(self.labels, known, movie=movie)
        tissue = None
        if self.tissue is not None:
            found = self.images.open_tissue_of(self.tissue, known, movie=movie)
            tissue = Tissue(labels=found, tissue_labels=self.tissue_labels)
        doubts = [
            "" if movie is None else find_doubt(movie, tracks, "movie"),
            "" if self.labels is None or labels is None else find_doubt(labels, tracks, "labels"),
            "" if tissue is None else find_doubt(tissue.labels, tracks, "tissue"),
        ]
        if movie is not None and labels is not None:
            movie.require_same_shape(labels)
        if movie is not None and tissue is not None:
            tissue.require_fits(movie)
        return AnalysisInput(
            tracks=tracks, movie=movie, labels=labels, tissue=tissue, doubts=tuple(doubt for doubt in doubts if doubt)
        )


@dataclass(frozen=True, kw_only=True)
class _Record(InputRecord):
    """What ``analyse.toml`` says of the input: that of a run, and the tracks."""

    tracks: str = ""
    all_spots: bool = False


@dataclass(frozen=True, kw_only=True)
class _AnalysisFile:
    """The sections of ``analyse.toml``."""

    input: _Record = field(default_factory=_Record)
    analysis: AnalysisSettings = field(default_factory=AnalysisSettings)


def write_analysis_settings(path: Path, settings: AnalysisSettings, files: AnalysisFiles) -> None:
    """Write settings and input; see `volltrack.io.atomic.replace_file` for the errors."""

    def name(file: Path | None) -> str:
        return "" if file is None else str(file.resolve())

    record = _Record(
        tracks=name(files.tracks),
        all_spots=files.all_spots,
        movie=name(files.movie),
        channel=files.chosen.channel,
        labels=name(files.labels),
        tissue=name(files.tissue),
        tissue_labels=files.tissue_labels,
        calibration=files.images,
    )
    write_settings_toml(path, _AnalysisFile(input=record, analysis=settings))


def read_analysis_settings(path: Path | None) -> AnalysisSettings:
    """Return the settings in an ``analyse.toml``, or the defaults without one; its input is not taken over.

    Raises
    ------
    BadFile, BadSettings
        See `volltrack.io.settings_toml.read_settings_toml`.
    """
    return AnalysisSettings() if path is None else read_settings_toml(path, _AnalysisFile).analysis
