"""What holds for image files of all kinds: which path is which kind, which axis which, which values are labels.

Each name is loaded when it is used.
"""

from typing import TYPE_CHECKING

from volltrack.lazy_names import look_up_in

if TYPE_CHECKING:
    from volltrack.io.image_rules.axes_layout import Layout, UnclearAxes, axes_like, find_layout
    from volltrack.io.image_rules.image_kind import (
        ZARR_MARKS,
        does_image_exist,
        find_image_of_labels,
        find_sequence,
        is_companion,
        is_geff,
        is_image,
        is_sequence,
        is_tiff_name,
        is_zarr_image,
    )
    from volltrack.io.image_rules.label_values import MAX_LABEL, check_labels, choose_label_type, to_label_movie
    from volltrack.io.image_rules.missing_frames import drop_last_missing, leave_out, list_frames

__all__ = [
    "MAX_LABEL",
    "ZARR_MARKS",
    "Layout",
    "UnclearAxes",
    "axes_like",
    "check_labels",
    "choose_label_type",
    "does_image_exist",
    "drop_last_missing",
    "find_image_of_labels",
    "find_layout",
    "find_sequence",
    "is_companion",
    "is_geff",
    "is_image",
    "is_sequence",
    "is_tiff_name",
    "is_zarr_image",
    "leave_out",
    "list_frames",
    "to_label_movie",
]

__getattr__ = look_up_in(
    __name__,
    {
        "axes_layout": (
            "Layout",
            "UnclearAxes",
            "axes_like",
            "find_layout",
        ),
        "image_kind": (
            "ZARR_MARKS",
            "does_image_exist",
            "find_image_of_labels",
            "find_sequence",
            "is_companion",
            "is_geff",
            "is_image",
            "is_sequence",
            "is_tiff_name",
            "is_zarr_image",
        ),
        "label_values": (
            "MAX_LABEL",
            "check_labels",
            "choose_label_type",
            "to_label_movie",
        ),
        "missing_frames": (
            "drop_last_missing",
            "leave_out",
            "list_frames",
        ),
    },
)
