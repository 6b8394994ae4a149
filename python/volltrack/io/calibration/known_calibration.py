"""What a file or a person says about voxel size and frame interval; nothing is assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, TypedDict

from volltrack.errors import BadValue, MissingCalibration
from volltrack.model import Calibration, VoxelSize
from volltrack.model.unit_names import convert_length, is_length_unit, is_time_unit, name_length_unit, name_time_unit

__all__ = ["GivenCalibration", "KnownCalibration", "to_positive"]


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
        return all(getattr(self, field.name) is not None for field in fields(self))

    def overridden_by(self, other: KnownCalibration) -> KnownCalibration:
        """Return these facts with those of `other` in front."""
        merged = {}
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            merged[field.name] = mine if theirs is None else theirs
        return KnownCalibration(**merged)

    def completed_by(self, other: KnownCalibration) -> KnownCalibration:
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
        """Return the calibration, or say what is missing and which option gives it.

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
        missing = []
        if self.y is None or self.x is None:
            missing.append("the pixel size in y and x (--voxel-size Z,Y,X)")
        if self.z is None and n_slices > 1:
            missing.append("the distance between two slices (--voxel-size Z,Y,X)")
        if self.unit is None:
            missing.append("the unit of length (--length-unit, such as µm)")
        if self.frame_interval is None and n_frames > 1:
            missing.append("the time between two frames (--frame-interval)")
        if self.time_unit is None and n_frames > 1:
            missing.append("the unit of time (--time-unit, such as sec)")
        if missing:
            raise MissingCalibration(
                f"{name}: the file does not say {'; '.join(missing)}. {advice} For data without physical units say so: "
                "--voxel-size 1,1,1 --length-unit pixel --frame-interval 1 --time-unit frame"
            )
        try:
            return self.fill()
        except BadValue as error:
            raise BadValue(f"{name}: {error}") from error

    def fill(self) -> Calibration:
        """Return a calibration with 1 pixel for lengths and 1 frame for times that are not known."""
        has_time = self.frame_interval is not None and self.time_unit is not None
        return Calibration(
            voxel_size=VoxelSize(z=self.z or 1.0, y=self.y or 1.0, x=self.x or 1.0, unit=self.unit or "pixel"),
            frame_interval=(self.frame_interval or 1.0) if has_time else 1.0,
            time_unit=(self.time_unit or "frame") if has_time else "frame",
        )


def to_positive(value: Any) -> float | None:
    """Return what a file wrote as a finite number > 0, else None: other values mean that nothing is known."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None
