"""From a raw movie to lineages, with every result on disk as soon as it is there."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from volltrack.apps.drawing.overview import draw_overview
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.inputs.movie_sources import MovieSources
from volltrack.apps.jobs.labels.label_step import make_labels
from volltrack.apps.jobs.results.outputs import reserve_folder
from volltrack.apps.jobs.results.run_folder import STEPS, RunFolder
from volltrack.apps.jobs.results.step_record import StepRecord
from volltrack.apps.jobs.settings.run_file import RunNotes, read_run_file, write_run_file
from volltrack.apps.jobs.tracks.tracks_xml import write_tracks
from volltrack.errors import BadSettings, FileExists, VollTrackError
from volltrack.io.cells_csv import read_cells_csv, write_cells_csv
from volltrack.io.image_rules import leave_out, list_frames
from volltrack.io.outputs import replace_file, write_together
from volltrack.io.tiff import write_label_movie
from volltrack.io.trackmate_xml import describe_image, read_trackmate_xml
from volltrack.measure import measure_movie
from volltrack.model import LabelMovie, Movie
from volltrack.pipeline import RunSettings, Tracking, track_cells
from volltrack.progress import OnProgress

__all__ = ["RunJob"]


@dataclass(frozen=True, kw_only=True)
class RunJob:
    """Segment, measure, filter, link and prune a movie.

    Steps that were finished before with the same input and settings are not done again, so an interrupted run goes on
    where it stopped, in the middle of the segmentation too.

    Parameters
    ----------
    sources
        The files.
    out
        Results folder, made when it is missing; `volltrack.apps.jobs.results.run_folder` says what it holds.
    settings
        Settings of all steps.
    overwrite
        Whether results made with other settings may be replaced.
    dry_run
        Look at the input and say what would be done; write nothing.
    """

    sources: MovieSources
    out: Path
    settings: RunSettings = field(default_factory=RunSettings)
    overwrite: bool = False
    dry_run: bool = False

    @classmethod
    def again(cls, file: Path, out: Path) -> RunJob:
        """Return the job that left a ``run.toml``, with other results.

        Raises
        ------
        BadFile, BadSettings
            See `volltrack.apps.jobs.settings.read_run_file`.
        BadSettings
            The file does not name its movie.
        """
        found = read_run_file(file)
        if not found.input.movie:
            raise BadSettings(f"{file}: does not name the movie that it is for; expected a run.toml that a run left")
        return cls(sources=MovieSources.of(found.input), settings=found.settings, out=out)

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Do it and return what came out.

        Raises
        ------
        FileExists
            Results of other input or settings are there and may not be replaced.
        OutputLocked
            Another process is at work on the folder.
        BadFile, MissingCalibration, ShapeMismatch, OutputFailed, Cancelled
            See the messages.
        """
        sources, settings, files = self.sources, self.settings, RunFolder(self.out)
        movie = sources.open_movie()
        tissue, given_labels = sources.open_tissue_of(movie), sources.open_given_labels(movie)
        describe_image(movie, sources.movie, files.tracks)  # a name that XML cannot hold is refused before any work
        with contextlib.nullcontext() if self.dry_run else reserve_folder(self.out):
            record = StepRecord(self.out, overwrite=self.overwrite)
            keys = sources.make_keys(movie, settings)
            done = {step: record.is_finished(step, keys[step], outputs) for step, outputs in STEPS.items()}
            _require_same_settings(files.settings, settings, overwrite=self.overwrite)
            notes = read_run_file(files.settings).notes if done["labels"] and files.settings.exists() else RunNotes()
            finished = [step for step, is_done in done.items() if is_done]
            if self.dry_run:
                return _describe_plan(self.out, movie, done)

            @contextlib.contextmanager
            def make(step: str) -> Iterator[None]:
                with record.make(step, keys[step], STEPS[step]):
                    yield
                    write_run_file(files.settings, settings, sources.to_record(), notes)

            with record.open_folder():
                if not done["labels"]:
                    with make("labels"):
                        frames = record.work / f"frames-{keys['labels'][:16]}"
                        lines = _make_labels(given_labels, movie, settings, frames, files.labels, on_progress)
                        notes = RunNotes(segmentation=lines)
                labels = ImageOptions().open_labels_of(files.labels, movie.calibration, is_own=True)
                labels = leave_out(labels, [movie])
                # outlines of 2D cells are not in the CSV: they are measured again when the tracks are still to be made
                if done["cells"] and (done["tracks"] or not movie.is_2d):
                    cells = read_cells_csv(files.cells).spots
                else:
                    cells = measure_movie(
                        labels,
                        [movie],
                        tissue,
                        settings.measure,
                        first_channel=sources.channel,
                        on_progress=on_progress,
                    )
                if not done["cells"]:
                    with make("cells"):
                        write_cells_csv(files.cells, cells, calibration=movie.calibration, overwrite=True)
                if not done["tracks"]:
                    with make("tracks"):
                        tracking = track_cells(
                            cells,
                            cell_filter=settings.filter,
                            link=settings.link,
                            prune=settings.prune,
                            labels=labels,
                            on_progress=on_progress,
                        )
                        _write_tracking(files, tracking, sources, movie, settings)
                lineage = read_trackmate_xml(files.tracks).lineage
                if not done["picture"]:
                    with make("picture"):
                        title = sources.movie.name
                        draw_overview(files.picture, lineage, movie.calibration, raw=movie, labels=labels, title=title)
        return {
            "frames": movie.n_frames,
            **_describe_missing(movie),
            "segmentation": _describe_segmentation(sources, settings, notes),
            "cells": len(cells),
            "removed_by_filter": max(0, len(cells) - len(lineage.spots)),
            "links": len(lineage.links),
            "tracks": lineage.n_tracks,
            "divisions": lineage.n_divisions,
            "finished_before": finished,
            "folder": self.out,
            "tracks_file": files.tracks,
            "picture": files.picture,
        }


