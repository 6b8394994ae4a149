"""Foreground masks with U-Nets of csbdeep (CARE networks whose target is a mask)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.segment.networks.care import CareNetwork
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.networks.packages import import_network_package

__all__ = ["UnetNetwork", "binarise_foreground"]


class UnetNetwork(CareNetwork):
    """A U-Net ready to predict how much each voxel belongs to the foreground, about 1 there and 0 elsewhere.

    The image must be normalised; the output is that of ``CARE.predict(image, axes, normalizer=None)``.

    Parameters
    ----------
    folder
        From `find_model`.

    Raises
    ------
    BadFile
        If the weights do not fit the settings of the network.
    MissingPackage
        If csbdeep is not installed.
    """

    def __init__(self, folder: ModelFolder) -> None:
        super().__init__(folder, lambda: import_network_package("csbdeep.models").CARE, "csbdeep")

    def _run(self, image: npt.NDArray[np.float32], axes: str, n_tiles: tuple[int, ...]) -> npt.NDArray[Any]:
        output: npt.NDArray[Any] = self.library_model.predict(image, axes, normalizer=None, n_tiles=n_tiles)
        return output


def binarise_foreground(
    foreground: npt.NDArray[np.float32], threshold: float | None = None
) -> tuple[npt.NDArray[np.bool_], float]:
    """Return the mask of voxels above a threshold, and the threshold.

    Parameters
    ----------
    foreground
        Output of a U-Net.
    threshold
        In units of the output; Otsu's threshold when not given.

    Raises
    ------
    BadValue
        If the output holds NaN or infinity, as that of a network whose training failed.

    Notes
    -----
    Otsu's method always splits the values in two. A picture of background alone (or of foreground alone) is
    recognised by an output that stays on one side of 0.5 by more than 0.25, and becomes an empty (or full) mask.
    """
    lowest, highest = float(foreground.min()), float(foreground.max())
    if not (math.isfinite(lowest) and math.isfinite(highest)):
        raise BadValue("the U-Net gave NaN or infinity: its weights are broken; train it again or take another model")
    if threshold is None:
        is_one_sided = highest < 0.25 or lowest > 0.75
        threshold = 0.5 if is_one_sided else _otsu(foreground, lowest, highest)
    return np.asarray(foreground > threshold), float(threshold)


def _otsu(values: npt.NDArray[np.float32], lowest: float, highest: float) -> float:
    """Return Otsu's threshold on 256 bins (Otsu 1979, doi:10.1109/TSMC.1979.4310076)."""
    if highest <= lowest:
        return 0.5
    counts, edges = np.histogram(values, bins=256, range=(lowest, highest))
    centres = 0.5 * (edges[1:] + edges[:-1])
    below = np.cumsum(counts)[:-1]
    above = below[-1] + counts[-1] - below
    sums = np.cumsum(counts * centres)
    mean_below = sums[:-1] / np.maximum(below, 1)
    mean_above = (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    return float(centres[int(np.argmax(below * above * (mean_above - mean_below) ** 2))])
