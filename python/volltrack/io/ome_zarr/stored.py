"""One zarr array as frames, with a look at which of its chunks are there."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zarr

from volltrack.errors import BadFile
from volltrack.io.image_rules import Layout
from volltrack.io.ome_zarr.locate import describe_error, require_inside
from volltrack.io.ome_zarr.multiscales import Level, find_level
from volltrack.io.zarr_chunks import (
    DECODE_ERRORS,
    OPEN_ERRORS,
    find_missing_chunks,
    list_stored_chunks,
    require_possible,
    stores_empty_chunks,
)
from volltrack.model import Frame, KnownCalibration

__all__ = ["FrameReader", "StoredArray", "open_level"]

_log = logging.getLogger(__name__)

MAX_LENGTH: Final = 1 << 24
"""No movie has so many frames and no plane such an edge; a damaged description may say so."""


@dataclass(frozen=True, kw_only=True)
class StoredArray:
    """One resolution of an image.

    Parameters
    ----------
    path
        Folder of the array.
    array
        The zarr array, opened for reading.
    level
        What the metadata says of it.
    """

    path: Path
    array: Any
    level: Level

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the voxels, in the byte order of this machine."""
        dtype: np.dtype[Any] = np.dtype(self.array.dtype)
        return dtype.newbyteorder("=")

    @cached_property
    def is_every_chunk_stored(self) -> bool:
        """Whether each chunk that is missing was lost.

        Raises
        ------
        BadFile
            No chunk of the whole array is there.
        """
        if self.level.is_complete:
            return True
        stored = list_stored_chunks(self.array, self.path)
        if not stored:
            raise BadFile(
                "none of its chunks is there, only their description: copy or export the image again", path=self.path
            )
        return stores_empty_chunks(self.array, stored)


def open_level(folder: Path, node: Any, level: int) -> StoredArray:
    """Return one resolution of an opened image; an array without metadata is its own level 0.

    Raises
    ------
    BadFile
        Damaged metadata, an array that is missing or has other axes than stated, or is not of numbers.
    BadValue
        No such level.
    """
    if not isinstance(node, zarr.Group):
        plain = Level(
            path="",
            axes="Q" * node.ndim,
            known=KnownCalibration(),
            version="none, a plain array",
            n_levels=1,
            is_complete=False,
            is_labels=False,
        )
        return _check(StoredArray(path=folder, array=node, level=plain))
    found = find_level(node.attrs, level, folder)
    path = require_inside(folder, found.path)
    try:
        array = node[found.path]
    except OPEN_ERRORS as error:
        raise BadFile(
            f"level {level}, the array {found.path!r}, is missing or damaged ({describe_error(error)})", path=folder
        ) from error
    if not isinstance(array, zarr.Array) or array.ndim != len(found.axes):
        shape = array.shape if isinstance(array, zarr.Array) else "a group"
        raise BadFile(f"level {level} is {shape}, but {len(found.axes)} axes are named: {found.axes}", path=path)
    return _check(StoredArray(path=path, array=array, level=found))


def _check(stored: StoredArray) -> StoredArray:
    """Refuse an array that is none of numbers, or that cannot be."""
    array, path = stored.array, stored.path
    try:
        kind, shape = array.dtype.kind, tuple(array.shape)
        require_possible(array, path)
    except DECODE_ERRORS as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(f"the description of this array is damaged ({describe_error(error)})", path=path) from error
    if kind not in "iufb":
        raise BadFile(f"voxels of type {array.dtype}: expected numbers", path=path)
    if 0 in shape:
        raise BadFile(f"an image of shape {shape}: expected at least one voxel along each axis", path=path)
    if max(shape, default=0) >= MAX_LENGTH:
        raise BadFile(f"an image of shape {shape}: expected less than {MAX_LENGTH} along each axis", path=path)
    return stored


@dataclass(frozen=True, kw_only=True)
class FrameReader:
    """Reads frame t as (Z, Y, X), only from the chunks that it needs.

    Parameters
    ----------
    stored
        The array.
    layout
        Names of its axes; axes of length 1 may be left out.
    channel
        Which channel, 0-based.
    is_labels
        Whether a frame may be empty.

    Notes
    -----
    Zarr leaves out chunks that hold nothing but the fill value, so a chunk that is not there is no error of itself.
    It is one where the writer promises that every chunk was stored (as ours does), where the chunks that are there
    prove it (one of them holds nothing but the fill value), where a raw frame has no chunk at all (no camera gives one
    value everywhere), and where the image has none. Else it is read as the fill value, with a warning.
    """

    stored: StoredArray
    layout: Layout
    channel: int
    is_labels: bool = False
    said: list[int] = field(default_factory=list, compare=False)

    def __call__(self, t: int) -> Frame:
        """Return frame t, (Z, Y, X).

        Raises
        ------
        BadFile
            A chunk is damaged, cut off, or missing although all were stored.
        """
        stored = self.stored
        long = [axis for axis, n in zip(self.layout.axes, self.layout.shape, strict=True) if n > 1]
        fixed = {"T": t, "C": self.channel}
        names = iter(long)
        index: list[int | slice] = []
        for length in stored.array.shape:
            index.append(fixed.get(next(names), slice(None)) if length > 1 else 0)
        self._check_chunks(tuple(index), t)
        try:
            part: npt.NDArray[Any] = np.asarray(stored.array[tuple(index)])
        except DECODE_ERRORS as error:
            raise BadFile(
                f"frame {t} cannot be decoded ({error}): a chunk is damaged or cut off; copy or export the image again",
                path=stored.path,
            ) from error
        kept = [axis for axis in long if axis in "ZYX"]
        part = part.transpose([kept.index(axis) for axis in "ZYX" if axis in kept])
        return part.reshape(self.layout.shape_tzyx[1:]).astype(stored.dtype, copy=False)

    def _check_chunks(self, index: tuple[int | slice, ...], t: int) -> None:
        """Look whether the chunks of a frame are there; see the notes of the class."""
        stored = self.stored
        missing, n_files = find_missing_chunks(stored.array, stored.path, index, what=f"frame {t}")
        if not missing:
            return
        if stored.is_every_chunk_stored or (len(missing) == n_files and not self.is_labels):
            raise BadFile(
                f"frame {t}: {len(missing)} of {n_files} chunks are missing, the first is "
                f"{missing[0].relative_to(stored.path)}; copy or export the image again"
                + ("" if stored.is_every_chunk_stored else " (with its empty chunks, where the frame is meant so)"),
                path=stored.path,
            )
        if not self.said:
            self.said.append(t)
            _log.warning(
                "%s: frame %d: %d of %d chunks are not there, the first is %s: read as %s, as the format lays down "
                "(said once)",
                stored.path,
                t,
                len(missing),
                n_files,
                missing[0].relative_to(stored.path),
                stored.array.fill_value,
            )
