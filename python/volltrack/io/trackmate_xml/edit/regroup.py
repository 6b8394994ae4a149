"""Which links form which track after an edit, and which Track element of the file each track keeps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse.trackmate.edge_features import edge_features
from volltrack.analyse.trackmate.track_features import track_features
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.write.table import complete_spots
from volltrack.model import Calibration, Lineage, Links, NetEdits, Spots

__all__ = ["Pair", "Regrouping", "find_touched_tracks", "regroup_tracks", "unordered"]

Pair = tuple[int, int]
IntArray = npt.NDArray[np.int64]


def unordered(source: int, target: int) -> Pair:
    """Return the two ids, smaller first: a key that does not depend on the stored order."""
    return (source, target) if source < target else (target, source)


@dataclass(frozen=True, kw_only=True)
class State:
    """The touched tracks before or after the edit.

    Parameters
    ----------
    pairs
        (source, target) of each link, in time order.
    track_of
        Track number, in this state, of each link by unordered pair.
    edges
        Edge features, one row per link.
    tracks
        Track features by track number.
    """

    pairs: list[Pair]
    track_of: dict[Pair, int]
    edges: pd.DataFrame
    tracks: dict[int, dict[str, float]]


@dataclass(frozen=True, kw_only=True)
class Regrouping:
    """How tracks change.

    Parameters
    ----------
    before, after
        The touched tracks.
    keeper
        Number of the Track element that each track after the edit keeps; tracks without one are new.
    origins
        Numbers of the Track elements that gave links to each track after the edit.
    base
        Track before the edit whose features an element states, where that is one track.
    """

    before: State
    after: State
    keeper: dict[int, int]
    origins: dict[int, set[int]]
    base: dict[int, int]


def find_touched_tracks(document: TrackMateDocument, net: NetEdits) -> IntArray:
    """Return the numbers of the Track elements (in file order) with a link at a spot that the edit touches, sorted."""
    touched = set(net.changed) | net.deleted
    for pair in [*net.linked, *net.unlinked]:
        touched.update(pair)
    links, ids = document.lineage.links, np.array(sorted(touched), dtype=np.int64)
    return np.unique(number_elements(document)[np.isin(links.source_ids, ids) | np.isin(links.target_ids, ids)])


def number_elements(document: TrackMateDocument) -> IntArray:
    """Return the number of the Track element (in file order) of each link, (M,)."""
    order = document.tracks["TRACK_ID"].to_numpy(dtype=np.int64)
    by_id = np.argsort(order)
    return by_id[np.searchsorted(order[by_id], document.track_ids)]


def regroup_tracks(document: TrackMateDocument, edited: Lineage, net: NetEdits, touched: IntArray) -> Regrouping:
    """Return the touched tracks before and after the edit.

    Parameters
    ----------
    document
        Before the edit.
    edited
        The lineage after it, from `volltrack.model.apply_net_edits`.
    net
        The edit.
    touched
        From `find_touched_tracks`.

    Notes
    -----
    Of the parts of a divided track the one with most links keeps the element; a joined track keeps the element that
    gave it most links. Ties go to the earlier element and to the part whose first spot comes first.
    """
    old = document.lineage
    element = number_elements(document)
    chosen = np.isin(element, touched)
    stored = list(zip(old.links.source_ids.tolist(), old.links.target_ids.tolist(), strict=True))
    stays = np.array([pair not in net.unlinked for pair in stored], dtype=bool)
    chosen_after = np.concatenate([chosen[stays], np.ones(len(net.linked), dtype=bool)])
    calibration = document.calibration or Calibration.in_pixels()
    before = _describe(old, chosen, calibration)
    after = _describe(edited, chosen_after, calibration)
    element_of = {unordered(*stored[i]): int(element[i]) for i in np.flatnonzero(chosen & stays).tolist()}
    counts = Counter((track, element_of[pair]) for pair, track in after.track_of.items() if pair in element_of)
    keeper: dict[int, int] = {}
    for (track, number), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0][1], item[0][0])):
        if track not in keeper and number not in keeper.values():
            keeper[track] = number
    origins: dict[int, set[int]] = {track: set() for track in after.track_of.values()}
    for track, number in counts:
        origins[track].add(number)
    return Regrouping(
        before=before,
        after=after,
        keeper=keeper,
        origins=origins,
        base=_find_bases(before, {unordered(*stored[i]): int(element[i]) for i in np.flatnonzero(chosen).tolist()}),
    )


def _find_bases(before: State, element_of: dict[Pair, int]) -> dict[int, int]:
    """Return the track of each element, where element and track are the same set of links."""
    tracks_of: dict[int, set[int]] = {}
    elements_of: dict[int, set[int]] = {}
    for pair, track in before.track_of.items():
        tracks_of.setdefault(element_of[pair], set()).add(track)
        elements_of.setdefault(track, set()).add(element_of[pair])
    return {
        number: next(iter(tracks))
        for number, tracks in tracks_of.items()
        if len(tracks) == 1 and len(elements_of[next(iter(tracks))]) == 1
    }


def _describe(lineage: Lineage, chosen: npt.NDArray[np.bool_], calibration: Calibration) -> State:
    """Return links and features of the `chosen` links, bool (M,), and their spots."""
    links = lineage.links.select(chosen)
    linked = np.isin(lineage.spots.ids, np.concatenate([links.source_ids, links.target_ids]))
    table = lineage.spots.table.iloc[np.flatnonzero(linked)].reset_index(drop=True)
    part = complete_spots(Lineage(spots=Spots(table=table), links=Links(table=links.table)), calibration)
    pairs = list(zip(part.links.source_ids.tolist(), part.links.target_ids.tolist(), strict=True))
    edges = edge_features(part)
    numbers = part.track_of_spot[part.source_rows].tolist()
    return State(
        pairs=pairs,
        track_of={unordered(*pair): number for pair, number in zip(pairs, numbers, strict=True)},
        edges=edges,
        tracks=_rows_by_track(track_features(part, edges=edges)),
    )


def _rows_by_track(features: pd.DataFrame) -> dict[int, dict[str, float]]:
    columns = [features[key].tolist() for key in features.columns]
    keys = [str(key) for key in features.columns]
    return {number: dict(zip(keys, row, strict=True)) for number, row in enumerate(zip(*columns, strict=True))}
