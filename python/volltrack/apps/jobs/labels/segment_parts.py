"""The frames of a movie through a segmenter, each kept as soon as it is there, with other images on request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from volltrack.apps.jobs.labels.frame_parts import FrameParts
from volltrack.io.images import write_label_movie
from volltrack.io.tiff import write_movie
from volltrack.model import Movie
from volltrack.model.methods import DENOISED, IMAGE_NAMES, LABELS, SEEDS, TISSUE, Segmenter
from volltrack.progress import OnProgress, track_progress

__all__ = ["segment_parts", "write_parts"]

_FINISHED = "finished"
"""Folder of the marks of frames whose images are all kept, where there are several."""


def segment_parts(
    movie: Movie, segmenter: Segmenter, frames: Path, on_progress: OnProgress | None, *, keep_all: bool
) -> Segmenter:
    """Segment the frames that `frames` lacks, and return the segmenter: ready, if there was anything to do.

    Kept are the labels (of methods that give none what they give), or all images on request. Frames that the movie
    lacks are zeros.

    Raises
    ------
    BadFile, BadSettings, BadValue, MissingPackage
        See `Segmenter.prepare` and `Segmenter.segment`.
    """
    missing = {t for t in range(movie.n_frames) if not _is_finished(movie, frames, t, keep_all=keep_all)}
    if not missing:
        return segmenter
    ready = segmenter.prepare(movie)
    for t in track_progress(range(movie.n_frames), on_progress, "segment", movie.n_frames):
        if t not in missing:
            continue
        images = ready.segment(movie.frame(t), t, only_labels=not keep_all).images
        for name in list(images) if keep_all else [_choose_main(list(images))]:
            image = images[name]
            FrameParts(frames / name, movie).keep(t, np.zeros_like(image) if t in movie.missing else image)
        if keep_all:
            FrameParts(frames / _FINISHED, movie).mark(t)
    return ready


def _is_finished(movie: Movie, frames: Path, t: int, *, keep_all: bool) -> bool:
    """Whether all that is kept of a frame is there: of several images a mark says it, a single one says it itself."""
    if keep_all:
        return FrameParts(frames / _FINISHED, movie).has(t)
    return any(FrameParts(folder, movie).has(t) for folder in frames.iterdir() if folder.name != _FINISHED)


def write_parts(movie: Movie, frames: Path, path: Path, intermediates: Path | None) -> None:
    """Write the labels (or what stands in for them) to `path`, and the other images to the folder `intermediates`."""
    kinds = [folder.name for folder in frames.iterdir() if folder.name != _FINISHED]
    main = _choose_main(kinds)
    if intermediates is not None:
        intermediates.mkdir(parents=True, exist_ok=True)
        for kind in sorted(kinds, key=_place):
            if kind == SEEDS:
                write_label_movie(
                    intermediates / "seeds.tif", FrameParts(frames / kind, movie).as_labels(), overwrite=True
                )
            elif kind != main:
                write_movie(intermediates / f"{kind}.tif", FrameParts(frames / kind, movie).as_movie())
    parts = FrameParts(frames / main, movie)
    if main == LABELS:
        write_label_movie(path, parts.as_labels(), overwrite=True)
    else:
        write_movie(path, parts.as_movie())


def _place(kind: str) -> tuple[int, str]:
    return (IMAGE_NAMES.index(kind) if kind in IMAGE_NAMES else len(IMAGE_NAMES), kind)


def _choose_main(kinds: Sequence[str]) -> str:
    """Return the image that the segmentation is for: the labels, or what networks without labels give."""
    return next(kind for kind in (LABELS, DENOISED, TISSUE, *kinds, LABELS) if kind in kinds or not kinds)
