"""Motion along each link: speed, turning angle, and the two parts of speed with respect to the tissue boundary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.track_numbers import number_tracks
from volltrack.model import Calibration, Lineage, has_own_times, spot_times

__all__ = ["LinkMotion", "compute_link_motion", "link_table"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LinkMotion:
    """Numbers of each link, (M,), in the order of ``lineage.links.table``.

    Parameters
    ----------
    step
        From source to target in physical units, (M, 3) as z, y, x.
    length
        Length of `step`.
    duration
        Time between the two spots.
    turning_angle
        To the only link before it, in the same tracklet, radians 0 to π; else NaN, also for a spot that did not move.
    """

    step: FloatArray
    length: FloatArray
    duration: FloatArray
    turning_angle: FloatArray

    @property
    def speed(self) -> FloatArray:
        """Length over duration."""
        speed: FloatArray = self.length / self.duration
        return speed


def compute_link_motion(lineage: Lineage, calibration: Calibration) -> LinkMotion:
    """Return the motion along each link; times are those of `volltrack.model.spot_times`, as TrackMate computes speeds.

    Where two spots have times in the wrong order, the time between them is frames times frame interval.
    """
    source, target = lineage.source_rows, lineage.target_rows
    zyx, frames = lineage.spots.positions_zyx, lineage.spots.frames
    step = zyx[target] - zyx[source]
    duration = (frames[target] - frames[source]).astype(np.float64) * calibration.frame_interval
    if has_own_times(lineage.spots, calibration):
        times = spot_times(lineage.spots, calibration)
        own = times[target] - times[source]
        duration = np.where(own > 0, own, duration)
    return LinkMotion(
        step=step,
        length=np.sqrt(np.sum(step * step, axis=1)),
        duration=duration,
        turning_angle=_measure_turns(lineage, step),
    )


def _measure_turns(lineage: Lineage, step: FloatArray) -> FloatArray:
    """Return the angle between each inner link and the inner link before it, (M,), radians; NaN without one."""
    inner = np.flatnonzero(lineage.inner_links)
    before = np.full(len(lineage.spots), -1, dtype=np.int64)
    before[lineage.target_rows[inner]] = inner
    angles = np.full(len(step), np.nan)
    previous = before[lineage.source_rows[inner]]
    later, previous = inner[previous >= 0], previous[previous >= 0]
    first, second = step[previous], step[later]
    cross = np.cross(first, second)
    turned = np.arctan2(np.sqrt(np.sum(cross * cross, axis=1)), np.sum(first * second, axis=1))
    still = ~(first.any(axis=1) & second.any(axis=1))
    angles[later] = np.where(still, np.nan, turned)
    return angles


def link_table(
    lineage: Lineage,
    calibration: Calibration,
    *,
    distance: FloatArray | None = None,
    track_ids: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Return one row per link: time, speed, turning angle and, with a boundary, radial and tangential speed.

    Parameters
    ----------
    lineage, calibration
        Spots in the unit of length of the calibration; time is that of `volltrack.model.spot_times`.
    distance
        Distance of each spot to the tissue boundary, (N,), as `boundary_distance` gives it; without it two columns are
        left out.
    track_ids
        See `tracklet_table`.

    Notes
    -----
    Radial speed is the change of the distance over time, so it is relative to a boundary that moves: positive deeper
    into the tissue. Tangential speed is what remains of the speed, ``sqrt(speed² - radial²)``; where the boundary
    moved faster than the cell, so that nothing remains, it is 0. ``TRACKLET_ID`` is the later spot's; ``TIME`` is in
    the middle of the link.
    """
    motion = compute_link_motion(lineage, calibration)
    source, target = lineage.source_rows, lineage.target_rows
    times = spot_times(lineage.spots, calibration)
    columns: dict[str, npt.NDArray[np.generic]] = {
        "TRACK_ID": number_tracks(lineage, lineage.track_of_spot[source], track_ids),
        "TRACKLET_ID": lineage.tracklet_of_spot[target],
        "SPOT_SOURCE_ID": lineage.links.source_ids,
        "SPOT_TARGET_ID": lineage.links.target_ids,
        "TIME": (times[source] + times[target]) / 2,
        "DISPLACEMENT": motion.length,
        "SPEED": motion.speed,
        "TURNING_ANGLE": motion.turning_angle,
    }
    if distance is not None:
        radial = (distance[target] - distance[source]) / motion.duration
        columns["RADIAL_SPEED"] = radial
        columns["TANGENTIAL_SPEED"] = np.sqrt(np.maximum(motion.speed**2 - radial**2, 0.0))
    return pd.DataFrame(columns)
