"""Whether the size that a page claims can come from the bytes that it has; asked before memory is taken."""

from __future__ import annotations

import math
from typing import Any, Final

from volltrack.errors import BadFile

__all__ = ["require_plausible_frame", "require_plausible_page"]

_MOST_BYTES_OF_ONE: Final = {
    5: 1500,  # LZW: a code of 12 bits stands for a string of at most 4,093 bytes, reached only step by step
    7: 400,  # JPEG: a block of 64 values takes 2 bits or more for each of its components
    8: 1100,  # deflate: a length of 258 takes 2 bits, 1032 to 1
    32946: 1100,
    32773: 128,  # PackBits: 128 values take 2 bytes
}
"""By TIFF's number of the compression, the largest number of bytes that one compressed byte can become."""

_MOST_OF_OTHERS: Final = 40_000
"""The same for Zstandard (a block of 128 KiB in 4 bytes) and all others."""

_ALWAYS_FINE: Final = 2**20


def require_plausible_page(page: Any, path: object) -> None:
    """Refuse a page that claims more pixels than its bytes can hold.

    Parameters
    ----------
    page
        A page of tifffile.
    path
        The file, for the message.

    Raises
    ------
    BadFile
        Also a page without any pixel, or of a type that is not known.
    """
    key = page.keyframe  # of a page that tifffile read only in part
    if page.dtype is None:
        raise BadFile(
            f"pixels of {key.bitspersample} bits in a format that is not known (damaged?): expected 8, 16 or 32-bit "
            "numbers",
            path=path,
        )
    claimed = math.prod(page.shape) * page.dtype.itemsize
    if not page.shape or claimed <= 0:
        raise BadFile(f"a page of shape {tuple(page.shape)}, without pixels: damaged; export it again", path=path)
    stored = min(sum(count for count in page.databytecounts if count > 0), page.parent.filehandle.size)
    compression = int(key.compression)
    if compression == 1:
        most = stored if key.bitspersample in (8, 16, 32, 64) else stored * 8
    else:
        most = _ALWAYS_FINE + stored * _MOST_BYTES_OF_ONE.get(compression, _MOST_OF_OTHERS)
    tile = key.tilewidth * key.tilelength * key.tiledepth * key.samplesperpixel * page.dtype.itemsize
    if tile > 2**26 and tile > 4 * claimed:
        raise BadFile(
            f"a page of {claimed:,} bytes in tiles of {tile:,}: damaged; copy or export it again",
            path=path,
        )
    if claimed > most and (stored or claimed > _ALWAYS_FINE):
        raise BadFile(
            f"a page claims {' x '.join(map(str, page.shape))} pixels ({claimed:,} bytes), but {stored:,} bytes of the "
            "file are for it: damaged or cut off; copy or export it again",
            path=path,
        )


def require_plausible_frame(n_bytes: int, file_bytes: int, path: object) -> None:
    """Refuse a frame that is so much larger than the whole file that no compression explains it.

    Raises
    ------
    BadFile
        With both sizes.
    """
    if n_bytes > 2**28 + file_bytes * 1500:
        raise BadFile(
            f"one frame would take {n_bytes:,} bytes, from a file of {file_bytes:,}: what it says of its size is "
            "damaged; copy or export it again",
            path=path,
        )
