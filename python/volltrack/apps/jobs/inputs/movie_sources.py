"""What a segmentation and a run are made from: a movie, and what stands in for, or limits, the cells in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volltrack.apps.jobs.inputs.content import describe_input
from volltrack.apps.jobs.inputs.record import InputRecord
from volltrack.apps.jobs.inputs.sources import Sources, name_file
from volltrack.apps.jobs.results.step_record import make_key
from volltrack.io.image_rules import leave_out
from volltrack.model import LabelMovie, Movie, Tissue

if TYPE_CHECKING:
    from volltrack.pipeline import RunSettings

__all__ = ["MovieSources"]


@dataclass(frozen=True, kw_only=True)
class MovieSources(Sources):
    """A raw movie and what belongs to it.

    Parameters
    ----------
    movie
        Raw movie.
    channel
        Channel that shows the cells, from 1.
    labels
        A label movie to use in place of our own segmentation.
    """

    movie: Path
    channel: int = 1
    labels: Path | None = None

    @classmethod
    def of(cls, record: InputRecord) -> MovieSources:
        """Return what a settings file says of the input."""
        return cls(movie=Path(record.movie)).or_else(record, has_channel=False)

    def or_else(self, record: InputRecord, *, has_channel: bool) -> MovieSources:
        """Return these sources; what they leave open is what the `record` of an older run says.

        Parameters
        ----------
        record
            Of a settings file.
        has_channel
            Whether `channel` was chosen.
        """
        return MovieSources(
            movie=self.movie,
            channel=self.channel if has_channel else record.channel,
            labels=self.labels or (Path(record.labels) if record.labels else None),
            tissue=self.tissue or (Path(record.tissue) if record.tissue else None),
            tissue_labels=self.tissue_labels or record.tissue_labels,
            images=self.images.or_else(record.calibration),
        )

    def to_record(self) -> InputRecord:
        """Return what ``run.toml`` says of the input."""
        return InputRecord(
            movie=name_file(self.movie),
            channel=self.channel,
            labels=name_file(self.labels),
            tissue=name_file(self.tissue),
            tissue_labels=self.tissue_labels,
            calibration=self.images,
        )

    def open_movie(self) -> Movie:
        """Return the channel that shows the cells, opened once; see `ImageOptions.open_movie` for the errors."""
        return self._movie

    @cached_property
    def _movie(self) -> Movie:
        alone = self.labels is None and self.tissue is None
        return self.images.open_movie(self.movie, channel=self.channel, alone=alone)

    def open_given_labels(self, movie: Movie) -> LabelMovie | None:
        """Return the given label movie, or None.

        Raises
        ------
        BadFile, ShapeMismatch
            It is none, or not of the shape of `movie`.
        """
        if self.labels is None:
            return None
        labels = self.images.open_labels_of(self.labels, movie.calibration, movie=movie)
        movie.require_same_shape(labels)
        return leave_out(labels, [movie])

    def open_tissue_of(self, movie: Movie) -> Tissue | None:
        """Return the tissue, or None.

        Raises
        ------
        BadFile, ShapeMismatch
            It is none, or does not fit `movie`.
        """
        tissue = self.open_tissue(movie.calibration, movie=movie)
        if tissue is not None:
            tissue.require_fits(movie)
        return tissue

    def make_keys(self, movie: Movie, settings: RunSettings) -> Mapping[str, str]:
        """Return the key of each step of a run: its own settings, its input, and the key of the step before.

        The steps are those of `volltrack.apps.jobs.results.run_folder`.
        """
        raw: tuple[Any, ...] = (describe_input(self.movie), self.channel, movie.shape, movie.calibration)
        if self.images.scene is not None or self.images.split_mask:  # left out else, so that older runs can be resumed
            raw = (*raw, self.images.scene, self.images.split_mask)
        if self.labels is None:
            labels = make_key(*raw, settings.segment)
        else:
            labels = make_key(*raw, describe_input(self.labels))
        tissue = None if self.tissue is None else (describe_input(self.tissue), self.tissue_labels)
        cells = make_key(labels, tissue, settings.measure)
        tracks = make_key(cells, settings.filter, settings.link, settings.prune)
        return {"labels": labels, "cells": cells, "tracks": tracks, "picture": make_key(tracks, "picture")}
