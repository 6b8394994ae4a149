"""Problems: what is wrong with a TrackMate file, where, what TrackMate makes of it, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from volltrack.errors import BadFile
from volltrack.model.counted import counted

__all__ = ["Problem", "Severity", "raise_first"]

Severity: TypeAlias = Literal["refused", "lost", "warning"]
"""``refused``: TrackMate does not open the file, or breaks when it shows or saves it. ``lost``: it opens the file and
drops data of it. ``warning``: it opens the file, says something or puts a default in place, and keeps the data."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a TrackMate file.

    Parameters
    ----------
    severity
        See `Severity`.
    element, attribute
        Where it is; `attribute` is empty when the element itself is the matter.
    line
        1-based line of the element; None when something is missing from the whole file.
    message
        What was found, what TrackMate does with it, what to do.
    stops_reading
        Whether our own reader refuses the file too, because the tables could not hold what it says.
    """

    severity: Severity
    element: str
    attribute: str = ""
    line: int | None = None
    message: str
    stops_reading: bool = False

    @property
    def text(self) -> str:
        """The problem on one line, as the command line shows it."""
        where = f"<{self.element}>" + (f" {self.attribute}" if self.attribute else "")
        return f"{self.severity}: {'' if self.line is None else f'line {self.line}: '}{where}: {self.message}"


def raise_first(problems: Iterable[Problem], path: object) -> None:
    """Raise `BadFile` for the first problem that stops reading, with the number of the others.

    Raises
    ------
    BadFile
        With element, attribute and line.
    """
    stopping = [p for p in problems if p.stops_reading]
    if stopping:
        first = stopping[0]
        where = f"<{first.element}>" + (f" {first.attribute}" if first.attribute else "")
        n_more = counted(len(stopping) - 1, "more such problem")
        more = f" ({n_more}: run 'volltrack check')" if len(stopping) > 1 else ""
        raise BadFile(f"{where}: {first.message}{more}", path=path, line=first.line)
