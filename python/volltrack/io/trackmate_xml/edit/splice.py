"""Changing bytes of an XML text in places: tags, whole lines, children; all other bytes stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from volltrack.io.trackmate_xml.edit.locate import Extent
from volltrack.io.trackmate_xml.write.xml_text import escape_attribute

__all__ = ["Splicer", "find_start_tag", "remove_attributes", "set_attributes"]

_TAG_NAME: Final = re.compile(rb"<[^\s/>]+")
_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")


class Splicer:
    """Collects changes of `text` and applies them at once; places are those of the text as it was."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._changes: list[tuple[int, int, int, bytes]] = []

    def replace(self, extent: Extent, new: bytes) -> None:
        """Put `new` in the place of `extent`."""
        self._changes.append((extent.start, extent.end, len(self._changes), new))

    def remove(self, extent: Extent) -> None:
        """Remove an element with the white space before it, so that no empty line stays."""
        start = extent.start
        while start and self.text[start - 1] in b" \t":
            start -= 1
        if start and self.text[start - 1] in b"\n":
            start -= 1
            if start and self.text[start - 1] in b"\r":
                start -= 1
        else:
            start = extent.start
        self.replace(Extent(start, extent.end), b"")

    def append(self, parent: Extent, children: Iterable[bytes]) -> None:
        """Put `children` after the last child of the element at `parent`, each on its own line if its tags are."""
        children = list(children)
        if not children:
            return
        line = self._indent_of(parent.start)
        if self.text[parent.end - 2 : parent.end] == b"/>":
            name = _name_of(self.text, parent.start)
            inner = b"".join((line + b"  " if line else b"") + child for child in children)
            slash = parent.end - 2
            while self.text[slash - 1] in b" \t\r\n":
                slash -= 1
            self.replace(Extent(slash, parent.end), b">" + inner + line + b"</" + name + b">")
            return
        at = self.text.rindex(b"</", parent.start, parent.end)
        while self.text[at - 1] in b" \t\r\n":
            at -= 1
        self.replace(Extent(at, at), b"".join((line + b"  " if line else b"") + child for child in children))

    def apply(self) -> bytes:
        """Return the text with all changes."""
        parts, at = [], 0
        for start, end, _, new in sorted(self._changes):
            parts += [self.text[at:start], new]
            at = max(at, end)
        return b"".join([*parts, self.text[at:]])

    def _indent_of(self, at: int) -> bytes:
        """Return the new line and the blanks before the element at `at`; nothing if it does not start its line."""
        start = at
        while start and self.text[start - 1] in b" \t":
            start -= 1
        if not start or self.text[start - 1] not in b"\n":
            return b""
        first = start - 2 if self.text[start - 2 : start] == b"\r\n" else start - 1
        return self.text[first:at]


def find_start_tag(text: bytes, at: int) -> Extent:
    """Return the extent of the start tag, or empty tag, at `at`."""
    end = at + 1 + len(_name_of(text, at))
    while match := _ATTRIBUTE.match(text, end):
        end = match.end()
    return Extent(at, text.index(b">", end) + 1)


def set_attributes(element: bytes, values: Mapping[str, str]) -> bytes:
    """Return the element with new values of these attributes in its start tag; others keep their text and order."""
    waiting = dict(values)
    parts: list[bytes] = []
    at = 1 + len(_name_of(element, 0))
    kept = 0
    while match := _ATTRIBUTE.match(element, at):
        key = match[1].decode("utf-8")
        if key in waiting:
            parts += [element[kept : match.start(2)], b'"' + escape_attribute(waiting.pop(key)).encode("utf-8") + b'"']
            kept = match.end(2)
        at = match.end()
    parts.append(element[kept:at])
    parts += [f' {key}="{escape_attribute(value)}"'.encode() for key, value in waiting.items()]
    return b"".join([*parts, element[at:]])


def remove_attributes(element: bytes, keys: Collection[str]) -> bytes:
    """Return the element without these attributes in its start tag; the rest keeps its text and order."""
    if not keys:
        return element
    parts: list[bytes] = []
    at = kept = 1 + len(_name_of(element, 0))
    parts.append(element[:at])
    while match := _ATTRIBUTE.match(element, at):
        at = match.end()
        if match[1].decode("utf-8") in keys:
            parts.append(element[kept : match.start()])
            kept = at
    return b"".join([*parts, element[kept:]])


def _name_of(text: bytes, at: int) -> bytes:
    match = _TAG_NAME.match(text, at)
    return b"" if match is None else match[0][1:]
