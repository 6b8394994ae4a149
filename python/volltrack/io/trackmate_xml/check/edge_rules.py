"""What can be wrong with edges as a whole: unknown spots, loops, the same edge twice, spots in two tracks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.problem import Severity

__all__ = ["find_usable_edges", "report_mixed_tracks"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_KEPT = "; VollTrack leaves it in the file and out of its tables"


def find_usable_edges(
    ends: IntArray, offsets: IntArray, spot_ids: IntArray, spot_frames: IntArray, findings: Findings
) -> BoolArray:
    """Return which edges, bool (E,), join two known spots of different frames, once.

    Parameters
    ----------
    ends
        Ids of source and target, (E, 2); -1 where it was no number, which was reported before.
    offsets
        Byte offset of each edge, (E,).
    spot_ids, spot_frames
        Id and frame of every spot, (N,).
    findings
        Receives the problems.
    """
    order = np.argsort(spot_ids, kind="stable")
    ordered = spot_ids[order]
    place = np.minimum(np.searchsorted(ordered, ends), max(len(ordered) - 1, 0))
    known: BoolArray = np.equal(ordered[place], ends) if len(ordered) else np.zeros(ends.shape, dtype=bool)
    unknown: BoolArray = ~np.all(known, axis=1)
    loop: BoolArray = np.equal(ends[:, 0], ends[:, 1]) & ~unknown
    usable: BoolArray = ~unknown & ~loop
    pair = np.sort(ends, axis=1)
    by_pair = np.lexsort((np.arange(len(pair)), pair[:, 1], pair[:, 0]))
    again = np.zeros(len(pair), dtype=bool)
    again[by_pair[1:]] = (np.diff(pair[by_pair], axis=0) == 0).all(axis=1)
    again &= usable
    usable &= ~again
    frames = spot_frames[order][place] if len(ordered) else np.zeros_like(ends)
    level: BoolArray = usable & (frames[:, 0] == frames[:, 1])

    def report(chosen: BoolArray, severity: Severity, found: str, meaning: str) -> None:
        if chosen.any():
            at = int(np.argmax(chosen))
            findings.add(
                severity,
                "Edge",
                found=f"{found} ({ends[at, 0]} -> {ends[at, 1]})",
                meaning=meaning + _KEPT,
                offset=int(offsets[at]),
                count=int(chosen.sum()),
            )

    report(
        unknown, "lost", "an edge to a spot that is not in AllSpots", "TrackMate drops it: add the spot or remove it"
    )
    report(loop, "lost", "an edge from a spot to itself", "TrackMate drops it: remove it")
    report(again, "lost", "the same two spots are joined twice", "TrackMate drops the second edge: remove it")
    report(level, "warning", "an edge between two spots of one frame", "TrackMate keeps it, but tracks need time order")
    usable &= ~level
    return usable


def report_mixed_tracks(ends: IntArray, tracks: IntArray, offsets: IntArray, findings: Findings) -> None:
    """Report spots whose edges stand in two Track elements; `ends` (E, 2), `tracks` and `offsets` (E,)."""
    spots = np.concatenate([ends[:, 0], ends[:, 1]])
    owner = np.concatenate([tracks, tracks])
    edge = np.concatenate([np.arange(len(tracks)), np.arange(len(tracks))])
    order = np.lexsort((edge, spots))
    same = np.diff(spots[order]) == 0
    mixed = edge[order[1:]][same & (np.diff(owner[order]) != 0)]
    if len(mixed):
        at = int(mixed.min())
        findings.add(
            "warning",
            "Edge",
            found=f"the edge {ends[at, 0]} -> {ends[at, 1]} touches a spot of another track",
            meaning="TrackMate keeps two tracks that are one; VollTrack takes connected spots for one track",
            offset=int(offsets[at]),
            count=len(mixed),
        )
