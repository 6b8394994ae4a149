"""The calibration of a lineage: what the caller says, or what its spots carry."""

from __future__ import annotations

from volltrack.errors import MissingCalibration
from volltrack.model import Calibration, Lineage

__all__ = ["calibration_of"]


def calibration_of(lineage: Lineage, given: Calibration | None) -> Calibration:
    """Return what is given, or else what the lineage carries.

    Raises
    ------
    MissingCalibration
        Neither says it.
    """
    known = given or lineage.calibration
    if known is None:
        raise MissingCalibration(
            "nothing says the voxel size and the frame interval of these tracks: expected a lineage of track() or "
            "read_tracks(), or calibration=movie.calibration"
        )
    return known
