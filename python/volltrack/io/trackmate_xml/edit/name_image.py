"""Another image named in a TrackMate file; all else stays as it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from xml.parsers import expat

from volltrack.errors import BadFile
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.parse.settings import ImageInfo
from volltrack.io.trackmate_xml.write.xml_text import escape_attribute

__all__ = ["name_image"]

_PATH: Final = ("TrackMate", "Settings", "ImageData")


def name_image(document: TrackMateDocument, image: ImageInfo) -> TrackMateDocument:
    """Return the document with the name, folder and size of an image in place of those that it states.

    Raises
    ------
    BadFile
        It has no element ImageData that could name one.
    """
    text = document.source.utf8
    start = _find_element(text)
    if start is None:
        raise BadFile("no <ImageData> in <Settings>: TrackMate would not find the image", path=document.path)
    end = _find_tag_end(text, start)
    tag = text[start:end].decode("utf-8")
    for key, value in (
        ("filename", image.filename),
        ("folder", image.folder),
        ("width", str(image.width)),
        ("height", str(image.height)),
        ("nslices", str(image.n_slices)),
        ("nframes", str(image.n_frames)),
    ):
        tag = _set_attribute(tag, key, escape_attribute(value))
    source = replace(document.source, utf8=text[:start] + tag.encode("utf-8") + text[end:])
    return replace(document, image=image, source=source)


def _find_element(text: bytes) -> int | None:
    """Return the byte offset of the first ImageData."""
    parser = expat.ParserCreate("utf-8")
    stack: list[str] = []
    found: list[int] = []

    def start(name: str, _attributes: object) -> None:
        stack.append(name)
        if tuple(stack) == _PATH:
            found.append(parser.CurrentByteIndex)

    def end(_name: str) -> None:
        stack.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(text, True)
    return found[0] if found else None


def _find_tag_end(text: bytes, start: int) -> int:
    """Return the byte after the tag that begins at `start`; a value may hold its closing mark."""
    match = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""").match(text, start)
    return text.index(b">", start) + 1 if match is None else match.end()


def _set_attribute(tag: str, key: str, value: str) -> str:
    pattern = re.compile(rf"""(\s{key}\s*=\s*)(?:"[^"]*"|'[^']*')""")
    if pattern.search(tag):
        return pattern.sub(lambda match: f'{match[1]}"{value}"', tag, count=1)
    return re.sub(r"(\s*/?>)$", lambda match: f' {key}="{value}"{match[1]}', tag)
