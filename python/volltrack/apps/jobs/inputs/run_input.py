"""What a run is made from: the files on the command line, or those that a settings file remembers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.inputs.content import describe_input
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.inputs.settings_file import InputRecord
from volltrack.apps.jobs.results.step_record import make_key
from volltrack.io.missing_frames import leave_out
from volltrack.model import LabelMovie, Movie, Tissue
from volltrack.pipeline import RunSettings

__all__ = ["RunInput", "choose_input"]


@dataclass(frozen=True, kw_only=True)
class RunInput:
    """The files of a run.

    Parameters
    ----------
    movie
        Raw movie (TIFF).
    channel
        Channel that shows the cells, from 1.
    labels
        A label movie to use in place of our own segmentation.
    tissue
        Tissue label movie, or one frame for all.
    tissue_labels
        Which of its values count; empty means every value > 0.
    images
        What is said of the calibration.
    """

    movie: Path
    channel: int = 1
    labels: Path | None = None
    tissue: Path | None = None
    tissue_labels: tuple[int, ...] = ()
    images: ImageOptions

    def to_record(self) -> InputRecord:
        """Return what ``run.toml`` says of the input."""
        return InputRecord(
            movie=str(self.movie.resolve()),
            channel=self.channel,
            labels="" if self.labels is None else str(self.labels.resolve()),
            tissue="" if self.tissue is None else str(self.tissue.resolve()),
            tissue_labels=self.tissue_labels,
            calibration=self.images,
        )

    def open_movie(self) -> Movie:
        """Return the channel that shows the cells; see `ImageOptions.open_movie` for the errors."""
        return self._movie

    @cached_property
    def _movie(self) -> Movie:
        alone = self.labels is None and self.tissue is None
        return self.images.open_movie(self.movie, channel=self.channel, alone=alone)

    def open_labels(self, movie: Movie) -> LabelMovie | None:
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

    def open_tissue(self, movie: Movie) -> Tissue | None:
        """Return the tissue, or None.

        Raises
        ------
        BadFile, ShapeMismatch
            It is none, or does not fit `movie`.
        """
        if self.tissue is None:
            return None
        found = self.images.open_tissue_of(self.tissue, movie.calibration, movie=movie)
        tissue = Tissue(labels=found, tissue_labels=self.tissue_labels)
        tissue.require_fits(movie)
        return tissue

    def make_keys(self, movie: Movie, settings: RunSettings) -> dict[str, str]:
        """Return the key of each step: its own settings, its input, and the key of the step before."""
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


def choose_input(
    movie: Path,
    record: InputRecord,
    *,
    channel: int | None,
    labels: Path | None,
    tissue: Path | None,
    tissue_labels: tuple[int, ...],
    images: ImageOptions,
) -> RunInput:
    """Return the input of a run: what was asked for now, and for all else what the `record` of an older run says."""
    return RunInput(
        movie=movie,
        channel=record.channel if channel is None else channel,
        labels=labels or (Path(record.labels) if record.labels else None),
        tissue=tissue or (Path(record.tissue) if record.tissue else None),
        tissue_labels=tissue_labels or record.tissue_labels,
        images=images.or_else(record.calibration),
    )
