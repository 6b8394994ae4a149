"""The segmentation step: frames are kept as they are made, so that an interrupted run goes on with the next one."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import numpy as np

from volltrack.apps.jobs.labels.frame_parts import FrameParts
from volltrack.apps.jobs.labels.predict_step import predict_parts, write_predicted
from volltrack.io.images import write_label_movie
from volltrack.model import Movie
from volltrack.pipeline import NetworkSettings
from volltrack.progress import OnProgress, track_progress
from volltrack.segment import ClassicalSettings, segment_movie

__all__ = ["make_labels"]


def make_labels(
    movie: Movie,
    settings: ClassicalSettings | NetworkSettings,
    frames: Path,
    path: Path,
    *,
    intermediates: Path | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Segment `movie` and write its label movie.

    Parameters
    ----------
    movie
        Raw channel (T, Z, Y, X).
    settings
        Segmentation without a network, or with trained ones.
    frames
        Folder of finished frames; those that are there are not made again. It must belong to these settings and this
        movie, and is removed when the label movie is complete.
    path
        The label movie; replaced when it is there. Networks that give no labels write what they give here: the
        denoised movie, or the tissue.
    intermediates
        Folder for the images in between (networks only): seeds, mask, probability, distance, denoised, tissue.
    on_progress
        Told after each frame.
    """
    frames.mkdir(exist_ok=True)
    try:
        if isinstance(settings, ClassicalSettings):
            _segment_frames(movie, settings, FrameParts(frames / "labels", movie), on_progress)
            write_label_movie(path, FrameParts(frames / "labels", movie).as_labels(), overwrite=True)
        else:
            kinds = predict_parts(movie, settings, frames, on_progress, keep_all=intermediates is not None)
            write_predicted(movie, kinds, frames, path, intermediates)
        shutil.rmtree(frames)
    finally:
        for folder in (*frames.glob("*/"), frames):
            with contextlib.suppress(OSError):  # gone, or not empty
                folder.rmdir()


def _segment_frames(
    movie: Movie, settings: ClassicalSettings, parts: FrameParts, on_progress: OnProgress | None
) -> None:
    if all(parts.has(t) for t in range(movie.n_frames)):
        return
    labels = segment_movie(movie, settings)
    for t in track_progress(range(movie.n_frames), on_progress, "segment", movie.n_frames):
        if not parts.has(t):
            is_there = t not in movie.missing
            parts.keep(t, labels.frame(t) if is_there else np.zeros(movie.shape[1:], dtype=np.int32))
