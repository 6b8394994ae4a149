"""Movies whose frames are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue, ShapeMismatch
from volltrack.model.calibration.whole import Calibration

__all__ = ["Frame", "LabelMovie", "Movie", "Tissue"]

Frame: TypeAlias = npt.NDArray[Any]
"""One time point of one channel, (Z, Y, X)."""


@dataclass(frozen=True, kw_only=True)
class Movie:
    """One channel of a movie, (T, Z, Y, X); 2D movies have Z of length 1.

    Parameters
    ----------
    shape
        (T, Z, Y, X).
    dtype
        Type of the voxels.
    calibration
        Voxel size and frame interval.
    read_frame
        Returns frame t as (Z, Y, X); called each time, nothing is kept.
    name
        File name or any name that tells a person which movie it is.
    missing
        Frames that the source lacks, as after a stopped acquisition, also those behind the last one that is there:
        `frame` gives zeros for them.
    """

    shape: tuple[int, int, int, int]
    dtype: np.dtype[Any]
    calibration: Calibration
    read_frame: Callable[[int], Frame]
    name: str = "movie"
    missing: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.shape) != 4 or min(self.shape[1:]) < 1 or self.shape[0] < 0:
            raise BadValue(f"{self.name}: shape {self.shape}: expected (T, Z, Y, X) with Z, Y, X >= 1")

    @property
    def n_frames(self) -> int:
        """Number of time points."""
        return self.shape[0]

    @property
    def is_2d(self) -> bool:
        """Whether every frame is one plane."""
        return self.shape[1] == 1

    def frame(self, t: int) -> Frame:
        """Return frame t, (Z, Y, X).

        Raises
        ------
        BadValue
            If t is not in 0 .. T - 1.
        ShapeMismatch
            If the source gives another shape than it declared.
        """
        if not 0 <= t < self.shape[0]:
            raise BadValue(f"{self.name}: frame {t} asked for, the movie has frames 0 to {self.shape[0] - 1}")
        if t in self.missing:
            return np.zeros(self.shape[1:], dtype=self.dtype)
        frame = self.read_frame(t)
        if frame.shape != self.shape[1:]:
            raise ShapeMismatch(f"{self.name}: frame {t} is {frame.shape}, expected (Z, Y, X) = {self.shape[1:]}")
        return frame

    def frames(self) -> Iterator[Frame]:
        """Yield every frame in time order; only one is held at a time."""
        for t in range(self.shape[0]):
            yield self.frame(t)

    def without_missing(self) -> Movie:
        """Return the frames that are there as a movie of their own, numbered anew: for estimates from the data."""
        there = [t for t in range(self.shape[0]) if t not in self.missing]
        return replace(
            self, shape=(len(there), *self.shape[1:]), read_frame=lambda t: self.read_frame(there[t]), missing=()
        )

    def require_same_shape(self, other: Movie) -> None:
        """Check that `other` covers the same voxels and frames.

        Raises
        ------
        ShapeMismatch
            With both shapes in the message.
        """
        if self.shape != other.shape:
            raise ShapeMismatch(
                f"{other.name} is (T, Z, Y, X) = {other.shape} but {self.name} is {self.shape}: expected the same shape"
            )

    @classmethod
    def from_array(cls, array: npt.NDArray[Any], calibration: Calibration, *, name: str = "array") -> Self:
        """Wrap an array (T, Z, Y, X), or (T, Y, X) for a 2D movie, without copying it."""
        if array.ndim == 3:
            array = array[:, np.newaxis]
        if array.ndim != 4:
            raise BadValue(f"{name}: array of {array.ndim} axes: expected (T, Z, Y, X) or (T, Y, X)")
        t, z, y, x = array.shape
        return cls(
            shape=(t, z, y, x), dtype=array.dtype, calibration=calibration, read_frame=array.__getitem__, name=name
        )


@dataclass(frozen=True, kw_only=True)
class LabelMovie(Movie):
    """A movie of integer labels: 0 is background, each other value one cell of that frame.

    Labels are 1 .. 2^31 - 1.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dtype.kind not in "iub":
            raise BadValue(
                f"{self.name}: labels of type {self.dtype}: expected whole numbers (8, 16 or 32 bit); "
                "convert the image, or give it as the raw channel"
            )


@dataclass(frozen=True, kw_only=True)
class Tissue:
    """Regions of interest as a label movie with as many frames as the cells, or one frame for all.

    Parameters
    ----------
    labels
        0 is outside; other values number the tissues.
    tissue_labels
        Which values count as tissue; empty means every value > 0.
    """

    labels: LabelMovie
    tissue_labels: tuple[int, ...] = ()

    def frame(self, t: int) -> Frame:
        """Return the tissue labels at time t, (Z, Y, X); values that were not chosen are 0."""
        frame = self.labels.frame(0 if self.labels.n_frames == 1 else t)
        if not self.tissue_labels:
            return frame
        return np.where(np.isin(frame, self.tissue_labels), frame, 0)

    def require_fits(self, movie: Movie) -> None:
        """Check that the tissue covers the voxels of `movie`, with the same frames or a single one.

        Raises
        ------
        ShapeMismatch
            With both shapes in the message.
        """
        found = self.labels.shape
        if found[1:] != movie.shape[1:] or found[0] not in (1, movie.shape[0]):
            raise ShapeMismatch(
                f"tissue {self.labels.name} is (T, Z, Y, X) = {found} but {movie.name} is {movie.shape}: "
                f"expected the same Z, Y, X and either {movie.shape[0]} frames or one"
            )
