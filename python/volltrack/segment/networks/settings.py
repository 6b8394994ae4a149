"""Settings of the prediction with networks, whatever is made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from volltrack.errors import BadSettings

__all__ = ["PredictionSettings"]


@dataclass(frozen=True, kw_only=True)
class PredictionSettings:
    """How a frame is shown to the networks, and how StarDist's candidates become objects.

    Parameters
    ----------
    percentiles
        The image is scaled so that these percentiles of a frame become 0 and 1, 0 .. 100. StarDist's and csbdeep's
        usual (1, 99.8).
    cell_diameter_um
        Typical diameter of a cell within a plane, > 0, in the unit of the voxel size. Only networks that were trained
        for cells of one size, as the shipped ones, use it: the image is scaled to that size for them. Estimated from
        the movie when not given.
    n_tiles
        Tiles along (z, y, x), each >= 1; chosen from the memory when not given. A network for planes takes the last
        two. An object on a seam stays one object: the tiles give candidates, and objects are chosen among all of them.
    memory_gb
        What the networks may use when tiles are chosen, > 0; half of the free memory, and at most 3
        GiB, when not given.
    prob_thresh
        Least probability of an object, 0 .. 1; the value in ``thresholds.json`` of the model when not given, or else
        StarDist's default 0.5.
    nms_thresh
        Overlap above which two candidates are one object, 0 .. 1; as `prob_thresh`, default 0.4.
    only_peaks
        Whether only the peaks of the probability are candidates, which is much faster (see
        `volltrack.segment.networks.star.peaks`); else all voxels above `prob_thresh`, as the library does it.
    least_slice_iou
        A 2D StarDist network on a stack: objects of two planes with at least this overlap are one, 0 < .. <= 1.
    """

    percentiles: tuple[float, float] = (1.0, 99.8)
    cell_diameter_um: float | None = None
    n_tiles: tuple[int, int, int] | None = None
    memory_gb: float | None = None
    prob_thresh: float | None = None
    nms_thresh: float | None = None
    only_peaks: bool = False
    least_slice_iou: float = 0.3

    def __post_init__(self) -> None:
        low, high = self.percentiles
        if not 0 <= low < high <= 100:
            raise BadSettings(f"percentiles = {self.percentiles!r}: expected 0 <= low < high <= 100")
        if self.n_tiles is not None and (len(self.n_tiles) != 3 or any(n < 1 or n != int(n) for n in self.n_tiles)):
            raise BadSettings(f"n_tiles = {self.n_tiles!r}: expected three whole numbers >= 1 for z, y, x")
        diameter = self.cell_diameter_um
        if diameter is not None and not (math.isfinite(diameter) and diameter > 0):
            raise BadSettings(f"cell_diameter_um = {diameter!r}: expected a finite number > 0, or none to estimate it")
        if self.memory_gb is not None and not (math.isfinite(self.memory_gb) and self.memory_gb > 0):
            raise BadSettings(f"memory_gb = {self.memory_gb!r}: expected a number > 0")
        for name in ("prob_thresh", "nms_thresh"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise BadSettings(f"{name} = {value!r}: expected 0 to 1, or nothing for the value of the model")
        if not 0 < self.least_slice_iou <= 1:
            raise BadSettings(f"least_slice_iou = {self.least_slice_iou!r}: expected more than 0 and at most 1")

    @property
    def memory_bytes(self) -> int | None:
        """`memory_gb` in bytes."""
        return None if self.memory_gb is None else int(self.memory_gb * 2**30)
