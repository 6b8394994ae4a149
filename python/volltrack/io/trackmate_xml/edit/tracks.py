"""Edits of tracks: edges added, removed and moved between Track elements, and the features that change with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from volltrack.io.trackmate_xml.edit.locate import EdgePlace, Places
from volltrack.io.trackmate_xml.edit.regroup import Pair, Regrouping, unordered
from volltrack.io.trackmate_xml.edit.splice import Splicer, find_start_tag, set_attributes
from volltrack.io.trackmate_xml.edit.values import format_feature_values
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.parse.java_numbers import format_doubles
from volltrack.io.trackmate_xml.write.xml_text import format_element
from volltrack.model import TRACK_FEATURES, NetEdits

__all__ = ["edit_track_elements"]

_MANUAL_COST: Final = -1.0
"""Cost that TrackMate gives to links that a person adds."""
_NUMBERED: Final = frozenset(["TRACK_ID", "TRACK_INDEX"])


def edit_track_elements(
    document: TrackMateDocument, net: NetEdits, groups: Regrouping, places: Places, splicer: Splicer
) -> None:
    """Put the changes of tracks, edges and visible tracks into `splicer`."""
    _TrackEditor(document, net, groups, places, splicer).edit()


class _TrackEditor:
    """One edit of the tracks of a file."""

    def __init__(
        self, document: TrackMateDocument, net: NetEdits, groups: Regrouping, places: Places, splicer: Splicer
    ) -> None:
        self.document = document
        self.net = net
        self.groups = groups
        self.places = places
        self.splicer = splicer
        self.removed = {unordered(*pair) for pair in net.unlinked}
        self.owner = {number: track for track, number in groups.keeper.items()}
        self.incoming: dict[int, list[bytes]] = {track: [] for track in groups.origins}
        self.edge_keys = (set(document.declarations.edge) | set(document.lineage.links.table.columns)) & set(
            groups.after.edges.columns
        )
        self.track_keys = (set(document.declarations.track) | set(document.tracks.columns)) & set(TRACK_FEATURES)

    def edit(self) -> None:
        """Fill the splicer."""
        changed = self._find_changed_edges()
        for number in self.places.tracks:
            for place in self.places.edges[number]:
                self._edit_edge(number, place, changed)
        self._add_new_edges()
        for number, extent in self.places.tracks.items():
            if number in self.owner:
                self._edit_track(number, self.owner[number])
            else:
                self.splicer.remove(extent)
        self._add_new_tracks()
        self._edit_visible()

    def _find_changed_edges(self) -> dict[Pair, dict[str, str]]:
        """Return the attributes to set, by unordered pair, of links whose features change with the edit."""
        before, after = self.groups.before, self.groups.after
        row_before = {unordered(*pair): row for row, pair in enumerate(before.pairs)}
        rows = [(row_before[unordered(*p)], row) for row, p in enumerate(after.pairs) if unordered(*p) in row_before]
        changed: dict[Pair, dict[str, str]] = {}
        if not rows:
            return changed
        old_rows, new_rows = np.array(rows).T
        for key in sorted(self.edge_keys):
            old = before.edges[key].to_numpy(dtype=np.float64)[old_rows]
            new = after.edges[key].to_numpy(dtype=np.float64)[new_rows]
            for at in np.flatnonzero(~((old == new) | (np.isnan(old) & np.isnan(new)))).tolist():
                pair = unordered(*after.pairs[rows[at][1]])
                changed.setdefault(pair, {})[key] = format_doubles([new[at]])[0]
        for pair, turned in self._find_turned().items():
            changed.setdefault(pair, {}).update(turned)
        return changed

    def _find_turned(self) -> dict[Pair, dict[str, str]]:
        """Return new ends of links whose time order is turned by the edit."""
        before = {unordered(*pair): pair for pair in self.groups.before.pairs}
        return {
            unordered(*pair): {"SPOT_SOURCE_ID": str(pair[0]), "SPOT_TARGET_ID": str(pair[1])}
            for pair in self.groups.after.pairs
            if before.get(unordered(*pair), pair) != pair
        }

    def _edit_edge(self, number: int, place: EdgePlace, changed: Mapping[Pair, Mapping[str, str]]) -> None:
        """Change, move or remove one Edge of the Track element `number`."""
        pair = unordered(place.source, place.target)
        text = self.splicer.text[place.extent.start : place.extent.end]
        if pair in self.removed or not self.net.deleted.isdisjoint(pair):
            new = b""
        else:
            new = set_attributes(text, changed.get(pair, {}))
        # an edge that is in no table (to an unknown spot, for example) stays with its element
        track = self.groups.after.track_of.get(pair, self.owner.get(number))
        stays = track is not None and self.owner.get(number) == track
        if new and not stays and track is not None:
            self.incoming[track].append(new)
        if number not in self.owner:
            return  # the whole element goes
        if not new or not stays:
            self.splicer.remove(place.extent)
        elif new != text:
            self.splicer.replace(place.extent, new)

    def _add_new_edges(self) -> None:
        after = self.groups.after
        rows = {unordered(*pair): row for row, pair in enumerate(after.pairs)}
        whole = self.document.declarations.whole("edge")
        for pair, given in self.net.linked.items():
            row = rows[unordered(*pair)]
            source, target = after.pairs[row]
            computed = {key: float(after.edges[key].iloc[row]) for key in after.edges.columns if key in self.edge_keys}
            kept = {k: v for k, v in computed.items() if not np.isnan(v) or k == "DIRECTIONAL_CHANGE_RATE"}
            values = {"LINK_COST": _MANUAL_COST, **kept, **given}
            head = {"SPOT_SOURCE_ID": str(source), "SPOT_TARGET_ID": str(target)}
            element = format_element("Edge", head | format_feature_values(values, whole, f"link {source} -> {target}"))
            self.incoming[after.track_of[unordered(*pair)]].append(element.encode("utf-8"))

    def _edit_track(self, number: int, track: int) -> None:
        """Update the features of a Track element and give it the edges that come to it."""
        extent = self.places.tracks[number]
        new = self.groups.after.tracks[track]
        base = self.groups.base.get(number)
        old = None if base is None else self.groups.before.tracks[base]
        values = {
            key: _format_track_value(key, new)
            for key in TRACK_FEATURES
            if key in self.track_keys - _NUMBERED
            and (old is None or not (new[key] == old[key] or (np.isnan(new[key]) and np.isnan(old[key]))))
        }
        if values:
            tag = find_start_tag(self.splicer.text, extent.start)
            self.splicer.replace(tag, set_attributes(self.splicer.text[tag.start : tag.end], values))
        self.splicer.append(extent, self.incoming[track])

    def _add_new_tracks(self) -> None:
        """Append a Track element for each track that keeps none."""
        tracks = self.document.tracks
        self.new_ids: dict[int, int] = {}
        next_id = int(tracks["TRACK_ID"].max()) + 1 if len(tracks) else 0
        index = tracks["TRACK_INDEX"].max() if len(tracks) and "TRACK_INDEX" in tracks.columns else len(tracks) - 1
        elements = []
        for track in sorted(t for t in self.groups.origins if t not in self.groups.keeper):
            new = self.groups.after.tracks[track].copy()
            index += 1
            new["TRACK_INDEX"], new["TRACK_ID"] = index, next_id
            values = {"name": f"Track_{next_id}", "TRACK_ID": str(next_id)}
            values |= {
                k: _format_track_value(k, new) for k in TRACK_FEATURES if k in self.track_keys and k != "TRACK_ID"
            }
            body = b"".join(b"\n        " + edge for edge in self.incoming[track])
            elements.append(format_element("Track", values, closed=False).encode() + body + b"\n      </Track>")
            self.new_ids[track] = next_id
            next_id += 1
        self.splicer.append(self.places.containers["AllTracks"], elements)

    def _edit_visible(self) -> None:
        """Keep parts and unions of visible tracks visible; list no track that is gone."""
        tracks = self.document.tracks
        ids, was_visible = tracks["TRACK_ID"].tolist(), tracks["VISIBLE"].tolist()
        for number in self.places.tracks:
            if number not in self.owner:
                for extent in self.places.visible.get(ids[number], []):
                    self.splicer.remove(extent)
        shown = []
        for track, origins in self.groups.origins.items():
            if origins and not any(was_visible[number] for number in origins):
                continue
            keeper = self.groups.keeper.get(track)
            if keeper is None:
                shown.append(self.new_ids[track])
            elif not was_visible[keeper]:
                shown.append(ids[keeper])
        elements = [f'<TrackID TRACK_ID="{number}" />'.encode() for number in sorted(shown)]
        self.splicer.append(self.places.containers["FilteredTracks"], elements)


def _format_track_value(key: str, values: Mapping[str, float]) -> str:
    """Return the text of one track feature."""
    return str(int(values[key])) if TRACK_FEATURES[key].isint else format_doubles([values[key]])[0]
