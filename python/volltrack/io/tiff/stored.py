"""An opened TIFF: where its planes are, checked to be all there, read one at a time."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile, VollTrackError
from volltrack.io.tiff.opening import TIFFFILE_ERRORS, MissingPlanes, Scene, open_image, quiet_tifffile
from volltrack.io.tiff.opening.lzw_streams import require_sound_lzw
from volltrack.io.tiff.opening.page_bytes import require_plausible_page
from volltrack.model import KnownCalibration

__all__ = ["StoredImage", "open_stored_image"]

_OTHER_FORMATS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89HDF", "an HDF5 file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"ZISRAWFILE", "a Zeiss CZI image"),
    (b"\xda\xce\xbe\x0a", "a Nikon ND2 image"),
    (b"<?xml", "an XML file"),
)


@dataclass(frozen=True, kw_only=True)
class StoredImage:
    """One image of a TIFF file, closed between reads.

    Parameters
    ----------
    path
        The file.
    kind
        ``"imagej"``, ``"ome"`` or another word of tifffile.
    axes, shape
        Stored axes in tifffile's letters, and their lengths.
    page_ndim
        How many of the last axes one page holds.
    dtype
        Type of the voxels as stored.
    known
        What the file says about its calibration.
    offset
        Where the voxels start when all of them lie in one piece, uncompressed; else None.
    pages
        The pages in order; one only when `offset` is set and the file has a single page entry.
    missing
        Planes that are promised and not there.
    scenes
        All images of the file.
    n_bytes
        Size of all its files together.
    """

    path: Path
    kind: str
    axes: str
    shape: tuple[int, ...]
    page_ndim: int
    dtype: np.dtype[Any]
    known: KnownCalibration
    offset: int | None
    pages: Any
    missing: MissingPlanes
    scenes: Sequence[Scene]
    n_bytes: int
    _file: Any
    _lock: Any = field(default_factory=threading.Lock)

    def read_plane(self, number: int) -> npt.NDArray[Any]:
        """Return page `number` in the shape of the last `page_ndim` axes; nothing else of the file is read.

        Raises
        ------
        BadFile
            The voxels cannot be decoded, or are not there.
        """
        shape = self.shape[len(self.shape) - self.page_ndim :]
        if self.offset is not None:
            count = math.prod(shape)
            start = self.offset + number * count * self.dtype.itemsize
            plane = np.fromfile(self.path, dtype=self.dtype, count=count, offset=start)
            if len(plane) < count:
                raise BadFile(f"plane {number + 1} is cut off: the file became shorter", path=self.path)
            return plane.astype(self.dtype.newbyteorder("="), copy=False).reshape(shape)
        try:
            with self._lock, quiet_tifffile():
                self._file.filehandle.open()
                try:
                    page = self.pages[number]
                    page.parent.filehandle.open()  # of an OME-TIFF in several files this is another one
                    try:
                        require_plausible_page(page, self.path)
                        require_sound_lzw(page, self.path)
                        plane = np.asarray(page.asarray())
                    finally:
                        page.parent.filehandle.close()
                finally:
                    self._file.filehandle.close()
            return plane.reshape(shape)
        except VollTrackError:
            raise
        except TIFFFILE_ERRORS as error:
            raise BadFile(f"plane {number + 1} is damaged ({_in_a_line(error)})", path=self.path) from error


def open_stored_image(path: str | os.PathLike[str], *, scene: str | None = None, is_strict: bool = True) -> StoredImage:
    """Return one image of a TIFF file; what it lacks is noted in it, and refused by those who read it.

    Parameters
    ----------
    path
        The file.
    scene, is_strict
        Which image; see `volltrack.io.tiff.opening.scenes.choose_scene`.

    Raises
    ------
    BadFile
        No such file, not a TIFF, damaged, pages that do not belong together, or several movies.
    BadValue
        No such image.
    """
    path = Path(path)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise BadFile(f"{found}: expected a TIFF image", path=path)
    with quiet_tifffile() as messages:
        try:
            opened = open_image(path, scene, is_strict=is_strict)
            planes = opened.planes
            return StoredImage(
                path=path.resolve(),
                kind=planes.kind,
                axes=planes.axes,
                shape=planes.shape,
                page_ndim=planes.page_ndim,
                dtype=planes.dtype,
                known=opened.known,
                offset=planes.offset,
                pages=planes.pages,
                missing=opened.missing,
                scenes=opened.scenes,
                n_bytes=_count_bytes(planes.pages),
                _file=opened.file,
            )
        except VollTrackError:
            raise
        except TIFFFILE_ERRORS as error:
            reason = "; ".join([_in_a_line(error), *messages[:3]])
            raise BadFile(
                f"{_guess_format(path)} ({reason[:300]}): expected a complete TIFF image", path=path
            ) from error


def _count_bytes(pages: Sequence[Any]) -> int:
    """Return the size of all files of the pages together."""
    files = {page.parent.filehandle.path for page in pages if page is not None}
    return sum(os.path.getsize(file) for file in files)


def _in_a_line(error: Exception) -> str:
    """Return what an error of a library says, in one line of moderate length."""
    text = " ".join(str(error).split())
    return f"{text[:200]}" if text else type(error).__name__


def _guess_format(path: Path) -> str:
    """Say what the file looks like from its first bytes."""
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        return "an empty file"
    for magic, name in _OTHER_FORMATS:
        if start.startswith(magic):
            return name
    return "a damaged or truncated TIFF" if start[:2] in (b"II", b"MM") else "not a TIFF"
