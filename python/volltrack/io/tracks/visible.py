"""What a person has filtered out in TrackMate: spots of VISIBILITY 0, and tracks that are not in FilteredTracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from volltrack.io.tracks.tracks_file import TracksFile
from volltrack.model import Lineage
from volltrack.model.counted import counted

__all__ = ["find_hidden_spots", "leave_out_hidden"]

BoolArray = npt.NDArray[np.bool_]


def find_hidden_spots(tracks: TracksFile) -> BoolArray:
    """Return which spots TrackMate hides, bool (N,): those of visibility 0, and all of a hidden track."""
    lineage = tracks.lineage
    hidden = np.zeros(len(lineage.spots), dtype=bool)
    table = lineage.spots.table
    if "VISIBILITY" in table.columns:
        hidden |= table["VISIBILITY"].to_numpy(dtype=np.float64) <= 0
    links = _find_hidden_links(tracks)
    hidden[lineage.source_rows[links]] = True
    hidden[lineage.target_rows[links]] = True
    return hidden


def leave_out_hidden(tracks: TracksFile, *, all_spots: bool = False) -> TracksFile:
    """Return the tracks without what TrackMate hides, and a note with the count; unchanged where it hides nothing.

    The document of a TrackMate file keeps its bytes, so that writing it as such loses nothing; its tables become those
    of what is left.

    Parameters
    ----------
    tracks
        As read.
    all_spots
        Keep everything, and say that some of it is hidden in TrackMate.
    """
    hidden = find_hidden_spots(tracks)
    if not hidden.any():
        return tracks
    lineage = tracks.lineage
    n_tracks = lineage.n_tracks - len(np.unique(lineage.track_of_spot[~hidden & (lineage.track_of_spot >= 0)]))
    what = f"{counted(int(hidden.sum()), 'spot')} of {len(hidden)}"
    what += f" and {counted(n_tracks, 'track')} of {lineage.n_tracks}" if n_tracks else ""
    verb = "is" if hidden.sum() == 1 and not n_tracks else "are"
    what += f" {verb} hidden in TrackMate (visibility 0, or a track that its filters took out)"
    if all_spots:
        return replace(tracks, notes=(*tracks.notes, f"{what} and kept here (`all_spots`)"))
    kept_links = ~(hidden[lineage.source_rows] | hidden[lineage.target_rows])
    left = Lineage(spots=lineage.spots.select(~hidden), links=lineage.links.select(kept_links))
    document = tracks.document
    if document is not None:
        there = document.tracks["TRACK_ID"].isin(document.track_ids[kept_links])
        document = replace(
            document,
            lineage=left,
            track_ids=document.track_ids[kept_links],
            tracks=document.tracks[there].reset_index(drop=True),
        )
    note = f"{what} and left out; `all_spots` keeps {'it' if verb == 'is' else 'them'}"
    return replace(tracks, lineage=left, document=document, notes=(*tracks.notes, note))


def _find_hidden_links(tracks: TracksFile) -> BoolArray:
    """Return which links belong to hidden tracks, bool (M,)."""
    if tracks.document is not None:
        hidden: BoolArray = ~tracks.document.visible_links
        return hidden
    lineage = tracks.lineage
    table = lineage.spots.table
    if "TRACK_VISIBLE" not in table.columns:  # TrackMate's own column in its tables of all spots
        return np.zeros(len(lineage.links), dtype=bool)
    visible = table["TRACK_VISIBLE"].to_numpy(dtype=np.float64)
    found: BoolArray = (visible[lineage.source_rows] == 0) | (visible[lineage.target_rows] == 0)
    return found
