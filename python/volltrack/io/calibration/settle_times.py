"""Times of spots against frame times frame interval: which of them hold, and what a person is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.model import KnownCalibration, Spots, find_frame_interval
from volltrack.model.counted import counted

__all__ = ["describe_time_conflict", "settle_times"]

_TOLERANCE: Final = 1e-5
"""Part of a frame interval by which times may differ from whole frames."""


def settle_times(
    spots: Spots, stated: KnownCalibration, given: KnownCalibration
) -> tuple[Spots, KnownCalibration, list[str]]:
    """Return spots and calibration that say the same of time, and notes on what did not.

    TrackMate computes speeds and durations from ``POSITION_T`` of the spots, so these go before the frame interval that
    the file states; an interval that a person gives goes before both.

    Parameters
    ----------
    spots
        As the file has them.
    stated
        What the file states.
    given
        What a person says in its place.
    """
    known = stated.overridden_by(given)
    if "POSITION_T" not in spots.table.columns or len(spots) == 0 or known.frame_interval is None:
        return spots, known, []  # without an interval TrackMate counts frames as time units: those times say nothing
    times = spots.table["POSITION_T"].to_numpy(dtype=np.float64)
    if given.frame_interval is not None:
        if describe_time_conflict(spots.frames, times, given.frame_interval) is None:
            return spots, known, []
        return spots.with_columns({"POSITION_T": spots.frames * given.frame_interval}), known, []
    conflict = describe_time_conflict(spots.frames, times, known.frame_interval)
    found = find_frame_interval(spots.frames, times)
    if conflict is None:
        return spots, known, []
    if found is None:
        return spots, known, [f"{conflict}; times are frame x interval here"]
    unit = known.time_unit or "(no unit)"
    return (
        spots,
        replace(known, frame_interval=found),
        [f"{conflict}; times are those of POSITION_T, as TrackMate computes speeds: {found:g} {unit} between frames"],
    )


def describe_time_conflict(
    frames: npt.NDArray[np.int64], times: npt.NDArray[np.float64], interval: float
) -> str | None:
    """Say how the times of spots contradict frame times interval; None where they do not, up to a common shift.

    Parameters
    ----------
    frames, times
        Of each spot, (N,); times that are not finite are passed over.
    interval
        Frame interval that the file states.
    """
    known = np.isfinite(times)
    if not known.any():
        return None
    frames, times = frames[known], times[known]
    found = find_frame_interval(frames, times)
    if len(np.unique(frames)) > 1 and (found is None or abs(found - interval) > _TOLERANCE * interval):
        said = "does not grow with the frames" if found is None else f"grows by {found:g} a frame"
        return f"POSITION_T {said}, but the stated frame interval is {interval:g}"
    with np.errstate(over="ignore", invalid="ignore"):
        rest = times - frames * interval
        n_odd = int((np.abs(rest - np.median(rest)) > _TOLERANCE * interval).sum())
    if n_odd:
        return f"POSITION_T of {counted(n_odd, 'spot')} is not frame x interval ({interval:g})"
    return None
