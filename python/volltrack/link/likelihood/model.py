"""The probability model behind linking by likelihood: settings with every value known, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.link.likelihood.points import FramePoints
from volltrack.link.likelihood.settings import LikelihoodLinkSettings

__all__ = ["LikelihoodModel", "compute_end_costs", "compute_start_costs"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LikelihoodModel:
    """`LikelihoodLinkSettings` without gaps; see there for the meaning of each value."""

    max_missed_frames: int
    divisions: bool
    drift_zyx: tuple[float, float, float]
    step_sigma_zyx: tuple[float, float, float]
    step_tail: float
    gap_variance_growth: float
    persistence: float
    local_flow: bool
    division_rate: float
    division_offset: float
    division_sigma: float
    missed_rate: float
    false_rate: float
    end_rate: float
    appearance_rate: float
    spot_density: float

    @classmethod
    def of(cls, settings: LikelihoodLinkSettings) -> LikelihoodModel:
        """Return the model of settings that leave nothing to the data."""
        return cls(**{f.name: getattr(settings, f.name) for f in fields(cls)})

    def with_settings(self, settings: LikelihoodLinkSettings) -> LikelihoodModel:
        """Return the model with every value that `settings` states."""
        known: dict[str, Any] = {k: getattr(settings, k) for k in settings.to_dict()}
        return replace(self, **known)

    def to_settings(self) -> LikelihoodLinkSettings:
        """Return the same values as settings that leave nothing to the data."""
        return LikelihoodLinkSettings(**self.__dict__)

    def replace(self, **values: Any) -> LikelihoodModel:
        """Return the model with some values changed."""
        return replace(self, **values)

    def step_sigma(self, axes: tuple[int, ...]) -> FloatArray:
        """Return the scale of a step along `axes`, (D,)."""
        return np.array([self.step_sigma_zyx[a] for a in axes])

    def variance_ratio(self, n_frames: int) -> float:
        """Return the variance of the movement over `n_frames` in units of that over one."""
        return 1.0 + self.gap_variance_growth * (n_frames - 1)


def compute_start_costs(points: FramePoints, model: LikelihoodModel) -> FloatArray:
    """Return the cost of having no predecessor for the spots of each frame, (T,).

    The cost is -log of the density of such spots: cells that appear, or that were missed in all frames before.
    """
    n_before = np.cumsum(points.observed) - points.observed
    share = np.minimum(model.appearance_rate + model.missed_rate**n_before, 1.0)
    cost: FloatArray = -np.log(share * model.spot_density)
    return cost


def compute_end_costs(points: FramePoints, model: LikelihoodModel) -> FloatArray:
    """Return the cost of having no follower for the spots of each frame, (T,).

    Those are cells that go, or that are missed till the end.
    """
    n_after = points.observed.sum() - np.cumsum(points.observed)
    cost: FloatArray = -np.log(np.minimum(model.end_rate + model.missed_rate**n_after, 1.0))
    return cost
