"""What files say of voxel size, frame interval and units: read as numbers, settled with the times, doubted."""

from volltrack.io.calibration.plausible_pixels import describe_odd_pixels, warn_of_pixels
from volltrack.io.calibration.positive_number import to_positive
from volltrack.io.calibration.settle_times import describe_time_conflict, settle_times

__all__ = [
    "describe_odd_pixels",
    "describe_time_conflict",
    "settle_times",
    "to_positive",
    "warn_of_pixels",
]
