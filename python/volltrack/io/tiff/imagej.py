"""Calibration as ImageJ writes it: key=value lines in the image description, and the resolution tags."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from volltrack.io.calibration import to_positive
from volltrack.io.tiff.writers.resolution import find_resolution
from volltrack.model import Calibration, KnownCalibration
from volltrack.model.calibration.unit_names import convert_length, name_length_unit, name_time_unit

__all__ = ["describe_for_imagej", "find_imagej_calibration"]

_log = logging.getLogger(__name__)

_STATED: Final = "volltrack"
"""Key that our writer adds: lengths in pixels and times in frames are then meant, not merely unknown."""


def find_imagej_calibration(metadata: Mapping[str, Any], tags: Any, name: str) -> KnownCalibration:
    """Return what an ImageJ file says.

    Parameters
    ----------
    metadata
        ``imagej_metadata`` of tifffile.
    tags
        Tags of the first page; see `volltrack.io.tiff.writers.resolution` for what its resolution means.
    name
        Name of the file, for the log.

    Notes
    -----
    ``fps`` is the speed at which ImageJ plays a stack, not a frame interval; it is not used. A missing ``spacing``
    stays unknown: ImageJ leaves it out both when it is unknown and when it is exactly 1.
    """
    resolution = find_resolution(tags, str(metadata["unit"]) if "unit" in metadata else None)
    unit = None if resolution.unit is None else name_length_unit(resolution.unit)
    x, y = resolution.x, resolution.y
    z = to_positive(metadata.get("spacing"))
    if unit is not None:
        y, z = (_in_unit_of_x(metadata, key, value, unit, name) for key, value in (("yunit", y), ("zunit", z)))
    interval = to_positive(metadata.get("finterval"))
    time_unit = name_time_unit(str(metadata.get("tunit", "sec"))) if interval is not None else None
    if interval is None and "fps" in metadata:
        _log.info("%s: fps=%s is the playback speed, not the frame interval; not used", name, metadata["fps"])
    known = KnownCalibration(z=z, y=y, x=x, unit=unit, frame_interval=interval, time_unit=time_unit)
    if _STATED in metadata:
        return known
    known = known.without_pixel_units()
    if known.unit is not None and known.x == known.y == 1.0:
        _log.warning(
            "%s: says exactly 1 %s per pixel, which some programs write when they do not know; "
            "give the voxel size if that is wrong",
            name,
            known.unit,
        )
    return known


def describe_for_imagej(shape: tuple[int, int, int, int], calibration: Calibration) -> dict[str, Any]:
    r"""Return the key=value pairs for a movie of `shape`, (T, Z, Y, X); µ is written as ``\u00B5``, as Fiji does."""
    pairs: dict[str, Any] = {"unit": _escape(calibration.length_unit)}
    if shape[1] > 1:
        pairs["spacing"] = calibration.voxel_size.z
    if shape[0] > 1 or calibration.time_unit != "frame":
        pairs["finterval"] = calibration.frame_interval
        pairs["tunit"] = _escape(calibration.time_unit)
    pairs[_STATED] = 1
    return pairs


def _in_unit_of_x(metadata: Mapping[str, Any], key: str, value: float | None, unit: str, name: str) -> float | None:
    """Convert a length whose own unit stands under `key` to the unit of x."""
    own = name_length_unit(str(metadata.get(key, unit)))
    if value is None or own == unit:
        return value
    converted = convert_length(value, own, unit)
    if converted is None:
        _log.warning("%s: %s is %s, which cannot be converted to %s; not used", name, key, own, unit)
    return converted


def _escape(text: str) -> str:
    """Write characters outside ASCII as Java does."""
    return "".join(c if ord(c) < 128 else f"\\u{ord(c):04X}" for c in text)
