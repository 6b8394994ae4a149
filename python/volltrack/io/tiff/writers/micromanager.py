"""Calibration and order of planes as Micro-Manager writes them: JSON in the header and in a tag of each page.

Source: ``org.micromanager.data.internal.multipagetiff`` (MMStack) and NDTiff: ``PixelSize_um``, ``z-step_um`` and
``Interval_ms`` of the summary; ``PixelSizeUm`` of a plane; ``FrameIndex``, ``SliceIndex``, ``ChannelIndex``,
``PositionIndex`` (MMStack) or ``Axes`` (NDTiff) of a plane. A size of 0 means that it is not known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from volltrack.io.calibration import to_positive
from volltrack.model import KnownCalibration

__all__ = ["PAGE_TAG", "find_micromanager_calibration", "find_place"]

PAGE_TAG: Final = 51123


def find_micromanager_calibration(header: Mapping[str, Any] | None, page: Any) -> KnownCalibration:
    """Return what Micro-Manager says beside OME and ImageJ.

    Parameters
    ----------
    header
        ``micromanager_metadata`` of tifffile, or the content of ``metadata.txt``; None without.
    page
        JSON of the first plane; any other value is passed over.
    """
    summary = header.get("Summary") if isinstance(header, Mapping) else None
    summary = summary if isinstance(summary, Mapping) else {}
    plane = read_json(page)
    size = to_positive(summary.get("PixelSize_um")) or to_positive(plane.get("PixelSizeUm"))
    z = to_positive(summary.get("z-step_um"))
    interval = to_positive(summary.get("Interval_ms"))
    return KnownCalibration(
        z=z,
        y=size,
        x=size,
        unit="µm" if size is not None or z is not None else None,
        frame_interval=interval,
        time_unit=None if interval is None else "ms",
    )


def find_place(text: Any) -> dict[str, int] | None:
    """Return frame (T), slice (Z), channel (C) and position (R) of a plane; None where its JSON does not say them."""
    found = read_json(text)
    axes = found.get("Axes")
    names = _NDTIFF if isinstance(axes, Mapping) else _MMSTACK
    values: Mapping[str, Any] = axes if isinstance(axes, Mapping) else found
    place = {letter: values[name] for name, letter in names.items() if isinstance(values.get(name), int)}
    return place or None


_MMSTACK: Final = {"FrameIndex": "T", "SliceIndex": "Z", "ChannelIndex": "C", "PositionIndex": "R"}
_NDTIFF: Final = {"time": "T", "z": "Z", "channel": "C", "position": "R"}


def read_json(text: Any) -> Mapping[str, Any]:
    """Return an object of a JSON text, or of what tifffile made of it; empty for all else."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="replace")
    if isinstance(text, str):
        try:
            text = json.loads(text.rstrip("\0"))
        except (ValueError, RecursionError):
            return {}
    return text if isinstance(text, Mapping) else {}
