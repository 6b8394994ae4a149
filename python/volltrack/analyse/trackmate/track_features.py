"""Track features as TrackMate computes them, for every track at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.trackmate.edge_features import edge_features, spot_times
from volltrack.model import TRACK_FEATURES, Lineage

__all__ = ["track_features"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def track_features(lineage: Lineage, *, edges: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return TrackMate's track features, one row per track.

    Parameters
    ----------
    lineage
        Spots need ``POSITION_T``; without ``QUALITY`` the column ``TRACK_MEAN_QUALITY`` is NaN.
    edges
        The result of `edge_features` for this lineage, when at hand.

    Returns
    -------
    pandas.DataFrame
        The columns of `volltrack.model.TRACK_FEATURES` in that order; int64 where TrackMate holds whole numbers, else
        float64. The index is the track number of ``lineage.track_of_spot``, which is also ``TRACK_ID`` and
        ``TRACK_INDEX``.

    Raises
    ------
    BadTable
        The spots have no ``POSITION_T``.

    Notes
    -----
    The semantics are those of TrackMate 7.14:

    - a split is a spot with at most one predecessor and several successors, a merge the reverse, a complex point has
      several of both;
    - the median speed is the upper one of two middle values, the standard deviation divides by n - 1 (NaN for one
      link);
    - the displacement joins the first spot in time with the last, the maximal distance is counted from the first spot
      to every spot that a link enters. Where several spots are equally early or late, TrackMate takes the first in the
      order of a Java hash set; so do we, for the set that its linking fills. (The set that its file reader fills can
      have another order; for such ties TrackMate itself then gives another number.)
    """
    edges = edge_features(lineage) if edges is None else edges
    group = _Tracks.of(lineage)
    columns: dict[str, npt.NDArray[np.generic]] = {
        "TRACK_INDEX": np.arange(group.count),
        "TRACK_ID": np.arange(group.count),
    }
    columns |= _count_branches(lineage, group)
    columns |= _describe_time_and_place(lineage, group)
    columns |= _describe_speed(group, edges["SPEED"].to_numpy())
    columns |= _describe_motility(lineage, group, edges, columns)
    table = pd.DataFrame({key: columns[key] for key in TRACK_FEATURES}, index=pd.RangeIndex(group.count))
    whole = [key for key, feature in TRACK_FEATURES.items() if feature.isint]
    return table.astype(dict.fromkeys(whole, np.int64))


@dataclass(frozen=True, kw_only=True)
class _Tracks:
    """Linked spots and links grouped by track.

    Parameters
    ----------
    count
        Number of tracks.
    spots
        Rows of the linked spots, (S,), track after track, in each track in the order of Java's hash set.
    of_spot, of_link
        Track of each of `spots`, (S,), and of each link, (M,).
    """

    count: int
    spots: IntArray
    of_spot: IntArray
    of_link: IntArray

    @classmethod
    def of(cls, lineage: Lineage) -> _Tracks:
        track = lineage.track_of_spot
        linked = np.flatnonzero(track >= 0)
        size = np.bincount(track[linked], minlength=lineage.n_tracks)
        ids = lineage.spots.ids[linked]
        bucket = _hash_buckets(ids, size[track[linked]])
        order = np.lexsort((ids, bucket, track[linked]))
        spots = linked[order]
        return cls(count=len(size), spots=spots, of_spot=track[spots], of_link=track[lineage.source_rows])

    def mean_of_spots(self, values: FloatArray) -> FloatArray:
        """Mean over the spots of each track of `values`, one per linked spot, (S,)."""
        return self.sum_of_spots(values) / np.bincount(self.of_spot, minlength=self.count)

    def sum_of_spots(self, values: FloatArray) -> FloatArray:
        """Sum over the spots of each track."""
        return np.bincount(self.of_spot, weights=values, minlength=self.count).astype(np.float64)

    def sum_of_links(self, values: FloatArray) -> FloatArray:
        """Sum over the links of each track of `values`, one per link, (M,)."""
        return np.bincount(self.of_link, weights=values, minlength=self.count).astype(np.float64)

    def first_by(self, key: npt.NDArray[np.generic]) -> IntArray:
        """Row of the spot with the smallest `key`, (S,), of each track; of equals the first in hash order."""
        order = np.lexsort((np.arange(len(key)), key, self.of_spot))
        first = order[np.searchsorted(self.of_spot[order], np.arange(self.count))]
        return self.spots[first]


def _hash_buckets(ids: IntArray, size: IntArray) -> IntArray:
    """Place of each id in a `java.util.HashSet` of `size` elements that grew by adding (load factor 0.75)."""
    capacity = np.full(len(ids), 16, dtype=np.int64)
    while (small := size > 0.75 * capacity).any():
        capacity[small] *= 2
    return (ids ^ (ids >> 16)) & (capacity - 1)


