"""Values of an edit as texts, and the values that TrackMate's rules add to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache, partial

import numpy as np

from volltrack.errors import BadValue
from volltrack.io.trackmate_xml.parse.java_numbers import MAX_INT, MIN_INT, format_doubles
from volltrack.model import Calibration, Lineage, NetEdits

__all__ = ["complete_edits", "format_feature_values"]

_POSITIONS = ("POSITION_X", "POSITION_Y", "POSITION_Z")
_NEEDED = ("RADIUS", "QUALITY", "VISIBILITY", "POSITION_T")
_MANUAL_QUALITY = -1.0
"""Quality that TrackMate gives to spots that a person adds."""


def complete_edits(lineage: Lineage, calibration: Calibration | None, net: NetEdits) -> NetEdits:
    """Return `net`, edits of `lineage`, with the time of spots whose frame changes, and what an added spot needs.

    A new frame gives a new POSITION_T. An added spot gets, where it is not given, TrackMate's quality of manual spots
    (-1), the median radius of the spots, and is visible.

    Raises
    ------
    BadValue
        A frame that is no whole number from 0, a position that is not finite, or NaN where TrackMate needs a number.
    """
    has_times = "POSITION_T" in lineage.spots.table.columns
    time_of = cache(partial(_time_of, lineage, calibration))
    changed = {i: dict(features) for i, features in net.changed.items()}
    added = {i: dict(features) for i, features in net.added.items()}
    for spot_id, features in [*changed.items(), *added.items()]:
        for key in _POSITIONS:
            if key in features and not np.isfinite(features[key]):
                raise BadValue(f"spot {spot_id}: {key} = {features[key]}: expected a finite number")
        empty = [key for key in _NEEDED if key in features and np.isnan(features[key])]
        if empty:
            raise BadValue(f"spot {spot_id}: {empty[0]} = nan: expected a number; TrackMate needs one")
        if "FRAME" in features:
            frame = features["FRAME"]
            if not (np.isfinite(frame) and frame == int(frame) and 0 <= frame <= MAX_INT):
                raise BadValue(f"spot {spot_id}: FRAME = {frame}: expected a whole number from 0")
            if "POSITION_T" not in features and has_times:
                features["POSITION_T"] = time_of(int(frame))
    radius = _find_usual_radius(lineage) if added else 1.0
    for features in added.values():
        features.setdefault("QUALITY", _MANUAL_QUALITY)
        features.setdefault("RADIUS", radius)
        features.setdefault("VISIBILITY", 1)
        if "POSITION_T" not in features:
            features["POSITION_T"] = time_of(int(features["FRAME"]))
    return replace(net, changed=changed, added=added)


def _find_usual_radius(lineage: Lineage) -> float:
    """Return the median radius of the spots; 1 where none is known."""
    table = lineage.spots.table
    radius = table["RADIUS"].to_numpy(dtype=np.float64) if "RADIUS" in table.columns else np.zeros(0)
    radius = radius[np.isfinite(radius)]
    return float(np.median(radius)) if len(radius) else 1.0


def _time_of(lineage: Lineage, calibration: Calibration | None, frame: int) -> float:
    """Time of a frame: that of another spot in it, else frame times frame interval."""
    table = lineage.spots.table
    if "POSITION_T" in table.columns:
        times = table["POSITION_T"].to_numpy(dtype=np.float64)[lineage.spots.frames == frame]
        times = times[np.isfinite(times)]
        if len(times):
            return float(times[0])
    return frame * (1.0 if calibration is None else calibration.frame_interval)


def format_feature_values(features: Mapping[str, float], whole: Collection[str], what: str) -> dict[str, str]:
    """Return the texts of feature values, whole numbers without a decimal point.

    Raises
    ------
    BadValue
        A value of a whole-number feature that is none of 32 bits.
    """
    texts = {}
    for key, value in features.items():
        number = float(value)
        if key not in whole:
            texts[key] = format_doubles([number])[0]
            continue
        if not (np.isfinite(number) and number == int(number) and MIN_INT <= number <= MAX_INT):
            raise BadValue(f"{what}: {key} = {value}: the file declares whole numbers of 32 bits")
        texts[key] = str(int(number))
    return texts
