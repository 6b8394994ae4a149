"""Calibration as OME-TIFF writes it: attributes of ``Pixels`` in an XML description."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from volltrack.errors import BadValue
from volltrack.io.calibration import to_positive
from volltrack.model import Calibration, KnownCalibration
from volltrack.model.calibration.unit_names import convert_length, convert_time, name_length_unit, name_time_unit

__all__ = ["CREATOR", "describe_for_ome", "find_ome_calibration"]

CREATOR: Final = "VollTrack"
"""Creator that our writer names: lengths in pixels are then meant, not merely unknown."""

_OME_TIME_UNITS: Final = {"ns": "ns", "µs": "µs", "ms": "ms", "sec": "s", "min": "min", "hour": "h", "day": "d"}
_OME_LENGTH_UNITS: Final = frozenset(["Å", "pm", "nm", "µm", "mm", "cm", "dm", "m", "km", "in", "ft", "pixel"])


def find_ome_calibration(pixels: Any, creator: str) -> KnownCalibration:
    """Return what one image of an OME-TIFF says.

    Without ``TimeIncrement`` the interval is taken from the ``DeltaT`` of the first and the last frame.

    Parameters
    ----------
    pixels
        The XML element ``Pixels`` of the image.
    creator
        Program that wrote the description.
    """
    unit = name_length_unit(pixels.get("PhysicalSizeXUnit", "µm"))
    z, y, x = (_length(pixels, axis, unit) for axis in "ZYX")
    interval, time_unit = _interval(pixels)
    known = KnownCalibration(
        z=z, y=y, x=x, unit=None if x is None else unit, frame_interval=interval, time_unit=time_unit
    )
    return known if creator.startswith(CREATOR) else known.without_pixel_units()


def describe_for_ome(shape: tuple[int, int, int, int], calibration: Calibration) -> dict[str, Any]:
    """Return tifffile's OME metadata for a movie of `shape`, (T, Z, Y, X).

    Raises
    ------
    BadValue
        OME-TIFF has no such unit.
    """
    voxel, unit = calibration.voxel_size, calibration.length_unit
    if unit not in _OME_LENGTH_UNITS:
        raise BadValue(f"OME-TIFF has no unit of length {unit!r}: expected one of {_listed(_OME_LENGTH_UNITS)}")
    metadata: dict[str, Any] = {"axes": "TZYX", "Creator": CREATOR}
    for axis, size in zip("ZYX", voxel.zyx, strict=True):
        metadata[f"PhysicalSize{axis}"] = size
        metadata[f"PhysicalSize{axis}Unit"] = unit
    if calibration.time_unit in _OME_TIME_UNITS:
        metadata["TimeIncrement"] = calibration.frame_interval
        metadata["TimeIncrementUnit"] = _OME_TIME_UNITS[calibration.time_unit]
    elif shape[0] > 1:
        raise BadValue(
            f"OME-TIFF has no unit of time {calibration.time_unit!r}: expected one of {_listed(_OME_TIME_UNITS)}; "
            "write an ImageJ hyperstack (.tif) instead"
        )
    return metadata


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))


def _length(pixels: Any, axis: str, unit: str) -> float | None:
    """Return the voxel's length along `axis` in `unit`; None when unknown."""
    value = to_positive(pixels.get(f"PhysicalSize{axis}"))
    own = name_length_unit(pixels.get(f"PhysicalSize{axis}Unit", "µm"))
    return None if value is None else convert_length(value, own, unit)


def _interval(pixels: Any) -> tuple[float | None, str | None]:
    """Return frame interval and its unit, or (None, None)."""
    interval = to_positive(pixels.get("TimeIncrement"))
    if interval is not None:
        return interval, name_time_unit(pixels.get("TimeIncrementUnit", "s"))
    moments: dict[int, tuple[float, str]] = {}
    for plane in pixels.iter("{*}Plane"):
        if plane.get("DeltaT") is not None and plane.get("TheZ", "0") == "0" and plane.get("TheC", "0") == "0":
            unit = name_time_unit(plane.get("DeltaTUnit", "s"))
            with contextlib.suppress(ValueError):  # no number: then the plane says nothing
                moments[int(plane.get("TheT", "0"))] = (float(plane.get("DeltaT")), unit)
    last = max(moments, default=0)  # not SizeT: an acquisition may have been stopped
    if last > 0 and 0 in moments and last in moments:
        unit = moments[0][1]
        end = convert_time(*moments[last], unit)
        interval = None if end is None else to_positive((end - moments[0][0]) / last)
        if interval is not None:
            return interval, unit
    return None, None
