"""The segmentation step: frames are kept as they are made, so that an interrupted run goes on with the next one."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import numpy as np

from volltrack.apps.jobs.inputs.content import describe_input
from volltrack.apps.jobs.labels.frame_parts import FrameParts
from volltrack.apps.jobs.labels.predict_step import predict_parts, write_predicted
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.apps.jobs.results.step_record import make_key
from volltrack.errors import BadSettings, BadValue, Cancelled, OutputFailed
from volltrack.io.image_kind import find_image_of_labels, is_image
from volltrack.io.images import write_label_movie
from volltrack.model import Movie
from volltrack.pipeline import NetworkSettings
from volltrack.progress import OnProgress, track_progress
from volltrack.segment import ClassicalSettings, estimate_settings, segment_movie

__all__ = ["make_labels", "segment_to_file"]


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


def segment_to_file(
    movie: Movie,
    settings: ClassicalSettings | NetworkSettings,
    path: Path,
    *,
    source: Path,
    intermediates: Path | None = None,
    overwrite: bool,
    on_progress: OnProgress | None = None,
) -> ClassicalSettings | NetworkSettings:
    """Segment `movie`, write its label movie, and return the settings with every estimate filled in.

    Frames that were finished before with the same input and settings are not done again: an interrupted segmentation
    goes on where it stopped. They lie in a hidden folder beside the output until that is complete.

    Parameters
    ----------
    movie
        Raw channel (T, Z, Y, X).
    settings
        As in `make_labels`.
    path
        The label movie.
    source
        The file of the movie; what it holds tells which finished frames belong to it.
    intermediates, on_progress
        As in `make_labels`.
    overwrite
        Whether existing files may be replaced.

    Raises
    ------
    FileExists, OutputFailed, OutputLocked
        See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work.
    BadValue
        Another suffix.
    BadSettings
        Intermediates of a segmentation without networks.
    """
    if not is_image(path):
        raise BadValue(f"{path}: expected a name that ends in .tif (TIFF) or .zarr (OME-Zarr)")
    with reserve_outputs([path, intermediates], overwrite=overwrite, inputs=[source]):
        if isinstance(settings, ClassicalSettings):
            if intermediates is not None:
                raise BadSettings("--intermediates: only networks leave images in between; give --star or --unet")
            settings = estimate_settings(movie, settings)
        key = make_key(describe_input(source), movie.name, movie.shape, movie.calibration, settings, intermediates)
        beside = find_image_of_labels(path) or path
        start = f".{path.name[:60]}.frames-"
        frames = beside.resolve().parent / f"{start}{key[:16]}"
        try:
            make_labels(movie, settings, frames, path, intermediates=intermediates, on_progress=on_progress)
        except (KeyboardInterrupt, Cancelled, OutputFailed):
            raise  # the same command goes on with the frames that there are
        except BaseException:
            shutil.rmtree(frames, ignore_errors=True)
            raise
        for old in [entry for entry in frames.parent.iterdir() if entry.name.startswith(start)]:
            shutil.rmtree(old, ignore_errors=True)  # of segmentations to this file that were not gone on with
    return settings
