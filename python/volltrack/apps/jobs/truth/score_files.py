"""Files of a result against files of the truth."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.errors import BadSettings
from volltrack.io.tracks.visible import leave_out_hidden
from volltrack.io.tracks_file import TracksFile, read_tracks_file
from volltrack.model import LabelMovie
from volltrack.pipeline import require_frames_in_reach
from volltrack.progress import OnProgress
from volltrack.score import ScoreSettings, score_segmentation, score_tracking

__all__ = ["score_label_files", "score_track_files"]


def score_label_files(
    result: Path, truth: Path, images: ImageOptions, *, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Return the segmentation measures of a label movie; the calibration does not matter."""
    true_labels = images.open_uncalibrated(truth)
    return dict(score_segmentation(images.open_uncalibrated(result), true_labels, on_progress=on_progress))


def score_track_files(
    result: Path,
    truth: Path,
    images: ImageOptions,
    *,
    result_labels: Path | None = None,
    truth_labels: Path | None = None,
    max_distance: float | None = None,
    all_spots: bool = False,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Return the tracking measures of lineages; with label movies on both sides also those of the segmentation.

    What TrackMate hides counts with `all_spots` only; ``notes`` say what was left out.

    Raises
    ------
    BadSettings
        A label movie on one side only.
    BadFile, BadTable, ShapeMismatch
        See the messages.
    """
    found, known = (
        leave_out_hidden(images.read(read_tracks_file, path), all_spots=all_spots) for path in (result, truth)
    )
    for tracks in (found, known):
        require_frames_in_reach(tracks.lineage)
    labels = [_open_labels(path, tracks, images) for path, tracks in ((result_labels, found), (truth_labels, known))]
    if (result_labels is None) != (truth_labels is None) and None in labels:
        raise BadSettings("a label movie on one side only: give both --result-labels and --truth-labels, or none")
    if None in labels:
        labels = [None, None]
    score = score_tracking(
        found.lineage,
        known.lineage,
        ScoreSettings(max_distance=max_distance),
        result_labels=labels[0],
        truth_labels=labels[1],
    )
    seg: dict[str, float] = {}
    if labels[0] is not None and labels[1] is not None:
        seg = score_segmentation(labels[0], labels[1], on_progress=on_progress)
    notes = [f"{path.name}: {note}" for path, tracks in ((result, found), (truth, known)) for note in tracks.notes]
    return {**seg, **asdict(score), **({"notes": notes} if notes else {})}


def _open_labels(path: Path | None, tracks: TracksFile, images: ImageOptions) -> LabelMovie | None:
    return tracks.labels if path is None else images.open_uncalibrated(path)
