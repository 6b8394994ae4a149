r"""TIFF as SCIFIO (ImageJ2) writes it: a description of its own with axes, lengths, scales and units.

Source: ``io.scif.formats.TIFFFormat.Writer.addDimensionalAxisInfo``: ``axes=X,Y,Z,Time``, ``lengths``, ``scales`` and
``units`` (``null`` where there is none, the micro sign as ``\u00B5``), fastest axis first. ResolutionUnit is always
centimetre and the resolution 10,000 / scale, whatever the unit is; only the scales are to be believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from volltrack.io.calibration import to_positive
from volltrack.model import KnownCalibration
from volltrack.model.calibration.unit_names import convert_length, name_length_unit, name_time_unit

__all__ = ["ScifioImage", "find_scifio_image"]

_LETTERS: Final = {"x": "X", "y": "Y", "z": "Z", "time": "T", "channel": "C"}


@dataclass(frozen=True, kw_only=True)
class ScifioImage:
    """What a description says: axes, slowest first, their lengths, and the calibration."""

    axes: str
    shape: tuple[int, ...]
    known: KnownCalibration


def find_scifio_image(description: str) -> ScifioImage | None:
    """Return what a description of SCIFIO says; None where it is none, or does not fit together."""
    if not description.startswith("SCIFIO="):
        return None
    lines = dict(line.partition("=")[::2] for line in description.splitlines())
    names, lengths, scales, units = (lines.get(key, "").split(",") for key in ("axes", "lengths", "scales", "units"))
    if not len(names) == len(lengths) == len(scales) == len(units):
        return None
    letters = [_LETTERS.get(name.strip().lower(), "Q") for name in names]
    try:
        shape = tuple(int(length) for length in lengths)
    except ValueError:
        return None
    if letters[:2] != ["X", "Y"] or min(shape) < 1:
        return None
    sizes = {
        letter: (to_positive(scale), None if unit.strip() in ("", "null") else unit.strip())
        for letter, scale, unit in zip(letters, scales, units, strict=True)
    }
    x, unit = sizes["X"]
    length_unit = None if unit is None else name_length_unit(unit)

    def convert(axis: str) -> float | None:
        value, own = sizes.get(axis, (None, None))
        if value is None or length_unit is None:
            return None
        return convert_length(value, length_unit if own is None else name_length_unit(own), length_unit)

    interval, time_unit = sizes.get("T", (None, None))
    known = KnownCalibration(
        z=convert("Z"),
        y=convert("Y"),
        x=None if length_unit is None else x,
        unit=length_unit,
        frame_interval=None if time_unit is None else interval,
        time_unit=None if interval is None or time_unit is None else name_time_unit(time_unit),
    ).without_pixel_units()
    return ScifioImage(axes="".join(reversed(letters)), shape=shape[::-1], known=known)
