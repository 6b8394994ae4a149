"""Cost of a link: squared distance, raised where features differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from volltrack.link.trackmate.points import FloatArray, IntArray, Points

__all__ = ["SMALLEST_COST", "CostRule"]

SMALLEST_COST: Final = float(np.finfo(np.float64).tiny)
"""Cost of a link between spots at the same place: the smallest normal double, as in TrackMate."""


@dataclass(frozen=True, kw_only=True)
class CostRule:
    """How one step of the linking prices a link, and which links it allows.

    Parameters
    ----------
    max_distance
        A link is allowed if its cost is below max_distance^2 (physical units).
    penalties
        Weight by feature key.
    inclusive
        Whether a cost of exactly max_distance^2 is allowed too.

    Notes
    -----
    cost = d^2 (1 + sum_f w_f 1.5 n_f)^2 with n_f = |a - b| / ((a + b) / 2), and n_f = 0 if a = -b; a feature that
    is NaN on either side is skipped (spec/btrackmate.md, section 3; TrackMate 7.14, ``FeaturePenaltyCostFunction``).
    """

    max_distance: float
    penalties: Mapping[str, float]
    inclusive: bool

    def costs(self, sources: Points, targets: Points, i: IntArray, j: IntArray) -> FloatArray:
        """Return the costs, (K,), of links from points `i` of `sources` to points `j` of `targets`."""
        step = sources.xyz[i]
        step -= targets.xyz[j]
        step *= step
        cost = step[:, 0] + step[:, 1] + step[:, 2]
        cost[cost == 0] = SMALLEST_COST
        if self.penalties:
            factor = np.ones(len(cost))
            for key, weight in self.penalties.items():
                factor += weight * 1.5 * normalise_differences(sources.features[key][i], targets.features[key][j])
            cost *= factor
            cost *= factor
        return cost

    def allows(self, cost: FloatArray) -> IntArray:
        """Return where a cost is low enough, as indices."""
        limit = self.max_distance * self.max_distance
        return np.flatnonzero(cost <= limit if self.inclusive else cost < limit)

    def can_lower_cost(self, points: Points) -> bool:
        """Whether a penalty may make a link to or from `points` cheaper than its squared distance.

        The sum a + b can only be negative if a value is.
        """
        return any(bool((points.features[key] < 0).any()) for key in self.penalties)


def normalise_differences(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return n_f of each pair, (K,): 0 where a = -b or where either value is NaN or both infinite."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        difference: FloatArray = np.abs(a - b) / ((a + b) / 2)
    difference[(a == -b) | np.isnan(difference)] = 0.0
    return difference
