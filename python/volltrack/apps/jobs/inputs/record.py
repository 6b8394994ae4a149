"""What a settings file remembers of the input."""

from __future__ import annotations

from dataclasses import dataclass, field

from volltrack import __version__
from volltrack.apps.jobs.inputs.image_options import ImageOptions

__all__ = ["InputRecord"]


@dataclass(frozen=True, kw_only=True)
class InputRecord:
    """What a run was made from; a run on the same movie with this file as ``--settings`` takes it up again.

    Parameters
    ----------
    movie, labels, tissue
        Full paths; empty where there was none.
    channel
        Channel of the movie, from 1.
    tissue_labels
        Which values of the tissue counted; empty means all.
    calibration
        What was said of the calibration on the command line.
    volltrack
        Version of VollTrack.
    """

    movie: str = ""
    channel: int = 1
    labels: str = ""
    tissue: str = ""
    tissue_labels: tuple[int, ...] = ()
    calibration: ImageOptions = field(default_factory=ImageOptions)
    volltrack: str = __version__