def _count_branches(lineage: Lineage, group: _Tracks) -> dict[str, npt.NDArray[np.generic]]:
    """Numbers of spots, gaps, splits, merges and complex points."""
    before, after = lineage.in_degrees[group.spots], lineage.out_degrees[group.spots]

    def count(chosen: npt.NDArray[np.bool_]) -> IntArray:
        return np.bincount(group.of_spot[chosen], minlength=group.count)

    frames = lineage.spots.frames
    gap = frames[lineage.target_rows] - frames[lineage.source_rows] - 1
    longest = np.zeros(group.count, dtype=np.int64)
    np.maximum.at(longest, group.of_link, gap)
    return {
        "NUMBER_SPOTS": np.bincount(group.of_spot, minlength=group.count),
        "NUMBER_GAPS": np.bincount(group.of_link[gap > 0], minlength=group.count),
        "NUMBER_SPLITS": count((before <= 1) & (after > 1)),
        "NUMBER_MERGES": count((after <= 1) & (before > 1)),
        "NUMBER_COMPLEX": count((before > 1) & (after > 1)),
        "LONGEST_GAP": longest,
    }


def _describe_time_and_place(lineage: Lineage, group: _Tracks) -> dict[str, npt.NDArray[np.generic]]:
    """Start, stop, duration, displacement, mean position and mean quality."""
    zyx = lineage.spots.positions_zyx
    time = spot_times(lineage)
    first, last = group.first_by(time[group.spots]), group.first_by(-time[group.spots])
    table = lineage.spots.table
    quality = table["QUALITY"].to_numpy(dtype=np.float64) if "QUALITY" in table else np.full(len(table), np.nan)
    return {
        "TRACK_DURATION": time[last] - time[first],
        "TRACK_START": time[first],
        "TRACK_STOP": time[last],
        "TRACK_DISPLACEMENT": _distance(zyx[first], zyx[last]),
        "TRACK_X_LOCATION": group.mean_of_spots(zyx[group.spots, 2]),
        "TRACK_Y_LOCATION": group.mean_of_spots(zyx[group.spots, 1]),
        "TRACK_Z_LOCATION": group.mean_of_spots(zyx[group.spots, 0]),
        "TRACK_MEAN_QUALITY": group.mean_of_spots(quality[group.spots]),
    }


def _describe_speed(group: _Tracks, speed: FloatArray) -> dict[str, npt.NDArray[np.generic]]:
    """Mean, extremes, median and standard deviation of the links' speeds."""
    count = np.bincount(group.of_link, minlength=group.count)
    order = np.lexsort((speed, group.of_link))
    ordered = speed[order]
    start = np.cumsum(count) - count
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean = group.sum_of_links(speed) / count
        spread = group.sum_of_links((speed - mean[group.of_link]) ** 2) / (count - 1)
    return {
        "TRACK_MEAN_SPEED": mean,
        "TRACK_MAX_SPEED": ordered[start + count - 1],
        "TRACK_MIN_SPEED": ordered[start],
        "TRACK_MEDIAN_SPEED": ordered[start + count // 2],
        "TRACK_STD_SPEED": np.sqrt(spread),
    }


def _describe_motility(
    lineage: Lineage, group: _Tracks, edges: pd.DataFrame, known: dict[str, npt.NDArray[np.generic]]
) -> dict[str, npt.NDArray[np.generic]]:
    """Distances along and from the start, confinement, straightness, change of direction."""
    zyx = lineage.spots.positions_zyx
    first = group.first_by(lineage.spots.frames[group.spots])
    farthest = np.zeros(group.count)
    np.maximum.at(farthest, group.of_link, _distance(zyx[first[group.of_link]], zyx[lineage.target_rows]))
    total = group.sum_of_links(edges["DISPLACEMENT"].to_numpy())
    turn = edges["DIRECTIONAL_CHANGE_RATE"].to_numpy()
    has_turn = ~np.isnan(turn)
    net = np.asarray(known["TRACK_DISPLACEMENT"], dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        straight_speed = net / np.asarray(known["TRACK_DURATION"], dtype=np.float64)
        return {
            "TOTAL_DISTANCE_TRAVELED": total,
            "MAX_DISTANCE_TRAVELED": farthest,
            "CONFINEMENT_RATIO": net / total,
            "MEAN_STRAIGHT_LINE_SPEED": straight_speed,
            "LINEARITY_OF_FORWARD_PROGRESSION": straight_speed
            / np.asarray(known["TRACK_MEAN_SPEED"], dtype=np.float64),
            "MEAN_DIRECTIONAL_CHANGE_RATE": group.sum_of_links(np.where(has_turn, turn, 0.0))
            / group.sum_of_links(has_turn.astype(np.float64)),
        }


def _distance(a: FloatArray, b: FloatArray) -> FloatArray:
    """Euclidean distances between rows, (N, 3) each."""
    distance: FloatArray = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return distance
