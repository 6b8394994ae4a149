"""Edits of spots: attributes in place, elements moved to another frame, added and removed."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np

from volltrack.io.trackmate_xml.edit.locate import Extent, Places
from volltrack.io.trackmate_xml.edit.splice import Splicer, find_start_tag, remove_attributes, set_attributes
from volltrack.io.trackmate_xml.edit.values import format_feature_values
from volltrack.io.trackmate_xml.parse.contours import format_contour
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.write.model import format_feature
from volltrack.io.trackmate_xml.write.xml_text import format_element, require_key
from volltrack.model import Feature, NetEdits, Outline, declare_spot_feature

__all__ = ["declare_new_features", "edit_spot_elements"]

_RESERVED = frozenset(["ID", "name", "ROI_N_POINTS"])


def edit_spot_elements(document: TrackMateDocument, net: NetEdits, places: Places, splicer: Splicer) -> None:
    """Put the changes of spots into `splicer`."""
    whole = document.declarations.whole("spot")
    spots = document.lineage.spots
    old_frames = dict(zip(spots.ids.tolist(), spots.frames.tolist(), strict=True))
    arrivals: dict[int, list[bytes]] = {}
    for spot_id in sorted(net.changed.keys() | ((net.names.keys() | net.contours.keys()) - net.added.keys())):
        features = net.changed.get(spot_id, {})
        values = _format_known(features, whole, spot_id)
        if spot_id in net.names:
            values["name"] = net.names[spot_id]
        extent = places.spots[spot_id]
        element = set_attributes(splicer.text[extent.start : extent.end], values)
        element = remove_attributes(element, [key for key, value in features.items() if math.isnan(value)])
        if spot_id in net.contours:
            element = _set_contour(element, net.contours[spot_id])
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
        new = format_element("Spot", head | _format_known(features, whole, spot_id)).encode("utf-8")
        if spot_id in net.contours:
            new = _set_contour(new, net.contours[spot_id])
        arrivals.setdefault(int(features["FRAME"]), []).append(new)
    for frame, elements in sorted(arrivals.items()):
        _add_to_frame(frame, elements, places, splicer)
    if net.added or net.deleted:
        _count_spots(places.containers["AllSpots"], len(spots) + len(net.added) - len(net.deleted), splicer)


def _format_known(features: Mapping[str, float], whole: Collection[str], spot_id: int) -> dict[str, str]:
    """Return the texts of the values that a spot has; one that was taken away, NaN, is no attribute."""
    known = {key: value for key, value in features.items() if not math.isnan(value)}
    return format_feature_values(known, whole, f"spot {spot_id}")


def _set_contour(element: bytes, contour: Outline) -> bytes:
    """Return a Spot element with another outline."""
    element = set_attributes(element, {"ROI_N_POINTS": str(len(contour))})
    tag = find_start_tag(element, 0)
    head = element[: tag.end]
    head = head[:-2].rstrip() + b">" if head.endswith(b"/>") else head
    return head + format_contour(np.array(contour, dtype=np.float64)).encode("ascii") + b"</Spot>"


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
