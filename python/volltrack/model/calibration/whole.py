"""Voxel size and frame interval, the two facts that travel with every movie."""

from __future__ import annotations

import math
from dataclasses import dataclass

from volltrack.errors import BadValue

__all__ = ["Calibration", "VoxelSize"]

_LEAST, _MOST = 1e-50, 1e50
"""Whatever the unit is; the cube of a length must be a number of its own."""


@dataclass(frozen=True, kw_only=True)
class VoxelSize:
    """Edge lengths of one voxel in physical units.

    Parameters
    ----------
    z, y, x
        Lengths in `unit`, each from 1e-50 to 1e50, so that volumes are numbers. A 2D movie keeps z = 1.0 (one plane).
    unit
        Unit of length, such as ``"µm"`` or ``"pixel"``.
    """

    z: float
    y: float
    x: float
    unit: str = "µm"

    def __post_init__(self) -> None:
        for name in ("z", "y", "x"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise BadValue(f"voxel size {name} = {value!r}: expected a finite number > 0 in {self.unit}")
            if not _LEAST <= value <= _MOST:
                raise BadValue(f"voxel size {name} = {value!r} {self.unit}: expected {_LEAST:g} to {_MOST:g}")
        if not self.unit:
            raise BadValue("voxel size without a unit: expected a name such as 'µm' or 'pixel'")

    @property
    def zyx(self) -> tuple[float, float, float]:
        """The three lengths in array order (z, y, x)."""
        return (self.z, self.y, self.x)

    @property
    def volume(self) -> float:
        """Volume of one voxel in `unit`^3."""
        return self.z * self.y * self.x


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Voxel size and time between two frames.

    Parameters
    ----------
    voxel_size
        See `VoxelSize`.
    frame_interval
        Time between two frames in `time_unit`, from 1e-50 to 1e50.
    time_unit
        Unit of time, such as ``"sec"``, ``"min"`` or ``"frame"``.
    """

    voxel_size: VoxelSize
    frame_interval: float
    time_unit: str

    def __post_init__(self) -> None:
        if not (math.isfinite(self.frame_interval) and self.frame_interval > 0):
            raise BadValue(f"frame interval {self.frame_interval!r}: expected a finite number > 0 in {self.time_unit}")
        if not _LEAST <= self.frame_interval <= _MOST:
            raise BadValue(f"frame interval {self.frame_interval!r} {self.time_unit}: expected {_LEAST:g} to {_MOST:g}")
        if not self.time_unit:
            raise BadValue("frame interval without a unit: expected a name such as 'sec' or 'frame'")

    @property
    def length_unit(self) -> str:
        """Unit of length of the voxel size."""
        return self.voxel_size.unit

    @classmethod
    def in_pixels(cls) -> Calibration:
        """Return a calibration of 1 pixel and 1 frame, for data that has no physical units."""
        return cls(voxel_size=VoxelSize(z=1.0, y=1.0, x=1.0, unit="pixel"), frame_interval=1.0, time_unit="frame")
