"""Settings of the prediction with networks, whatever is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from annotated_types import Ge, Gt, Interval

from volltrack.errors import BadSettings
from volltrack.model.settings import NoneMeans, require_fields

__all__ = ["PredictionSettings"]

Percent: TypeAlias = Annotated[float, Interval(ge=0, le=100)]
Tiles: TypeAlias = Annotated[int, Ge(1)]


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

    percentiles: tuple[Percent, Percent] = (1.0, 99.8)
    cell_diameter_um: Annotated[float, Gt(0), NoneMeans("to estimate it")] | None = None
    n_tiles: Annotated[tuple[Tiles, Tiles, Tiles], NoneMeans("to choose them by the memory")] | None = None
    memory_gb: Annotated[float, Gt(0), NoneMeans("for half of what is free")] | None = None
    prob_thresh: Annotated[float, Interval(ge=0, le=1), NoneMeans("for the value of the model")] | None = None
    nms_thresh: Annotated[float, Interval(ge=0, le=1), NoneMeans("for the value of the model")] | None = None
    only_peaks: bool = False
    least_slice_iou: Annotated[float, Interval(gt=0, le=1)] = 0.3

    def __post_init__(self) -> None:
        require_fields(self)
        low, high = self.percentiles
        if not low < high:
            raise BadSettings(f"percentiles = {self.percentiles!r}: expected 0 <= low < high <= 100")

    @property
    def memory_bytes(self) -> int | None:
        """`memory_gb` in bytes."""
        return None if self.memory_gb is None else int(self.memory_gb * 2**30)
