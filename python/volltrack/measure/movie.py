"""A label movie to one table of spots, frame by frame."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from volltrack.errors import BadValue
from volltrack.measure.frame import measure_frame
from volltrack.measure.settings import MeasureSettings
from volltrack.model import LabelMovie, Movie, Spots, Tissue
from volltrack.progress import OnProgress, track_progress

__all__ = ["measure_movie"]

_log = logging.getLogger(__name__)


def measure_movie(
    labels: LabelMovie,
    raws: Sequence[Movie] = (),
    tissue: Tissue | None = None,
    settings: MeasureSettings | None = None,
    *,
    first_channel: int = 1,
    on_progress: OnProgress | None = None,
) -> Spots:
    """Return one spot for each label and frame, with ids 0, 1, ... in the order of frames and labels.

    Parameters
    ----------
    labels
        The cells; voxel size and frame interval are taken from its calibration.
    raws
        Channels of the same shape.
    tissue
        Of the same shape, or one frame for all.
    settings
        See `MeasureSettings`.
    first_channel
        Number in their image, from 1, of the first of `raws`; features are named ``..._CHn`` by it, as in TrackMate.
    on_progress
        Called after each frame.

    Returns
    -------
    Spots
        See `measure_frame` for the columns; ``POSITION_T`` = frame * frame interval. A movie without any label
        gives the columns and no rows.

    Raises
    ------
    BadValue
        A movie of no frames, and what `measure_frame` raises; the message names movie and frame.
    ShapeMismatch
        If raw or tissue do not fit the labels; found before the first frame is read.
    Cancelled
        If `on_progress` asked to stop.

    Notes
    -----
    One frame of each movie is held at a time.
    """
    settings = settings or MeasureSettings()
    if labels.n_frames == 0:
        raise BadValue(f"{labels.name}: a movie of no frames: expected at least one")
    for raw in raws:
        labels.require_same_shape(raw)
    if tissue is not None:
        tissue.require_fits(labels)
    parts = []
    first_id = 0
    for t in track_progress(range(labels.n_frames), on_progress, "measure", labels.n_frames):
        try:
            spots = measure_frame(
                labels.frame(t),
                labels.calibration.voxel_size,
                raws=[raw.frame(t) for raw in raws],
                tissue=None if tissue is None else tissue.frame(t),
                settings=settings,
                frame=t,
                time=t * labels.calibration.frame_interval,
                first_id=first_id,
                first_channel=first_channel,
            )
        except BadValue as error:
            raise type(error)(f"{labels.name}, frame {t}: {error}") from error
        if len(spots) == 0:
            _log.warning("%s: frame %d has no labels", labels.name, t)
        first_id += len(spots)
        parts.append(spots)
    filled = [spots.table for spots in parts if len(spots)] or [parts[0].table]
    contours = {key: contour for spots in parts for key, contour in spots.contours.items()}
    result = Spots(table=pd.concat(filled, ignore_index=True), contours=contours, calibration=labels.calibration)
    if "N_PIECES" in result.table.columns:
        in_pieces = int(np.count_nonzero(result.table["N_PIECES"] > 1))
        if in_pieces:
            _log.warning("%s: %d labels consist of several pieces; see N_PIECES", labels.name, in_pieces)
    return result
