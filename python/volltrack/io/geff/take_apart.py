"""A TrackMate file taken apart: what a graph's properties hold, and the text around it; see `put_together`."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.io.trackmate_xml import TrackMateDocument
from volltrack.io.trackmate_xml.edit.locate import locate_parts
from volltrack.io.trackmate_xml.parse.columns import group_by_layout
from volltrack.io.trackmate_xml.parse.contours import format_contour
from volltrack.io.trackmate_xml.parse.java_numbers import format_doubles, format_ints, parse_int, parse_java_double
from volltrack.io.trackmate_xml.parse.scan import Block, Node, Sinks, scan_xml
from volltrack.io.trackmate_xml.parse.source import CHUNK_BYTES

__all__ = ["GAPS", "HOLES", "TEXT", "TakenApart", "find_digest", "format_values", "take_apart"]

HOLES: Final = {
    "log": ("Log",),
    "settings": ("Settings",),
    "gui_state": ("GUIState",),
    "display_settings": ("DisplaySettings",),
    "spots": ("Model", "AllSpots"),
    "tracks": ("Model", "AllTracks"),
    "visible": ("Model", "FilteredTracks"),
}
"""Parts that are kept apart; the first four under the names of geff's own converter."""

GAPS: Final = {
    "spots": ("\n      ", "\n        ", "\n      ", "\n    ", " />"),
    "tracks": ("\n      ", "\n        ", "\n      ", "\n    ", " />"),
}
"""What stands before the outer element, the inner one, the end of the outer and of the whole, and closes empty tags."""

TEXT: Final = "#text"
"""Stands for the text of an element among its attributes."""

_START_TAG: Final = re.compile(rb"<[^>]*>")
_MAX_SPELLINGS: Final = 20_000
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")

BoolArray = npt.NDArray[np.bool_]


@dataclass
class Attributes:
    """Attributes of all spots or edges: their order, spelling, which are there, and what no column holds.

    Parameters
    ----------
    order
        Names in an order that all elements follow, as far as there is one.
    whole
        Names that are spelled as whole numbers.
    present
        Which elements state each, bool (N,).
    texts
        [element, name, text] where a column of numbers would not give that text again.
    styled
        Names of which it is known how they are spelled.
    layouts
        Elements by the order of their attributes.
    """

    order: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    present: dict[str, BoolArray] = field(default_factory=dict)
    texts: list[tuple[int, str, str]] = field(default_factory=list)
    styled: set[str] = field(default_factory=set)
    layouts: dict[tuple[str, ...], list[int]] = field(default_factory=dict)

    def odd_layouts(self) -> dict[tuple[str, ...], list[int]]:
        """Return the elements whose attributes stand in another order than `order`, by theirs."""
        place = {key: at for at, key in enumerate(self.order)}
        return {keys: rows for keys, rows in self.layouts.items() if list(keys) != sorted(keys, key=place.__getitem__)}

    def add_layout(self, keys: Sequence[str], rows: npt.NDArray[np.int64]) -> None:
        """Put new names behind the one that they follow here; note who has this order."""
        self.layouts.setdefault(tuple(keys), []).extend(rows.tolist())
        at = 0
        for key in keys:
            if key in self.present or key in self.order:
                at = self.order.index(key) + 1
            else:
                self.order.insert(at, key)
                at += 1


@dataclass(frozen=True, kw_only=True)
class TakenApart:
    """What a TrackMate file holds besides its numbers.

    Parameters
    ----------
    parts
        Texts of log, settings, GUI state and display settings, as elements.
    around
        All else that is needed to write the file again, as JSON.
    spots, edges
        Which attributes they state.
    track_of_link
        ``TRACK_ID`` of each link, (M,).
    lost
        What cannot be kept, one sentence each.
    """

    parts: Mapping[str, str]
    around: Mapping[str, Any]
    spots: Attributes
    edges: Attributes
    track_of_link: npt.NDArray[np.int64]
    lost: tuple[str, ...]


