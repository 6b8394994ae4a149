"""Labels: whole numbers from 0 to 2^31 - 1, checked frame by frame."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from volltrack.errors import BadFile
from volltrack.model import Frame, LabelMovie, Movie

__all__ = ["MAX_LABEL", "check_labels", "choose_label_type", "to_label_movie"]

MAX_LABEL: Final = 2**31 - 1
_EXACT_IN_FLOAT32: Final = 2**24


def choose_label_type(movie: Movie, *, allow_whole_floats: bool) -> np.dtype[Any]:
    """Return the type that labels of `movie` get: as stored for 8 and 16 bits, int32 for all wider ones.

    Raises
    ------
    BadFile
        Labels of float type that are not allowed, or of complex type.
    """
    kind = movie.dtype.kind
    if kind == "f" and allow_whole_floats:
        return np.dtype(np.int32)
    if kind == "f":
        first = movie.frame(0) if movie.n_frames else np.zeros((1, 1, 1))
        whole = bool(np.all(first == np.rint(first)))
        raise BadFile(
            f"labels of type {movie.dtype}: expected whole numbers of 8, 16 or 32 bit; "
            + (
                "the first frame holds whole numbers only: allow that (`allow_whole_floats`), or convert the image "
                "(Fiji: Image > Type > 16-bit, with Edit > Options > Conversions > Scale off)"
                if whole
                else "this looks like a raw image or a probability map, not like labels"
            ),
            path=movie.name,
        )
    if kind not in "iub":
        raise BadFile(f"labels of type {movie.dtype}: expected whole numbers of 8, 16 or 32 bit", path=movie.name)
    return movie.dtype if movie.dtype.itemsize <= 2 and kind != "i" else np.dtype(np.int32)


def check_labels(frame: Frame, t: int, name: str, dtype: np.dtype[Any]) -> Frame:
    """Return `frame` as `dtype`.

    Raises
    ------
    BadFile
        Negative labels, labels above 2^31 - 1, fractions or NaN; says the frame.
    """
    if frame.dtype == dtype and dtype.kind in "ub":
        return frame
    where = f"frame {t}: "
    if frame.dtype.kind == "f":
        if not np.all(frame == np.rint(frame)):
            value = frame[frame != np.rint(frame)][0]
            raise BadFile(f"{where}label {value}: expected whole numbers; this is not a label image", path=name)
        if frame.dtype.itemsize <= 4 and frame.max(initial=0) > _EXACT_IN_FLOAT32:
            raise BadFile(
                f"{where}label {frame.max():.0f} in {frame.dtype}: above {_EXACT_IN_FLOAT32} such numbers are not "
                "exact and cells may share one; save the labels as 32-bit integers",
                path=name,
            )
    low, high = frame.min(initial=0), frame.max(initial=0)
    if low < 0:
        raise BadFile(f"{where}label {low}: expected 0 (background) or more; set negative labels to 0", path=name)
    if high > MAX_LABEL:
        raise BadFile(f"{where}label {high}: expected at most {MAX_LABEL}; renumber the labels", path=name)
    return frame.astype(dtype, copy=False)


def to_label_movie(movie: Movie, *, allow_whole_floats: bool) -> LabelMovie:
    """Return `movie` as labels that are checked when their frame is read.

    Raises
    ------
    BadFile
        See `choose_label_type`; `check_labels` for what a frame raises.
    """
    dtype = choose_label_type(movie, allow_whole_floats=allow_whole_floats)

    def read_frame(t: int) -> Frame:
        return check_labels(movie.frame(t), t, movie.name, dtype)

    return LabelMovie(
        shape=movie.shape, dtype=dtype, calibration=movie.calibration, read_frame=read_frame, name=movie.name
    )
