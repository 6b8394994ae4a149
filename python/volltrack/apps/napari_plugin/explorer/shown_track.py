"""The selected track with what its plots need: names of axes, times, values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.analyse import Quantity, plot_quantities, quantity_values
from volltrack.apps.napari_plugin.explorer.family import Family, arrange_family
from volltrack.apps.napari_plugin.explorer.measured_distances import DISTANCE, MeasuredDistances
from volltrack.apps.napari_plugin.explorer.picking import TrackIndex
from volltrack.model import Calibration

__all__ = ["ShownTrack", "show_track"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class ShownTrack:
    """One track, its calibration and its quantities.

    Parameters
    ----------
    name
        What a person calls it.
    family
        Its tracklets.
    calibration
        Units and frame interval.
    quantities
        What can be plotted over time, by key.
    """

    name: str
    family: Family
    calibration: Calibration
    quantities: Mapping[str, Quantity]

    @property
    def times(self) -> FloatArray:
        """Time of each spot, (N,), in the calibration's unit."""
        return self.family.lineage.spots.frames.astype(np.float64) * self.calibration.frame_interval

    @property
    def time_label(self) -> str:
        """Name of the time axis with its unit."""
        return f"Time ({self.calibration.time_unit})"

    def values(self, key: str) -> FloatArray:
        """Return a quantity of each spot, (N,); NaN where a spot has none, also when no spot of this track has one."""
        if key not in self.quantities:
            return np.full(len(self.family.lineage.spots), np.nan)
        return quantity_values(self.family.lineage, key, self.calibration)

    @property
    def distance(self) -> FloatArray | None:
        """Distance of each spot to the tissue boundary, (N,); None when it is not known of any."""
        return self.values(DISTANCE) if DISTANCE in self.quantities else None


def show_track(
    index: TrackIndex, track: int, calibration: Calibration, distances: MeasuredDistances | None = None
) -> ShownTrack:
    """Return a track of an index; distances that were measured in the viewer stand for those of the file."""
    lineage = index.select_track(track)
    if distances is not None:
        lineage = distances.add_to(lineage)
    return ShownTrack(
        name=index.names[track],
        family=arrange_family(lineage),
        calibration=calibration,
        quantities=plot_quantities(lineage),
    )
