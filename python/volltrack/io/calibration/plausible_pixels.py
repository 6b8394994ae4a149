"""Pixels that cannot be: told where a calibration enters, because every distance is wrong with them."""

from __future__ import annotations

import logging
from typing import Final

from volltrack.model import VoxelSize
from volltrack.model.calibration.unit_names import convert_length

__all__ = ["describe_odd_pixels", "warn_of_pixels"]

_log = logging.getLogger(__name__)

_SMALLEST_UM: Final = 1e-3
"""1 nm; a camera behind a light microscope has pixels of 40 nm and more, super-resolution images of a few nm."""
_LARGEST_UM: Final = 1e3
_LARGEST_RATIO: Final = 1000.0


def describe_odd_pixels(size: VoxelSize, *, has_depth: bool = True) -> str | None:
    """Return what is wrong with a voxel size, in a sentence; None where it can be.

    Parameters
    ----------
    size
        As a file or a person says it.
    has_depth
        Whether there are several slices, so that z means something.
    """
    lengths = {"x": size.x, "y": size.y} | ({"z": size.z} if has_depth else {})
    for axis, length in lengths.items():
        in_um = convert_length(length, size.unit, "µm")
        if in_um is not None and in_um < _SMALLEST_UM:
            return f"a voxel of {length:g} {size.unit} in {axis}: no light microscope gives less than 1 nm"
        if in_um is not None and in_um > _LARGEST_UM:
            return f"a voxel of {length:g} {size.unit} in {axis}: more than 1 mm is no image of cells"
    if has_depth and not 1 / _LARGEST_RATIO < size.z / min(size.x, size.y) < _LARGEST_RATIO:
        return (
            f"pixels of {size.x:g} x {size.y:g} {size.unit} beside slices of {size.z:g} {size.unit}: one of them is in "
            "another unit"
        )
    if not 1 / _LARGEST_RATIO < size.x / size.y < _LARGEST_RATIO:
        return f"pixels of {size.x:g} x {size.y:g} {size.unit}: one of them is in another unit"
    return None


def warn_of_pixels(size: VoxelSize, name: str, *, has_depth: bool = True) -> None:
    """Say in the log what is wrong with a voxel size."""
    problem = describe_odd_pixels(size, has_depth=has_depth)
    if problem is not None:
        _log.warning("%s: %s; give what is right (`voxel_size=(z, y, x)` `unit=UNIT`)", name, problem)
