"""Short pieces of work that Ctrl-C and SIGTERM do not cut in two."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

__all__ = ["uninterrupted"]


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let SIGINT and SIGTERM, where Python handles them, wait until the end of the block.

    Only the main thread of Python handles signals, so that in other threads this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[tuple[int, FrameType | None]] = []
    handlers: dict[int, Any] = {}
    for usual in (signal.SIGINT, signal.SIGTERM):
        handler = signal.getsignal(usual)
        if callable(handler):
            handlers[usual] = handler
            signal.signal(usual, lambda number, frame: waiting.append((number, frame)))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if waiting:
            number, frame = waiting[0]
            handlers[number](number, frame)
