"""Random lineages of every shape that a lineage may have, for round trips and comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Ge

from volltrack.model import Lineage, Links, Spots
from volltrack.model.settings import Fraction, Positive, require_fields

__all__ = ["LineageShape", "make_random_lineage"]


@dataclass(frozen=True, kw_only=True)
class LineageShape:
    """How `make_random_lineage` grows.

    Parameters
    ----------
    n_frames
        Number of frames, >= 1. Default 12.
    n_founders
        Number of lines that begin in each of the first three frames together, >= 0. Default 4.
    division_rate, merge_rate, gap_rate, end_rate
        Chance, 0 to 1, that a line of one frame divides (in two, rarely three), joins another line, misses a frame, or
        ends. Defaults 0.25, 0.08, 0.15, 0.15.
    frame_interval
        ``POSITION_T`` of frame 1, > 0. Default 0.1, which no binary number holds exactly.
    """

    n_frames: Annotated[int, Ge(1)] = 12
    n_founders: Annotated[int, Ge(0)] = 4
    division_rate: Fraction = 0.25
    merge_rate: Fraction = 0.08
    gap_rate: Fraction = 0.15
    end_rate: Fraction = 0.15
    frame_interval: Positive = 0.1

    def __post_init__(self) -> None:
        require_fields(self)


def make_random_lineage(seed: int, shape: LineageShape | None = None) -> Lineage:
    """Return a lineage with divisions, merges, gaps and unlinked spots; ids and rows in random order.

    Parameters
    ----------
    seed
        The same seed and shape give the same lineage.
    shape
        See `LineageShape`; None for its defaults.
    """
    shape = shape or LineageShape()
    rng = np.random.default_rng(seed)
    frames: list[int] = []
    links: set[tuple[int, int]] = set()
    waiting: dict[int, list[int]] = {frame: [] for frame in range(shape.n_frames + 2)}

    def add_spot(frame: int) -> int:
        frames.append(frame)
        waiting[frame].append(len(frames) - 1)
        return len(frames) - 1

    for _ in range(shape.n_founders):
        add_spot(int(rng.integers(0, min(3, shape.n_frames))))
    for frame in range(shape.n_frames - 1):
        for mother in waiting[frame]:
            if rng.random() < shape.end_rate:
                continue
            n_daughters = 1 if rng.random() >= shape.division_rate else int(rng.choice([2, 2, 2, 3]))
            for _ in range(n_daughters):
                later = min(frame + (2 if rng.random() < shape.gap_rate else 1), shape.n_frames - 1)
                joins = bool(waiting[later]) and rng.random() < shape.merge_rate
                links.add((mother, int(rng.choice(waiting[later])) if joins else add_spot(later)))

    ids = rng.permutation(3 * len(frames))[: len(frames)].astype(np.int64)
    rows = rng.permutation(len(frames))
    frame_of = np.array(frames, dtype=np.int64)[rows]
    positions = rng.normal(0.0, 50.0, size=(len(frames), 3))
    table = pd.DataFrame(
        {
            "ID": ids[rows],
            "FRAME": frame_of,
            "POSITION_X": positions[:, 0],
            "POSITION_Y": positions[:, 1],
            "POSITION_Z": positions[:, 2],
            "POSITION_T": frame_of * shape.frame_interval,
            "RADIUS": rng.uniform(1.0, 5.0, size=len(frames)),
            "QUALITY": rng.integers(1, 500, size=len(frames)).astype(np.float64),
        }
    )
    pairs = np.array(sorted(links), dtype=np.int64).reshape(-1, 2)
    pairs = pairs[rng.permutation(len(pairs))]
    return Lineage(spots=Spots(table=table), links=Links.from_arrays(ids[pairs[:, 0]], ids[pairs[:, 1]]))
