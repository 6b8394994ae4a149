"""A report of a file of tracks, with the images and settings that belong to it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from volltrack.apps.jobs.inputs.fit_tracks import find_doubt
from volltrack.apps.jobs.inputs.image_features import add_image_features
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.inputs.run_beside import RUN_SETTINGS, choose_as_run
from volltrack.apps.report.report_input import ReportInput
from volltrack.apps.report.track_report import write_report
from volltrack.errors import BadFile, VollTrackError
from volltrack.io.image_of_tracks import find_named_image
from volltrack.io.tracks.visible import leave_out_hidden
from volltrack.io.tracks_file import TracksFile, read_tracks_file
from volltrack.model import Movie, Tissue
from volltrack.pipeline import require_frames_in_reach
from volltrack.progress import OnProgress

__all__ = ["ReportFiles", "report_tracks"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ReportFiles:
    """Where the parts of a report come from.

    Parameters
    ----------
    tracks
        A file that `volltrack.io.tracks_file` reads.
    movie
        None takes the image that a TrackMate file names, if it is there.
    labels, tissue
        Label movies; None where there are none.
    settings
        None takes ``run.toml`` beside the tracks, if it is there.
    channel
        Channel of the movie, from 1; None takes that of the run that made the tracks, else the first.
    tissue_labels
        Which values of the tissue count; empty means all.
    images
        What was said of the calibration.
    all_spots
        Whether what TrackMate hides is shown, too.
    """

    tracks: Path
    movie: Path | None = None
    labels: Path | None = None
    tissue: Path | None = None
    settings: Path | None = None
    channel: int | None = None
    tissue_labels: tuple[int, ...] = ()
    images: ImageOptions = field(default_factory=ImageOptions)
    all_spots: bool = False


def report_tracks(
    files: ReportFiles, out: Path, *, overwrite: bool = False, on_progress: OnProgress | None = None
) -> ReportInput:
    """Write the report and return what it was made from.

    Raises
    ------
    BadFile, MissingCalibration, ShapeMismatch
        A file that cannot be read or does not belong to the others. An image that only the XML names is left out
        instead, and the page says so.
    FileExists, OutputFailed
        See `volltrack.io.atomic.replace_file`.
    Cancelled
        `on_progress` asked to stop.
    """
    tracks = leave_out_hidden(files.images.read(read_tracks_file, files.tracks), all_spots=files.all_spots)
    require_frames_in_reach(tracks.lineage)
    settings_path, settings = _read_settings(files)
    movie, channel, notes = _open_movie(files, tracks)
    labels = tracks.labels
    if files.labels is not None:
        labels = files.images.open_labels_of(files.labels, tracks.calibration, movie=movie)
        notes += _as_notes(find_doubt(labels, tracks, "labels"))
    tissue = None
    if files.tissue is not None:
        found = files.images.open_tissue_of(files.tissue, tracks.calibration, movie=movie)
        notes += _as_notes(find_doubt(found, tracks, "tissue"))
        tissue = Tissue(labels=found, tissue_labels=files.tissue_labels)
    tracks = add_image_features(
        tracks, movie=movie, channel=channel, labels=labels, tissue=tissue, on_progress=on_progress
    )
    if tissue is not None:
        notes += _describe_distances(tracks)
    source = ReportInput(
        path=files.tracks,
        tracks=tracks,
        movie=movie,
        labels=labels,
        tissue=tissue,
        settings_path=settings_path,
        settings=settings,
        notes=(*tracks.notes, *notes),
    )
    write_report(out, source, overwrite=overwrite, on_progress=on_progress)
    return source


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


def _read_settings(files: ReportFiles) -> tuple[Path | None, str]:
    """Return the settings file and its text as it stands; they are shown, not used."""
    path = files.tracks.resolve().parent / RUN_SETTINGS if files.settings is None else files.settings
    if not path.is_file():
        if files.settings is not None:
            raise BadFile("no such file: expected the settings of a run (TOML)", path=path)
        return None, ""
    return path, path.read_text(encoding="utf-8", errors="replace")


def _open_movie(files: ReportFiles, tracks: TracksFile) -> tuple[Movie | None, int, tuple[str, ...]]:
    """Return the movie, its channel, and what to say of it.

    A movie that a person names must be readable and hold all spots.
    """
    if files.movie is not None:
        chosen = choose_as_run(files.tracks, files.movie, files.images, files.channel)
        movie = chosen.images.open_raw(files.movie, tracks.calibration, channel=chosen.channel)
        return movie, chosen.channel, _as_notes(find_doubt(movie, tracks, "movie"))
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
    chosen = choose_as_run(files.tracks, path, files.images, files.channel)
    try:
        movie = chosen.images.open_raw(path, tracks.calibration, channel=chosen.channel)
        doubt = find_doubt(movie, tracks, "movie")
        movie.frame(0)
    except (VollTrackError, OSError) as error:
        return None, 1, (f"No movie is shown: the file names {path.name}, which could not be used ({error}).",)
    return movie, chosen.channel, _as_notes(doubt)


def _as_notes(*doubts: str) -> tuple[str, ...]:
    return tuple(f"{doubt}." for doubt in doubts if doubt)
