"""Zarr arrays before they are read: whether the description can be true, and every chunk is there and whole."""

from __future__ import annotations

import itertools
import math
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from volltrack.errors import BadFile

__all__ = [
    "DECODE_ERRORS",
    "OPEN_ERRORS",
    "chunk_grid",
    "find_chunk_files",
    "find_missing_chunks",
    "list_stored_chunks",
    "require_possible",
    "stores_empty_chunks",
]

DECODE_ERRORS: Final = (
    ValueError, RuntimeError, KeyError, TypeError, EOFError, OSError, zlib.error, IndexError, AttributeError,
    OverflowError, MemoryError, ArithmeticError, NotImplementedError, UnicodeError,
)  # fmt: skip
"""What zarr and its codecs raise on damaged chunks; each compressor has its own."""

OPEN_ERRORS: Final = (*DECODE_ERRORS, RecursionError, AssertionError, ImportError)
"""What zarr raises on damaged descriptions: it trusts them, and fails where it stumbles over them."""

_BLOSC_HEADER: Final = struct.Struct("<4xI4xI")
"""Four bytes of versions, the length of the unpacked chunk, the block size, the length of the chunk with its header."""

_MAX_CHUNKS: Final = 1_000_000
_LARGE_BYTES: Final = 1 << 28
_FEW: Final = 0.01


def require_possible(array: Any, folder: Path) -> None:
    """Refuse an array whose description no writer could mean.

    Parameters
    ----------
    array
        An opened zarr array.
    folder
        Where it lies.

    Raises
    ------
    BadFile
        Chunks of length 0, an element of more than a megabyte, more than 2^62 bytes; chunks that hold code.
    """
    described = {key: value for key, value in array.metadata.to_dict().items() if key != "attributes"}
    if "pickle" in str(described).lower():
        raise BadFile(
            "its chunks are Python objects (pickle), which can run any command when they are read: this is refused; "
            "write the array with another codec",
            path=folder,
        )
    shape, sizes = tuple(array.shape), tuple(array.shards or array.chunks)
    if any(size < 1 for size in (*sizes, *array.chunks)):
        raise BadFile(f"chunks of {_by(array.chunks)}: expected at least 1 along each axis; {_AGAIN}", path=folder)
    size = _itemsize(array)
    if size > 1 << 20 or math.prod(shape) * size >= 1 << 62 or math.prod(sizes) * size >= 1 << 40:
        raise BadFile(
            f"an array of {_by(shape)} elements of {size} bytes in chunks of {_by(sizes)}: no such image was ever "
            f"written, the description is damaged; {_AGAIN}",
            path=folder,
        )


