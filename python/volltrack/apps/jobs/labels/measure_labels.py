"""A table of cells from a label movie."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.inputs.sources import Sources
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.io.cells_csv import write_cells_csv
from volltrack.io.image_rules import leave_out, list_frames
from volltrack.measure import MeasureSettings, measure_movie
from volltrack.progress import OnProgress

__all__ = ["LabelSources", "MeasureJob"]


@dataclass(frozen=True, kw_only=True)
class LabelSources(Sources):
    """A label movie and what is measured in its labels.

    Parameters
    ----------
    labels
        Label movie.
    raws
        Raw movies: of several each is a channel.
    channel
        Which channel of a raw movie, from 1.
    """

    labels: Path
    raws: tuple[Path, ...] = ()
    channel: int = 1


@dataclass(frozen=True, kw_only=True)
class MeasureJob:
    """Measure every label of every frame.

    Parameters
    ----------
    sources
        The files.
    out
        Table to write (CSV).
    settings
        See `MeasureSettings`.
    overwrite
        Whether an existing file may be replaced.
    """

    sources: LabelSources
    out: Path
    settings: MeasureSettings = field(default_factory=MeasureSettings)
    overwrite: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Measure, write the table and say how large it is.

        Raises
        ------
        FileExists, OutputFailed, OutputLocked
            See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work.
        BadFile, MissingCalibration, ShapeMismatch
            See the messages.
        """
        files, images = self.sources, self.sources.images
        inputs = [files.labels, files.tissue, *files.raws]
        with reserve_outputs([self.out], overwrite=self.overwrite, inputs=inputs):
            alone = not files.raws and files.tissue is None
            labels = images.open_labels(files.labels, raw=files.raws[0] if files.raws else None, alone=alone)
            raws = [images.open_raw(path, labels.calibration, channel=files.channel) for path in files.raws]
            labels = leave_out(labels, raws)
            tissue = files.open_tissue(labels.calibration, movie=labels)
            # of several files each is a channel; one channel of one file has its number there
            first = files.channel if len(raws) == 1 else 1
            spots = measure_movie(labels, raws, tissue, self.settings, first_channel=first, on_progress=on_progress)
            write_cells_csv(self.out, spots, calibration=labels.calibration, overwrite=self.overwrite)
        result: dict[str, Any] = {
            "cells": len(spots),
            "frames": labels.n_frames,
            "columns": len(spots.feature_keys),
            "out": self.out,
        }
        return result | ({"frames_left_out": list_frames(labels.missing)} if labels.missing else {})
