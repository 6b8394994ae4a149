"""Settings of the likelihood linker, VollTrack's own; every one may be left to the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, Final, TypeAlias

from annotated_types import Ge, Gt, Interval

from volltrack.errors import BadSettings
from volltrack.model.methods import LinkerSettings
from volltrack.model.settings import NoneMeans, require_fields

__all__ = ["LikelihoodLinkSettings"]

FROM_SPOTS: Final = NoneMeans("to estimate it from the spots")
Rate: TypeAlias = Annotated[float, Interval(gt=0, lt=1), FROM_SPOTS]
Size: TypeAlias = Annotated[float, Gt(0), FROM_SPOTS]


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

    max_missed_frames: Annotated[int, Interval(ge=0, le=5)] = 2
    divisions: bool = True
    drift_zyx: Annotated[tuple[float, float, float], FROM_SPOTS] | None = None
    step_sigma_zyx: Annotated[tuple[Size, Size, Size], FROM_SPOTS] | None = None
    step_tail: Annotated[float, Ge(1), FROM_SPOTS] | None = None
    gap_variance_growth: Size | None = None
    persistence: Annotated[float, Interval(gt=-1, lt=1), FROM_SPOTS] | None = None
    local_flow: Annotated[bool, FROM_SPOTS] | None = None
    division_rate: Rate | None = None
    division_offset: Size | None = None
    division_sigma: Size | None = None
    missed_rate: Rate | None = None
    false_rate: Rate | None = None
    end_rate: Rate | None = None
    appearance_rate: Rate | None = None
    spot_density: Size | None = None

    def __post_init__(self) -> None:
        require_fields(self)

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
