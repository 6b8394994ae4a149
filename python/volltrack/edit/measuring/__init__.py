"""What is known of a spot after it was moved, added or resized, by what it was measured in."""

from volltrack.edit.measuring.feature_kinds import (
    OF_LABEL,
    OF_OUTLINE,
    OF_PLACE,
    depends_on_movie,
    list_stale,
)
from volltrack.edit.measuring.in_label import measure_label_under
from volltrack.edit.measuring.outline import scale_outline, to_outline

__all__ = [
    "OF_LABEL",
    "OF_OUTLINE",
    "OF_PLACE",
    "depends_on_movie",
    "list_stale",
    "measure_label_under",
    "scale_outline",
    "to_outline",
]