def _describe_plan(folder: Path, movie: Movie, done: dict[str, bool]) -> dict[str, Any]:
    """Return what would be done."""
    shape = dict(zip(("frames", "z", "y", "x"), movie.shape, strict=True))
    return {
        **shape,
        **_describe_missing(movie),
        "calibration": movie.calibration,
        "finished": [step for step, is_done in done.items() if is_done],
        "would_write": [folder / name for step, names in STEPS.items() if not done[step] for name in names],
    }


def _describe_missing(movie: Movie) -> dict[str, str]:
    """Return which frames were left out, where some were."""
    return {"frames_left_out": list_frames(movie.missing)} if movie.missing else {}


def _describe_segmentation(sources: MovieSources, settings: RunSettings, notes: RunNotes) -> str:
    """Return what made the labels, in a few words."""
    if sources.labels is not None:
        return f"given: {sources.labels.name}"
    if notes.segmentation:
        return "; ".join(notes.segmentation)
    return settings.segment.make().title


def _require_same_settings(path: Path, settings: RunSettings, *, overwrite: bool) -> None:
    """Refuse to replace a settings file that says something else.

    Raises
    ------
    FileExists
        It does, and may not be replaced.
    """
    if overwrite or not path.exists():
        return
    try:
        is_same = read_run_file(path).settings == settings
    except VollTrackError:
        is_same = False
    if not is_same:
        raise FileExists(
            f"{path} holds other settings: give --settings {path} to use them, --overwrite to replace them, or "
            "another --out"
        )


def _make_labels(
    given: LabelMovie | None,
    movie: Movie,
    settings: RunSettings,
    frames: Path,
    path: Path,
    on_progress: OnProgress | None,
) -> tuple[str, ...]:
    """Write the given label movie, or that of our own segmentation; return what that says of itself."""
    lines: tuple[str, ...] = ()
    if given is None:
        segmenter = settings.segment.make()
        lines = make_labels(movie, segmenter, frames, path, on_progress=on_progress).report
    else:
        write_label_movie(path, given, overwrite=True, on_progress=on_progress)
    for old in frames.parent.glob("frames-*"):  # of runs that were interrupted and not gone on with
        shutil.rmtree(old)
    return lines


def _write_tracking(
    files: RunFolder, tracking: Tracking, sources: MovieSources, movie: Movie, settings: RunSettings
) -> None:
    missing = list_frames(movie.missing) if movie.missing else ""
    left_out = f"\nFrames left out, of which the movie lacks planes: {missing}" if missing else ""
    with write_together():
        _write_table(files.removed_cells, tracking.removed_cells)
        _write_table(files.pruned_tracklets, tracking.pruning.removed_tracklets)
        write_tracks(
            files.tracks,
            tracking.lineage,
            movie.calibration,
            link=tracking.linking.settings,
            prune=settings.prune,
            image=describe_image(movie, sources.movie, files.tracks),
            log=f"volltrack run {sources.movie.name}{left_out}",
            overwrite=True,
        )


def _write_table(path: Path, table: pd.DataFrame) -> None:
    with replace_file(path) as temporary:
        table.to_csv(temporary, index=False)
