"""Raw stacks and their labels, paired by name and read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadTable, BadValue, ShapeMismatch
from volltrack.segment.frame_check import require_frame

__all__ = ["TrainingPair", "pair_names"]


@dataclass(frozen=True, kw_only=True)
class TrainingPair:
    """One stack with its labels.

    Parameters
    ----------
    name
        Tells a person which it is.
    read_raw
        Returns the image (Z, Y, X), or (Y, X) as one plane.
    read_labels
        Returns whole numbers of the same shape: 0 is background, each other value one cell.
    """

    name: str
    read_raw: Callable[[], npt.NDArray[Any]]
    read_labels: Callable[[], npt.NDArray[Any]]

    def load(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        """Return image and labels, both (Z, Y, X).

        Raises
        ------
        BadValue
            If the image holds NaN, or the labels are not whole numbers >= 0.
        ShapeMismatch
            If the two differ in shape.
        """
        raw = require_frame(self.read_raw(), f"raw image {self.name}")
        labels = np.asarray(self.read_labels())
        if labels.dtype.kind not in "iub" or (labels.size and labels.min() < 0):
            raise BadValue(f"labels {self.name} are {labels.dtype}: expected whole numbers >= 0")
        labels = labels[np.newaxis] if labels.ndim == 2 else labels
        if labels.shape != raw.shape:
            raise ShapeMismatch(
                f"{self.name}: the raw image is {raw.shape} but its labels are {labels.shape}: expected the same shape"
            )
        return raw, labels.astype(np.int32)


def pair_names(raw_names: Collection[str], label_names: Collection[str]) -> list[str]:
    """Return the names that both have, sorted.

    Raises
    ------
    BadTable
        Naming every image without labels, every labels without an image, or that there is none at all.
    """
    raw, labels = set(raw_names), set(label_names)
    lonely = [f"raw image {n} has no labels" for n in sorted(raw - labels)]
    lonely += [f"labels {n} have no raw image" for n in sorted(labels - raw)]
    if lonely:
        shown = "; ".join(lonely[:8]) + (f"; and {len(lonely) - 8} more" if len(lonely) > 8 else "")
        raise BadTable(f"files that do not pair by name: {shown}. Rename, add or remove them")
    if not raw:
        raise BadTable("no training images: expected Raw/ and Segmentation/ with TIFF files of the same names")
    return sorted(raw)
