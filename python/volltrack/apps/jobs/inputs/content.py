"""What tells one version of an input from another, without reading all of a large movie."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

__all__ = ["describe_input"]

_WHOLE: Final = 16 * 2**20
"""Bytes up to which a file is read as a whole: a hundredth of a second."""

_BLOCK: Final = 2**16
_N_BLOCKS: Final = 64
_METADATA: Final = frozenset((".zattrs", ".zarray", ".zgroup", ".zmetadata", "zarr.json"))


def describe_input(path: Path) -> Mapping[str, Any]:
    """Return full path, size, time of change and a hash of the content.

    Notes
    -----
    A file of up to 16 MiB is hashed as a whole; of a larger one the first and last MiB and 64 blocks of 64 KiB at equal
    distances. Of a folder (OME-Zarr, an image sequence) the names, sizes and times of all files, all metadata, and 64
    other files at equal distances. What keeps size and time of change and differs between the blocks only is not seen.
    """
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    found = [file.stat() for file in files]
    digest = hashlib.blake2b(digest_size=16)
    if path.is_file():
        _add_file(digest, path, _WHOLE, _N_BLOCKS)
    else:
        for file, status in zip(files, found, strict=True):
            name = file.relative_to(path).as_posix().encode("utf-8", "surrogateescape")
            digest.update(name + f"\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
        for file in _choose(files):
            _add_file(digest, file, 2**20, 2)
    return {
        "path": str(path.resolve()),
        "bytes": sum(status.st_size for status in found),
        "changed_ns": max((status.st_mtime_ns for status in found), default=0),
        "content": digest.hexdigest(),
    }


def _choose(files: Sequence[Path]) -> list[Path]:
    """Return all metadata, and so many of the other files."""
    others = [file for file in files if file.name not in _METADATA]
    step = max(1, len(others) // _N_BLOCKS)
    return [file for file in files if file.name in _METADATA] + others[::step]


def _add_file(digest: Any, path: Path, whole: int, n_blocks: int) -> None:
    """Add the content of a file, or of a large one its ends and so many blocks between them."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= whole:
            digest.update(file.read())
            return
        places = {0: 2**20, size - 2**20: 2**20} if whole == _WHOLE else {0: _BLOCK}
        places |= {size * (block + 1) // (n_blocks + 1): _BLOCK for block in range(n_blocks)}
        for place, count in sorted(places.items()):
            file.seek(place)
            digest.update(file.read(count))
