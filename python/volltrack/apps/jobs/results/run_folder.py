"""What the results folder of a run holds, and which step leaves what: said here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["RUN_SETTINGS", "STEPS", "RunFolder"]

RUN_SETTINGS: Final = "run.toml"
"""Input and settings of the run; ``--settings run.toml`` repeats it."""

_LABELS, _CELLS, _PICTURE = "labels.tif", "cells.csv", "overview.png"
_TRACKS, _REMOVED, _PRUNED = "tracks.xml", "removed_cells.csv", "pruned_tracklets.csv"

STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "labels": (_LABELS,),
    "cells": (_CELLS,),
    "tracks": (_TRACKS, _REMOVED, _PRUNED),
    "picture": (_PICTURE,),
}
"""The steps in order, and the files that each leaves."""


@dataclass(frozen=True)
class RunFolder:
    """The files of a results folder by what they are; the hidden folder ``.volltrack`` is that of `StepRecord`."""

    path: Path

    @property
    def labels(self) -> Path:
        """The cells of each frame, an ImageJ hyperstack."""
        return self.path / _LABELS

    @property
    def cells(self) -> Path:
        """One row per cell and frame."""
        return self.path / _CELLS

    @property
    def removed_cells(self) -> Path:
        """The cells that the filter took out, with the reason."""
        return self.path / _REMOVED

    @property
    def tracks(self) -> Path:
        """The lineages, for TrackMate."""
        return self.path / _TRACKS

    @property
    def pruned_tracklets(self) -> Path:
        """What pruning took out."""
        return self.path / _PRUNED

    @property
    def picture(self) -> Path:
        """A picture to judge the result by."""
        return self.path / _PICTURE

    @property
    def settings(self) -> Path:
        """Input and settings."""
        return self.path / RUN_SETTINGS
