"""LZW streams that a decoder may be given: imagecodecs follows a code that its table does not hold yet."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile

__all__ = ["require_sound_lzw"]

_LZW: Final = 5
_CLEAR, _END, _FIRST = 256, 257, 258
_TABLE: Final = 5120
"""Codes that the decoder's table holds."""
_PROBE: Final = 16
"""Codes that are looked at first: where a table is cleared again at once, the rest need not be taken apart."""
_MAX_SHORT_RUNS: Final = 20_000
"""So many tables that are cleared within `_PROBE` codes are no writer's work, and would take long to look through."""

IntArray = npt.NDArray[np.int64]


def require_sound_lzw(page: Any, path: object) -> None:
    """Check the LZW streams of a page; pages of other compressions pass.

    Parameters
    ----------
    page
        Of tifffile, its file open.
    path
        For the message.

    Raises
    ------
    BadFile
        A code that stands first after a clearing of the table is itself one of the table.

    Notes
    -----
    imagecodecs 2026.3.6 checks each code against its table except for this one, follows what lies in memory there, and
    ends the process (imcd.c, imcd_lzw_decode). All codes up to the next clearing are taken apart at once, with numpy.
    """
    if int(page.compression) != _LZW:
        return
    segments = page.parent.filehandle.read_segments(page.dataoffsets, page.databytecounts)
    for data, number in segments:
        if data and not _is_sound(data):
            raise BadFile(f"strip or tile {number + 1} is damaged (LZW code that is not known yet)", path=path)


def _is_sound(data: bytes) -> bool:
    is_old_style = len(data) > 1 and data[0] == 0 and bool(data[1] & 1)
    starts, widths = _LSB if is_old_style else _MSB
    padded = np.frombuffer(data + b"\0\0\0", dtype=np.uint8).astype(np.int64)
    n_bits, at, n_short = 8 * len(data), 0, 0
    while at + 9 <= n_bits:
        for count in (_PROBE, _TABLE):
            codes = _read_codes(padded, at + starts[:count], widths[:count], is_old_style, n_bits)
            special = np.flatnonzero((codes == _CLEAR) | (codes == _END))
            if len(special) or len(codes) < count:
                break
        if codes[0] >= _FIRST and at > 0:
            return False
        if not len(special) or codes[special[0]] == _END:
            return True
        n_short += int(special[0] < _PROBE)
        if n_short > _MAX_SHORT_RUNS:
            return False
        at += int(starts[special[0]] + widths[special[0]])
    return True


def _read_codes(data: IntArray, bits: IntArray, widths: IntArray, is_old_style: bool, n_bits: int) -> IntArray:
    """Return the codes at these bits, as far as they lie in the stream."""
    count = int(np.count_nonzero(bits + widths <= n_bits))
    bits, widths = bits[:count], widths[:count]
    byte, shift = bits >> 3, bits & 7
    if is_old_style:
        word = data[byte] | data[byte + 1] << 8 | data[byte + 2] << 16
        found: IntArray = (word >> shift) & ((1 << widths) - 1)
    else:
        word = data[byte] << 16 | data[byte + 1] << 8 | data[byte + 2]
        found = (word >> (24 - shift - widths)) & ((1 << widths) - 1)
    return found


def _schedule(changes: tuple[int, int, int]) -> tuple[IntArray, IntArray]:
    """Return bit offsets and widths of the codes after a clearing: they widen where the table has these sizes."""
    table = _FIRST + np.maximum(np.arange(_TABLE) - 1, 0)
    widths = np.full(_TABLE, 9, dtype=np.int64)
    for size in changes:
        widths += table >= size
    return np.concatenate([[0], np.cumsum(widths)[:-1]]), widths


_MSB = _schedule((511, 1023, 2047))
_LSB = _schedule((512, 1024, 2048))
