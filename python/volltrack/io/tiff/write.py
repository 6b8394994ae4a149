"""Movies to TIFF files that Fiji opens, frame by frame."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import tifffile

from volltrack.errors import BadFile, BadValue
from volltrack.io.image_rules import MAX_LABEL
from volltrack.io.outputs import replace_file
from volltrack.io.tiff.imagej import describe_for_imagej
from volltrack.io.tiff.ome import describe_for_ome
from volltrack.model import LabelMovie, Movie
from volltrack.progress import OnProgress, track_progress

__all__ = ["write_label_movie", "write_movie"]

_log = logging.getLogger(__name__)

_CLASSIC_LIMIT: Final = 2**32 - 2**25
"""Bytes that a classic TIFF may hold, less room for the list of pages."""

_IMAGEJ_TYPES: Final = frozenset(map(np.dtype, ("uint8", "uint16", "int32", "float32")))
_OME_TYPES: Final = frozenset(
    map(np.dtype, ("int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"))
)

_MAX_NUMBER: Final = 2**32 - 1


def write_movie(
    path: str | os.PathLike[str],
    movie: Movie,
    *,
    compress: bool = False,
    overwrite: bool = True,
    on_progress: OnProgress | None = None,
) -> None:
    """Write a movie with its calibration; only one frame is held at a time.

    A name that ends in ``.ome.tif`` makes an OME-TIFF of any integer or float type; other ``.tif`` names an ImageJ
    hyperstack (TZCYX) of uint8, uint16 or float32, which Fiji opens by itself. ImageJ also opens 32-bit integers,
    shown as float: that is how labels above 65,535 are written.

    Parameters
    ----------
    path
        Ends in ``.tif`` or ``.tiff``. Appears only when it is complete.
    movie
        Frames are taken in time order, each once.
    compress
        Whether to compress (zlib). Not possible in an ImageJ hyperstack above 4 GB, which is then written plain.
    overwrite
        Whether an existing file may be replaced.
    on_progress
        Called after each frame.

    Raises
    ------
    BadValue
        Another suffix, no frames, a type or a unit that the format does not know.
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_file`.
    """
    is_ome = _is_ome(path)
    if movie.n_frames == 0:
        raise BadValue(f"{movie.name}: a movie without frames; nothing to write")
    _require_type(movie, is_ome=is_ome)
    options: dict[str, Any] = {"compression": "zlib"} if compress else {}
    n_bytes = math.prod(movie.shape) * movie.dtype.itemsize
    with replace_file(path, overwrite=overwrite) as temporary:
        planes = _yield_planes(movie, on_progress, f"write {Path(path).name}")
        if is_ome:
            _write_ome(temporary, planes, movie, n_bytes, options)
        else:
            _write_imagej(temporary, planes, movie, n_bytes, options)


def write_label_movie(
    path: str | os.PathLike[str],
    movie: LabelMovie,
    *,
    max_label: int | None = None,
    compress: bool = True,
    overwrite: bool = True,
    on_progress: OnProgress | None = None,
) -> None:
    """Write labels in the smallest type that holds them; like `write_movie`.

    Up to 65,535 the labels become uint16, above that int32, which Fiji opens as a calibrated 32-bit hyperstack.

    Parameters
    ----------
    path, movie, compress, overwrite, on_progress
        As in `write_movie`.
    max_label
        The largest label, when known; otherwise a movie of a wider type than 16 bits is read twice.

    Raises
    ------
    BadValue, FileExists, OutputFailed
        As in `write_movie`; also a label above `max_label` or 2^31 - 1.
    """
    if movie.dtype.kind == "u" and movie.dtype.itemsize <= 2:
        dtype = movie.dtype
    else:
        if max_label is None:
            max_label = max((int(f.max(initial=0)) for f in movie.frames()), default=0)
        if max_label > MAX_LABEL:
            raise BadValue(f"{movie.name}: label {max_label}: expected at most {MAX_LABEL}; renumber the labels")
        dtype = np.dtype(np.uint16 if max_label <= 65535 else np.int32)
    limit = np.iinfo(dtype).max

    def read_frame(t: int) -> npt.NDArray[Any]:
        frame = movie.frame(t)
        low, high = frame.min(initial=0), frame.max(initial=0)
        if low < 0 or high > limit:
            raise BadValue(f"{movie.name}: frame {t} has label {low if low < 0 else high}: expected 0 to {limit}")
        return frame.astype(dtype, copy=False)

    narrow = LabelMovie(
        shape=movie.shape, dtype=dtype, calibration=movie.calibration, read_frame=read_frame, name=movie.name
    )
    write_movie(path, narrow, compress=compress, overwrite=overwrite, on_progress=on_progress)


def _require_type(movie: Movie, *, is_ome: bool) -> None:
    """Refuse voxels of a type that the format does not know."""
    if is_ome and movie.dtype not in _OME_TYPES:
        raise BadValue(f"{movie.name}: OME-TIFF holds no {movie.dtype}: expected 8 to 32-bit integers, or float")
    if not is_ome and movie.dtype not in _IMAGEJ_TYPES:
        raise BadValue(
            f"{movie.name}: an ImageJ hyperstack holds no {movie.dtype}: expected uint8, uint16, int32 (labels) or "
            "float32; convert it, or name the file .ome.tif"
        )


def _is_ome(path: str | os.PathLike[str]) -> bool:
    """Whether the name asks for an OME-TIFF; refuse names that are none of a TIFF."""
    name = Path(path).name.lower()
    if not name.endswith((".tif", ".tiff")):
        raise BadValue(f"{path}: expected a name that ends in .tif, .tiff or .ome.tif")
    return name.endswith((".ome.tif", ".ome.tiff"))


def _yield_planes(movie: Movie, on_progress: OnProgress | None, task: str) -> Iterator[npt.NDArray[Any]]:
    """Yield the planes of every frame in order."""
    for frame in track_progress(movie.frames(), on_progress, task, movie.n_frames):
        if frame.dtype != movie.dtype:
            raise BadFile(f"a frame of type {frame.dtype} in a movie of {movie.dtype}", path=movie.name)
        yield from np.ascontiguousarray(frame)


def _write_imagej(path: Path, planes: Any, movie: Movie, n_bytes: int, options: dict[str, Any]) -> None:
    """Write a hyperstack; above 4 GB with a single page entry, as ImageJ itself does."""
    is_large = n_bytes > _CLASSIC_LIMIT
    if is_large and options:
        _log.warning("%s: above 4 GB ImageJ opens no compressed hyperstack; written without compression", movie.name)
        options = {}
    t, z, y, x = movie.shape
    metadata = describe_for_imagej(movie.shape, movie.calibration)
    description = tifffile.imagej_description((t, z, 1, y, x), axes="TZCYX", **metadata)
    voxel = movie.calibration.voxel_size
    with tifffile.TiffWriter(path, bigtiff=False, byteorder=">" if is_large else None) as writer:
        writer.write(
            planes,
            shape=(t * z, y, x),
            dtype=movie.dtype,
            photometric="minisblack",
            resolution=(_pixels_per_unit(voxel.x), _pixels_per_unit(voxel.y)),
            resolutionunit="NONE",
            description=description,
            metadata=None,
            truncate=is_large,
            **options,
        )


def _write_ome(path: Path, planes: Any, movie: Movie, n_bytes: int, options: dict[str, Any]) -> None:
    """Write an OME-TIFF; BigTIFF above 4 GB."""
    with tifffile.TiffWriter(path, bigtiff=n_bytes > _CLASSIC_LIMIT, ome=True) as writer:
        writer.write(
            planes,
            shape=movie.shape,
            dtype=movie.dtype,
            photometric="minisblack",
            metadata=describe_for_ome(movie.shape, movie.calibration),
            **options,
        )


def _pixels_per_unit(size: float) -> tuple[int, int]:
    """Return 1 / `size` as a fraction of two 32-bit numbers, exact for sizes of few decimals."""
    exact = Fraction(repr(float(size)))
    if exact <= 1:
        near = exact.limit_denominator(_MAX_NUMBER)
        return near.denominator, max(near.numerator, 1)
    near = (1 / exact).limit_denominator(_MAX_NUMBER)
    return max(near.numerator, 1), near.denominator
