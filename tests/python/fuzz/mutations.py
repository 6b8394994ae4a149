"""Small valid files made wrong: bits, lengths, numbers and structure, each change following from a random generator."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from lxml import etree

Random = np.random.Generator

NUMBERS = (
    *("0", "-1", "1", "255", "65536", "2147483647", "2147483648", "4294967295", "9223372036854775807"),
    *("9223372036854775808", "-9223372036854775809", "1e10", "1e16", "1e300", "1e308", "-1e308", "1e400", "1e-320"),
    *("0.1", "-0.0", "nan", "NaN", "inf", "-Infinity", "", " ", "1_000", "0x10", "1,5", "1e", "١٢", "１", "true"),
    *("None", "9" * 400, "a" * 5000, "\ufffe", "ID0", "../x", "\N{GREEK SMALL LETTER MU}m"),
)
"""What takes the place of a number in a text: extremes, none, other scripts."""

VALUES = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 1.5, 1e308, -1e308, 1e-320, float("nan")),
    *(float("inf"), "", "x", "1", "\ud800", "\x00", "a\nb", "../x", "a" * 5000, [], {}, [1], [[]], {"a": 1}),
    *([0, 0, 0], [-1], ["x"], [None], [1e308] * 5, "<f8", ">i2", "|b1", "O", "time", "space", "t", "nanometer"),
)
"""What takes the place of a value in JSON: every type, extremes, names that formats know."""

_TEXT_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DEPTH = 20_000
"""Levels of nesting that no file needs."""


def pick(rng: Random, choices: Any) -> Any:
    """Return one of a sequence, which may hold values of any type."""
    return choices[int(rng.integers(len(choices)))]


def flip_bits(data: bytes, rng: Random) -> bytes:
    """Return the file with one to three bits turned."""
    changed = bytearray(data)
    for place in rng.integers(len(data), size=int(rng.integers(1, 4))):
        changed[place] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def truncate(data: bytes, rng: Random) -> bytes:
    """Return the beginning of the file, of any length."""
    return data[: int(rng.integers(len(data)))]


def cut_and_paste(data: bytes, rng: Random) -> bytes:
    """Return the file with a piece of it taken to another place, doubled or cut out."""
    start, stop = sorted(map(int, rng.integers(len(data) + 1, size=2)))
    stop = min(stop, start + int(rng.integers(1, 400)))
    place = int(rng.integers(len(data) + 1))
    piece = data[start:stop]
    return pick(rng, (data[:place] + piece + data[place:], data[:start] + data[stop:], data[:place] + piece))


def replace_text_numbers(data: bytes, rng: Random) -> bytes:
    """Return a text with one number, or all numbers that are the same, replaced by an extreme one."""
    found = list(_TEXT_NUMBER.finditer(data))
    if not found:
        return flip_bits(data, rng)
    at, new = pick(rng, found), pick(rng, NUMBERS).encode()
    if rng.random() < 0.2:
        return data.replace(at.group(), new)
    return data[: at.start()] + new + data[at.end() :]


def replace_binary_numbers(data: bytes, rng: Random) -> bytes:
    """Return the file with two, four or eight bytes replaced by an extreme integer, mostly near its ends."""
    size = int(pick(rng, (2, 4, 8)))
    end = len(data) - size
    near = int(pick(rng, (64, 400, end)))
    place = int(rng.integers(0, max(1, min(near, end))))
    if rng.random() < 0.5:
        place = max(0, end - place)
    values = (0, 1, 2, 3, 7, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
    number = int(pick(rng, values)) % 2 ** (8 * size)
    return data[:place] + number.to_bytes(size, str(pick(rng, ("little", "big")))) + data[place + size :]


def change_json(data: bytes, rng: Random) -> bytes:
    """Return a JSON text with a value removed, doubled, renamed, of another type, or nested beyond all need."""
    try:
        root = json.loads(data)
    except ValueError:
        return flip_bits(data, rng)
    kind = rng.random()
    if kind < 0.03:
        opened, closed = pick(rng, ((b"[", b"]"), (b'{"a":', b"}")))
        return data.replace(b"null", b"0") if rng.random() < 0.2 else opened * _DEPTH + b"1" + closed * _DEPTH
    places = list(_places(root))
    if not places or kind < 0.06:
        return json.dumps(pick(rng, VALUES)).encode()
    parent, key = pick(rng, places)
    if kind < 0.25:
        del parent[key]
    elif kind < 0.4 and isinstance(parent, dict):
        parent[key + pick(rng, ("2", " ", "\x00", "\ud800"))] = parent.pop(key)
    elif kind < 0.5:
        other, place = pick(rng, places)
        parent[key] = copy.deepcopy(other[place])
    elif kind < 0.6 and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    elif kind < 0.65:
        parent[key] = [parent[key]] * int(pick(rng, (2, 3, 1000)))
    else:
        parent[key] = pick(rng, VALUES)
    text = json.dumps(root)
    if rng.random() < 0.03:  # a key that stands twice
        text = text.replace("{", '{"x": 1, "x": [], ', 1)
    return text.encode()


def _places(value: Any) -> Any:
    """Yield (container, key) of every value in a JSON tree."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in list(items):
        yield value, key
        yield from _places(child)


