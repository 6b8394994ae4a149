"""Masks of foreground (0 and 255) that are taken for labels: found, and split into connected pieces."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.model import Frame, LabelMovie

__all__ = ["split_mask", "warn_of_mask"]

_log = logging.getLogger(__name__)


def warn_of_mask(labels: LabelMovie) -> None:
    """Say in the log that labels look like a mask: one value, in several pieces, in the first and the last full frame.

    A label that lies in several pieces is nothing odd in itself; that nothing else is there in two frames is.
    """
    found = _find_pieces(labels, range(labels.n_frames))
    if found is None or found[2] < 2:
        return
    last = _find_pieces(labels, range(labels.n_frames - 1, found[0], -1))
    if last is not None and (last[1] != found[1] or last[2] < 2):
        return
    _log.warning(
        "%s: frame %d holds one value, %d, in %d separate pieces: this is a mask, taken as one cell in each frame; "
        "give `split_mask` to make each piece a cell",
        labels.name,
        found[0],
        found[1],
        found[2],
    )


def split_mask(labels: LabelMovie) -> LabelMovie:
    """Return a movie in which each connected piece of what is not 0 has a label of its own.

    Voxels that touch at a face, an edge or a corner are one piece, as in Fiji's particle analyser.
    """
    return replace(
        labels,
        dtype=np.dtype(np.int32),
        read_frame=lambda t: _number_pieces(labels.frame(t)),
    )


def _find_pieces(labels: LabelMovie, frames: range) -> tuple[int, int, int] | None:
    """Return the first frame that is not empty, its only value, and in how many pieces that is; None without."""
    for t in frames:
        frame = labels.frame(t)
        value = int(frame.max(initial=0))
        if value:
            if np.any((frame != 0) & (frame != value)):
                return None
            return t, value, int(_number_pieces(frame).max(initial=0))
    return None


def _number_pieces(frame: Frame) -> npt.NDArray[Any]:
    from scipy import ndimage

    pieces, _ = ndimage.label(frame != 0, structure=np.ones((3, 3, 3), dtype=bool), output=np.int32)
    return np.asarray(pieces, dtype=np.int32)
