"""The images that an OME-XML describes, checked before anything is made of their sizes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from volltrack.errors import BadFile
from volltrack.io.tiff.opening.scenes import Scene

__all__ = ["OmeImage", "find_ome_xml", "read_ome_images"]

_MOST_PLANES: Final = 4_000_000
_MOST_XML: Final = 2**28
_NAMESPACE: Final = "http://www.openmicroscopy.org/Schemas/OME/2016-06"


@dataclass(frozen=True, kw_only=True)
class _Data:
    """One ``TiffData``: `count` planes from page `ifd` on are those from `first` on (0: as many as there are pages)."""

    first: Mapping[str, int]
    ifd: int
    count: int | None
    uuid: str
    file: str


@dataclass(frozen=True, kw_only=True)
class OmeImage:
    """One ``Image`` of an OME-XML.

    Parameters
    ----------
    scene
        Its number, name and size.
    order
        ``DimensionOrder``, such as ``"XYZCT"``.
    sizes
        Length of each axis.
    n_samples
        Samples (colours) of one pixel.
    data
        Where its planes are.
    pixels
        The XML element, for the calibration.
    creator
        Program that wrote the description.
    """

    scene: Scene
    order: str
    sizes: Mapping[str, int]
    n_samples: int
    data: Sequence[_Data]
    pixels: Any
    creator: str

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files of its planes, in order; empty where they lie in the file with the description."""
        return tuple(dict.fromkeys(data.file for data in self.data if data.file))

    @property
    def n_planes(self) -> int:
        """How many planes are promised."""
        return self.sizes["T"] * self.sizes["Z"] * self.sizes["C"] // self.n_samples

    def first_page(self) -> tuple[str, int]:
        """Return file ("" for the file itself) and page of the first plane."""
        return (self.data[0].file, self.data[0].ifd) if self.data else ("", 0)

    def to_xml(self, own_name: str, *, is_alone: bool) -> str:
        """Return an OME-XML of this image alone, with checked numbers, as tifffile wants it.

        Parameters
        ----------
        own_name
            Name of the file that is opened.
        is_alone
            Whether all planes lie in that file, whatever name the description gives it: files are renamed.
        """
        own = "" if is_alone else next((data.uuid for data in self.data if data.file == own_name), "")
        parts = [
            f'<?xml version="1.0"?><OME xmlns="{_NAMESPACE}"{f" UUID={quoteattr(own)}" if own else ""}>'
            f'<Image ID="Image:0" Name={quoteattr(_printable(self.scene.name))}><Pixels ID="Pixels:0" '
            f'DimensionOrder="{self.order}" '
            + " ".join(f'Size{axis}="{length}"' for axis, length in self.sizes.items())
            + f'><Channel ID="Channel:0:0" SamplesPerPixel="{self.n_samples}"/>'
        ]
        for data in self.data:
            # without a count tifffile takes all pages, but one where a page is named
            which = "" if data.count is None else f' IFD="{data.ifd}" PlaneCount="{data.count}"'
            place = "".join(f' First{axis}="{at}"' for axis, at in data.first.items())
            uuid = "" if is_alone else f"<UUID FileName={quoteattr(data.file)}>{data.uuid}</UUID>"
            parts.append(f"<TiffData{which}{place}>{uuid}</TiffData>")
        return "".join(parts) + "</Pixels></Image></OME>"


def find_ome_xml(texts: Sequence[str], path: Path) -> str | None:
    """Return the OME-XML of a file: one of its descriptions, or the companion file that it names.

    Raises
    ------
    BadFile
        The companion is missing.
    """
    xml = next((text for text in texts if "<OME" in text[:4096] or "<ome:OME" in text[:4096]), None)
    if xml is None or "BinaryOnly" not in xml:
        return xml
    name = re.search(r'BinaryOnly[^>]*MetadataFile\s*=\s*"([^"]*)"', xml)
    if name is None:
        return xml
    companion = path.parent / Path(name[1]).name
    if not companion.is_file():
        raise BadFile(
            f"its description is in the file {companion.name}, which is not beside it: put it there", path=path
        )
    if companion.stat().st_size > _MOST_XML:
        raise BadFile(f"a description of {companion.stat().st_size:,} bytes: expected OME-XML", path=companion)
    content = companion.read_bytes()
    if content[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):  # the description is in another file of the set
        import tifffile

        with tifffile.TiffFile(companion) as file:
            return str(file.pages.first.description)
    return content.decode("utf-8", errors="replace")


