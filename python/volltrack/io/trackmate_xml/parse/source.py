"""The bytes of an XML file, always as UTF-8, whatever encoding the file states."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final

from volltrack.errors import BadFile

__all__ = ["Source", "find_lines", "read_chunks", "read_source"]

CHUNK_BYTES: Final = 1 << 20
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A whole XML file in memory.

    Parameters
    ----------
    utf8
        The text as UTF-8 bytes, without byte order mark.
    encoding
        Python's name of the encoding of the file.
    bom
        The byte order mark that the file starts with, or nothing.
    """

    utf8: bytes
    encoding: str = "utf-8"
    bom: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the bytes of the file in its own encoding; characters it does not know as character references."""
        if _is_utf8(self.encoding):
            return self.bom + self.utf8
        return self.bom + self.utf8.decode("utf-8").encode(self.encoding, errors="xmlcharrefreplace")


def read_source(path: str | os.PathLike[str]) -> Source:
    """Return the file at `path` in memory.

    Raises
    ------
    BadFile
        The file is missing, empty, of an unknown encoding, or not of the encoding that it states.
    """
    with _open(path) as file:
        head = file.read(1024)
        encoding, bom = _find_encoding(head, path)
        file.seek(len(bom))
        if _is_utf8(encoding):
            return Source(utf8=file.read(), encoding=encoding, bom=bom)
    return Source(utf8=b"".join(read_chunks(path)), encoding=encoding, bom=bom)


def read_chunks(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """Yield the text of the file as UTF-8, a megabyte at a time, without byte order mark.

    Raises
    ------
    BadFile
        As `read_source`.
    """
    with _open(path) as file:
        head = file.read(1024)
        encoding, bom = _find_encoding(head, path)
        file.seek(len(bom))
        if _is_utf8(encoding):
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        line = 1
        while True:
            chunk = file.read(CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(encoding, errors="ignore").count("\n")
                raise BadFile(
                    f"the bytes are not {encoding}, which the file states as its encoding ({error.reason}); save it "
                    'as UTF-8 and write encoding="UTF-8" into its first line',
                    path=path,
                    line=line,
                ) from error
            line += text.count("\n")
            yield text.encode("utf-8")
            if not chunk:
                return


def find_lines(chunks: Iterable[bytes], offsets: Iterable[int]) -> dict[int, int]:
    """Return the 1-based line of each byte offset, counted in one pass over the text."""
    waiting = sorted(set(offsets))
    lines: dict[int, int] = {}
    start, line, at = 0, 1, 0
    for chunk in chunks:
        counted = 0
        while at < len(waiting) and waiting[at] < start + len(chunk):
            place = waiting[at] - start
            line += chunk.count(b"\n", counted, place)
            lines[waiting[at]], counted = line, place
            at += 1
        if at == len(waiting):
            break
        line += chunk.count(b"\n", counted)
        start += len(chunk)
    for offset in waiting[at:]:
        lines[offset] = line
    return lines


def _open(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a file for reading, or say why not."""
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise BadFile(
            f"cannot be opened ({error.strerror}); expected a TrackMate XML file: check the path", path=path
        ) from error


def _find_encoding(head: bytes, path: object) -> tuple[str, bytes]:
    """Return the encoding and the byte order mark of a file that starts with `head`."""
    if not head.strip():
        raise BadFile("the file is empty; expected a TrackMate XML file: was it saved completely?", path=path)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, bom
    if head.startswith(b"<\x00"):
        return "utf-16-le", b""
    if head.startswith(b"\x00<"):
        return "utf-16-be", b""
    if head.startswith(b"\x1f\x8b"):
        raise BadFile("the file is compressed (gzip); expected a TrackMate XML file: unpack it first", path=path)
    if not head.lstrip().startswith(b"<"):
        raise BadFile(
            f"the file starts with {head[:16]!r}, not with '<'; expected a TrackMate XML file", path=path, line=1
        )
    match = _DECLARED.match(head)
    stated = match[1].decode("ascii") if match else "utf-8"
    try:
        "".encode(stated)  # also refuses codecs that are no text encodings
    except LookupError as error:
        raise BadFile(
            f"the first line states the encoding {stated!r}, which is not known; save the file as UTF-8",
            path=path,
            line=1,
        ) from error
    name = codecs.lookup(stated).name
    if name.startswith(("utf-16", "utf-32")):
        raise BadFile(
            f"the first line states the encoding {stated!r}, but its bytes are not; "
            'write encoding="UTF-8" into the first line',
            path=path,
            line=1,
        )
    return name, b""


def _is_utf8(encoding: str) -> bool:
    """Whether the bytes are UTF-8 as they stand."""
    return encoding == "utf-8"
