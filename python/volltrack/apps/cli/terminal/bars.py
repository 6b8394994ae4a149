"""Progress events shown as bars on the terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tqdm import tqdm

from volltrack.apps.cli.terminal.events import are_events_on, print_event
from volltrack.progress import Progress

__all__ = ["ProgressBars"]


class ProgressBars:
    """Callable for `on_progress`: one bar per task, on standard error; silent when asked or not on a terminal.

    Parameters
    ----------
    quiet
        Show nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None  # a tqdm bar; the stubs know only bars over items
        self._task = ""

    def __call__(self, progress: Progress) -> None:
        """Show one progress event."""
        if are_events_on():
            print_event("progress", task=progress.task, done=progress.done, total=progress.total)
            return
        if self._quiet:
            return
        if self._bar is None or progress.task != self._task or self._bar.total != progress.total:
            self.close()
            self._task = progress.task
            self._bar = tqdm(desc=progress.task, total=progress.total, file=sys.stderr, mininterval=0.2, disable=None)
        self._bar.update(progress.done - self._bar.n)
        if progress.done >= progress.total:
            self.close()

    def close(self) -> None:
        """Finish the bar that is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
