"""Prediction by trained networks, with the images in between."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from volltrack.apps.jobs.labels.frame_parts import FrameParts
from volltrack.io.images import write_label_movie
from volltrack.io.tiff import write_movie
from volltrack.model import Movie
from volltrack.pipeline import NetworkSettings
from volltrack.progress import OnProgress

__all__ = ["predict_parts", "write_predicted"]

_KINDS = ("seeds", "mask", "probability", "distance", "denoised", "tissue", "labels")
"""Images of a result, in the order in which they are kept: a frame that has its last one is finished."""


def predict_parts(
    movie: Movie, settings: NetworkSettings, frames: Path, on_progress: OnProgress | None, *, keep_all: bool
) -> Sequence[str]:
    """Predict the frames that `frames` lacks and return which images there are: the main one, or all on request.

    Raises
    ------
    BadFile, BadSettings, BadValue, MissingPackage
        See `volltrack.segment.networks.load.load_networks` and `volltrack.segment.vollseg.predict.predict_frames`.
    """
    finished = FrameParts(frames / "finished", movie)
    missing = [t for t in range(movie.n_frames) if not finished.has(t)]
    if missing:
        from volltrack.segment.vollseg.predict import predict_frames

        results = predict_frames(
            movie, settings.load(), settings.how, frames=missing, only_labels=not keep_all, on_progress=on_progress
        )
        for t, result in results:
            made = [kind for kind in _KINDS if getattr(result, kind) is not None]
            for kind in made if keep_all else [_choose_main(made)]:
                image = getattr(result, kind)
                FrameParts(frames / kind, movie).keep(t, np.zeros_like(image) if t in movie.missing else image)
            finished.mark(t)
    return [kind for kind in _KINDS if FrameParts(frames / kind, movie).has(0)]


def write_predicted(movie: Movie, kinds: Sequence[str], frames: Path, path: Path, intermediates: Path | None) -> None:
    """Write the labels (or what stands in for them) to `path`, and the other images to the folder `intermediates`."""
    main = _choose_main(kinds)
    if intermediates is not None:
        intermediates.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            if kind == "seeds":
                write_label_movie(
                    intermediates / "seeds.tif", FrameParts(frames / kind, movie).as_labels(), overwrite=True
                )
            elif kind != main:
                write_movie(intermediates / f"{kind}.tif", FrameParts(frames / kind, movie).as_movie())
    parts = FrameParts(frames / main, movie)
    if main == "labels":
        write_label_movie(path, parts.as_labels(), overwrite=True)
    else:
        write_movie(path, parts.as_movie())


def _choose_main(kinds: Sequence[str]) -> str:
    """Return the image that the segmentation is for: the labels, or what networks without labels give."""
    return next(kind for kind in ("labels", "denoised", "tissue") if kind in kinds)
