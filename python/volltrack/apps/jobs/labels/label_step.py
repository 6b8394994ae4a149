"""The segmentation step: frames are kept as they are made, so that an interrupted run goes on with the next one."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from volltrack.apps.jobs.labels.segment_parts import segment_parts, write_parts
from volltrack.model import Movie
from volltrack.model.methods import Segmenter
from volltrack.progress import OnProgress

__all__ = ["make_labels"]


def make_labels(
    movie: Movie,
    segmenter: Segmenter,
    frames: Path,
    path: Path,
    *,
    intermediates: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Segmenter:
    """Segment `movie`, write its label movie, and return the segmenter: ready, if there was anything to do.

    Parameters
    ----------
    movie
        Raw channel (T, Z, Y, X).
    segmenter
        As its settings make it; it is prepared here.
    frames
        Folder of finished frames; those that are there are not made again. It must belong to these settings and this
        movie, and is removed when the label movie is complete.
    path
        The label movie; replaced when it is there. Methods that give no labels write what they give here: the
        denoised movie, or the tissue.
    intermediates
        Folder for the images in between: seeds, mask, probability, distance, denoised, tissue.
    on_progress
        Told after each frame.
    """
    frames.mkdir(exist_ok=True)
    try:
        ready = segment_parts(movie, segmenter, frames, on_progress, keep_all=intermediates is not None)
        write_parts(movie, frames, path, intermediates)
        shutil.rmtree(frames)
    finally:
        for folder in (*frames.glob("*/"), frames):
            with contextlib.suppress(OSError):  # gone, or not empty
                folder.rmdir()
    return ready
