"""Track ids of a file in place of track numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.model import Lineage

__all__ = ["number_tracks"]

IntArray = npt.NDArray[np.int64]


def number_tracks(lineage: Lineage, tracks: IntArray, track_ids: npt.ArrayLike | None) -> IntArray:
    """Return the id of each track number; -1 stays.

    Parameters
    ----------
    lineage
        The lineage that the numbers belong to.
    tracks
        Track numbers of ``lineage.track_of_spot``, any shape.
    track_ids
        Id of each track, (n_tracks,), such as TrackMate's; None keeps the numbers.

    Raises
    ------
    BadValue
        As many ids as tracks were not given.
    """
    if track_ids is None:
        return tracks.copy()
    ids = np.asarray(track_ids, dtype=np.int64).ravel()
    if len(ids) != lineage.n_tracks:
        raise BadValue(f"{len(ids)} track ids for {lineage.n_tracks} tracks: expected one for each")
    return np.where(tracks < 0, -1, np.append(ids, -1)[tracks])
