"""The planes of one image of a TIFF, however tifffile, or we, put them together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from volltrack.errors import BadFile
from volltrack.io.tiff.opening.missing_planes import MissingPlanes, find_missing_pages
from volltrack.io.tiff.writers.micromanager import PAGE_TAG, find_place

__all__ = ["Planes", "count_page_axes", "join_series", "order_by_places", "promise_of_imagej"]

_MOST_PLANES: Final = 4_000_000


@dataclass(frozen=True, kw_only=True)
class Planes:
    """Pages in order, and what they are.

    Parameters
    ----------
    kind
        ``"imagej"``, ``"ome"``, ``"mmstack"`` or another word of tifffile.
    axes, shape
        Axes in tifffile's letters (R: positions of the stage), slowest first, and their lengths.
    pages
        The pages, None where one is missing; one only where all lie in one piece behind it.
    dtype
        Type of the pixels, in the byte order of the file where `offset` is set.
    offset
        Where the pixels start when all lie in one piece, uncompressed; else None.
    name
        What the file calls the image.
    """

    kind: str
    axes: str
    shape: tuple[int, ...]
    pages: Sequence[Any]
    dtype: np.dtype[Any]
    offset: int | None = None
    name: str = ""

    @property
    def first_page(self) -> Any:
        """A page that is there."""
        return next(page for page in self.pages if page is not None)

    @property
    def page_ndim(self) -> int:
        """How many of the last axes a page holds."""
        return count_page_axes(self.shape, math.prod(self.first_page.shape))

    @property
    def n_planes(self) -> int:
        """How many planes the image has."""
        return math.prod(self.shape[: len(self.shape) - self.page_ndim])

    def find_missing(self, promise: str, path: Any, size: int) -> MissingPlanes:
        """Return which planes are not there, or cut off.

        Raises
        ------
        BadFile
            So many are promised that the number itself is damaged.
        """
        if self.n_planes > _MOST_PLANES:
            raise BadFile(
                f"{promise} promises {self.n_planes:,} planes in a file of {size:,} bytes: its numbers are damaged; "
                "copy or export it again",
                path=path,
            )
        if self.offset is not None:
            plane_bytes = math.prod(self.first_page.shape) * self.dtype.itemsize
            n_whole = max(0, size - self.offset) // plane_bytes
            numbers = frozenset(range(min(n_whole, self.n_planes), self.n_planes))
        else:
            numbers = find_missing_pages(self.pages, self.n_planes)
        return MissingPlanes(promised=self.n_planes, numbers=numbers, promise=promise, evidence=f"{size:,} bytes")

    def split_positions(self) -> list[Planes]:
        """Return one image for each position of the stage; this one where there is only one."""
        if "R" not in self.axes or self.shape[self.axes.index("R")] == 1 or self.offset is not None:
            return [self]
        at = self.axes.index("R")
        between = self.shape[: len(self.shape) - self.page_ndim]
        if at >= len(between):
            return [self]
        chosen: list[list[Any]] = [[] for _ in range(between[at])]
        for page, index in zip(self.pages, itertools.product(*map(range, between)), strict=False):
            chosen[index[at]].append(page)
        axes, shape = self.axes.replace("R", ""), (*self.shape[:at], *self.shape[at + 1 :])
        return [
            replace(self, axes=axes, shape=shape, pages=pages, name=f"position {number}")
            for number, pages in enumerate(chosen)
            if any(page is not None for page in pages)
        ]


def join_series(all_series: Sequence[Any], byteorder: str) -> list[Planes]:
    """Return the images of a file; those of one shape and type, as programs write frame by frame, are one."""
    images = []
    for series in all_series:
        offset = None if getattr(series, "is_multifile", False) else series.dataoffset
        dtype = np.dtype(series.dtype)
        images.append(
            Planes(
                kind=str(series.kind),
                axes=series.get_axes(squeeze=False),
                shape=tuple(int(n) for n in series.get_shape(squeeze=False)),
                pages=_list_pages(series) if offset is None else [series.pages[0]],
                dtype=dtype if offset is None else dtype.newbyteorder(byteorder),
                offset=offset,
                name=str(series.name or ""),
            )
        )
    first = images[0]
    is_alike = all(image.shape == first.shape and image.dtype == first.dtype for image in images)
    if len(images) == 1 or not is_alike or first.kind == "ome":
        return images
    pages = [page for series in all_series for page in series.pages]
    dtype = first.dtype.newbyteorder("=")
    return [
        replace(first, axes="Q" + first.axes, shape=(len(images), *first.shape), pages=pages, offset=None, dtype=dtype)
    ]


def _list_pages(series: Any) -> list[Any]:
    """Return the pages of a series up to the first that is not in the list of pages."""
    pages = []
    try:
        for page in series.pages:
            pages.append(page)
    except IndexError:  # the file is cut off; what is missing is counted later
        pass
    return pages


def order_by_places(file: Any, summary: Mapping[str, Any]) -> Planes | None:
    """Return the planes of a Micro-Manager file by what each page says of its place; None where they do not.

    So a file is read whose index is damaged, or was never written because the program or the power failed.
    """
    file.pages.useframes = False
    pages = [page.aspage() for page in file.pages]
    places = [find_place(page.tags.valueof(PAGE_TAG)) for page in pages]
    if not places or any(place is None for place in places):
        return None
    found = {tuple(place.get(axis, 0) for axis in "RTZC"): p for place, p in zip(places, pages, strict=True) if place}
    if len(found) != len(pages):  # two pages of one place: something else tells them apart
        return None
    planned = [summary.get(key) for key in ("Positions", "Frames", "Slices", "Channels")]
    sizes = [
        max(max(index[axis] for index in found) + 1, plan if isinstance(plan, int) and plan < _MOST_PLANES else 1)
        for axis, plan in enumerate(planned)
    ]
    if math.prod(sizes) > _MOST_PLANES or min(min(index) for index in found) < 0:
        return None
    first = pages[0]
    if any(page.shape != first.shape or page.dtype != first.dtype for page in pages):
        return None
    return Planes(
        kind="micromanager",
        axes="RTZC" + first.axes,
        shape=(*sizes, *first.shape),
        pages=[found.get(index) for index in itertools.product(*map(range, sizes))],
        dtype=np.dtype(first.dtype),
    )


def promise_of_imagej(metadata: Mapping[str, Any], page: Any, pages: Sequence[Any], byteorder: str) -> Planes | None:
    """Return the hyperstack that an ImageJ description promises where the file holds less; None where it does not.

    Parameters
    ----------
    metadata
        The description.
    page
        The first page.
    pages
        All pages that were found.
    byteorder
        Of the file.
    """
    sizes = [metadata.get(key, 1) for key in ("frames", "slices", "channels")]
    if any(not isinstance(n, int) or not 1 <= n < 2**31 for n in sizes) or "S" in page.axes:
        return None
    promised = math.prod(sizes)
    if promised == 1 and isinstance(metadata.get("images"), int):
        sizes[0] = promised = metadata["images"]
    if promised <= len(pages):
        return None
    is_one_piece = page.is_final and (len(pages) == 1 or pages[1].dataoffsets[0] == page.dataoffsets[0] + page.nbytes)
    dtype = np.dtype(page.dtype)
    return Planes(
        kind="imagej",
        axes="TZC" + page.axes,
        shape=(*sizes, *page.shape),
        pages=pages,
        dtype=dtype.newbyteorder(byteorder) if is_one_piece else dtype,
        offset=page.dataoffsets[0] if is_one_piece else None,
    )


def count_page_axes(shape: Sequence[int], page_size: int) -> int:
    """Return how many of the last axes have `page_size` voxels together."""
    for count in range(1, len(shape) + 1):
        if math.prod(shape[-count:]) == page_size:
            return count
    return len(shape)
