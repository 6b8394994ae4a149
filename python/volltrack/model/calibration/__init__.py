"""Voxel size, frame interval and units: whole, or as far as somebody said them; names of units."""

from volltrack.model.calibration.known import GivenCalibration, KnownCalibration
from volltrack.model.calibration.whole import Calibration, VoxelSize

__all__ = ["Calibration", "GivenCalibration", "KnownCalibration", "VoxelSize"]
