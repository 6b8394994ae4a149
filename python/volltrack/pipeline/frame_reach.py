"""Whether the frames of tracks are numbered so that tables and plots over time can be made of them."""

from __future__ import annotations

from typing import Final

import numpy as np

from volltrack.errors import BadTable
from volltrack.model import Lineage
from volltrack.model.counted import counted

__all__ = ["require_frames_in_reach"]

_MOST_FRAMES: Final = 1_000_000
_LONGEST_GAP: Final = 10_000
_MOST_MISSED: Final = 10_000_000


def require_frames_in_reach(lineage: Lineage) -> None:
    """Refuse spots so far from all others in time that something for each frame between them would fill the memory.

    Raises
    ------
    BadTable
        Frames beyond a million of which not one in a hundred holds a spot, or a link over more than 10,000 frames (or
        many over ten million in all) without a spot in most of them: a frame that is a time or a slip of the pen.
    """
    frames = lineage.spots.frames
    if len(frames) == 0:
        return
    n_seen, last = len(np.unique(frames)), int(frames.max())
    if last >= max(_MOST_FRAMES, 100 * n_seen):
        row = int(np.argmax(frames))
        raise BadTable(
            f"spot {lineage.spots.ids[row]} is in frame {last}, but only {counted(n_seen, 'frame')} up to there "
            f"{'holds' if n_seen == 1 else 'hold'} any spot: expected frames numbered 0, 1, 2 ...; correct it"
        )
    gaps = frames[lineage.target_rows] - frames[lineage.source_rows]
    if len(gaps) and (gaps.max() > max(_LONGEST_GAP, n_seen) or gaps.sum() > _MOST_MISSED + 100 * len(frames)):
        at = int(np.argmax(gaps))
        raise BadTable(
            f"the link {lineage.links.source_ids[at]} -> {lineage.links.target_ids[at]} goes over {gaps[at]} frames: "
            "expected spots that follow each other in time; correct their frames, or remove the link"
        )
