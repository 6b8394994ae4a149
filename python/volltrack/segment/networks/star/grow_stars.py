"""StarDist's objects grown over what it calls probable: the arms of a cell that no star-convex object reaches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from skimage.segmentation import watershed

__all__ = ["grow_stars"]


def grow_stars(
    labels: npt.NDArray[np.int32], probability: npt.NDArray[np.float32], least_prob: float
) -> npt.NDArray[np.int32]:
    """Return the objects, grown within their planes over connected pixels of at least this probability.

    Parameters
    ----------
    labels
        int32 (Z, Y, X): objects; each keeps its pixels.
    probability
        float32 (Z, Y, X): StarDist's, which is low but not 0 in thin parts of a cell, as it was trained on the
        distance to the border in relation to the largest of the cell.
    least_prob
        0 < .. < 1.

    Notes
    -----
    A watershed from the objects down the probability (Meyer 1991): the steeper part of two neighbours wins.
    """
    grown = [
        watershed(-shown, plane, mask=(shown >= least_prob) | (plane > 0))  # type: ignore[no-untyped-call]
        for plane, shown in zip(labels, probability, strict=True)
    ]
    return np.stack(grown).astype(np.int32)