def change_xml(data: bytes, rng: Random) -> bytes:
    """Return an XML text with an element or attribute removed, doubled, moved, renamed, or of another value."""
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return flip_bits(data, rng)
    elements = list(root.iter("*"))
    element = pick(rng, elements)
    kind = rng.random()
    if kind < 0.02:
        return b"<TrackMate>" * _DEPTH + b"</TrackMate>" * _DEPTH
    if kind < 0.04:
        entities = b"".join(b'<!ENTITY a%d "%s">' % (i + 1, b"&a%d;" % i * 10) for i in range(9))
        head = b'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">' + entities + b"]>"
        return head + re.sub(rb"(?<=name=\")[^\"]*", b"&a9;", etree.tostring(root), count=1)
    if kind < 0.06:
        return etree.tostring(root, encoding=str(pick(rng, ("UTF-16", "ISO-8859-1", "US-ASCII"))))
    if kind < 0.55 and element.attrib:
        name = pick(rng, list(element.attrib))
        if kind < 0.2:
            del element.attrib[name]
        elif kind < 0.25:
            element.attrib[f"{name}_2"] = element.attrib.pop(name)
        else:
            element.attrib[name] = pick(rng, [number for number in NUMBERS if number != "\ufffe"])
    elif element is root:
        root.tag = "Other"
    elif kind < 0.7:
        element.getparent().remove(element)
    elif kind < 0.85:
        pick(rng, elements).append(copy.deepcopy(element))
    elif kind < 0.95:
        element.tag = pick(rng, ("Spot", "Edge", "Track", "AllSpots", "Other", "Feature"))
    else:
        element.text = pick(rng, ("1 2", "nan", "x" * 1000, "-1 -1 -1", ""))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def change_lines(data: bytes, rng: Random) -> bytes:
    """Return a text with lines or cells removed, doubled, exchanged, or nested beyond all need."""
    lines = data.split(b"\n")
    row = int(rng.integers(len(lines)))
    kind = rng.random()
    if kind < 0.2:
        del lines[row]
    elif kind < 0.4:
        lines.insert(int(rng.integers(len(lines))), lines[row])
    elif kind < 0.75:
        separator = b"=" if b"=" in lines[row] else b","
        cells = lines[row].split(separator)
        cell = int(rng.integers(len(cells)))
        change = int(rng.integers(4))
        if change == 0:
            del cells[cell]
        elif change == 1:
            cells.insert(cell, pick(rng, cells))
        else:
            cells[cell] = pick(rng, (b"", b'"', b"''", b"[]", b"[[1]]", b"{}", b"x", b"\xff", b"\x00", b"nan", b"=1"))
        lines[row] = separator.join(cells)
    elif kind < 0.8:
        lines[row] = pick(rng, (b".".join([b"a"] * 3000) + b" = 1", b"a = " + b"[" * _DEPTH, b'"' * 3001, b"[x]"))
    elif kind < 0.85:
        return b"\xef\xbb\xbf" + data
    elif kind < 0.9:
        return data.decode("utf-8", "replace").encode(str(pick(rng, ("utf-16", "utf-32"))))
    elif kind < 0.95:
        return data.replace(b"\n", pick(rng, (b"\r", b"\r\n", b"\n\n", b" ")))
    else:
        return data.replace(b",", pick(rng, (b";", b"\t", b",,", b" ")))
    return b"\n".join(lines)


Mutation = Callable[[bytes, Random], bytes]
BYTES: tuple[Mutation, ...] = (flip_bits, truncate, cut_and_paste)
OF_KIND: dict[str, tuple[Mutation, ...]] = {
    "xml": (*BYTES, replace_text_numbers, replace_text_numbers, change_xml, change_xml, change_xml),
    "json": (*BYTES, replace_text_numbers, change_json, change_json, change_json, change_json),
    "lines": (*BYTES, replace_text_numbers, replace_text_numbers, change_lines, change_lines),
    "binary": (flip_bits, *BYTES, replace_binary_numbers, replace_binary_numbers),
}
"""How a file of each kind is made wrong; what stands twice is taken twice as often."""


def mutate(data: bytes, kind: str, rng: Random) -> tuple[bytes, str]:
    """Return a wrong file and how it was made."""
    if not data:
        return b"\x00", "one byte"
    how = pick(rng, OF_KIND[kind])
    return how(data, rng), how.__name__
