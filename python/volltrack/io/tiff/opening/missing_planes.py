"""Planes that a file promises and does not hold."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["MissingPlanes", "find_missing_pages"]


@dataclass(frozen=True, kw_only=True)
class MissingPlanes:
    """What a file lacks.

    Parameters
    ----------
    promised
        Planes that the description promises.
    numbers
        Which of them are not there, from 0 in the order of the file.
    promise
        Who promises them, such as ``"the OME-XML"``.
    evidence
        What the file holds in their place: bytes, pages, files.
    what
        What is wrong, in a word.
    """

    promised: int
    numbers: frozenset[int] = frozenset()
    promise: str = ""
    evidence: str = ""
    what: str = "truncated"

    def describe(self) -> str:
        """Return what is missing, and how that is known, in a line."""
        n_found = self.promised - len(self.numbers)
        return (
            f"{self.what}: {self.promise} promises {self.promised} planes, the file holds {n_found}; plane "
            f"{min(self.numbers) + 1} of {self.promised} is missing, the first of {len(self.numbers)} ({self.evidence})"
        )

    def find_frames(self, axes: str, shape: Sequence[int], channel: int) -> dict[int, int]:
        """Return for each frame of a channel that lacks planes how many it lacks.

        Parameters
        ----------
        axes, shape
            Axes between the planes, slowest first, and their lengths.
        channel
            From 0.
        """
        found: dict[int, int] = {}
        if not self.numbers:
            return found
        for number, index in enumerate(itertools.product(*map(range, shape))):
            place = dict(zip(axes, index, strict=True))
            if number in self.numbers and place.get("C", channel) == channel:
                t = place.get("T", 0)
                found[t] = found.get(t, 0) + 1
        return found


def find_missing_pages(pages: Iterable[Any], n_promised: int) -> frozenset[int]:
    """Return the numbers of pages that are not there, have no bytes, or lie behind the end of their file."""
    missing = set()
    count = 0
    sizes: dict[int, int] = {}
    for number, page in enumerate(pages):
        count = number + 1
        if page is None:
            missing.add(number)
            continue
        owner = id(page.parent)
        if owner not in sizes:
            sizes[owner] = os.path.getsize(page.parent.filehandle.path)  # other files of an OME-TIFF are closed
        ends = [start + length for start, length in zip(page.dataoffsets, page.databytecounts, strict=False)]
        if not ends or max(ends) > sizes[owner] or max(page.databytecounts) <= 0 or min(page.dataoffsets) <= 0:
            missing.add(number)
    return frozenset(missing | set(range(count, n_promised)))
