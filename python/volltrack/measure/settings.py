"""What is measured for each label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from volltrack.model.settings import require_fields

__all__ = ["STATISTICS", "IntensityRegion", "MeasureSettings"]

Statistic = Literal["MEAN", "MEDIAN", "MIN", "MAX", "TOTAL", "STD"]
STATISTICS: tuple[Statistic, ...] = get_args(Statistic)
"""Names of the intensity statistics; the features are ``<name>_INTENSITY_CH<channel>``."""

IntensityRegion = Literal["label", "spot"]
"""``"label"``: the voxels of the label; ``"spot"``: TrackMate's sphere (3D), circle or contour (2D)."""


@dataclass(frozen=True, kw_only=True)
class MeasureSettings:
    """Which numbers to compute; leave out the costly ones that are not needed.

    Parameters
    ----------
    statistics
        Which of `STATISTICS` to compute for each channel. Default all, as TrackMate does.
    intensity_within
        Where they are taken. ``"label"`` (default): exactly the voxels of the label. ``"spot"``: what TrackMate
        would compute again from position and radius, or from the contour in 2D. For 2D labels without holes both
        are the same pixels.
    contrast
        Compute CONTRAST_CHn and SNR_CHn, always by TrackMate's definition (a ring around the spot). Default True;
        in 3D it is the slowest part, growing with the cube of the cell's radius in voxels.
    pieces
        Compute N_PIECES, the number of separate pieces of each label (voxels that share a corner are one piece, as
        for TrackMate). Default True.
    ellipsoid
        3D: compute the ellipsoid's semi-axes and directions. Default True; cheap.
    surface
        3D: compute SURFACE and SPHERICITY. Default True.
    contours
        2D: compute the outline of each label and the shape features that TrackMate takes from it. Default True.
    border_is_surface
        Whether the image border counts as tissue surface for DISTANCE_TO_TISSUE. Default False (btrackmate.md,
        section 2).
    """

    statistics: tuple[Statistic, ...] = STATISTICS
    intensity_within: IntensityRegion = "label"
    contrast: bool = True
    pieces: bool = True
    ellipsoid: bool = True
    surface: bool = True
    contours: bool = True
    border_is_surface: bool = False

    def __post_init__(self) -> None:
        require_fields(self)
