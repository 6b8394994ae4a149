"""The part that a tracklet plays in its lineage, and the colour of that part (those of the paper)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.model import Lineage

__all__ = ["DAUGHTER", "PARENT", "ROLE_COLORS", "ROLE_NAMES", "SINGLE", "find_roles"]

PARENT: Final = 0
DAUGHTER: Final = 1
SINGLE: Final = 2

ROLE_NAMES: Final = ("parent", "daughter", "not dividing")
"""Names of the roles, by their number."""

ROLE_COLORS: Final = ("#2ca02c", "#d62728", "#5b8fc9")
"""Parent green and daughters red as in the paper; tracks without a division blue. Readable on white and on black."""


def find_roles(lineage: Lineage) -> npt.NDArray[np.int8]:
    """Return the role of the tracklet of each spot, (N,): `PARENT`, `DAUGHTER` or `SINGLE`.

    A daughter is a tracklet that begins at a division, whether or not it divides again; a parent is another tracklet of
    a track that holds a division. All tracklets of other tracks, and unlinked spots, are single.
    """
    n_spots = len(lineage.spots)
    roles = np.full(n_spots, SINGLE, dtype=np.int8)
    if n_spots == 0:
        return roles
    track, tracklet = lineage.track_of_spot, lineage.tracklet_of_spot
    mothers = lineage.out_degrees > 1
    roles[(track >= 0) & np.isin(track, track[mothers])] = PARENT
    born = lineage.target_rows[mothers[lineage.source_rows]]
    roles[np.isin(tracklet, tracklet[born])] = DAUGHTER
    return roles
