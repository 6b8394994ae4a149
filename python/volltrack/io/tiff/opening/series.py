"""The image of a TIFF that is meant, opened by the description that is most to be trusted."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import tifffile

from volltrack.errors import BadFile, VollTrackError
from volltrack.io.tiff.imagej import find_imagej_calibration
from volltrack.io.tiff.ome import find_ome_calibration
from volltrack.io.tiff.opening.library_errors import TIFFFILE_ERRORS
from volltrack.io.tiff.opening.missing_planes import MissingPlanes
from volltrack.io.tiff.opening.ome_images import OmeImage, find_ome_xml, read_ome_images
from volltrack.io.tiff.opening.page_bytes import require_plausible_page
from volltrack.io.tiff.opening.page_list import require_finite_list
from volltrack.io.tiff.opening.planes import Planes, join_series, order_by_places, promise_of_imagej
from volltrack.io.tiff.opening.scenes import Scene, choose_scene
from volltrack.io.tiff.writers import find_micromanager_calibration, find_scifio_image
from volltrack.io.tiff.writers.micromanager import PAGE_TAG
from volltrack.model import KnownCalibration

__all__ = ["OpenedImage", "open_image"]

_log = logging.getLogger(__name__)

_PLAIN: Final[dict[str, Any]] = {"is_mmstack": False, "is_ndtiff": False, "is_ome": False}
_ONLY_OME: Final[dict[str, Any]] = {
    "is_shaped": False,
    "is_mmstack": False,
    "is_ndtiff": False,
    "is_lsm": False,
    "is_stk": False,
}


@dataclass(frozen=True, kw_only=True)
class OpenedImage:
    """One image of a TIFF file.

    Parameters
    ----------
    file
        tifffile's file, open.
    planes
        Its pages.
    missing
        What it lacks.
    known
        Its calibration, as far as the file says it.
    scenes
        All images of the file.
    """

    file: Any
    planes: Planes
    missing: MissingPlanes
    known: KnownCalibration
    scenes: Sequence[Scene]


def open_image(path: Path, wanted: str | None, *, is_strict: bool = True) -> OpenedImage:
    """Return the image of a file that is meant; see `volltrack.io.tiff.opening.scenes.choose_scene`.

    An OME-XML is trusted most (its numbers are checked first), then the index of Micro-Manager, then what ImageJ or
    another program says; where one of them is damaged the next is asked.

    Raises
    ------
    BadFile, BadValue
        Not a TIFF, damaged, or no such image.
    """
    require_finite_list(path)
    with tifffile.TiffFile(path) as file:
        if not len(file.pages):
            raise BadFile("a TIFF without any image (empty or truncated); copy or export it again", path=path)
        page = file.pages.first
        texts = [text for text in (page.description, page.description1) if text]
        is_imagej, is_micromanager = page.imagej_description is not None, PAGE_TAG in page.tags
        has_index = is_micromanager and _has_whole_index(file)
    xml = find_ome_xml(texts, path)
    problem: Exception | None = None
    if xml is not None:
        try:
            return _open_ome(path, read_ome_images(xml, path), wanted, is_strict=is_strict)
        except BadFile as error:
            if "damaged" not in error.reason or not (is_imagej or is_micromanager):
                raise
            problem = error
            _log.warning("%s; the file is read by its other description", error)
    first = {"is_ome": False, "is_mmstack": has_index} if xml is not None or is_micromanager else {}
    for options in (first, _PLAIN):
        try:
            with tifffile.TiffFile(path, **options) as file:
                return _open_other(file, path, wanted, is_strict=is_strict)
        except VollTrackError:
            raise
        except TIFFFILE_ERRORS as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _open_ome(path: Path, images: Sequence[OmeImage], wanted: str | None, *, is_strict: bool) -> OpenedImage:
    """Return the chosen image of an OME-TIFF; without a choice those of which a plane is in this file count."""
    if not images:
        raise BadFile("the OME-XML description is damaged (no image in it): expected one", path=path)
    scenes = [image.scene for image in images]
    own = [image.scene for image in images if path.name in image.files]
    scene = choose_scene(own if own and wanted is None else scenes, wanted, path, is_strict=is_strict)
    image = images[scene.number - 1]
    is_alone = len({name for each in images for name in each.files}) <= 1
    _require_pages_of_size(path, image, is_alone=is_alone)
    for name in image.files:
        if (path.parent / name).is_file():
            require_finite_list(path.parent / name)
    xml = image.to_xml(path.name, is_alone=is_alone)
    with tifffile.TiffFile(path, omexml=xml, **_ONLY_OME) as file:
        found = join_series(file.series, file.byteorder)[0] if file.series else None
        if found is None or found.kind != "ome":
            raise BadFile(
                f"none of the {image.n_planes} planes that the OME-XML promises can be found: damaged, or in other "
                f"files ({_name_some(image.files)})",
                path=path,
            )
        missing = found.find_missing("the OME-XML", path, path.stat().st_size)
        if missing.numbers and not is_alone:
            gone = [name for name in image.files if not (path.parent / name).is_file()]
            if gone:
                missing = MissingPlanes(
                    promised=missing.promised,
                    numbers=missing.numbers,
                    promise=missing.promise,
                    what="incomplete",
                    evidence=f"{len(gone)} of its {len(image.files)} files are not in the folder: {_name_some(gone)}; "
                    "of an OME-TIFF in several files all must be in one folder",
                )
        known = find_ome_calibration(image.pixels, image.creator)
        known = _complete(known, file, path)
        require_plausible_page(found.first_page, path)
        return OpenedImage(file=file, planes=found, missing=missing, known=known, scenes=scenes)


def _require_pages_of_size(path: Path, image: OmeImage, *, is_alone: bool) -> None:
    """Compare the size that the OME-XML says with that of the first page, which cannot be invented."""
    name, number = image.first_page()
    holder = path if is_alone or not name or not (path.parent / name).is_file() else path.parent / name
    with tifffile.TiffFile(holder) as file:
        try:
            page: Any = file.pages[number]
        except IndexError:
            page = file.pages.first
        found = (int(page.keyframe.imagewidth), int(page.keyframe.imagelength))
    stated = (image.sizes["X"], image.sizes["Y"])
    if found != stated and found[0] * found[1] != stated[0] * stated[1]:
        raise BadFile(
            f"the OME-XML says {stated[0]} x {stated[1]} pixels, the pages have {found[0]} x {found[1]}: one of both "
            "is damaged; export it again",
            path=path,
        )


def _open_other(file: Any, path: Path, wanted: str | None, *, is_strict: bool) -> OpenedImage:
    """Return the chosen image of a file without OME-XML."""
    size = path.stat().st_size
    page = file.pages.first
    metadata = file.imagej_metadata if file.is_imagej else None
    header = _read_header(file) if PAGE_TAG in page.tags else {}
    images = join_series(file.series, file.byteorder)
    promise = "the description"
    is_stated = images[0].kind in ("imagej", "shaped", "mmstack", "ndtiff")
    if images[0].kind in ("uniform", "generic"):
        ordered = order_by_places(file, header.get("Summary", {})) if PAGE_TAG in page.tags else None
        if ordered is None and metadata is not None:
            ordered = promise_of_imagej(metadata, page, [p.aspage() for p in file.pages], file.byteorder)
        if ordered is not None:
            images, is_stated = [ordered], True
    if metadata is not None and images[0].kind == "imagej":
        promise = "the ImageJ description"
    elif images[0].kind in ("mmstack", "ndtiff", "micromanager"):
        promise = "Micro-Manager"
    scifio = find_scifio_image(page.imagej_description or "") if len(images) == 1 else None
    if scifio is not None:
        images = [_with_axes(images[0], scifio.axes, scifio.shape)]
    images = [part for image in images for part in image.split_positions()]
    scenes = [
        Scene(
            number=number,
            name=image.name,
            axes=image.axes,
            shape=image.shape,
            is_colour="S" in image.axes and image.shape[image.axes.index("S")] > 1,
        )
        for number, image in enumerate(images, start=1)
    ]
    scene = choose_scene(scenes, wanted, path, is_strict=is_strict)
    if wanted is None and len(scenes) > 1:
        _log.warning("%s: of %d images the movie is %s", path, len(scenes), scene.describe())
    planes = images[scene.number - 1]
    require_plausible_page(planes.first_page, path)
    missing = planes.find_missing(promise, path, size)
    if not missing.numbers and not is_stated and _has_further_page(file):
        n_found = planes.n_planes
        missing = MissingPlanes(
            promised=n_found + 1,
            numbers=frozenset([n_found]),
            promise="the list of pages",
            evidence=f"{size:,} bytes; the list goes on behind its end",
        )
    known = scifio.known if scifio is not None else _complete(KnownCalibration(), file, path)
    return OpenedImage(file=file, planes=planes, missing=missing, known=known, scenes=scenes)


def _complete(known: KnownCalibration, file: Any, path: Path) -> KnownCalibration:
    """Return what Micro-Manager and ImageJ say, in this order, where `known` is silent."""
    page = file.pages.first
    if PAGE_TAG in page.tags:
        known = known.filled_with(find_micromanager_calibration(_read_header(file), page.tags.valueof(PAGE_TAG)))
    if page.imagej_description is not None and not known.is_complete:
        metadata = file.imagej_metadata if file.is_imagej else None
        known = known.filled_with(find_imagej_calibration(metadata or {}, page.tags, path.name))
    return known


def _read_header(file: Any) -> dict[str, Any]:
    """Return what stands before the pages of a Micro-Manager file; nothing where it is damaged."""
    try:
        return dict(tifffile.tifffile.read_micromanager_metadata(file.filehandle, {"Summary"}))
    except TIFFFILE_ERRORS:
        return {}


def _has_whole_index(file: Any) -> bool:
    """Whether the index of a Micro-Manager stack names each plane once, at a place inside the file."""
    try:
        index = tifffile.tifffile.read_micromanager_metadata(file.filehandle, {"IndexMap"}).get("IndexMap")
        if index is None or not len(index):
            return False
        places, offsets = {tuple(row) for row in index[:, :4].tolist()}, set(index[:, 4].tolist())
        return len(places) == len(offsets) == len(index) and max(offsets) < file.filehandle.size
    except TIFFFILE_ERRORS:
        return False


def _with_axes(planes: Planes, axes: str, shape: tuple[int, ...]) -> Planes:
    """Return the planes with other names of their axes where these fit."""
    if math.prod(shape[:-2]) != planes.n_planes or shape[-2:] != tuple(planes.first_page.shape):
        return planes
    return replace(planes, axes=axes, shape=shape, kind="scifio")


def _has_further_page(file: Any) -> bool:
    """Whether the list of pages points to one that could not be read."""
    at = file.pages.next_page_offset
    if not at:
        return False
    file.filehandle.seek(at)
    link = file.filehandle.read(file.tiff.offsetsize)
    return len(link) < file.tiff.offsetsize or any(link)


def _name_some(names: Sequence[str], at_most: int = 5) -> str:
    return ", ".join(names[:at_most]) + (f" and {len(names) - at_most} more" if len(names) > at_most else "")
