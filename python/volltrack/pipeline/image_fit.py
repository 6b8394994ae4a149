"""Whether an image is the one that tracks belong to: its size, planes and frames, and z and t not swapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from volltrack.model import Frame, Movie, Spots, VoxelSize

__all__ = ["Misfit", "find_misfit", "swap_z_and_t"]

Shape = tuple[int, int, int, int]

_AXES: Final = ("frames", "planes", "rows", "columns")
_TOLERANCE_VOXELS: Final = 1.0
"""A spot at the border may lie so far outside: centres are known to fractions of a voxel."""
_MAX_HELD_BYTES: Final = 2**28
"""A swapped movie up to this size is held in memory; of a larger one each frame is gathered anew."""

AnyMovie = TypeVar("AnyMovie", bound=Movie)


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """How an image does not fit tracks; as text one line for a person.

    Parameters
    ----------
    name
        Of the image.
    found
        Its size in words.
    reasons
        What differs, one clause each.
    is_swapped
        Whether it fits once its z and t are swapped (see `swap_z_and_t`).
    """

    name: str
    found: str
    reasons: tuple[str, ...]
    is_swapped: bool = False

    def __str__(self) -> str:
        """Return what was found, what was expected and what it looks like."""
        swapped = "; z and t look swapped" if self.is_swapped else ""
        return f"{self.name} does not fit the tracks: it has {self.found}, but {', and '.join(self.reasons)}{swapped}"


def find_misfit(
    image: Movie,
    spots: Spots,
    voxel_size: VoxelSize,
    *,
    named_shape: Sequence[int] | None = None,
    may_be_one_frame: bool = False,
) -> Misfit | None:
    """Return how an image does not fit tracks; None where it does.

    Parameters
    ----------
    image
        Movie, labels or tissue; only its shape is looked at.
    spots
        Of the tracks; those that lie outside the image tell that it is another one.
    voxel_size
        Of the tracks.
    named_shape
        (T, Z, Y, X) of the image that the tracks were made on, where their file says it (see
        `volltrack.io.tracks.named_image.find_named_shape`); 0 stands for what it does not say.
    may_be_one_frame
        Whether a single frame stands for all of them, as in a tissue.
    """
    reasons = _find_reasons(image.shape, spots, voxel_size, named_shape, may_be_one_frame)
    if not reasons:
        return None
    t, z, y, x = image.shape
    is_swapped = t != z and not _find_reasons((z, t, y, x), spots, voxel_size, named_shape, False)
    found = f"{_count(t, 'frame')}, {_count(z, 'plane')} and {x} x {y} pixels"
    return Misfit(name=image.name, found=found, reasons=reasons, is_swapped=is_swapped)


def swap_z_and_t(movie: AnyMovie) -> AnyMovie:
    """Return the movie with its planes as frames and its frames as planes; a label movie stays one.

    Notes
    -----
    A frame then needs one plane of every frame of the source. A movie of up to 256 MiB is read once and held; of a
    larger one every frame is gathered anew, at the cost of reading the whole movie.
    """
    t, z, y, x = movie.shape
    fits = t * z * y * x * movie.dtype.itemsize <= _MAX_HELD_BYTES
    held: list[Frame] = []

    def read_frame(plane: int) -> Frame:
        if not fits:
            return np.stack([np.array(movie.frame(frame)[plane]) for frame in range(t)])
        if not held:
            held.append(np.stack([np.asarray(movie.frame(frame)) for frame in range(t)]))
        swapped: Frame = held[0][:, plane]
        return swapped

    return replace(movie, shape=(z, t, y, x), read_frame=read_frame)


def _find_reasons(
    shape: Shape, spots: Spots, voxel_size: VoxelSize, named: Sequence[int] | None, may_be_one_frame: bool
) -> tuple[str, ...]:
    """Return what differs, one clause each."""
    one_for_all = may_be_one_frame and shape[0] == 1
    reasons = []
    if named is not None:
        wrong = [at for at in range(4) if named[at] > 0 and named[at] != shape[at] and not (at == 0 and one_for_all)]
        told = [f"{named[at]} {_AXES[at]}" if named[at] != 1 else f"1 {_AXES[at][:-1]}" for at in wrong]
        if told:
            reasons.append(f"the tracks were made on an image of {_join(told)}")
    if not len(spots):
        return tuple(reasons)
    if spots.n_frames > shape[0] and not one_for_all:
        n_late = int((spots.frames >= shape[0]).sum())
        reasons.append(
            f"{_count(n_late, 'spot')} of {len(spots)} are in later frames (up to frame {spots.n_frames - 1})"
        )
    at = spots.positions_zyx / np.array(voxel_size.zyx)
    last = np.array(shape[1:]) - 1
    margin = 0.5 + _TOLERANCE_VOXELS
    outside = (at < -margin) | (at > last + margin)
    if shape[1] == 1 and not np.ptp(at[:, 0]):
        outside[:, 0] = False  # flat tracks: the height of their one plane means nothing
    n_outside = int(outside.any(axis=1).sum())
    if n_outside:
        axes = _join([name for name, column in zip(("z", "y", "x"), outside.T, strict=True) if column.any()])
        reasons.append(f"{_count(n_outside, 'spot')} of {len(spots)} lie outside it in {axes}")
    return tuple(reasons)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
