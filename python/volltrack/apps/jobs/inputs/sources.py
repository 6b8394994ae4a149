"""What every job on images reads: a tissue, and what is said of the files."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.model import Calibration, LabelMovie, Movie, Tissue

__all__ = ["Sources", "name_file"]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The part of a job that says what it reads; each kind of job adds its own files.

    Parameters
    ----------
    tissue
        Tissue label movie, or one frame for all; None where there is none.
    tissue_labels
        Which of its values count; empty means every value > 0.
    images
        What is said of image files, above all of their calibration.
    """

    tissue: Path | None = None
    tissue_labels: tuple[int, ...] = ()
    images: ImageOptions = field(default_factory=ImageOptions)

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields alone: files that were opened do not travel to another process."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def open_tissue(self, calibration: Calibration, *, movie: Movie | LabelMovie | None = None) -> Tissue | None:
        """Return the tissue, or None.

        Parameters
        ----------
        calibration
            Holds, whatever the file of the tissue says.
        movie
            Where the tissue does not say its axes, it has those of this movie, if it has its shape.

        Raises
        ------
        BadFile
            It is none.
        """
        if self.tissue is None:
            return None
        found = self.images.open_tissue_of(self.tissue, calibration, movie=movie)
        return Tissue(labels=found, tissue_labels=self.tissue_labels)


def name_file(path: Path | None) -> str:
    """Return how a settings file names an input: with its full path, or empty."""
    return "" if path is None else str(path.resolve())
