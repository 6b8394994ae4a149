"""A calibration of which parts may not be known: what a file or a person says; nothing is assumed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, TypedDict

from volltrack.errors import BadValue, MissingCalibration
from volltrack.model.calibration.unit_names import (
    convert_length,
    is_length_unit,
    is_time_unit,
    name_length_unit,
    name_time_unit,
)
from volltrack.model.calibration.whole import Calibration, VoxelSize

__all__ = ["GivenCalibration", "KnownCalibration"]

_QUANTITIES: Final = {
    "yx": ("voxel_size", "the pixel size in y and x", "`voxel_size=(z, y, x)`"),
    "z": ("voxel_size", "the distance between two slices", "`voxel_size=(z, y, x)`"),
    "unit": ("unit", "the unit of length", "`unit`, such as µm"),
    "frame_interval": ("frame_interval", "the time between two frames", "`frame_interval`"),
    "time_unit": ("time_unit", "the unit of time", "`time_unit`, such as sec"),
}
"""Parts by name: the quantity that gives it, what it is in words, and how it is given to a function."""


class GivenCalibration(TypedDict, total=False):
    """What a caller says of a calibration, in place of what the file says."""

    voxel_size: tuple[float, float, float] | None
    """(z, y, x) in `unit`."""
    unit: str | None
    frame_interval: float | None
    time_unit: str | None


@dataclass(frozen=True, kw_only=True)
class KnownCalibration:
    """The parts of a calibration that are known; None where nothing is.

    Parameters
    ----------
    z, y, x
        Edge lengths of a voxel in `unit`.
    unit
        Unit of length.
    frame_interval
        Time between two frames in `time_unit`.
    time_unit
        Unit of time.
    """

    z: float | None = None
    y: float | None = None
    x: float | None = None
    unit: str | None = None
    frame_interval: float | None = None
    time_unit: str | None = None

    @classmethod
    def given(
        cls,
        voxel_size: tuple[float, float, float] | None = None,
        unit: str | None = None,
        frame_interval: float | None = None,
        time_unit: str | None = None,
    ) -> KnownCalibration:
        """Collect what a person gave; `voxel_size` is (z, y, x).

        Raises
        ------
        BadValue
            A number that is not finite and > 0, or an empty unit.
        """
        z, y, x = voxel_size if voxel_size is not None else (None, None, None)
        if voxel_size is not None:
            VoxelSize(z=voxel_size[0], y=voxel_size[1], x=voxel_size[2])
        if frame_interval is not None:
            Calibration(voxel_size=VoxelSize(z=1, y=1, x=1), frame_interval=frame_interval, time_unit="time units")
        for name, text in (("unit", unit), ("time unit", time_unit)):
            if text is not None and not text.strip():
                raise BadValue(f"{name} is empty: expected a name such as 'µm' or 'sec'")
        return cls(
            z=z,
            y=y,
            x=x,
            unit=None if unit is None else name_length_unit(unit),
            frame_interval=frame_interval,
            time_unit=None if time_unit is None else name_time_unit(time_unit),
        )

    @classmethod
    def of(cls, calibration: Calibration) -> KnownCalibration:
        """Return a calibration of which every part is known."""
        size = calibration.voxel_size
        return cls(
            z=size.z,
            y=size.y,
            x=size.x,
            unit=size.unit,
            frame_interval=calibration.frame_interval,
            time_unit=calibration.time_unit,
        )

    @property
    def is_complete(self) -> bool:
        """Whether every part is known."""
        return not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the quantities that are not wholly known: ``voxel_size``, ``unit``, ``frame_interval``, .."""
        return self._name(self._find_missing(n_slices=2, n_frames=2))

    @property
    def voxel_size(self) -> tuple[float, float, float] | None:
        """(z, y, x) in `unit`; None where one of them is not known."""
        return None if self.z is None or self.y is None or self.x is None else (self.z, self.y, self.x)

    def as_given(self) -> GivenCalibration:
        """Return these facts as arguments of the functions that read files; what is not known is None."""
        return GivenCalibration(
            voxel_size=self.voxel_size, unit=self.unit, frame_interval=self.frame_interval, time_unit=self.time_unit
        )

    def overridden_by(self, other: KnownCalibration) -> KnownCalibration:
        """Return these facts with those of `other` in front."""
        merged = {}
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            merged[field.name] = mine if theirs is None else theirs
        return KnownCalibration(**merged)

    def filled_with(self, other: KnownCalibration) -> KnownCalibration:
        """Return these facts with those of `other` where nothing is known, in the units of these."""
        merged = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.unit is None and (self.z, self.y, self.x) == (None, None, None):
            merged |= {"z": other.z, "y": other.y, "x": other.x, "unit": other.unit}
        elif self.unit is not None and other.unit is not None:
            for axis in "zyx":
                value = getattr(other, axis)
                if merged[axis] is None and value is not None:
                    merged[axis] = convert_length(value, other.unit, self.unit)
        if self.frame_interval is None:
            merged |= {"frame_interval": other.frame_interval, "time_unit": other.time_unit}
        return KnownCalibration(**merged)

    def without_pixel_units(self) -> KnownCalibration:
        """Return these facts, forgetting lengths in 'pixel' and times in 'frame': those are no calibration."""
        lengths = (self.z, self.y, self.x, self.unit) if is_length_unit(self.unit) else (None, None, None, None)
        times = (self.frame_interval, self.time_unit) if is_time_unit(self.time_unit) else (None, None)
        z, y, x, unit = lengths
        return KnownCalibration(z=z, y=y, x=x, unit=unit, frame_interval=times[0], time_unit=times[1])

    def require(self, name: str, *, n_slices: int, n_frames: int, advice: str) -> Calibration:
        """Return the calibration, or say what is missing.

        The depth of a single plane and the interval of a single frame are not needed; they become 1 (and 'frame').

        Parameters
        ----------
        name
            Which file, for the message.
        n_slices, n_frames
            Size of the data.
        advice
            A sentence that says how else the file could tell it.

        Raises
        ------
        MissingCalibration
            A needed part is not known.
        BadValue
            A part that cannot be.
        """
        missing = self._find_missing(n_slices=n_slices, n_frames=n_frames)
        if missing:
            words = [_QUANTITIES[part][1] for part in missing]
            hints = [f"{_QUANTITIES[part][1]} ({_QUANTITIES[part][2]})" for part in missing]
            raise MissingCalibration(
                f"{name}: the file does not say {'; '.join(hints)}. {advice} For data without physical units say so: "
                "`voxel_size=(1, 1, 1)` `unit='pixel'` `frame_interval=1` `time_unit='frame'`",
                missing=self._name(missing),
                reason=f"{name}: the file does not say {'; '.join(words)}. {advice}",
            )
        try:
            return self.fill()
        except BadValue as error:
            raise BadValue(f"{name}: {error}") from error

    def _find_missing(self, *, n_slices: int, n_frames: int) -> list[str]:
        """Return which parts data of this size needs that are not known, as keys of `_QUANTITIES`."""
        is_known = {
            "yx": self.y is not None and self.x is not None,
            "z": self.z is not None or n_slices <= 1,
            "unit": self.unit is not None,
            "frame_interval": self.frame_interval is not None or n_frames <= 1,
            "time_unit": self.time_unit is not None or n_frames <= 1,
        }
        return [part for part, known in is_known.items() if not known]

    @staticmethod
    def _name(parts: list[str]) -> tuple[str, ...]:
        """Return the quantities that give these parts, each once."""
        return tuple(dict.fromkeys(_QUANTITIES[part][0] for part in parts))

    def fill(self) -> Calibration:
        """Return a calibration with 1 pixel for lengths and 1 frame for times that are not known."""
        has_time = self.frame_interval is not None and self.time_unit is not None
        return Calibration(
            voxel_size=VoxelSize(z=self.z or 1.0, y=self.y or 1.0, x=self.x or 1.0, unit=self.unit or "pixel"),
            frame_interval=(self.frame_interval or 1.0) if has_time else 1.0,
            time_unit=(self.time_unit or "frame") if has_time else "frame",
        )
