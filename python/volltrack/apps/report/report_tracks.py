"""A report of a file of tracks, with the images and settings that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.apps.jobs.results.run_folder import RUN_SETTINGS
from volltrack.apps.jobs.tracks.fit_tracks import find_doubt
from volltrack.apps.jobs.tracks.image_features import add_image_features
from volltrack.apps.jobs.tracks.track_sources import TrackSources
from volltrack.apps.report.report_input import ReportInput
from volltrack.apps.report.track_report import write_report
from volltrack.errors import BadFile, BadValue, VollTrackError
from volltrack.io.tracks import TracksFile, find_named_image
from volltrack.model import Movie
from volltrack.pipeline import require_frames_in_reach
from volltrack.progress import OnProgress

__all__ = ["ReportJob"]


@dataclass(frozen=True, kw_only=True)
class ReportJob:
    """Show tracks to a person as one HTML page.

    Parameters
    ----------
    sources
        Tracks and images; without a movie that which a TrackMate file names is taken, if it is there.
    out
        HTML file to write.
    settings_file
        Settings file to show; None takes ``run.toml`` beside the tracks, if it is there.
    overwrite
        Whether an existing file may be replaced.
    """

    sources: TrackSources
    out: Path
    settings_file: Path | None = None
    overwrite: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Write the page and say what it shows.

        Raises
        ------
        BadValue
            A name that no browser opens as a page.
        BadFile, MissingCalibration, ShapeMismatch
            A file that cannot be read or does not belong to the others. An image that only the XML names is left out
            instead, and the page says so.
        FileExists, OutputFailed
            See `volltrack.apps.jobs.results.outputs.reserve_outputs`.
        """
        if self.out.suffix.lower() not in (".html", ".htm"):
            raise BadValue(f"--out {self.out}: expected a name that ends in .html, for a page that a browser opens")
        inputs = [*self.sources.paths, self.settings_file]
        with reserve_outputs([self.out], overwrite=self.overwrite, inputs=inputs):
            source = _open_report_input(self, on_progress)
            write_report(self.out, source, overwrite=self.overwrite, on_progress=on_progress)
        return {
            "cells": len(source.lineage.spots),
            "tracks": source.lineage.n_tracks,
            "divisions": source.lineage.n_divisions,
            "movie": "none" if source.movie is None else source.movie.name,
            "notes": list(source.notes),
            "bytes": self.out.stat().st_size,
            "out": self.out,
        }


def _open_report_input(job: ReportJob, on_progress: OnProgress | None) -> ReportInput:
    """Return what the page is made from."""
    sources, tracks = job.sources, job.sources.read_tracks()
    require_frames_in_reach(tracks.lineage)
    settings_path, settings = _read_settings(job)
    movie, channel, notes = _open_movie(sources, tracks)
    labels = sources.open_labels(tracks.calibration, movie)
    if labels is not None:
        notes += _as_notes(find_doubt(labels, tracks, "labels"))
    tissue = sources.open_tissue(tracks.calibration, movie=movie)
    if tissue is not None:
        notes += _as_notes(find_doubt(tissue.labels, tracks, "tissue"))
    labels = labels or tracks.labels
    tracks = add_image_features(
        tracks, movie=movie, channel=channel, labels=labels, tissue=tissue, on_progress=on_progress
    )
    if tissue is not None:
        notes += _describe_distances(tracks)
    return ReportInput(
        path=sources.tracks,
        tracks=tracks,
        movie=movie,
        labels=labels,
        tissue=tissue,
        settings_path=settings_path,
        settings=settings,
        notes=(*tracks.notes, *notes),
    )


def _describe_distances(tracks: TracksFile) -> tuple[str, ...]:
    """Return what to say of spots whose distance to the tissue could not be measured."""
    spots = tracks.lineage.spots
    distance = spots.table["DISTANCE_TO_TISSUE"] if "DISTANCE_TO_TISSUE" in spots.table.columns else None
    n_unknown = 0 if distance is None else int(distance.isna().sum())
    if n_unknown == 0:
        return ()
    return (
        f"{n_unknown} of {len(spots)} cells have no distance to the tissue: the tissue of their frame has no boundary "
        "(is it the right file, and are --tissue-labels in it?).",
    )


def _read_settings(job: ReportJob) -> tuple[Path | None, str]:
    """Return the settings file and its text as it stands; they are shown, not used."""
    path = job.sources.tracks.resolve().parent / RUN_SETTINGS if job.settings_file is None else job.settings_file
    if not path.is_file():
        if job.settings_file is not None:
            raise BadFile("no such file: expected the settings of a run (TOML)", path=path)
        return None, ""
    return path, path.read_text(encoding="utf-8", errors="replace")


def _open_movie(sources: TrackSources, tracks: TracksFile) -> tuple[Movie | None, int, tuple[str, ...]]:
    """Return the movie, its channel, and what to say of it.

    A movie that a person names must be readable and hold all spots.
    """
    movie = sources.open_movie(tracks.calibration)
    if movie is not None:
        return movie, sources.chosen.channel, _as_notes(find_doubt(movie, tracks, "movie"))
    path = find_named_image(tracks)
    if path is None:
        image = None if tracks.document is None else tracks.document.image
        if image is None or not image.filename:
            return None, 1, ("No movie is shown: none was given (--movie).",)
        return (
            None,
            1,
            (f"No movie is shown: the file names {image.filename}, which was not found; give it with --movie.",),
        )
    chosen = sources.choose(path)
    try:
        movie = chosen.images.open_raw(path, tracks.calibration, channel=chosen.channel)
        doubt = find_doubt(movie, tracks, "movie")
        movie.frame(0)
    except (VollTrackError, OSError) as error:
        return None, 1, (f"No movie is shown: the file names {path.name}, which could not be used ({error}).",)
    return movie, chosen.channel, _as_notes(doubt)


def _as_notes(*doubts: str) -> tuple[str, ...]:
    return tuple(f"{doubt}." for doubt in doubts if doubt)