def read_ome_images(xml: str, path: Path) -> list[OmeImage]:
    """Return the images of an OME-XML that have pixels.

    Raises
    ------
    BadFile
        Not XML, or numbers that cannot be.
    """
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        raise BadFile("the OME-XML description declares entities: expected plain OME-XML", path=path)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(xml.strip().rstrip("\0").encode("utf-8", errors="replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadFile(f"the OME-XML description is damaged ({error}): expected XML", path=path) from error
    images: list[OmeImage] = []
    for element in root.iterchildren("{*}Image"):
        pixels = next(element.iterchildren("{*}Pixels"), None)
        if pixels is not None:
            name = element.get("Name") or ""
            images.append(_read_image(pixels, len(images) + 1, name, root.get("Creator", ""), path))
    return images


def _read_image(pixels: Any, number: int, name: str, creator: str, path: Path) -> OmeImage:
    order = pixels.get("DimensionOrder", "XYZCT")
    if sorted(order) != sorted("XYZCT") or not order.startswith("XY"):
        raise BadFile(f"the OME-XML says DimensionOrder={order!r}: expected X, Y, and Z, C, T in any order", path=path)
    sizes = {axis: _read_count(pixels, f"Size{axis}", 1, path) for axis in "XYZCT"}
    channel = next(pixels.iterchildren("{*}Channel"), None)
    n_samples = 1 if channel is None or not channel.get("SamplesPerPixel") else _read_samples(channel, path)
    n_samples = n_samples if sizes["C"] % n_samples == 0 else 1
    n_planes = sizes["T"] * sizes["Z"] * sizes["C"] // n_samples
    if n_planes > _MOST_PLANES:
        raise BadFile(
            f"the OME-XML promises {n_planes:,} planes (T {sizes['T']}, Z {sizes['Z']}, C {sizes['C']}), more than "
            f"{_MOST_PLANES:,}: its numbers are damaged; export it again",
            path=path,
        )
    data = [_read_data(element, n_planes, path) for element in pixels.iterchildren("{*}TiffData")]
    slowest_first = order[:1:-1]
    scene = Scene(
        number=number,
        name=name,
        axes=slowest_first + "YX",
        shape=tuple(sizes[axis] for axis in slowest_first + "YX"),
        is_colour=n_samples > 1,
    )
    return OmeImage(
        scene=scene, order=order, sizes=sizes, n_samples=n_samples, data=data, pixels=pixels, creator=creator
    )


def _read_data(element: Any, n_planes: int, path: Path) -> _Data:
    first = {axis: _read_count(element, f"First{axis}", 0, path) for axis in "CZT" if element.get(f"First{axis}")}
    stated = element.get("PlaneCount") or element.get("NumPlanes")
    count = None if stated is None else _to_count(stated, "PlaneCount", 0, path)
    if count is not None and count > n_planes:
        raise BadFile(f"a TiffData of {count:,} planes in an image of {n_planes:,}: damaged OME-XML", path=path)
    if count is None and element.get("IFD") is not None:
        count = 1
    uuid = next(element.iterchildren("{*}UUID"), None)
    name = "" if uuid is None else (uuid.get("FileName") or "")
    text = "" if uuid is None or uuid.text is None else re.sub(r"[^0-9A-Za-z:_.-]", "", uuid.text)
    return _Data(
        first=first,
        ifd=_read_count(element, "IFD", 0, path, default=0),
        count=count,
        uuid=text or f"urn:file:{zlib.crc32(name.encode(errors='replace'))}",
        file=Path(name.replace("\\", "/")).name,
    )


def _read_samples(channel: Any, path: Path) -> int:
    return _to_count(channel.get("SamplesPerPixel"), "SamplesPerPixel", 1, path)


def _read_count(element: Any, key: str, least: int, path: Path, default: int | None = None) -> int:
    text = element.get(key)
    if text is None and default is not None:
        return default
    return _to_count(text, key, least, path)


def _to_count(text: str | None, key: str, least: int, path: Path) -> int:
    """Return a whole number of the description."""
    try:
        count = int(str(text))
    except ValueError:
        count = least - 1
    if not least <= count < 2**31:
        raise BadFile(f"the OME-XML says {key}={text!r}: expected a whole number of at least {least}", path=path)
    return count


def _printable(text: str) -> str:
    """Return a name without what XML does not allow."""
    return "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "?" for c in text)
