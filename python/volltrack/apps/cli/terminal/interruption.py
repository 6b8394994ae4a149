"""Ctrl-C and SIGTERM, which clusters and Fiji send, end a command in one and the same way."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any

__all__ = ["Interruption", "has_been_interrupted"]

_AGAIN_AFTER_S = 0.05
_state = {"has_come": False, "is_heard": False}


def has_been_interrupted() -> bool:
    """Return whether a signal has told this process to end."""
    return _state["has_come"]


class Interruption:
    """While it is entered, SIGINT and SIGTERM raise `KeyboardInterrupt` in the main thread.

    Notes
    -----
    What a program has chosen for itself stays: a command that runs in the background of a shell without job control
    ignores SIGINT. Where Python swallows the error, as in a callback from C or a destructor, it is raised again.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        self._hook: Any = None
        self._again: threading.Timer | None = None

    @property
    def has_come(self) -> bool:
        """Whether one of the signals has come."""
        return has_been_interrupted()

    def __enter__(self) -> Interruption:
        if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) is _interrupt:
            return self
        _state.update(has_come=False, is_heard=True)
        for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
            if signal.getsignal(number) is usual:
                self._before[number] = signal.signal(number, _interrupt)
        self._hook, sys.unraisablehook = sys.unraisablehook, self._raise_again
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._hook is None:  # a command within a command, or in a thread
            return
        _state["is_heard"] = False  # the command has ended: what still comes must not end Python by the signal
        if self._again is not None:
            self._again.cancel()
            self._again.join()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        _state["has_come"] = False
        sys.unraisablehook = self._hook

    def _raise_again(self, unraisable: Any) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt) and has_been_interrupted():
            self._again = threading.Timer(_AGAIN_AFTER_S, _send_to_main, [next(iter(self._before), signal.SIGINT)])
            self._again.daemon = True
            self._again.start()
            return
        self._hook(unraisable)


def _send_to_main(number: signal.Signals) -> None:
    """Send a signal to the main thread, which wakes up; where POSIX threads are missing it hears of it when awake."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, number)
    else:
        _thread.interrupt_main()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    if _state["is_heard"]:
        _state["has_come"] = True
        raise KeyboardInterrupt
