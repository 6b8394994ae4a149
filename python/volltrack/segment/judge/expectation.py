"""How good several segmentations of the same frames are to be expected, each seen beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

__all__ = ["Looks", "expect_f1"]

_DOUBT: Final = 1.5
"""Chances count by this power: a crowd of unlikely objects is worth less than a few likely ones."""

_LEAST_SHARE: Final = 0.2
"""A segmentation says how many cells there are when at least this share of its objects counts."""


@dataclass(frozen=True, kw_only=True)
class Looks:
    """How the objects of a segmentation look, all frames together.

    Parameters
    ----------
    n_found
        Objects.
    likely
        The sum of their chances.
    confident
        The same with doubtful ones counted less.
    """

    n_found: int
    likely: float
    confident: float

    @classmethod
    def of(cls, chances: npt.NDArray[np.float64]) -> Self:
        """Return what the chances of the objects sum up to."""
        return cls(n_found=len(chances), likely=float(chances.sum()), confident=float((chances**_DOUBT).sum()))


def expect_f1(segmentations: Sequence[Looks]) -> list[float]:
    """Return the F1 at IoU .5 that is to be expected of each segmentation, 0 .. 1.

    Notes
    -----
    2 C / (N + T): C the cells among the N objects, T the cells that there are. T is at least what the best of the
    segmentations found: one that lumps cells together is short of it. The power and the share were chosen on the tune
    part of the real images (``benchmarks/segment/fit_judge.py``).
    """
    there = max((s.confident for s in segmentations if s.confident >= _LEAST_SHARE * s.n_found), default=0.0)
    return [2 * s.confident / max(s.n_found + max(there, s.likely), 1.0) for s in segmentations]
