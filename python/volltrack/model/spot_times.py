"""The time of each spot: what the file says of it, as far as that fits the frame interval."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.model.calibration.whole import Calibration
from volltrack.model.spots import Spots

__all__ = ["find_frame_interval", "has_own_times", "spot_times"]

FloatArray = npt.NDArray[np.float64]

TOLERANCE: Final = 1e-5
"""Part of a frame interval by which times may differ from whole frames: what rounding leaves."""


def find_frame_interval(frames: npt.NDArray[np.int64], times: FloatArray) -> float | None:
    """Return the time between two frames that the times of spots say, or None where they say none.

    It is the median over neighbouring frames that hold spots, each with the median time of its spots.

    Parameters
    ----------
    frames, times
        Of each spot, (N,).
    """
    known = np.isfinite(times)
    if not known.any():
        return None
    seen, index = np.unique(frames[known], return_inverse=True)
    if len(seen) < 2:
        return None
    order = np.lexsort((times[known], index))
    bounds = np.searchsorted(index[order], np.arange(len(seen) + 1))
    middle = times[known][order][(bounds[:-1] + bounds[1:] - 1) // 2]
    with np.errstate(over="ignore", invalid="ignore"):
        interval = float(np.median(np.diff(middle) / np.diff(seen)))
    return interval if np.isfinite(interval) and interval > 0 else None


def has_own_times(spots: Spots, calibration: Calibration) -> bool:
    """Whether ``POSITION_T`` says more than frame times frame interval and has the same median step.

    So it is for movies whose frames were not taken at equal intervals, or that do not begin at 0. Times of another step
    are left aside: somebody gave the interval in their place.
    """
    times = _stated_times(spots)
    if times is None:
        return False
    interval = calibration.frame_interval
    with np.errstate(over="ignore", invalid="ignore"):
        if np.all(np.abs(times - spots.frames * interval) <= TOLERANCE * interval):
            return False
    found = find_frame_interval(spots.frames, times)
    return found is not None and abs(found - interval) <= TOLERANCE * interval


def spot_times(spots: Spots, calibration: Calibration) -> FloatArray:
    """Return the time of each spot, (N,): ``POSITION_T`` where `has_own_times`, else frame times frame interval."""
    times = _stated_times(spots)
    if times is not None and has_own_times(spots, calibration):
        return times
    return spots.frames.astype(np.float64) * calibration.frame_interval


def _stated_times(spots: Spots) -> FloatArray | None:
    if "POSITION_T" not in spots.table.columns or len(spots) == 0:
        return None
    times: FloatArray = spots.table["POSITION_T"].to_numpy(dtype=np.float64)
    return times if np.isfinite(times).all() else None
