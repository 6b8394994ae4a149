"""Points: what linking needs to know of a set of spots or of predicted positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadSettings
from volltrack.link.trackmate.settings import LinkSettings
from volltrack.model import Spots

__all__ = ["FloatArray", "IntArray", "Points", "SortedSpots", "sort_spots"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Points:
    """Positions and the features that penalties look at.

    Parameters
    ----------
    xyz
        Positions, (N, 3) as x, y, z in physical units. The order is TrackMate's, so that squares are summed alike.
    features
        Values by feature key, (N,) each; NaN where a point has none.
    """

    xyz: FloatArray
    features: Mapping[str, FloatArray]

    def __len__(self) -> int:
        return len(self.xyz)

    def take(self, rows: IntArray) -> Points:
        """Return the points at `rows`."""
        return Points(xyz=self.xyz[rows], features={key: values[rows] for key, values in self.features.items()})


@dataclass(frozen=True, kw_only=True)
class SortedSpots:
    """Spots in the order of frame, then id: TrackMate's own order, so that the result does not depend on the table's.

    Parameters
    ----------
    ids, frames
        (N,) each.
    points
        Positions and features, N of them.
    visible
        Whether a spot may be linked, bool (N,); TrackMate leaves spots of ``VISIBILITY`` 0 alone.
    """

    ids: IntArray
    frames: IntArray
    points: Points
    visible: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def used_frames(self) -> IntArray:
        """Frames that hold spots, ascending; a frame whose spots are all hidden counts, as in TrackMate."""
        return np.unique(self.frames)

    def rows_in(self, frame: int) -> IntArray:
        """Return the rows of the visible spots of `frame`."""
        first, end = np.searchsorted(self.frames, [frame, frame + 1])
        rows: IntArray = first + np.flatnonzero(self.visible[first:end])
        return rows


def sort_spots(spots: Spots, settings: LinkSettings) -> SortedSpots:
    """Return what linking needs of `spots`, with every feature that a step of `settings` penalises.

    Raises
    ------
    BadSettings
        If a penalised feature, or the radius that the Kalman filter needs, is not a numeric column of `spots`.
    """
    order = np.lexsort((spots.ids, spots.frames))
    features = {key: _numeric_column(spots, key, "a penalty")[order] for key in sorted(_penalised_features(settings))}
    if settings.method in ("kalman", "advanced-kalman") and len(spots):
        radius = _numeric_column(spots, "RADIUS", f"method '{settings.method}'")[order]
        if not np.isfinite(radius).all():
            at = int(spots.ids[order][np.argmax(~np.isfinite(radius))])
            raise BadSettings(
                f"RADIUS of spot {at} is not finite: method '{settings.method}' takes its measurement error from the "
                "radii; expected a radius for each spot, or method 'lap'"
            )
        features["RADIUS"] = radius
    visible = np.ones(len(spots), dtype=bool)
    if "VISIBILITY" in spots.table.columns:
        visible = ~(spots.table["VISIBILITY"].to_numpy(dtype=np.float64)[order] <= 0)
    return SortedSpots(
        ids=spots.ids[order],
        frames=spots.frames[order],
        points=Points(xyz=np.ascontiguousarray(spots.positions_zyx[order, ::-1]), features=features),
        visible=visible,
    )


def _penalised_features(settings: LinkSettings) -> set[str]:
    """Return the keys of the features that the steps which are switched on look at."""
    keys = set(settings.feature_penalties)
    if settings.method != "kalman":
        keys.update(settings.gap_feature_penalties if settings.gap_closing else ())
        keys.update(settings.splitting_feature_penalties if settings.splitting else ())
        keys.update(settings.merging_feature_penalties if settings.merging else ())
    return keys


def _numeric_column(spots: Spots, key: str, what: str) -> FloatArray:
    """Return column `key` as float, (N,), or raise `BadSettings` with the columns that there are."""
    numeric = spots.table.select_dtypes("number").columns
    if key not in numeric:
        found = ", ".join(map(str, numeric))
        raise BadSettings(f"{what} needs the spot feature {key!r}, which is not a numeric column; found {found}")
    return spots.table[key].to_numpy(dtype=np.float64)
