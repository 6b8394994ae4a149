"""Settings of the likelihood linker, VollTrack's own; every one may be left to the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from volltrack.errors import BadSettings
from volltrack.model.methods import LinkerSettings

__all__ = ["LikelihoodLinkSettings"]

_RATES: Final = ("appearance_rate", "division_rate", "end_rate", "false_rate", "missed_rate")
_POSITIVE: Final = ("division_offset", "division_sigma", "gap_variance_growth", "spot_density")
_PER_AXIS: Final = ("drift_zyx", "step_sigma_zyx")


@dataclass(frozen=True, kw_only=True)
class LikelihoodLinkSettings(LinkerSettings):
    """How cells move, divide, come and go: what `link_by_likelihood` weighs its links by.

    None means: estimated from the spots alone (`estimate_likelihood_settings`). Lengths are in the unit of the
    positions; rates are per cell and frame, 0 < rate < 1.

    Parameters
    ----------
    max_missed_frames
        A link may skip this many frames in which the cell was not detected, 0 to 5. Default 2, a choice.
    divisions
        Whether a spot may have two followers. Default true, a choice; with false all divisions are left out.
    drift_zyx
        Mean movement of all cells in one frame. The deviation of single frames from it is always taken from the data.
    step_sigma_zyx
        Scale of the remaining step per axis, each > 0: its standard deviation when steps are normal.
    step_tail
        Degrees of freedom of Student's t that steps follow, >= 1: 1000 is normal, 3 has many large steps.
    gap_variance_growth
        Each frame more adds this share of the variance of one step, > 0: 1 for a random walk, less when much of a
        step is localisation noise, more when cells keep their direction.
    persistence
        Correlation of a step with the one before, -1 < persistence < 1; used for prediction when above 0.15.
    local_flow
        Whether the step of the neighbours is taken into the prediction.
    division_rate
        Chance that a cell divides.
    division_offset
        Distance of a daughter from the place where the mother would have gone, > 0.
    division_sigma
        Standard deviation of a daughter's place around that, per axis, > 0.
    missed_rate
        Chance that a cell is not detected.
    false_rate
        Detections that are no cells, per cell.
    end_rate, appearance_rate
        Chance that a cell goes for good, or comes out of nothing.
    spot_density
        Spots per unit of volume (of area when all lie in one plane), > 0.

    Raises
    ------
    BadSettings
        A value of the wrong type or out of its range.
    """

    max_missed_frames: int = 2
    divisions: bool = True
    drift_zyx: tuple[float, float, float] | None = None
    step_sigma_zyx: tuple[float, float, float] | None = None
    step_tail: float | None = None
    gap_variance_growth: float | None = None
    persistence: float | None = None
    local_flow: bool | None = None
    division_rate: float | None = None
    division_offset: float | None = None
    division_sigma: float | None = None
    missed_rate: float | None = None
    false_rate: float | None = None
    end_rate: float | None = None
    appearance_rate: float | None = None
    spot_density: float | None = None

    def __post_init__(self) -> None:
        gap = self.max_missed_frames
        if isinstance(gap, bool) or not isinstance(gap, int) or not 0 <= gap <= 5:
            raise BadSettings(f"max_missed_frames = {gap!r}: expected a whole number of frames from 0 to 5")
        if not isinstance(self.divisions, bool):
            raise BadSettings(f"divisions = {self.divisions!r}: expected true or false")
        if self.local_flow is not None and not isinstance(self.local_flow, bool):
            raise BadSettings(f"local_flow = {self.local_flow!r}: expected true, false, or nothing")
        for name in _PER_AXIS:
            self._check_axes(name)
        for name in _RATES:
            self._check_number(name, "a number above 0 and below 1", 0.0, 1.0)
        for name in _POSITIVE:
            self._check_number(name, "a finite number > 0", 0.0, math.inf)
        self._check_number("step_tail", "a finite number >= 1", math.nextafter(1.0, 0.0), math.inf)
        self._check_number("persistence", "a number above -1 and below 1", -1.0, 1.0)

    @property
    def method(self) -> str:
        """Name in the registry."""
        return "likelihood"

    @property
    def made_by(self) -> str:
        """Class of the method."""
        return "volltrack.link.likelihood:LikelihoodLinker"

    @property
    def is_complete(self) -> bool:
        """Whether no value is left to the data."""
        return all(getattr(self, f.name) is not None for f in fields(self))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> LikelihoodLinkSettings:
        """Return the settings that `values`, as read from TOML or JSON, holds; absent keys are left to the data.

        Raises
        ------
        BadSettings
            An unknown key, or a value out of its range.
        """
        known = [f.name for f in fields(cls)]
        unknown = sorted(str(key) for key in values if key not in known)
        if unknown:
            raise BadSettings(f"unknown link setting {', '.join(unknown)}: expected any of {', '.join(known)}")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings that are not left to the data as plain values; `from_dict` reads them back."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
            if value is not None
        }

    def _check_axes(self, name: str) -> None:
        """Store field `name` as three floats, or raise `BadSettings`."""
        value = getattr(self, name)
        if value is None:
            return
        positive = name != "drift_zyx"
        expected = f"three finite numbers{' > 0' if positive else ''}, in the order z, y, x"
        if not isinstance(value, tuple | list) or len(value) != 3:
            raise BadSettings(f"{name} = {value!r}: expected {expected}")
        if not all(_is_finite(v) and (v > 0 or not positive) for v in value):
            raise BadSettings(f"{name} = {value!r}: expected {expected}")
        object.__setattr__(self, name, tuple(float(v) for v in value))

    def _check_number(self, name: str, expected: str, low: float, high: float) -> None:
        """Store field `name` as float between `low` and `high`, both excluded, or raise `BadSettings`."""
        value = getattr(self, name)
        if value is None:
            return
        if not _is_finite(value) or not low < value < high:
            raise BadSettings(f"{name} = {value!r}: expected {expected}")
        object.__setattr__(self, name, float(value))


def _is_finite(value: object) -> bool:
    """Whether `value` is a number that is not a bool, NaN or infinite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
