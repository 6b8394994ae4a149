"""What an analysis reads, and the record of it in ``analyse.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from volltrack.apps.jobs.tracks.fit_tracks import find_doubt
from volltrack.apps.jobs.tracks.track_sources import TrackRecord, TrackSources
from volltrack.io.settings_toml import read_settings_toml, write_settings_toml
from volltrack.io.tracks import TracksFile
from volltrack.model import LabelMovie, Movie, Tissue
from volltrack.pipeline import AnalysisSettings

__all__ = ["AnalysisInput", "open_analysis_input", "read_analysis_settings", "write_analysis_settings"]


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


def open_analysis_input(sources: TrackSources) -> AnalysisInput:
    """Return the tracks with their images opened.

    Raises
    ------
    BadFile, MissingCalibration
        A file that cannot be read, or does not say its frame interval or voxel size.
    ShapeMismatch
        Images that do not belong to each other or to the tracks.
    """
    tracks = sources.read_tracks()
    known = tracks.calibration
    movie = sources.open_movie(known)
    given = sources.open_labels(known, movie)
    tissue = sources.open_tissue(known, movie=movie)
    doubts = [
        "" if movie is None else find_doubt(movie, tracks, "movie"),
        "" if given is None else find_doubt(given, tracks, "labels"),
        "" if tissue is None else find_doubt(tissue.labels, tracks, "tissue"),
    ]
    labels = given or (tracks.labels if movie is not None else None)
    if movie is not None and labels is not None:
        movie.require_same_shape(labels)
    if movie is not None and tissue is not None:
        tissue.require_fits(movie)
    return AnalysisInput(
        tracks=tracks, movie=movie, labels=labels, tissue=tissue, doubts=tuple(doubt for doubt in doubts if doubt)
    )


@dataclass(frozen=True, kw_only=True)
class _AnalysisFile:
    """The sections of ``analyse.toml``."""

    input: TrackRecord = field(default_factory=TrackRecord)
    analysis: AnalysisSettings = field(default_factory=AnalysisSettings)


def write_analysis_settings(path: Path, settings: AnalysisSettings, sources: TrackSources) -> None:
    """Write settings and input; see `volltrack.io.outputs.replace_file` for the errors."""
    write_settings_toml(path, _AnalysisFile(input=sources.to_record(), analysis=settings))


def read_analysis_settings(path: Path | None) -> AnalysisSettings:
    """Return the settings in an ``analyse.toml``, or the defaults without one; its input is not taken over.

    Raises
    ------
    BadFile, BadSettings
        See `volltrack.io.settings_toml.sections.read_settings_toml`.
    """
    return AnalysisSettings() if path is None else read_settings_toml(path, _AnalysisFile).analysis