def chunk_grid(array: Any, index: Sequence[int | slice] | None = None) -> list[range]:
    """Return along each axis the numbers of the chunks (or shards) of a part of an array; None is all of it."""
    sizes = array.shards or array.chunks
    parts = [slice(None)] * len(sizes) if index is None else index
    return [
        range(at // size, at // size + 1) if isinstance(at, int | np.integer) else range(-(-length // size))
        for at, length, size in zip(parts, array.shape, sizes, strict=True)
    ]


def find_chunk_files(array: Any, folder: Path, index: Sequence[int | slice] | None = None) -> Iterator[Path]:
    """Yield the files that hold the chunks (or shards) of a part of an array, there or not."""
    for number in itertools.product(*chunk_grid(array, index)):
        yield folder / array.metadata.encode_chunk_key(tuple(number))


def find_missing_chunks(
    array: Any, folder: Path, index: Sequence[int | slice] | None = None, *, what: str = "the array"
) -> tuple[list[Path], int]:
    """Return the chunk files of a part of an array that are not there, and how many there should be.

    Parameters
    ----------
    array, folder
        An opened zarr array, and where it lies.
    index
        The part; None is all of it.
    what
        Its name in messages.

    Raises
    ------
    BadFile
        A Blosc chunk that is cut off, or holds another number of bytes than a chunk has (Blosc itself reads past the
        end without a word); a part of which so little is there that its size cannot be meant.
    """
    n_files = math.prod(map(len, chunk_grid(array, index)))
    if n_files > _MAX_CHUNKS:
        raise BadFile(
            f"{what} has {n_files} chunks, expected at most {_MAX_CHUNKS}: the description is damaged; {_AGAIN}",
            path=folder,
        )
    missing = []
    expected = math.prod(array.chunks) * _itemsize(array) if _has_plain_blosc(array) else None
    for file in find_chunk_files(array, folder, index):
        if not file.is_file():
            missing.append(file)
        elif expected is not None:
            found, length = _read_blosc_header(file)
            if found != expected or file.stat().st_size < length:
                how = "is cut off" if found in (expected, -1) else f"unpacks to {found} bytes, expected {expected}"
                raise BadFile(
                    f"{what} cannot be decoded: the chunk {file.relative_to(folder)} {how}; {_AGAIN}", path=folder
                )
    sizes = array.shards or array.chunks
    n_bytes = n_files * math.prod(sizes) * _itemsize(array)
    if n_bytes > _LARGE_BYTES and n_files - len(missing) < _FEW * n_files:
        raise BadFile(
            f"{what} has {n_bytes / 1e9:.3g} GB, but {len(missing)} of its {n_files} chunks are missing: the "
            f"description is damaged, or the chunks were not copied; {_AGAIN}",
            path=folder,
        )
    return missing, n_files


def list_stored_chunks(array: Any, folder: Path) -> dict[Path, tuple[int, ...]]:
    """Return the chunk files (or shards) that are there, with their numbers; others in the folder are left out."""
    found = {}
    for file in folder.rglob("*"):
        numbers = tuple(int(n) for n in re.findall(r"[0-9]+", str(file.relative_to(folder))))
        is_chunk = len(numbers) == len(array.shape) and file == folder / array.metadata.encode_chunk_key(numbers)
        if is_chunk and file.is_file():
            found[file] = numbers
    return found


def stores_empty_chunks(array: Any, stored: Mapping[Path, tuple[int, ...]]) -> bool:
    """Whether the chunks that are there prove that their writer stored those of nothing but the fill value, too.

    Then one that is missing was lost. Only the smallest file is looked into: one of a single value compresses best.

    Parameters
    ----------
    array
        An opened zarr array.
    stored
        From `list_stored_chunks`.
    """
    if not stored:
        return False
    smallest = min(stored, key=lambda file: file.stat().st_size)
    sizes = array.shards or array.chunks
    part = tuple(slice(n * size, (n + 1) * size) for n, size in zip(stored[smallest], sizes, strict=True))
    try:
        return bool(np.all(np.asarray(array[part]) == array.fill_value))
    except DECODE_ERRORS:
        return False


_AGAIN: Final = "copy or export it again"


def _itemsize(array: Any) -> int:
    return max(int(getattr(array.dtype, "itemsize", 1) or 1), 1)


def _has_plain_blosc(array: Any) -> bool:
    """Whether each file is one chunk of fixed size that was compressed with Blosc last, and by nothing before."""
    compressors = array.compressors
    return (
        array.shards is None
        and len(compressors) == 1
        and type(compressors[0]).__name__.startswith("Blosc")
        and not getattr(array, "filters", ())
        and array.dtype.kind != "O"
    )


def _read_blosc_header(file: Path) -> tuple[int, int]:
    """Return the length of a chunk when it is unpacked and as it is stored; (-1, 1) where there is no header."""
    with file.open("rb") as opened:
        header = opened.read(_BLOSC_HEADER.size)
    if len(header) < _BLOSC_HEADER.size:
        return -1, 1
    unpacked, stored = _BLOSC_HEADER.unpack(header)
    return unpacked, stored


def _by(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes)) or "no axis"
