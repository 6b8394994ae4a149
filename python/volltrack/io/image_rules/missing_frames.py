"""Frames that a file lacks: said in words, and left out at the end of a movie."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from volltrack.errors import BadFile
from volltrack.model import LabelMovie, Movie

__all__ = ["drop_last_missing", "leave_out", "list_frames"]

_log = logging.getLogger(__name__)


def drop_last_missing(n_frames: int, incomplete: Mapping[int, int], name: str) -> tuple[int, tuple[int, ...]]:
    """Return how many frames a movie has up to its last whole one, and which of all are not whole.

    Frames keep their numbers. What is left out is said in the log.

    Parameters
    ----------
    n_frames
        How many are promised.
    incomplete
        For each frame that is not whole the number of planes that it lacks.
    name
        The file.

    Raises
    ------
    BadFile
        No frame is whole.
    """
    if not incomplete:
        return n_frames, ()
    last = next((t for t in reversed(range(n_frames)) if t not in incomplete), None)
    if last is None:
        raise BadFile(f"none of the {n_frames} frames is whole: there is nothing to go on with", path=name)
    missing = tuple(sorted(incomplete))
    _log.warning(
        "%s: %d of %d frames lack planes and are left out (frames %s); frame numbers stay as they are",
        name,
        len(incomplete),
        n_frames,
        list_frames(incomplete),
    )
    return last + 1, missing


def leave_out(labels: LabelMovie, raws: Sequence[Movie]) -> LabelMovie:
    """Return labels without those of frames that a raw movie lacks: nothing can be measured of them."""
    gone = tuple(sorted({t for raw in raws for t in raw.missing} | set(labels.missing)))
    return replace(labels, missing=gone) if gone != labels.missing else labels


def list_frames(frames: Iterable[int]) -> str:
    """Return numbers in words: ``"3, 7 to 9"``."""
    parts: list[list[int]] = []
    for t in sorted(frames):
        if parts and parts[-1][1] == t - 1:
            parts[-1][1] = t
        else:
            parts.append([t, t])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in parts)
