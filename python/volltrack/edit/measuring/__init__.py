"""What is known of a spot after it was moved, added or resized, by what it was measured in."""

from volltrack.edit.measuring.images import Images, find_doubts
from volltrack.edit.measuring.measure_again import (
    describe_measured,
    describe_unmeasured,
    find_unmeasured_spots,
    measure_again,
)
from volltrack.edit.measuring.outline import scale_outline

__all__ = [
    "Images",
    "describe_measured",
    "describe_unmeasured",
    "find_doubts",
    "find_unmeasured_spots",
    "measure_again",
    "scale_outline",
]
