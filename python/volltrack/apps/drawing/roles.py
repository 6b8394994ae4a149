"""The part that a tracklet plays in its lineage, and the colour of that part (those of the paper)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.analyse import Tracklets
from volltrack.model import Lineage

__all__ = ["DAUGHTER", "PARENT", "ROLE_COLORS", "ROLE_NAMES", "SINGLE", "find_roles"]

PARENT: Final = 0
DAUGHTER: Final = 1
SINGLE: Final = 2

_NUMBERS: Final = {"parent": PARENT, "daughter": DAUGHTER, "single": SINGLE}

ROLE_NAMES: Final = ("parent", "daughter", "not dividing")
"""Names of the roles, by their number."""

ROLE_COLORS: Final = ("#2ca02c", "#d62728", "#5b8fc9")
"""Parent green and daughters red as in the paper; tracks without a division blue. Readable on white and on black."""


def find_roles(lineage: Lineage) -> npt.NDArray[np.int8]:
    """Return the role of the tracklet of each spot, (N,): `PARENT`, `DAUGHTER` or `SINGLE`; see `Tracklets.roles`."""
    tracklets = Tracklets.of(lineage)
    of_tracklet = np.array([_NUMBERS[role] for role in tracklets.roles.tolist()], dtype=np.int8)
    roles = np.full(len(lineage.spots), SINGLE, dtype=np.int8)
    roles[tracklets.rows] = of_tracklet[tracklets.number]
    return roles
