"""What a person calls the tracks: the names of the TrackMate file where it has them."""

from __future__ import annotations

import numpy as np

from volltrack.apps.napari_plugin.session import TrackSession

__all__ = ["name_tracks"]


def name_tracks(session: TrackSession) -> dict[int, str]:
    """Return the name of each track by its number in the session's lineage.

    A track takes the name of the track of the file that its earliest links were in; of several such parts, after an
    edit, the first keeps it and others are told apart by a number. Tracks of files without names are left out.
    """
    document = session.tracks_file.document
    lineage = session.lineage
    if document is None or len(lineage.links) == 0 or len(document.track_ids) == 0:
        return {}
    known = dict(zip(document.tracks["TRACK_ID"].tolist(), document.tracks["NAME"].tolist(), strict=True))
    old = document.lineage.links
    order = np.lexsort((old.target_ids, old.source_ids))
    pairs = old.source_ids[order] * (1 << 32) + old.target_ids[order]
    wanted = lineage.links.source_ids * (1 << 32) + lineage.links.target_ids
    at = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    kept = np.flatnonzero(pairs[at] == wanted)
    kept = kept[np.argsort(lineage.spots.frames[lineage.source_rows[kept]], kind="stable")]
    numbers, first = np.unique(lineage.track_of_spot[lineage.source_rows[kept]], return_index=True)
    names: dict[int, str] = {}
    n_parts: dict[int, int] = {}
    for number, track_id in zip(numbers.tolist(), document.track_ids[order[at[kept[first]]]].tolist(), strict=True):
        n_parts[track_id] = n_parts.get(track_id, 0) + 1
        name = str(known.get(track_id) or f"Track_{track_id}")
        names[number] = name if n_parts[track_id] == 1 else f"{name} ({n_parts[track_id]})"
    return names
