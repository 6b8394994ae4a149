"""The size of labelled objects: that of their largest section within a plane."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["disk_diameters", "largest_sections"]


def largest_sections(labels: npt.NDArray[Any], n: int) -> npt.NDArray[np.float64]:
    """Return float64 (n,): the pixels of each label 1 .. n in the plane where it has most; 0 where there is none."""
    most = np.zeros(n + 1, np.int64)
    for plane in labels:
        counts = np.bincount(plane.ravel())
        np.maximum(most[: len(counts)], counts, out=most[: len(counts)])
    return most[1:].astype(np.float64)


def disk_diameters(areas: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the diameters of disks of these areas."""
    return np.asarray(2 * np.sqrt(areas / math.pi))
