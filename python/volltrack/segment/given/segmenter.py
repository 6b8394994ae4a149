"""A segmenter whose labels come from a label movie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from volltrack.errors import BadSettings, BadValue, VollTrackError
from volltrack.model import Frame, LabelMovie, Movie
from volltrack.model.methods import LABELS, MovieInfo, Segmentation, Segmenter, SegmenterSettings
from volltrack.progress import OnProgress
from volltrack.segment.frame_check import require_frame

__all__ = ["GivenLabels", "GivenLabelsSettings"]


@dataclass(frozen=True, kw_only=True)
class GivenLabelsSettings(SegmenterSettings):
    """Labels that are given; there is nothing to set.

    Parameters
    ----------
    labels
        The label movie. None where the settings come from a file, which names it elsewhere.
    """

    labels: LabelMovie | None = None

    @property
    def method(self) -> str:
        """Name in the registry."""
        return "given"

    @property
    def made_by(self) -> str:
        """Class of the method."""
        return "volltrack.segment.given:GivenLabels"


@dataclass(frozen=True, kw_only=True)
class GivenLabels(Segmenter):
    """The labels of a label movie, whatever the frame shows.

    Parameters
    ----------
    settings
        With the label movie.
    movie
        Known when it is ready.

    Raises
    ------
    BadSettings
        No label movie is given.
    """

    settings: GivenLabelsSettings
    movie: MovieInfo | None = None

    def __post_init__(self) -> None:
        if self.settings.labels is None:
            raise BadSettings("method 'given': the labels are missing; expected a label movie (`labels=FILE`)")

    @property
    def title(self) -> str:
        """Which labels."""
        return f"given: {self._labels.name}"

    @property
    def stains(self) -> tuple[str, ...]:
        """It is not looked at."""
        return ("nuclei", "membranes")

    def describe(self) -> str:
        """Return which labels."""
        return self.title

    def why_not(self, movie: Movie) -> str:
        """Return how labels and movie differ in shape."""
        try:
            movie.require_same_shape(self._labels)
        except VollTrackError as error:
            return str(error)
        return ""

    def prepare(self, movie: Movie, *, on_progress: OnProgress | None = None) -> Self:
        """Return it ready; see `Segmenter.prepare`.

        Raises
        ------
        ShapeMismatch
            Labels and movie differ in shape.
        """
        movie.require_same_shape(self._labels)
        return replace(self, movie=MovieInfo.of(movie))

    def segment(self, frame: Frame, t: int = 0, *, only_labels: bool = False) -> Segmentation:
        """Return the labels of frame t with the numbers that they have; see `Segmenter.segment`."""
        movie = MovieInfo.require(self.movie, self.title)
        shape = require_frame(frame, movie.name_frame(t)).shape
        labels = self._labels.frame(t)
        if labels.shape != shape:
            raise BadValue(f"{movie.name_frame(t)} is {shape} but its labels are {labels.shape}: expected the same")
        return Segmentation(images={LABELS: np.array(labels, dtype=np.int32)})

    @property
    def _labels(self) -> LabelMovie:
        assert self.settings.labels is not None  # checked above
        return self.settings.labels
