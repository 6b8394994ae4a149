"""One streaming pass over a TrackMate file: spots, tracks and edges in blocks, all other elements as a small tree."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from volltrack.errors import BadFile

__all__ = ["Block", "Node", "Sinks", "scan_xml"]

BLOCK_ROWS: Final = 512
"""Small enough for the texts of a block to stay in the processor's cache."""
_LEAF_DEPTH: Final = 5
"""Depth of Spot and Edge: TrackMate > Model > AllSpots > SpotsInFrame > Spot."""
_MAX_DEPTH: Final = 100
"""TrackMate's own files have six levels; the limit keeps a file of a million opening tags from taking hours."""
_LONGEST_TAG: Final = 32 << 20
"""expat begins such a tag anew with each megabyte of it, so that its time grows with the square."""

_LEAVES: Final[dict[tuple[str, ...], str]] = {
    ("Model", "AllSpots", "SpotsInFrame"): "Spot",
    ("Model", "AllTracks", "Track"): "Edge",
}

_TRUNCATED: Final = (
    expat.errors.XML_ERROR_NO_ELEMENTS,
    expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    expat.errors.XML_ERROR_PARTIAL_CHAR,
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
)


class Node:
    """An element that is neither Spot nor Edge: its attributes, children, direct text and byte offset."""

    __slots__ = ("attributes", "children", "name", "offset", "text")

    def __init__(self, name: str, attributes: dict[str, str], offset: int) -> None:
        self.name = name
        self.attributes = attributes
        self.offset = offset
        self.children: list[Node] = []
        self.text = ""

    def child(self, name: str) -> Node | None:
        """Return the first child of that name, the one that TrackMate reads."""
        return next((c for c in self.children if c.name == name), None)

    def named(self, name: str) -> list[Node]:
        """Return all children of that name."""
        return [c for c in self.children if c.name == name]

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yield every descendant with the names of its parents, this node first."""
        for child in self.children:
            here = (*path, child.name)
            yield here, child
            yield from child.walk(here)


@dataclass
class Block:
    """Some elements of one kind, in file order.

    Parameters
    ----------
    rows
        Attributes of each as [name, value, name, value ...].
    offsets
        Byte offset of each.
    parents
        Number of the parent element (0, 1, ... in file order) of each.
    texts
        Text of those that have any, by place in `rows`.
    """

    rows: list[list[str]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sinks:
    """Who takes the blocks of spots, tracks and edges, and hears how many bytes are done."""

    spots: Callable[[Block], None]
    tracks: Callable[[Block], None]
    edges: Callable[[Block], None]
    progress: Callable[[int], None] = lambda n_bytes: None


def scan_xml(chunks: Iterable[bytes | memoryview], sinks: Sinks, path: object) -> Node:
    """Return a node whose children hold everything but spots, edges and the attributes of tracks.

    Raises
    ------
    BadFile
        Not well-formed, truncated, not UTF-8, nested without end, or with a document type (which could define
        entities); with the line.
    """
    scanner = _Scanner(sinks, path)
    with _pause_collector():
        scanner.feed(chunks)
    return scanner.top


@contextlib.contextmanager
def _pause_collector() -> Iterator[None]:
    """Keep Python's cyclic garbage collector from walking millions of texts that are freed at once anyway."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Scanner:
    """The state of one pass; expat calls `_start` and `_end` for each tag."""

    def __init__(self, sinks: Sinks, path: object) -> None:
        self.path = path
        self.sinks = sinks
        self.top = Node("", {}, 0)
        self.blocks = {"Spot": Block(), "Edge": Block(), "Track": Block()}
        self.takers = {"Spot": sinks.spots, "Edge": sinks.edges, "Track": sinks.tracks}
        parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser = parser
        self._connect()

    def feed(self, chunks: Iterable[bytes | memoryview]) -> None:
        """Parse all chunks and hand over the last blocks."""
        done = 0
        chunk: bytes | memoryview = b""
        try:
            for chunk in chunks:
                self.parser.Parse(chunk, False)
                done += len(chunk)
                if done - self.parser.CurrentByteIndex > _LONGEST_TAG:
                    raise BadFile(
                        f"a tag or comment of more than {_LONGEST_TAG >> 20} MB: expected a TrackMate file; put long "
                        "texts into <Log>",
                        path=self.path,
                        line=self.parser.CurrentLineNumber,
                    )
                self.sinks.progress(done)
            chunk = b""
            self.parser.Parse(chunk, True)
        except expat.ExpatError as error:
            raise self._explain(error, chunk, done) from error
        for name in ("Spot", "Track", "Edge"):
            self._flush(name)

    def _flush(self, name: str) -> None:
        block = self.blocks[name]
        if block.rows:
            self.takers[name](Block(block.rows, block.offsets, block.parents, block.texts))
            block.rows, block.offsets, block.parents, block.texts = [], [], [], {}

    def _connect(self) -> None:
        """Set the handlers; their state lives in local names because they run once or twice per spot."""
        parser, top = self.parser, self.top
        stack: list[Node] = [top]
        text: list[str] = []
        blocks, tracks = self.blocks, self.blocks["Track"]
        counts = {"Spot": -1, "Edge": -1}
        depth, leaf, inside = 0, "", 0  # inside: 0 outside a leaf, 1 in it, more in its children
        block = blocks["Spot"]
        parent = -1
        marks: list[int] = []

        def start(name: str, attributes: list[str]) -> None:
            nonlocal depth, leaf, inside, block, parent
            depth += 1
            if inside:
                inside += 1
                marks.append(len(text))
                return
            if name == leaf and depth == _LEAF_DEPTH:
                inside = 1
                text.clear()
                block.rows.append(attributes)
                block.offsets.append(parser.CurrentByteIndex)
                block.parents.append(parent)
                return
            if depth > _MAX_DEPTH:
                self._refuse_depth(name)
            _keep_text(stack[-1], text)
            offset = parser.CurrentByteIndex
            path = (*[node.name for node in stack[2:]], name)
            is_track = path == ("Model", "AllTracks", "Track")
            pairs = {} if is_track else dict(zip(attributes[::2], attributes[1::2], strict=True))
            node = Node(name, pairs, offset)
            if is_track:
                tracks.rows.append(attributes)
                tracks.offsets.append(offset)
                tracks.parents.append(0)
            else:
                stack[-1].children.append(node)
            stack.append(node)
            leaf = _LEAVES.get(path, "")
            if leaf:
                counts[leaf] += 1
                parent, block = counts[leaf], blocks[leaf]

        def end(name: str) -> None:
            nonlocal depth, leaf, inside
            depth -= 1
            if inside == 1:
                inside = 0
                if text:
                    block.texts[len(block.rows) - 1] = "".join(text)
                    text.clear()
                if len(block.rows) >= BLOCK_ROWS:
                    self._flush(name)
                return
            if inside:
                inside -= 1
                del text[marks.pop() :]
                return
            _keep_text(stack.pop(), text)
            if depth < _LEAF_DEPTH:
                leaf = ""
            if name == "Track" and len(tracks.rows) >= BLOCK_ROWS:
                self._flush("Track")

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text.append

    def _refuse_doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        raise BadFile(
            f"the file has a document type (<!DOCTYPE {name} ...>), which can hide entities that blow up in memory; "
            "TrackMate writes none: remove it if you trust the file",
            path=self.path,
            line=self.parser.CurrentLineNumber,
        )

    def _refuse_depth(self, name: str) -> None:
        raise BadFile(
            f"<{name}> lies {_MAX_DEPTH + 1} elements deep, TrackMate's own files have six levels: this is no "
            "TrackMate file, or a damaged one",
            path=self.path,
            line=self.parser.CurrentLineNumber,
        )

    def _explain(self, error: expat.ExpatError, chunk: bytes | memoryview, chunk_start: int) -> BadFile:
        """Say in words why the parser stopped."""
        reason = expat.errors.messages.get(error.code, str(error))
        at = self.parser.ErrorByteIndex - chunk_start
        byte = chunk[at] if 0 <= at < len(chunk) else 0
        if (reason in _TRUNCATED and not chunk) or reason == expat.errors.XML_ERROR_NO_ELEMENTS:
            message = (
                f"the file ends in the middle ({reason}); expected </TrackMate> at its end: it was not saved or copied "
                "completely, get the whole file"
            )
        elif byte >= 0x80:
            message = (
                f"byte 0x{byte:02X} is not UTF-8, the encoding that the file states (or takes by default); save it as "
                "UTF-8, or write its true encoding into the first line"
            )
        elif reason == expat.errors.XML_ERROR_MISPLACED_XML_PI:
            message = "blanks or other text stand before <?xml ...>; expected it at the very start: remove them"
        else:
            message = f"not well-formed XML ({reason}, column {error.offset + 1}); repair it or save it again"
        return BadFile(message, path=self.path, line=error.lineno)


def _keep_text(node: Node, text: list[str]) -> None:
    """Add the text read so far to `node`, unless it is the white space between two elements."""
    if text:
        joined = "".join(text)
        text.clear()
        if node.text or not joined.isspace() or node.name == "DisplaySettings":
            node.text += joined
