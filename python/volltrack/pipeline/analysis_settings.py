"""All settings of an analysis of tracks in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge

from volltrack.analyse import BoundarySettings, SpectrumSettings
from volltrack.measure import IntensityRegion
from volltrack.model.settings import Unit, require_fields

__all__ = ["AnalysisSettings"]


@dataclass(frozen=True, kw_only=True)
class AnalysisSettings:
    """What is computed from tracks, one section each in ``analyse.toml``.

    Parameters
    ----------
    boundary
        What counts as the boundary of the tissue.
    spectrum
        How a series becomes a spectrum.
    spectrum_of
        Quantities whose spectra are computed, keys of `volltrack.analyse.plot_quantities`; empty (default) takes the
        mean intensities and the distance to the tissue, as far as they are there.
    intensity_within
        With labels: mean over the ``"label"`` (default) or over the ``"spot"``'s sphere; without labels the sphere.
    max_lag_frames
        Longest lag of the mean squared displacement in frames, >= 1; None (default) takes all.
    """

    boundary: BoundarySettings = field(default_factory=BoundarySettings)
    spectrum: SpectrumSettings = field(default_factory=SpectrumSettings)
    spectrum_of: tuple[str, ...] = ()
    intensity_within: IntensityRegion = "label"
    max_lag_frames: Annotated[int, Ge(1), Unit("frames")] | None = None

    def __post_init__(self) -> None:
        require_fields(self)
