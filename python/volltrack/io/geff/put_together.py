"""The TrackMate file that a GEFF stands for, written again from its properties and the text around them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile, VollTrackError
from volltrack.io.geff.graph import Graph, Property
from volltrack.io.geff.outlines import OUTLINES
from volltrack.io.geff.take_apart import TEXT, format_values
from volltrack.io.trackmate_xml.parse.contours import format_contour
from volltrack.io.trackmate_xml.parse.java_numbers import parse_int, parse_java_double
from volltrack.io.trackmate_xml.parse.source import Source
from volltrack.io.trackmate_xml.write.xml_text import escape_attribute, escape_text

__all__ = ["guard_damage", "join_pieces", "put_together", "to_source"]


_OWN: Final = ("TRACK_ID", "ID", "name", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T")
"""Properties that every graph of ours has, whether its file stated them or not."""
_ENDS: Final = ("SPOT_SOURCE_ID", "SPOT_TARGET_ID")


def put_together(graph: Graph, around: Mapping[str, Any], parts: Mapping[str, str]) -> Source:
    """Return the text of the TrackMate file from which a graph was written, with the values of its properties.

    Parameters
    ----------
    graph
        Its nodes, edges and positions are those that were written; other values may have changed.
    around, parts
        What `volltrack.io.geff.take_apart.take_apart` returned.
    """
    texts = dict(parts) | {
        "visible": str(around["visible"]),
        "spots": "".join(_spot_lines(graph, around)),
        "tracks": "".join(_track_lines(graph, around)),
    }
    return to_source(join_pieces(around["pieces"], texts), around)


def join_pieces(pieces: Sequence[Any], texts: Mapping[str, str]) -> str:
    """Return the whole text: pieces as they are, with the named parts between them."""
    return "".join(piece if isinstance(piece, str) else texts.get(piece["part"], "") for piece in pieces)


def to_source(text: str, around: Mapping[str, Any]) -> Source:
    """Return the text in the encoding that the file had."""
    encoding = str(around.get("encoding", "utf-8"))
    "".encode(encoding)
    bom = base64.b64decode(str(around.get("bom", "")))
    return Source(utf8=text.encode(), encoding=encoding, bom=bom if len(bom) <= 4 else b"")


def guard_damage(graph: Graph, make: Callable[[], Any]) -> Any:
    """Return what `make` returns; what it stumbles over in the metadata's `extra` is said in one line.

    Raises
    ------
    BadFile
        Whatever is wrong with what the file says of its TrackMate file.
    """
    try:
        return make()
    except VollTrackError:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, LookupError, RecursionError) as error:
        raise BadFile(
            f"what its metadata say of the TrackMate file is damaged ({type(error).__name__}: {error}); export it "
            "again",
            path=graph.path,
        ) from error


def _spot_lines(graph: Graph, around: Mapping[str, Any]) -> Iterator[str]:
    """Yield the element AllSpots."""
    start = around["starts"].get("spots", "")
    frames: list[Mapping[str, str]] = around["frames"]
    if start.endswith("/>") or not start:
        yield start
        return
    n = len(graph.node_ids)
    ids = _ids(graph)
    number_of = {parse_int(attributes.get("frame", "")): i for i, attributes in reversed(list(enumerate(frames)))}
    stray = around["frame_of_spot"]
    counted = graph.nodes["FRAME"].values.tolist()
    members: list[list[int]] = [[] for _ in frames]
    for row, (spot, frame) in enumerate(zip(ids, counted, strict=True)):
        members[stray[str(spot)] if str(spot) in stray else number_of[frame]].append(row)
    outer, inner, outer_end, whole_end, close = around["gaps"]["spots"]
    lines = _lines(graph, "Spot", around["spots"], [(i,) for i in ids], n, close)
    yield start
    for attributes, rows in zip(frames, members, strict=True):
        head = "".join(f' {key}="{escape_attribute(text)}"' for key, text in attributes.items())
        if not rows:
            yield f"{outer}<SpotsInFrame{head}{close}"
            continue
        yield f"{outer}<SpotsInFrame{head}>"
        yield "".join([f"{inner}{lines[row]}" for row in rows])
        yield f"{outer_end}</SpotsInFrame>"
    yield f"{whole_end}</AllSpots>"


def _track_lines(graph: Graph, around: Mapping[str, Any]) -> Iterator[str]:
    """Yield the element AllTracks."""
    start = around["starts"].get("tracks", "")
    if start.endswith("/>") or not start:
        yield start
        return
    tracks = around["tracks"]
    ids = np.array(_ids(graph), dtype=np.int64)
    order = np.argsort(graph.node_ids, kind="stable")
    ends = ids[order[np.searchsorted(graph.node_ids, graph.edge_ids, sorter=order)]].reshape(-1, 2)
    outer, inner, outer_end, whole_end, close = around["gaps"]["tracks"]
    lines = _lines(graph, "Edge", around["edges"], [tuple(pair) for pair in ends.tolist()], len(ends), close)
    members: dict[int, list[str]] = {int(number): [] for number in tracks["ids"]}
    if len(lines):
        for line, number in zip(lines, graph.edges["TRACK_ID"].values.tolist(), strict=True):
            members[int(number)].append(line)
    others: dict[int, list[tuple[int, str]]] = {}
    for parent, place, row in around["other_edges"]:
        pairs = zip(row[::2], row[1::2], strict=True)
        line = "<Edge" + "".join(f' {key}="{escape_attribute(text)}"' for key, text in pairs) + close
        others.setdefault(int(parent), []).append((int(place), line))
    yield start
    for i, (number, (layout, *texts)) in enumerate(zip(tracks["ids"], tracks["rows"], strict=True)):
        keys = tracks["layouts"][layout]
        head = "".join(f' {key}="{escape_attribute(t)}"' for key, t in zip(keys, texts, strict=True))
        inside = members[int(number)]
        for place, line in others.get(i, ()):
            inside.insert(place, line)
        if not inside:
            yield f"{outer}<Track{head}{close}"
            continue
        yield f"{outer}<Track{head}>"
        yield "".join([f"{inner}{line}" for line in inside])
        yield f"{outer_end}</Track>"
    yield f"{whole_end}</AllTracks>"


def _ids(graph: Graph) -> list[int]:
    """Return the ids that the spots have in TrackMate; the property says them where GEFF could not hold them."""
    stated = graph.nodes.get("ID")
    values = graph.node_ids if stated is None else stated.values
    return [int(i) for i in values.tolist()]


def _lines(
    graph: Graph, name: str, described: Mapping[str, Any], ids: Sequence[tuple[int, ...]], count: int, close: str
) -> list[str]:
    """Return the element of each spot or edge, in the order of the graph."""
    is_spot = name == "Spot"
    properties = graph.nodes if is_spot else graph.edges
    own: dict[str, dict[tuple[int, ...], str]] = {}
    for entry in described["texts"]:
        *numbers, key, text = entry
        own.setdefault(key, {})[tuple(numbers)] = text
    absent = {key: {tuple(i) for i in listed} for key, listed in described.get("absent", {}).items()}
    row_of = {numbers: row for row, numbers in enumerate(ids)}
    columns: dict[str, list[str]] = {}
    known = {*described["order"], *_OWN, OUTLINES}
    for key in [*described["order"], *(k for k in properties if k not in known and _is_number(properties[k]))]:
        texts = _attribute(graph, key, properties, described, ids, is_spot=is_spot)
        for numbers, text in own.get(key, {}).items():
            row = row_of.get(numbers)
            if row is not None and (key in _ENDS or _still_holds(text, texts[row])):
                texts[row] = text
        for numbers in absent.get(key, ()):
            if numbers in row_of:
                texts[row_of[numbers]] = None
        columns[key] = ["" if text is None else f' {key}="{escape_attribute(text)}"' for text in texts]
    ends = _ends(graph, own.get(TEXT, {}), ids, close) if is_spot else [close] * count
    lines = list(map("".join, zip([f"<{name}"] * count, *columns.values(), ends, strict=True)))
    for keys, members in described.get("orders", ()):
        rest = [key for key in columns if key not in keys]
        for numbers in members:
            row = row_of.get(tuple(numbers))
            if row is not None:
                inner = [columns[key][row] for key in (*keys, *rest) if key in columns]
                lines[row] = "".join((f"<{name}", *inner, ends[row]))
    return lines


def _attribute(
    graph: Graph,
    key: str,
    properties: Mapping[str, Property],
    described: Mapping[str, Any],
    ids: Sequence[tuple[int, ...]],
    *,
    is_spot: bool,
) -> list[str | None]:
    """Return the text of one attribute for each element, None where it has none."""
    if is_spot and key == "ID":
        return [str(numbers[0]) for numbers in ids]
    if is_spot and key == "ROI_N_POINTS":
        outlines = graph.nodes.get(OUTLINES)
        if outlines is None:
            return [None] * len(ids)
        return [
            str(len(points)) if there else None
            for points, there in zip(outlines.values, outlines.present.tolist(), strict=True)
        ]
    if not is_spot and key in _ENDS:
        side = 0 if key == "SPOT_SOURCE_ID" else 1
        return [str(numbers[side]) for numbers in ids]
    found = properties.get(key)
    if found is None or key == "TRACK_ID":  # ours, which is not that of the file
        return [None] * len(ids)
    texts: Sequence[str]
    if found.values.dtype.kind in "UTO":
        texts = [str(value) for value in found.values]
    else:
        texts = format_values(np.asarray(found.values), is_whole=key in described["whole"])
    if found.missing is None:
        return list(texts)
    return [None if gone else text for text, gone in zip(texts, found.missing.tolist(), strict=True)]


def _still_holds(text: str, now: str | None) -> bool:
    """Whether a text that the file had stands for the value that the graph has now."""
    number = parse_java_double(text)
    if number is None or now is None:
        return True
    value = parse_java_double(now)
    return value is None or value == number or (value != value and number != number)


def _ends(graph: Graph, own: Mapping[tuple[int, ...], str], ids: Sequence[tuple[int, ...]], close: str) -> list[str]:
    """Return what closes each spot: its outline, where it has one."""
    outlines = graph.nodes.get(OUTLINES)
    ends = []
    for row, numbers in enumerate(ids):
        text = ""
        if outlines is not None and (outlines.missing is None or not outlines.missing[row]):
            text = format_contour(outlines.values[row])
        if numbers in own and (not text or _same_numbers(own[numbers], text)):
            text = own[numbers]
        ends.append(f">{escape_text(text)}</Spot>" if text else close)
    return ends


def _same_numbers(text: str, now: str) -> bool:
    words, others = text.split(), now.split()
    return len(words) == len(others) and all(
        parse_java_double(a) == parse_java_double(b) for a, b in zip(words, others, strict=True)
    )


def _is_number(entry: Property) -> bool:
    values: npt.NDArray[Any] = entry.values
    return values.ndim == 1 and not entry.is_varlength and values.dtype.kind in "biuf"
