"""The text file of a Cell Tracking Challenge result: one line ``L B E P`` for each track."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile

__all__ = ["TRACK_FILES", "CtcTracks", "format_tracks", "read_tracks"]

TRACK_FILES: Final = ("res_track.txt", "man_track.txt")
"""Names of the file in a result and in a ground truth."""


_MOST_DIGITS: Final = 10
"""Of a number of 32 bits, which is the largest label of a mask."""


@dataclass(frozen=True, kw_only=True)
class CtcTracks:
    """Tracks in the sense of the challenge: unbranched, one label each.

    Parameters
    ----------
    label, first_frame, last_frame, parent
        One entry per track, int64 (N,); parent is 0 where there is none.
    """

    label: npt.NDArray[np.int64]
    first_frame: npt.NDArray[np.int64]
    last_frame: npt.NDArray[np.int64]
    parent: npt.NDArray[np.int64]


def format_tracks(tracks: CtcTracks) -> str:
    """Return the text of the file."""
    rows = zip(tracks.label, tracks.first_frame, tracks.last_frame, tracks.parent, strict=True)
    return "".join(f"{label} {first} {last} {parent}\n" for label, first, last, parent in rows)


def read_tracks(path: Path) -> CtcTracks:
    """Return the tracks in a file.

    Raises
    ------
    BadFile
        With the line: not four whole numbers, a label that stands twice or is 0, an end before the beginning, a parent
        that is unknown or lives on.
    """
    rows: list[tuple[int, ...]] = []
    lines: dict[int, int] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadFile("not UTF-8 text", path=path) from error
    for number, content in enumerate(text.splitlines(), start=1):
        if not content.strip():
            continue
        fields = content.split()
        if len(fields) != 4 or not all(f.isdecimal() and len(f) <= _MOST_DIGITS for f in fields):
            raise BadFile(f"{content[:60]!r}: expected four whole numbers L B E P", path=path, line=number)
        label, first, last, _ = row = tuple(map(int, fields))
        if label == 0 or label in lines:
            reason = "0 is the background" if label == 0 else f"stands in line {lines[label]} too"
            raise BadFile(f"track {label}: {reason}", path=path, line=number)
        if last < first:
            raise BadFile(f"track {label} ends in frame {last}, before it begins in {first}", path=path, line=number)
        lines[label] = number
        rows.append(row)
    last_of = {row[0]: row[2] for row in rows}
    for label, first, _, parent in rows:
        if parent and parent not in last_of:
            raise BadFile(f"track {label} has parent {parent}, which is no track", path=path, line=lines[label])
        if parent and last_of[parent] >= first:
            raise BadFile(
                f"track {label} begins in frame {first}, but its parent {parent} lives until {last_of[parent]}",
                path=path,
                line=lines[label],
            )
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return CtcTracks(label=columns[:, 0], first_frame=columns[:, 1], last_frame=columns[:, 2], parent=columns[:, 3])
