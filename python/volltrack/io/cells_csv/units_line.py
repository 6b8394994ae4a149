"""The comment line that carries units and calibration of a table of cells."""

from __future__ import annotations

from typing import Final

from volltrack.io.calibration import to_positive
from volltrack.model import Calibration, KnownCalibration
from volltrack.model.calibration.unit_names import name_length_unit, name_time_unit

__all__ = ["format_units_line", "parse_units_line"]

_START: Final = "units:"


def format_units_line(calibration: Calibration) -> str:
    """Return ``# units: space=µm; time=sec; voxel_size_zyx=2.16 0.277 0.277; frame_interval=90.5``."""
    size = " ".join(repr(float(v)) for v in calibration.voxel_size.zyx)
    return (
        f"# {_START} space={calibration.length_unit}; time={calibration.time_unit}; voxel_size_zyx={size}; "
        f"frame_interval={float(calibration.frame_interval)!r}"
    )


def parse_units_line(comments: list[str]) -> KnownCalibration:
    """Return what the comment lines (without ``#``) say; unknown words are passed over."""
    pairs: dict[str, str] = {}
    for comment in comments:
        text = comment.strip()
        if text.lower().startswith(_START):
            for part in text[len(_START) :].split(";"):
                key, _, value = part.partition("=")
                pairs[key.strip().lower()] = value.strip()
    lengths = [to_positive(v) for v in pairs.get("voxel_size_zyx", "").replace(",", " ").split()]
    z, y, x = lengths if len(lengths) == 3 else (None, None, None)
    return KnownCalibration(
        z=z,
        y=y,
        x=x,
        unit=name_length_unit(pairs["space"]) if pairs.get("space") else None,
        frame_interval=to_positive(pairs.get("frame_interval", "")),
        time_unit=name_time_unit(pairs["time"]) if pairs.get("time") else None,
    )
