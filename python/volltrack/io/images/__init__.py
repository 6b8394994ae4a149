"""Image files of any kind, told apart by a look: opened as movie or labels, or in pairs to train with.

The kinds are `volltrack.io.tiff` and `volltrack.io.ome_zarr`. Each name is loaded when it is used.
"""

from typing import TYPE_CHECKING

from volltrack.lazy_names import look_up_in

if TYPE_CHECKING:
    from volltrack.io.images.mask_cells import split_mask, warn_of_mask
    from volltrack.io.images.open import inspect_image, open_label_movie, open_movie, write_label_movie
    from volltrack.io.images.training_folder import read_training_folder

__all__ = [
    "inspect_image",
    "open_label_movie",
    "open_movie",
    "read_training_folder",
    "split_mask",
    "warn_of_mask",
    "write_label_movie",
]

__getattr__ = look_up_in(
    __name__,
    {
        "mask_cells": (
            "split_mask",
            "warn_of_mask",
        ),
        "open": (
            "inspect_image",
            "open_label_movie",
            "open_movie",
            "write_label_movie",
        ),
        "training_folder": ("read_training_folder",),
    },
)
