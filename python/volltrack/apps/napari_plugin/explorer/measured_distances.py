"""Distances to the tissue boundary that were measured in the viewer, kept apart from the file's features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.model import Lineage, Spots

__all__ = ["DISTANCE", "MeasuredDistances"]

DISTANCE: Final = "DISTANCE_TO_TISSUE"


@dataclass(frozen=True, kw_only=True, eq=False)
class MeasuredDistances:
    """Distances of spots as they were when they were measured.

    Parameters
    ----------
    spots
        The spots that were measured.
    distance
        Of each of them, float64 (N,).
    """

    spots: Spots
    distance: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        order = np.argsort(self.spots.ids)
        object.__setattr__(self, "_ids", self.spots.ids[order])
        object.__setattr__(self, "_places", self._describe(self.spots)[order])
        object.__setattr__(self, "_sorted", self.distance[order])

    def find(self, spots: Spots) -> npt.NDArray[np.float64]:
        """Return the distance of each spot, (N,); NaN for one that is new or was moved since."""
        ids: npt.NDArray[np.int64] = self.__dict__["_ids"]
        if len(ids) == 0:
            return np.full(len(spots), np.nan)
        at = np.minimum(np.searchsorted(ids, spots.ids), len(ids) - 1)
        same = (ids[at] == spots.ids) & (self.__dict__["_places"][at] == self._describe(spots)).all(axis=1)
        return np.where(same, self.__dict__["_sorted"][at], np.nan)

    def add_to(self, lineage: Lineage) -> Lineage:
        """Return a lineage whose spots have the distances as a feature."""
        return Lineage(spots=lineage.spots.with_columns({DISTANCE: self.find(lineage.spots)}), links=lineage.links)

    @staticmethod
    def _describe(spots: Spots) -> npt.NDArray[np.float64]:
        return np.column_stack([spots.frames, spots.positions_zyx])