def take_apart(document: TrackMateDocument) -> TakenApart:
    """Return the texts around the numbers of a file that was read."""
    utf8 = document.source.utf8
    extents, n_odd = locate_parts(utf8, set(HOLES.values()))
    collector = _Collector(document)
    root = scan_xml(
        _slices(utf8), Sinks(spots=collector.take_spots, tracks=collector.take_tracks, edges=collector.take_edges), ""
    )
    pieces: list[Any] = []
    parts: dict[str, str] = {}
    starts: dict[str, str] = {}
    at = 0
    for name, path in sorted(HOLES.items(), key=lambda item: extents.get(item[1], (0, 0))):
        if path in extents:
            extent = extents[path]
            text = utf8[extent.start : extent.end]
            pieces += [utf8[at : extent.start].decode(), {"part": name}]
            at = extent.end
            if name in ("spots", "tracks"):
                start = _START_TAG.match(text)
                starts[name] = "" if start is None else start[0].decode()
            else:
                parts[name] = text.decode()
    pieces.append(utf8[at:].decode())
    frames = [node.attributes for node in _frames(root)]
    visible = parts.pop("visible", "")
    around = {
        "pieces": pieces,
        "starts": starts,
        "visible": visible,
        "gaps": _find_gaps(utf8, extents),
        "encoding": document.source.encoding,
        "bom": base64.b64encode(document.source.bom).decode(),
        "frames": frames,
        "frame_of_spot": collector.stray_spots(frames),
        "spots": _to_json(collector.spots, [[i] for i in document.lineage.spots.ids.tolist()]),
        "edges": _to_json(
            collector.edges, document.lineage.links.table[["SPOT_SOURCE_ID", "SPOT_TARGET_ID"]].to_numpy().tolist()
        ),
        "tracks": collector.tracks | {"ids": document.tracks["TRACK_ID"].tolist()},
        "other_edges": collector.other_edges,
    }
    lost = [f"{n_odd} comments and unknown elements among spots and tracks"] if n_odd else []
    return TakenApart(
        parts=parts,
        around=around,
        spots=collector.spots,
        edges=collector.edges,
        track_of_link=document.track_ids,
        lost=tuple(lost),
    )


def _find_gaps(utf8: bytes, extents: Mapping[tuple[str, ...], Any]) -> dict[str, list[str]]:
    """Return the white space before and after frames, spots, tracks and edges, and what closes an empty tag."""
    gaps = {name: list(texts) for name, texts in GAPS.items()}
    end = "\r\n" if b"\r\n" in utf8 else "\n"
    for name, outer, inner in (("spots", b"SpotsInFrame", b"Spot"), ("tracks", b"Track", b"Edge")):
        extent = extents.get(HOLES[name])
        text = b"" if extent is None else utf8[extent.start : extent.end]
        first = re.match(rb"<[^<>]*>(\s*)<%s\b[^<>]*>(\s*)<%s\b[^<>]*?(\s*/>|>)" % (outer, inner), text)
        last = re.search(rb"(\s*)</%s>(\s*)</[^<>]*>$" % outer, text[-1000:])
        if first is not None and last is not None:
            close = first[3].decode() if first[3] != b">" else gaps[name][4]
            gaps[name] = [first[1].decode(), first[2].decode(), last[1].decode(), last[2].decode(), close]
        else:
            gaps[name] = [gap.replace("\n", end) for gap in gaps[name]]
    return gaps


def format_values(values: npt.NDArray[Any], *, is_whole: bool) -> list[str]:
    """Return numbers as TrackMate spells them, whole ones without a point where that is asked for."""
    if not is_whole:
        return format_doubles(values)
    numbers = values.astype(np.float64)
    whole = np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < 2**62)
    if whole.all():
        return format_ints(values)
    texts = format_doubles(numbers)
    for i, text in zip(np.flatnonzero(whole).tolist(), format_ints(values[whole]), strict=True):
        texts[i] = text
    return texts


def find_digest(ids: npt.NDArray[Any], columns: Sequence[npt.NDArray[Any]], edges: npt.NDArray[Any]) -> str:
    """Return a digest of spots (by id), their frames and positions, and edges, whatever their order."""
    digest = hashlib.sha256()
    order = np.argsort(ids, kind="stable")
    digest.update(ids[order].astype("<i8").tobytes())
    for column in columns:
        digest.update((column[order].astype("<f8") + 0.0).tobytes())
    pairs = edges.reshape(-1, 2).astype("<i8")
    digest.update(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].tobytes())
    return digest.hexdigest()


