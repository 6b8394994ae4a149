"""The disc that a person means who points at a place where several overlap."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["find_nearest_disc"]

FloatArray = npt.NDArray[np.float64]


def find_nearest_disc(across: FloatArray, depth: FloatArray, radii: FloatArray, *, reach: float) -> int | None:
    """Return the number of the disc under a place of the screen; None where there is none.

    Of the discs that cover the place the one whose centre is nearest in space is meant. Where none covers it, discs
    smaller than `reach` count as that large: nobody hits a disc of three pixels.

    Parameters
    ----------
    across
        Centres relative to the place, in the plane of the screen, (N, 2).
    depth
        How far each centre lies before or behind the plane on view, (N,); 0 where the view has no such plane.
    radii
        Radii as drawn, (N,).
    reach
        How far beside a small disc a click still hits it.
    """
    away = np.hypot(across[:, 0], across[:, 1])
    covering = np.flatnonzero(away <= radii)
    if not len(covering):
        covering = np.flatnonzero(away <= np.maximum(radii, reach))
    if not len(covering):
        return None
    return int(covering[np.argmin(np.hypot(away[covering], depth[covering]))])
