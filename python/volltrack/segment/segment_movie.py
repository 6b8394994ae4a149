"""Any segmenter on a single frame, on some frames, on a movie that is segmented as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings
from volltrack.model import Calibration, Frame, LabelMovie, Movie, VoxelSize
from volltrack.model.methods import Segmentation, Segmenter, SegmenterSettings
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.classical import ClassicalSettings
from volltrack.segment.frame_check import require_frame

__all__ = ["label_movie", "segment_frame", "segment_frames", "segment_movie"]


def segment_frame(
    raw: npt.NDArray[Any], voxel_size: VoxelSize, settings: SegmenterSettings | None = None
) -> Segmentation:
    """Return the cells of one frame, with the images in between.

    Parameters
    ----------
    raw
        (Z, Y, X), or (Y, X) as one plane; any real type.
    voxel_size
        Edge lengths of a voxel; z is not used for a single plane.
    settings
        Of any method, without a network when not given; what they leave open is estimated from this frame.

    Raises
    ------
    BadValue
        NaN or infinite values, wrong number of axes, no voxels; a frame that the method cannot take.
    """
    image = require_frame(raw)
    calibration = Calibration(voxel_size=voxel_size, frame_interval=1.0, time_unit="frame")
    movie = Movie.from_array(image[np.newaxis], calibration, name="the image")
    return (settings or ClassicalSettings()).make().prepare(movie).segment(image)


def segment_frames(
    segmenter: Segmenter,
    movie: Movie,
    *,
    frames: Iterable[int] | None = None,
    only_labels: bool = False,
    on_progress: OnProgress | None = None,
) -> Iterator[tuple[int, Segmentation]]:
    """Yield (frame number, result) one after the other; nothing is kept between frames.

    Parameters
    ----------
    segmenter
        Ready, as `Segmenter.prepare` returns it.
    movie
        The raw channel.
    frames
        Which frames, all when not given: a run that was interrupted asks for those that it lacks.
    only_labels
        Leave out the images in between.
    on_progress
        Told before the first and after each frame.

    Raises
    ------
    BadValue
        See `Segmenter.segment`; the message names the frame.
    Cancelled
        If `on_progress` asks to stop.
    """
    wanted = list(range(movie.n_frames) if frames is None else frames)
    report_progress(on_progress, "segment", 0, len(wanted))
    for done, t in enumerate(wanted, start=1):
        yield t, segmenter.segment(movie.frame(t), t, only_labels=only_labels)
        report_progress(on_progress, "segment", done, len(wanted))


def segment_movie(
    movie: Movie, settings: SegmenterSettings | None = None, *, on_progress: OnProgress | None = None
) -> LabelMovie:
    """Return the labels of a movie, int32; each frame is segmented when it is read, and nothing is kept.

    Parameters
    ----------
    movie
        The raw channel.
    settings
        Of any method, which is made and prepared here, once; without a network and with its defaults when not given.
    on_progress
        Told after each frame that was segmented.

    Raises
    ------
    BadSettings, BadValue, Cancelled
        See `label_movie`.
    """
    return label_movie((settings or ClassicalSettings()).make().prepare(movie), movie, on_progress=on_progress)


def label_movie(ready: Segmenter, movie: Movie, *, on_progress: OnProgress | None = None) -> LabelMovie:
    """Return what a segmenter that is ready makes of a movie, as `segment_movie` does.

    Raises
    ------
    BadSettings
        The method gives no labels.
    BadValue
        While reading, see `Segmenter.segment`; the message names the frame.
    Cancelled
        While reading, if `on_progress` asks to stop.
    """
    if not ready.gives_labels:
        raise BadSettings(f"{ready.title}: no labels come out, expected a method that finds cells")

    def read_labels(t: int) -> Frame:
        labels = ready.segment(movie.frame(t), t, only_labels=True).labels
        report_progress(on_progress, "segment", t + 1, movie.n_frames)
        return labels

    return LabelMovie(
        shape=movie.shape,
        dtype=np.dtype(np.int32),
        calibration=movie.calibration,
        read_frame=read_labels,
        name=f"labels of {movie.name}",
    )
