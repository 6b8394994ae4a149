"""``thresholds.json`` of a StarDist model."""

from __future__ import annotations

from pathlib import Path

from volltrack.errors import BadFile
from volltrack.segment.networks.model_check.model_json import read_model_json

__all__ = ["read_thresholds"]

_DEFAULTS = {"prob": 0.5, "nms": 0.4}
"""Those of the library."""


def read_thresholds(folder: Path) -> dict[str, float]:
    """Return ``prob`` and ``nms`` of a model folder; what is not there (or null) is StarDist's default.

    Raises
    ------
    BadFile
        If the file is broken, or a threshold is no number above 0 and below 1.
    """
    file = folder / "thresholds.json"
    if not file.is_file():
        return dict(_DEFAULTS)
    values = read_model_json(file)
    thresholds: dict[str, float] = {}
    for name, default in _DEFAULTS.items():
        value = values.get(name)
        if value is None:
            value = default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
            raise BadFile(
                f"{name} = {repr(value)[:40]}: expected a number above 0 and below 1; remove the file to use the "
                f"default {default}",
                path=file,
            )
        thresholds[name] = float(value)
    return thresholds
