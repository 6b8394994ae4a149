"""Candidates of StarDist thinned to the peaks of its probability, because its suppression takes most of the time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from volltrack.segment.networks.star.candidates import StarCandidates

__all__ = ["keep_peaks"]

_SMOOTH = 0.7
"""Standard deviation in grid points: noise makes no peaks of its own."""

_REACH = {2: (1, 1), 3: (2, 1, 1)}
"""A peak is the largest value so many grid points around, by dimensions."""


def keep_peaks(candidates: StarCandidates, grid: tuple[int, ...]) -> StarCandidates:
    """Return only the candidates that lie on a peak of the probability map.

    Parameters
    ----------
    candidates
        From `volltrack.segment.networks.star.candidates.predict_candidates`.
    grid
        Step of the grid of the network along each axis.

    Notes
    -----
    StarDist compares every candidate with every other one near by, and a cell has hundreds of them: on a frame of
    16 x 192 x 192 voxels with 106 cells that took 14.5 of 16.3 CPU seconds. The peaks are about one per cell, and
    suppression has still to choose where a cell has several.
    """
    smooth = ndimage.gaussian_filter(candidates.probability, _SMOOTH, mode="nearest")
    size = [2 * reach + 1 for reach in _REACH[smooth.ndim]]
    is_peak = smooth >= ndimage.maximum_filter(smooth, size, mode="nearest")
    kept = is_peak[tuple((candidates.points // np.array(grid)).T)]
    return replace(
        candidates,
        scores=candidates.scores[kept],
        distances=candidates.distances[kept],
        points=candidates.points[kept],
    )
