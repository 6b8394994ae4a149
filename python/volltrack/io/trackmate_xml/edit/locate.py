"""Where the elements of a TrackMate file stand, as byte offsets, so that an edit touches only what it changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.parsers import expat

from volltrack.io.trackmate_xml.parse.java_numbers import parse_int

__all__ = ["EdgePlace", "Extent", "Places", "locate_elements", "locate_parts"]


class Extent(NamedTuple):
    """First byte of an element, and the byte after it."""

    start: int
    end: int


class EdgePlace(NamedTuple):
    """One Edge: ids as it states them, and where it stands."""

    source: int
    target: int
    extent: Extent


@dataclass
class Places:
    """Extents of the elements that an edit may touch.

    Parameters
    ----------
    containers
        The first AllSpots, AllTracks, FilteredTracks, SpotFeatures and EdgeFeatures by name.
    frames
        The first SpotsInFrame of each frame.
    spots
        The wanted spots by id.
    tracks, edges
        The wanted Track elements, and the edges in them, by number of the Track element in file order.
    visible
        TrackID elements by the number that they state.
    """

    containers: dict[str, Extent] = field(default_factory=dict)
    frames: dict[int, Extent] = field(default_factory=dict)
    spots: dict[int, Extent] = field(default_factory=dict)
    tracks: dict[int, Extent] = field(default_factory=dict)
    edges: dict[int, list[EdgePlace]] = field(default_factory=dict)
    visible: dict[int, list[Extent]] = field(default_factory=dict)


_SPOT: Final = ("Model", "AllSpots", "SpotsInFrame", "Spot")
_EDGE: Final = ("Model", "AllTracks", "Track", "Edge")
_CONTAINERS: Final = {
    ("Model", "AllSpots"): "AllSpots",
    ("Model", "AllTracks"): "AllTracks",
    ("Model", "FilteredTracks"): "FilteredTracks",
    ("Model", "FeatureDeclarations", "SpotFeatures"): "SpotFeatures",
    ("Model", "FeatureDeclarations", "EdgeFeatures"): "EdgeFeatures",
}


def locate_elements(text: bytes, spot_ids: Collection[int], tracks: Collection[int]) -> Places:
    """Return where the elements stand in `text`, a file that has been read before.

    Parameters
    ----------
    text
        The whole file as UTF-8.
    spot_ids
        Ids of the spots wanted.
    tracks
        Numbers of the Track elements wanted.
    """
    places = Places()
    stack: list[tuple[str, int, list[str]]] = []
    n_tracks = -1
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True

    def start(name: str, attributes: list[str]) -> None:
        nonlocal n_tracks
        stack.append((name, parser.CurrentByteIndex, attributes))
        if name == "Track" and _path(stack) == ("Model", "AllTracks", "Track"):
            n_tracks += 1
            if n_tracks in tracks:
                places.edges[n_tracks] = []

    def end(name: str) -> None:
        _, first, attributes = stack[-1]
        if name == "Spot" and _path(stack) == _SPOT:
            number = _int(attributes, "ID")
            if number in spot_ids:
                places.spots[number] = Extent(first, _end_of(text, parser.CurrentByteIndex))
        elif name == "Edge" and n_tracks in places.edges and _path(stack) == _EDGE:
            extent = Extent(first, _end_of(text, parser.CurrentByteIndex))
            ends = _int(attributes, "SPOT_SOURCE_ID"), _int(attributes, "SPOT_TARGET_ID")
            places.edges[n_tracks].append(EdgePlace(*ends, extent))
        elif name not in ("Spot", "Edge"):
            path = _path(stack)
            extent = Extent(first, _end_of(text, parser.CurrentByteIndex))
            if path in _CONTAINERS:
                places.containers.setdefault(_CONTAINERS[path], extent)
            elif path == _SPOT[:3]:
                places.frames.setdefault(_int(attributes, "frame"), extent)
            elif path == _EDGE[:3] and n_tracks in places.edges:
                places.tracks[n_tracks] = extent
            elif path == ("Model", "FilteredTracks", "TrackID"):
                places.visible.setdefault(_int(attributes, "TRACK_ID"), []).append(extent)
        stack.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(text, True)
    return places


def locate_parts(text: bytes, paths: Collection[tuple[str, ...]]) -> tuple[dict[tuple[str, ...], Extent], int]:
    """Return where the first element of each path stands, and how much there is that tables cannot hold.

    Parameters
    ----------
    text
        The whole file as UTF-8.
    paths
        Names from below the root on, such as ``("Model", "AllSpots")``; at most two names.

    Returns
    -------
    dict, int
        Extents by path; the number of comments, instructions and unknown elements inside AllSpots and AllTracks.
    """
    found: dict[tuple[str, ...], Extent] = {}
    stack: list[tuple[str, int, list[str]]] = []
    n_odd = 0
    known = {"SpotsInFrame": 4, "Spot": 5, "Track": 4, "Edge": 5}
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True

    def start(name: str, attributes: list[str]) -> None:
        nonlocal n_odd
        stack.append((name, parser.CurrentByteIndex, []))
        if len(stack) > 3 and stack[2][0] in ("AllSpots", "AllTracks") and known.get(name) != len(stack):
            n_odd += 1

    def end(name: str) -> None:
        if len(stack) <= 3:
            path = _path(stack)
            if path in paths and path not in found:
                found[path] = Extent(stack[-1][1], _end_of(text, parser.CurrentByteIndex))
        stack.pop()

    def other(*_: str) -> None:
        nonlocal n_odd
        n_odd += len(stack) > 2 and stack[2][0] in ("AllSpots", "AllTracks")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CommentHandler = other
    parser.ProcessingInstructionHandler = other
    parser.Parse(text, True)
    return found, n_odd


def _path(stack: list[tuple[str, int, list[str]]]) -> tuple[str, ...]:
    return tuple([name for name, _, _ in stack[1:]])


def _int(attributes: list[str], key: str) -> int:
    """Return a whole number, 0 where it is missing (as TrackMate takes it)."""
    names = attributes[::2]
    number = parse_int(attributes[2 * names.index(key) + 1]) if key in names else None
    return 0 if number is None else number


def _end_of(text: bytes, at: int) -> int:
    """Return the byte after the element whose end tag starts at `at`, or whose empty tag ended there."""
    return text.index(b">", at) + 1 if text[at : at + 2] == b"</" else at