class _Collector:
    """Compares what the tables would give with what the file says, block by block."""

    def __init__(self, document: TrackMateDocument) -> None:
        self.spots, self.edges = Attributes(), Attributes()
        self.tracks: dict[str, Any] = {"layouts": [], "rows": []}
        self.other_edges: list[Any] = []
        self._spot_table = document.lineage.spots.table
        self._contours = document.lineage.spots.contours
        self._link_table = document.lineage.links.table
        self._pairs = [tuple(sorted(pair)) for pair in self._link_table.iloc[:, :2].to_numpy().tolist()]
        self._n_spots = self._n_edges = self._n_links = 0
        self._parents: list[int] = []
        self._places: dict[int, int] = {}

    def take_spots(self, block: Block) -> None:
        """Note one block of spots."""
        table, first = self._spot_table, self._n_spots
        ids = table["ID"].to_numpy()
        for group in group_by_layout(block.rows):
            rows = np.array(group.rows, dtype=np.int64) + first
            self.spots.add_layout(group.keys, rows)
            for key, texts in zip(group.keys, group.columns, strict=True):
                self._mark(self.spots, key, rows, len(table))
                if key == "name":
                    expected = table["NAME"].to_numpy()[rows].tolist()
                    _compare_texts(self.spots, key, rows, texts, expected)
                elif key == "ROI_N_POINTS":
                    counts = [self._contours.get(i) for i in ids[rows].tolist()]
                    expected = ["" if c is None else str(len(c)) for c in counts]
                    _compare_texts(self.spots, key, rows, texts, expected)
                elif key in table.columns and key not in ("NAME", "TRACK_ID"):
                    _compare(self.spots, key, rows, texts, table[key].to_numpy()[rows])
                else:
                    _compare_texts(self.spots, key, rows, texts, [""] * len(texts))
        for i, text in block.texts.items():
            contour = self._contours.get(int(ids[first + i]))
            expected_text = "" if contour is None else format_contour(contour)
            if text != expected_text and not (contour is None and text.isspace()):
                _compare_texts(self.spots, TEXT, np.array([first + i]), (text,), [expected_text])
        self._parents += block.parents
        self._n_spots += len(block.rows)

    def take_tracks(self, block: Block) -> None:
        """Note one block of tracks."""
        for row in block.rows:
            keys = row[::2]
            if keys not in self.tracks["layouts"]:
                self.tracks["layouts"].append(keys)
            self.tracks["rows"].append([self.tracks["layouts"].index(keys), *row[1::2]])

    def take_edges(self, block: Block) -> None:
        """Note one block of edges; those that no table holds are kept as they are."""
        rows: list[list[str]] = []
        first = self._n_links
        for row, parent in zip(block.rows, block.parents, strict=True):
            place = self._places.get(parent, 0)
            self._places[parent] = place + 1
            named = dict(zip(row[::2], row[1::2], strict=True))
            ends = [parse_int(named.get(key, "")) for key in ("SPOT_SOURCE_ID", "SPOT_TARGET_ID")]
            is_link = (
                self._n_links < len(self._pairs)
                and None not in ends
                and self._pairs[self._n_links] == tuple(sorted(e for e in ends if e is not None))
            )
            if is_link:
                rows.append(row)
                self._n_links += 1
            else:
                self.other_edges.append([parent, place, row])
        for group in group_by_layout(rows):
            numbers = np.array(group.rows, dtype=np.int64) + first
            self.edges.add_layout(group.keys, numbers)
            for key, texts in zip(group.keys, group.columns, strict=True):
                self._mark(self.edges, key, numbers, len(self._link_table))
                if key in self._link_table.columns and key != "TRACK_ID":
                    _compare(self.edges, key, numbers, texts, self._link_table[key].to_numpy()[numbers])
                else:
                    _compare_texts(self.edges, key, numbers, texts, [""] * len(texts))

    def stray_spots(self, frames: Sequence[Mapping[str, str]]) -> dict[str, int]:
        """Return the element around each spot whose frame is another, or whose frame has several, by id."""
        stated = [parse_int(attributes.get("frame", "")) for attributes in frames]
        first = {frame: number for number, frame in reversed(list(enumerate(stated)))}
        table = self._spot_table
        return {
            str(number): parent
            for number, frame, parent in zip(table["ID"].tolist(), table["FRAME"].tolist(), self._parents, strict=True)
            if first.get(frame) != parent
        }

    @staticmethod
    def _mark(found: Attributes, key: str, rows: npt.NDArray[np.int64], count: int) -> None:
        if key not in found.present:
            found.present[key] = np.zeros(count, dtype=bool)
        found.present[key][rows] = True


def _compare(
    found: Attributes, key: str, rows: npt.NDArray[np.int64], texts: Sequence[str], values: npt.NDArray[Any]
) -> None:
    """Note the texts of a feature that its numbers would not give again."""
    if key not in found.styled:
        found.styled.add(key)
        if _WHOLE.fullmatch(texts[0]):
            found.whole.append(key)
    expected = format_values(values, is_whole=key in found.whole)
    if list(texts) == expected:
        return
    for row, text, other, value in zip(rows.tolist(), texts, expected, values.tolist(), strict=True):
        if text != other:
            number = parse_java_double(text)
            is_same = number is not None and (number == value or (number != number and value != value))
            if not is_same or len(found.texts) < _MAX_SPELLINGS:
                found.texts.append((row, key, text))


def _compare_texts(
    found: Attributes, key: str, rows: npt.NDArray[np.int64], texts: Sequence[str], expected: Sequence[str]
) -> None:
    found.texts += [
        (row, key, text) for row, text, other in zip(rows.tolist(), texts, expected, strict=True) if text != other
    ]


def _to_json(found: Attributes, names: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Return order, spelling and texts, with the elements named by their ids: other programs change the order."""
    return {
        "order": found.order,
        "whole": found.whole,
        "texts": [[*names[row], key, text] for row, key, text in found.texts],
        "orders": [[list(keys), [names[row] for row in rows]] for keys, rows in found.odd_layouts().items()],
    }


def _frames(root: Node) -> Iterator[Node]:
    top = root.children[0] if root.name == "" and root.children else root
    for model in top.named("Model"):
        for spots in model.named("AllSpots"):
            yield from spots.named("SpotsInFrame")


def _slices(text: bytes) -> Iterator[memoryview]:
    view = memoryview(text)
    for start in range(0, len(text), CHUNK_BYTES):
        yield view[start : start + CHUNK_BYTES]
