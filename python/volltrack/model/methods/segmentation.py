"""What comes out of one frame: labels and named images, and what a method remembers of its movie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.model.calibration import VoxelSize
from volltrack.model.movie import Movie

__all__ = [
    "DENOISED",
    "DISTANCE",
    "IMAGE_NAMES",
    "LABELS",
    "MASK",
    "PROBABILITY",
    "RESPONSE",
    "SEEDS",
    "TISSUE",
    "MovieInfo",
    "Segmentation",
]

LABELS: Final = "labels"
"""int32: the cells, 1 .. n; 0 is background."""
SEEDS: Final = "seeds"
"""int32: the markers from which the cells grew."""
MASK: Final = "mask"
"""bool: foreground."""
RESPONSE: Final = "response"
"""float32: on whose maxima seeds lie, without a network."""
PROBABILITY: Final = "probability"
"""float32, 0 .. 1: StarDist's probability of being near the centre of an object."""
DISTANCE: Final = "distance"
"""float32, pixels: StarDist's distance to the border, the mean over all rays."""
DENOISED: Final = "denoised"
"""float32, in the units of the frame."""
TISSUE: Final = "tissue"
"""bool: where cells were looked for."""

IMAGE_NAMES: Final = (SEEDS, MASK, RESPONSE, PROBABILITY, DISTANCE, DENOISED, TISSUE, LABELS)
"""Images that a segmentation may hold, labels last; other methods may add others."""


@dataclass(frozen=True, kw_only=True)
class MovieInfo:
    """What a method that is ready remembers of the movie that it was prepared for; it travels with the method.

    Parameters
    ----------
    name
        For messages.
    voxel_size
        Edge lengths of a voxel.
    """

    name: str
    voxel_size: VoxelSize

    @classmethod
    def of(cls, movie: Movie) -> Self:
        """Return what is to be remembered of `movie`."""
        return cls(name=movie.name, voxel_size=movie.calibration.voxel_size)

    def name_frame(self, t: int) -> str:
        """Return what a frame is called in messages."""
        return f"{self.name}, frame {t}"

    @staticmethod
    def require(known: MovieInfo | None, title: str) -> MovieInfo:
        """Return what is known of the movie.

        Raises
        ------
        BadValue
            Nothing is: the method was not prepared.
        """
        if known is None:
            raise BadValue(f"{title}: not ready; expected a call of prepare(movie), and what it returns")
        return known


@dataclass(frozen=True, kw_only=True)
class Segmentation:
    """What came out of one frame: labels, and the images in between as far as they were asked for.

    Parameters
    ----------
    images
        By name (`IMAGE_NAMES`), each (Z, Y, X).
    """

    images: Mapping[str, npt.NDArray[Any]]

    @property
    def labels(self) -> npt.NDArray[np.int32]:
        """The cells, int32 (Z, Y, X): 1 .. n, 0 is background.

        Raises
        ------
        BadValue
            Of a method that only denoises, or only finds the tissue.
        """
        return self[LABELS]

    @property
    def n_cells(self) -> int:
        """Number of labels."""
        return int(self.labels.max(initial=0))

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return an image by its name.

        Raises
        ------
        BadValue
            It is not there: the method does not make it, or only the labels were asked for.
        """
        if name not in self.images:
            raise BadValue(f"no image {name!r} in the segmentation: there is {', '.join(self.images) or 'none'}")
        return self.images[name]
