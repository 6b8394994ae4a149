"""TIFF files as programs of others write them, made byte by byte, and the command line called in this process."""

import json
import shutil
import struct
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pytest

from volltrack.apps.cli.main import main

LONG, SHORT, ASCII, RATIONAL = 4, 3, 2, 5


def write_pages(path, pages, *, head=b"", tail=b""):
    """Write a little-endian TIFF; each page is a list of (tag, type, values or bytes); ``"data"`` is replaced.

    Returns the offsets of the page entries.
    """
    content = bytearray(b"II*\0" + struct.pack("<I", 0) + head)
    link, offsets = 4, []
    for tags, data in pages:
        content += b"\0" * (len(content) % 2)
        start = len(content)
        offsets.append(start)
        content[link : link + 4] = struct.pack("<I", start)
        behind = start + 2 + 12 * (len(tags) + 2) + 4
        extra = bytearray(data)
        entries = []
        for tag, kind, value in sorted([*tags, (273, LONG, [behind]), (279, LONG, [len(data)])], key=lambda t: t[0]):
            size = {LONG: "I", SHORT: "H", RATIONAL: "I"}.get(kind)
            packed = value if kind == ASCII else struct.pack(f"<{len(value)}{size}", *value)
            count = len(value) // (2 if kind == RATIONAL else 1)
            if len(packed) > 4:
                extra += b"\0" * (len(extra) % 2)
                at = struct.pack("<I", behind + len(extra))
                extra += packed
            else:
                at = packed.ljust(4, b"\0")
            entries.append(struct.pack("<HHI", tag, kind, count) + at)
        content += struct.pack("<H", len(entries)) + b"".join(entries)
        link = len(content)
        content += struct.pack("<I", 0) + extra
    path.write_bytes(content + tail)
    return offsets


def plain_tags(plane):
    height, width = plane.shape
    bits = plane.dtype.itemsize * 8
    return [(256, LONG, [width]), (257, LONG, [height]), (258, SHORT, [bits]), (259, SHORT, [1]), (262, SHORT, [1]),
            (277, SHORT, [1]), (278, LONG, [height])]  # fmt: skip


def describe_ome(shape, *, name="m.ome.tif", planes=None, calibrated=True):
    """OME-XML of (T, Z, Y, X) as Micro-Manager writes it: each plane named with file and page."""
    t, z, y, x = shape
    planes = list(np.ndindex(t, z)) if planes is None else planes
    size = (
        ' PhysicalSizeX="0.325" PhysicalSizeXUnit="µm" PhysicalSizeY="0.325" PhysicalSizeYUnit="µm" PhysicalSizeZ="2"'
        ' PhysicalSizeZUnit="µm" TimeIncrement="60000" TimeIncrementUnit="ms"'
    )
    data = "".join(
        f'<TiffData FirstC="0" FirstT="{at[0]}" FirstZ="{at[1]}" IFD="{n}" PlaneCount="1">'
        f'<UUID FileName="{escape(name)}">urn:uuid:1</UUID></TiffData>'
        for n, at in enumerate(planes)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        f'<Image ID="Image:0" Name="cells"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="{x}" '
        f'SizeY="{y}" SizeZ="{z}" SizeC="1" SizeT="{t}"{size if calibrated else ""}><Channel ID="Channel:0:0" '
        f'SamplesPerPixel="1"/>{data}</Pixels></Image></OME>'
    )


def write_micromanager(path, movie, *, ome=True, imagej=True, index="whole", planes=None, promised=None, pixel=0.325):
    """Write (T, Z, Y, X) uint16 as Micro-Manager's MultipageTiffWriter does.

    `planes` are the (t, z) that were recorded, `promised` is the (T, Z) that were planned.
    """
    promised = promised or movie.shape[:2]
    planes = list(np.ndindex(*movie.shape[:2])) if planes is None else planes
    summary = {"MicroManagerVersion": "2.0.1", "Prefix": path.name.partition("_MMStack")[0], "Frames": promised[0],
               "Slices": promised[1], "Channels": 1, "Positions": 1, "PixelSize_um": pixel, "z-step_um": 2.0,
               "Interval_ms": 60000.0, "TimeFirst": False, "SlicesFirst": False, "PixelType": "GRAY16"}  # fmt: skip
    text = json.dumps(summary).encode()
    pages = []
    for number, (t, z) in enumerate(planes):
        plane = movie[t, z]
        tags = [*plain_tags(plane), (282, RATIONAL, [round(1e4 / pixel * 1000), 1000]),
                                    (283, RATIONAL, [round(1e4 / pixel * 1000), 1000]), (296, SHORT, [3])]  # fmt: skip
        if number == 0:
            shape = (*promised, *movie.shape[2:])
            tags.append(
                (270, ASCII, describe_ome(shape, name=path.name, planes=planes).encode() + b"\0" if ome else b"\0")
            )
            if imagej:
                lines = ["ImageJ=1.51s", f"slices={promised[1]}", f"frames={promised[0]}", "hyperstack=true", "unit=um",
                         "spacing=2.0"]  # fmt: skip
                tags.append((270, ASCII, "\n".join(lines).encode() + b"\n\0"))
        place = {"FrameIndex": t, "SliceIndex": z, "ChannelIndex": 0, "PositionIndex": 0, "PixelSizeUm": pixel}
        tags.append((51123, ASCII, json.dumps(place).encode() + b"\0"))
        pages.append((tags, plane.astype("<u2").tobytes()))
    head = struct.pack("<8I", 54773648, 0, 483765892, 0, 99384722, 0, 2355492, len(text)) + text
    offsets = write_pages(path, pages, head=head)
    content = bytearray(path.read_bytes())
    if index != "none":
        content[8:16] = struct.pack("<II", 54773648, len(content))
        rows = [(0, z, t, 0, at) for (t, z), at in zip(planes, offsets, strict=True)]
        if index == "damaged":
            rows = [(7, 2**31 - 1, 5, 3, 1)] * len(rows)
        content += struct.pack("<II", 3453623, len(rows)) + b"".join(struct.pack("<5I", *row) for row in rows)
    path.write_bytes(content)
    return path


@pytest.fixture
def stack():
    return np.random.default_rng(0).integers(0, 1000, (3, 4, 32, 40), dtype=np.uint16)


@pytest.fixture
def micromanager():
    return write_micromanager


@pytest.fixture
def tiff_pages():
    return write_pages


@pytest.fixture
def plane_tags():
    return plain_tags


@pytest.fixture
def ome_xml():
    return describe_ome


@pytest.fixture
def ask(capsys):
    """Run a command that must succeed, and return what it prints as JSON."""

    def call(*words):
        code = main([*map(str, words), "--json", "--quiet"])
        out, err = capsys.readouterr()
        assert code == 0, err
        return json.loads(out)

    return call


@pytest.fixture
def refused(capsys):
    """Run a command that must fail with one line, and return the line."""

    def call(*words):
        assert main([*map(str, words), "--quiet"]) == 2
        err = capsys.readouterr().err.strip()
        assert "Traceback" not in err
        return err.splitlines()[-1]

    return call


@pytest.fixture
def ij_jar():
    """ImageJ 1 of the local Maven repository; the test is skipped without it."""
    jars = sorted((Path.home() / ".m2" / "repository" / "net" / "imagej" / "ij").glob("*/ij-*.jar"))
    if not jars or shutil.which("java") is None:
        pytest.skip("ImageJ (net.imagej:ij) is not in the local Maven repository, or there is no Java")
    return jars[-1]
