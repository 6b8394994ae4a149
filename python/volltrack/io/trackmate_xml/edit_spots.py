"""Edits of spots: attributes in place, elements moved to another frame, added and removed."""

from __future__ import annotations

from collections.abc import Collection

from volltrack.io.trackmate_xml.document import TrackMateDocument
from volltrack.io.trackmate_xml.edit_values import format_feature_values
from volltrack.io.trackmate_xml.fresh_model import format_feature
from volltrack.io.trackmate_xml.locate import Extent, Places
from volltrack.io.trackmate_xml.splice import Splicer, find_start_tag, set_attributes
from volltrack.io.trackmate_xml.xml_text import format_element, require_key
from volltrack.model import Feature, NetEdits, declare_spot_feature

__all__ = ["declare_new_features", "edit_spot_elements"]

_RESERVED = frozenset(["ID", "name", "ROI_N_POINTS"])


def edit_spot_elements(document: TrackMateDocument, net: NetEdits, places: Places, splicer: Splicer) -> None:
    """Put the changes of spots into `splicer`."""
    whole = document.declarations.whole("spot")
    spots = document.lineage.spots
    old_frames = dict(zip(spots.ids.tolist(), spots.frames.tolist(), strict=True))
    arrivals: dict[int, list[bytes]] = {}
    for spot_id in sorted(net.changed.keys() | (net.names.keys() - net.added.keys())):
        features = net.changed.get(spot_id, {})
        values = format_feature_values(features, whole, f"spot {spot_id}")
        if spot_id in net.names:
            values["name"] = net.names[spot_id]
        extent = places.spots[spot_id]
        element = set_attributes(splicer.text[extent.start : extent.end], values)
        frame = int(features["FRAME"]) if "FRAME" in features else old_frames[spot_id]
        if frame == old_frames[spot_id]:
            splicer.replace(extent, element)
        else:
            splicer.remove(extent)
            arrivals.setdefault(frame, []).append(element)
    for spot_id in sorted(net.deleted):
        splicer.remove(places.spots[spot_id])
    for spot_id, features in net.added.items():
        head = {"ID": str(spot_id), "name": net.names.get(spot_id, f"ID{spot_id}")}
        new = format_element("Spot", head | format_feature_values(features, whole, f"spot {spot_id}"))
        arrivals.setdefault(int(features["FRAME"]), []).append(new.encode("utf-8"))
    for frame, elements in sorted(arrivals.items()):
        _add_to_frame(frame, elements, places, splicer)
    if net.added or net.deleted:
        _count_spots(places.containers["AllSpots"], len(spots) + len(net.added) - len(net.deleted), splicer)


def _add_to_frame(frame: int, elements: list[bytes], places: Places, splicer: Splicer) -> None:
    if frame in places.frames:
        splicer.append(places.frames[frame], elements)
        return
    body = b"".join(b"\n        " + element for element in elements)
    node = f'<SpotsInFrame frame="{frame}">'.encode() + body + b"\n      </SpotsInFrame>"
    later = [f for f in places.frames if f > frame]
    if later:
        at = places.frames[min(later)].start
        splicer.replace(Extent(at, at), node + b"\n      ")
    else:
        splicer.append(places.containers["AllSpots"], [node])


def _count_spots(all_spots: Extent, number: int, splicer: Splicer) -> None:
    """Set nspots of AllSpots, if the file states it."""
    extent = find_start_tag(splicer.text, all_spots.start)
    tag = splicer.text[extent.start : extent.end]
    if b"nspots" not in tag:
        return
    if tag.endswith(b"/>"):  # of an empty element the end is replaced where its first spot comes in
        tag = tag[:-2].rstrip()
        extent = Extent(extent.start, extent.start + len(tag))
    splicer.replace(extent, set_attributes(tag, {"nspots": str(number)}))


def declare_new_features(document: TrackMateDocument, net: NetEdits, places: Places, splicer: Splicer) -> None:
    """Declare features that the edits use and the file does not know, where it has declarations.

    Raises
    ------
    BadTable
        A name that cannot stand in the file.
    """
    spot_keys = {key for features in [*net.changed.values(), *net.added.values()] for key in features}
    edge_keys = {key for features in net.linked.values() for key in features}
    new = {
        "SpotFeatures": [
            declare_spot_feature(require_key(key, "spot feature", _RESERVED))
            for key in _unknown(spot_keys, document.declarations.spot)
        ],
        "EdgeFeatures": [
            Feature(require_key(key, "edge feature"), key, key, "NONE")
            for key in _unknown(edge_keys, document.declarations.edge)
        ],
    }
    for name, features in new.items():
        if name in places.containers:
            splicer.append(places.containers[name], [format_feature(f).encode("utf-8") for f in features])


def _unknown(keys: Collection[str], declared: Collection[str]) -> list[str]:
    return sorted(key for key in keys if key not in declared)
