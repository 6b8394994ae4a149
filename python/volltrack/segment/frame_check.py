"""Checks at the door of the room: is this an image that can be segmented."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue, ShapeMismatch
from volltrack.model import Movie

__all__ = ["choose_frames", "free_axes", "read_frame", "require_frame", "require_same_shape", "sigma_in_voxels"]


def require_frame(image: npt.NDArray[Any], what: str = "frame") -> npt.NDArray[np.float32]:
    """Return `image` (Z, Y, X), or (Y, X) as one plane, as float32: itself where it is that already, to be read only.

    Raises
    ------
    BadValue
        Other number of axes, no voxels, complex or text values, NaN or infinite values.
    """
    image = np.asarray(image)
    if image.ndim == 2:
        image = image[np.newaxis]
    if image.ndim != 3:
        raise BadValue(
            f"{what} has {image.ndim} axes, {image.shape}: expected (Z, Y, X); give one channel and one time"
        )
    if image.size == 0:
        raise BadValue(f"{what} is empty, {image.shape}: expected at least one voxel along each axis")
    if image.dtype.kind not in "biuf":
        raise BadValue(f"{what} is of type {image.dtype}: expected whole or real numbers")
    values = image.astype(np.float32, copy=False)
    bad = values.size - int(np.isfinite(values).sum())
    if bad:
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        raise BadValue(
            f"{what} holds {bad} values that are NaN or infinite, the first at (z, y, x) = {at}: "
            "replace them, for example by the background value"
        )
    return values


def choose_frames(movie: Movie) -> list[int]:
    """Return the frames from which settings are estimated: first, middle and last; fewer of a shorter movie."""
    return sorted({0, movie.n_frames // 2, movie.n_frames - 1})


def read_frame(movie: Movie, t: int) -> npt.NDArray[np.float32]:
    """Return a frame, checked; errors name the movie and the frame."""
    return require_frame(movie.frame(t), f"{movie.name}, frame {t}")


def require_same_shape(image: npt.NDArray[Any], other: npt.NDArray[Any], names: tuple[str, str]) -> None:
    """Check that two images cover the same voxels.

    Raises
    ------
    ShapeMismatch
        With both shapes in the message.
    """
    if image.shape != other.shape:
        raise ShapeMismatch(f"{names[0]} is {image.shape} but {names[1]} is {other.shape}: expected the same (Z, Y, X)")


def free_axes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes that are longer than one voxel: 1 and 2 for a single plane."""
    return tuple(axis for axis, n in enumerate(shape) if n > 1)


def sigma_in_voxels(sigma_um: float, spacing: tuple[float, ...], shape: tuple[int, ...]) -> tuple[float, ...]:
    """Return `sigma_um` in voxels along each axis, 0 along axes of one voxel."""
    return tuple(sigma_um / s if n > 1 else 0.0 for s, n in zip(spacing, shape, strict=True))
