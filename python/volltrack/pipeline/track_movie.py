"""The main job on arrays: from a movie to lineages, in memory. `volltrack.apps.jobs.RunJob` is the same on files."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from volltrack.measure import measure_movie
from volltrack.model import Frame, LabelMovie, Lineage, Movie, Spots, Tissue
from volltrack.model.methods import Segmenter
from volltrack.pipeline.settings import RunSettings
from volltrack.pipeline.track_cells import Tracking, track_cells
from volltrack.progress import OnProgress
from volltrack.segment import segment_frames
from volltrack.segment.given import GivenLabelsSettings

__all__ = ["TrackedMovie", "hold_labels", "track_movie"]


@dataclass(frozen=True, kw_only=True)
class TrackedMovie:
    """What came out of a movie.

    Parameters
    ----------
    labels
        The cells of each frame, held in memory (those that were given, as they are).
    cells
        All cells that were measured, also those that the filter took out.
    tracking
        Lineages, and what filter and pruning took out.
    settings
        Of all steps, with every value that was estimated.
    report
        Lines for a person: what was estimated from the movie, and from what.
    """

    labels: LabelMovie
    cells: Spots
    tracking: Tracking
    settings: RunSettings
    report: tuple[str, ...]

    @property
    def lineage(self) -> Lineage:
        """The cells that were kept, with their links after pruning."""
        return self.tracking.lineage


def track_movie(
    movie: Movie,
    settings: RunSettings | None = None,
    *,
    labels: LabelMovie | None = None,
    tissue: Tissue | None = None,
    channel: int = 1,
    on_progress: OnProgress | None = None,
) -> TrackedMovie:
    """Segment, measure, filter, link and prune a movie.

    Parameters
    ----------
    movie
        The raw channel.
    settings
        Of all steps; the defaults (without a network) when not given.
    labels
        Used in the place of a segmentation, of the shape of the movie.
    tissue
        Of the shape of the movie, or one frame for all.
    channel
        Number of the channel in its image, from 1; intensities are named by it.
    on_progress
        Told of each frame of each step.

    Raises
    ------
    BadSettings, BadValue
        A method cannot be used on this movie, or a frame of it; the message says which.
    ShapeMismatch
        Labels or tissue do not fit the movie.
    Cancelled
        `on_progress` asked to stop.

    Notes
    -----
    Frames are read one after the other; labels are held, 2 bytes a voxel where no frame has 65,536 cells.
    """
    settings = settings or RunSettings()
    if labels is not None:
        settings = replace(settings, segment=GivenLabelsSettings(labels=labels))
    if tissue is not None:
        tissue.require_fits(movie)
    segmenter = settings.segment.make().prepare(movie, on_progress=on_progress)
    held = hold_labels(segmenter, movie, on_progress=on_progress) if labels is None else labels
    cells = measure_movie(held, [movie], tissue, settings.measure, first_channel=channel, on_progress=on_progress)
    tracking = track_cells(
        cells,
        cell_filter=settings.filter,
        link=settings.link,
        prune=settings.prune,
        labels=held,
        on_progress=on_progress,
    )
    return TrackedMovie(
        labels=held,
        cells=cells,
        tracking=tracking,
        settings=replace(settings, segment=segmenter.settings, link=tracking.linking.settings),
        report=(*segmenter.report, *tracking.linking.report),
    )


def hold_labels(ready: Segmenter, movie: Movie, *, on_progress: OnProgress | None = None) -> LabelMovie:
    """Return the labels of a movie, every frame segmented now and held; frames that the movie lacks have none.

    Raises
    ------
    BadValue, Cancelled
        See `volltrack.segment.segment_frames`.
    """
    frames: list[Frame] = []
    for t, found in segment_frames(ready, movie, only_labels=True, on_progress=on_progress):
        labels = np.zeros_like(found.labels) if t in movie.missing else found.labels
        frames.append(labels.astype(np.uint16) if int(labels.max(initial=0)) < 2**16 else labels)
    return LabelMovie(
        shape=movie.shape,
        dtype=np.dtype(np.int32),
        calibration=movie.calibration,
        read_frame=lambda t: frames[t].astype(np.int32, copy=False),
        name=f"labels of {movie.name}",
        missing=movie.missing,
    )
