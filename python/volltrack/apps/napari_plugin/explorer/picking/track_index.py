"""Where the spots and links of each track stand, computed once so that picking a track is instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.model import Lineage

__all__ = ["TrackIndex", "index_tracks"]

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class TrackIndex:
    """The tracks of a lineage; all arrays by track number as in ``lineage.track_of_spot``.

    Parameters
    ----------
    lineage
        All spots and links.
    names
        What a person calls each track, K texts.
    first_frames, last_frames
        Frames of the earliest and latest spot, (K,).
    n_spots, n_divisions
        Numbers of spots, and of spots with two or more outgoing links, (K,).
    spot_rows, spot_starts
        Rows of all linked spots, track by track and in time order; those of track k are
        ``spot_rows[spot_starts[k] : spot_starts[k + 1]]``.
    link_rows, link_starts
        The same of the links.
    """

    lineage: Lineage
    names: tuple[str, ...]
    first_frames: IntArray
    last_frames: IntArray
    n_spots: IntArray
    n_divisions: IntArray
    spot_rows: IntArray
    spot_starts: IntArray
    link_rows: IntArray
    link_starts: IntArray

    def __len__(self) -> int:
        return len(self.names)

    @property
    def n_frames(self) -> IntArray:
        """Number of frames from the first to the last spot of each track, both counted, (K,)."""
        return self.last_frames - self.first_frames + 1

    def spots_of(self, track: int) -> IntArray:
        """Return the rows of a track's spots in time order."""
        return self.spot_rows[self.spot_starts[track] : self.spot_starts[track + 1]]

    def links_of(self, track: int) -> IntArray:
        """Return the rows of a track's links, ordered by the frame of their source."""
        return self.link_rows[self.link_starts[track] : self.link_starts[track + 1]]

    def select_track(self, track: int) -> Lineage:
        """Return one track as a lineage of its own, spots in time order."""
        lineage = self.lineage
        return Lineage(
            spots=lineage.spots.select(self.spots_of(track)), links=lineage.links.select(self.links_of(track))
        )


def index_tracks(lineage: Lineage, names: Mapping[int, str] | None = None) -> TrackIndex:
    """Return the index of a lineage's tracks.

    Parameters
    ----------
    lineage
        All spots and links.
    names
        What a person calls a track, by track number; others are called ``Track_0``, ``Track_1`` ...
    """
    track, frames = lineage.track_of_spot, lineage.spots.frames
    n_tracks = lineage.n_tracks
    rows = np.flatnonzero(track >= 0)
    rows = rows[np.lexsort((frames[rows], track[rows]))]
    starts = np.searchsorted(track[rows], np.arange(n_tracks + 1)).astype(np.int64)
    track_of_link = track[lineage.source_rows]
    links = np.lexsort((frames[lineage.source_rows], track_of_link)).astype(np.int64)
    link_starts = np.searchsorted(track_of_link[links], np.arange(n_tracks + 1)).astype(np.int64)
    mothers = rows[lineage.out_degrees[rows] > 1]
    known = names or {}
    return TrackIndex(
        lineage=lineage,
        names=tuple(known.get(number, f"Track_{number}") for number in range(n_tracks)),
        first_frames=frames[rows[starts[:-1]]],
        last_frames=frames[rows[starts[1:] - 1]] if n_tracks else np.zeros(0, dtype=np.int64),
        n_spots=np.diff(starts),
        n_divisions=np.bincount(track[mothers], minlength=n_tracks).astype(np.int64),
        spot_rows=rows,
        spot_starts=starts,
        link_rows=links,
        link_starts=link_starts,
    )
