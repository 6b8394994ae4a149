"""What the TIFF library raises and logs when a file is damaged."""

from __future__ import annotations

import contextlib
import logging
import lzma
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Final

import tifffile

__all__ = ["TIFFFILE_ERRORS", "quiet_tifffile"]

TIFFFILE_ERRORS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    FileNotFoundError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    tifffile.TiffFileError,
    zlib.error,
)
"""What damaged bytes make tifffile, imagecodecs and numpy raise: they trust a file, and fail wherever they stand."""


@contextlib.contextmanager
def quiet_tifffile() -> Iterator[list[str]]:
    """Collect what tifffile would log; our own errors say it once and with a remedy."""
    messages: list[str] = []
    thread = threading.get_ident()

    def keep(record: logging.LogRecord) -> bool:
        if record.thread != thread:
            return True
        messages.append(record.getMessage())
        return False

    logger = logging.getLogger("tifffile")
    logger.addFilter(keep)
    try:
        yield messages
    finally:
        logger.removeFilter(keep)
