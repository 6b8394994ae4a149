"""Pixel sizes from the tags XResolution, YResolution and ResolutionUnit, as the program that wrote them meant it.

TIFF 6.0 says pixels per inch or per centimetre; programs that write for ImageJ say pixels per `unit` of the description
and often leave, or put, a ResolutionUnit beside it that means nothing, or everything:

- **ImageJ 1** (``ij.io.FileOpener.decodeDescriptionString`` and ``setCalibration``, 1.54): a file that says centimetre
  and exactly ``um`` counts pixels per centimetre, so the size is multiplied by 10,000; z is not. With any other unit,
  and with inch, the number counts pixels per `unit` as it stands. Micro-Manager
  (``MultipageTiffWriter.getResolutionValuesBuffer``) and TiffImages.jl (its demo for ImageJ) write that pair.
- **ImageJ 1** (``ij.io.TiffDecoder``): 72 pixels per inch is what programs write that know nothing; the size is then 1.
- **Bio-Formats** (``loci.formats.out.TiffWriter``): a description of ``ImageJ=`` without a unit, and pixels per
  centimetre; TIFF 6.0 itself holds, the size is in µm. The same for every description without a unit.
- **tifffile** (``imagej=True``) leaves ResolutionUnit as the caller says, without a unit of length where he gives none.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from volltrack.io.calibration import to_positive

__all__ = ["Resolution", "find_resolution"]

_INCH, _CENTIMETRE = 2, 3
_UM_PER_CM: Final = 10_000
_DEFAULT_INCH: Final = 1 / 72


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Edge lengths of a pixel in `unit`; None where nothing is known."""

    y: float | None = None
    x: float | None = None
    unit: str | None = None


def find_resolution(tags: Any, unit: str | None) -> Resolution:
    """Return the pixel size of a file with an ImageJ description.

    Parameters
    ----------
    tags
        Tags of the first page.
    unit
        The unit exactly as the description writes it; None where it has none.
    """
    x, y = _length_of_pixel(tags, "XResolution"), _length_of_pixel(tags, "YResolution")
    tag = tags.get("ResolutionUnit")
    try:
        resolution_unit = 0 if tag is None else int(tag.value)
    except (TypeError, ValueError):
        resolution_unit = 0
    if unit is None or not unit.strip():
        if resolution_unit != _CENTIMETRE:  # inches are those of a printer
            return Resolution() if resolution_unit == _INCH else Resolution(y=y, x=x)
        return Resolution(y=_times(y, _UM_PER_CM), x=_times(x, _UM_PER_CM), unit="µm")
    if resolution_unit == _CENTIMETRE and unit == "um":
        return Resolution(y=_times(y, _UM_PER_CM), x=_times(x, _UM_PER_CM), unit=unit)
    if resolution_unit == _INCH and x is not None and abs(x - _DEFAULT_INCH) < 1e-12:
        return Resolution(y=1.0, x=1.0, unit=unit)
    return Resolution(y=y, x=x, unit=unit)


def _times(value: float | None, factor: float) -> float | None:
    """Multiply as exactly as the fraction allows: 1/30769.23 cm is 0.325 µm, not 0.32500000000000001."""
    return None if value is None else float(f"{value * factor:.12g}")


def _length_of_pixel(tags: Any, key: str) -> float | None:
    """Return units per pixel from a resolution tag (pixels per unit as a fraction); None when absent or 0."""
    tag = tags.get(key)
    if tag is None:
        return None
    try:
        pixels, units = tag.value if isinstance(tag.value, tuple) else (tag.value, 1)
        return to_positive(float(Fraction(int(units), int(pixels)))) if pixels and units else None
    except (TypeError, ValueError, OverflowError):
        return None
