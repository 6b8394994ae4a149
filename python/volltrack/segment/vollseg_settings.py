"""Settings of the segmentation with networks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from volltrack.errors import BadSettings
from volltrack.segment.object_growth import ObjectGrowthSettings
from volltrack.segment.residual_seeds import ResidualSettings

__all__ = ["VollSegSettings"]


@dataclass(frozen=True, kw_only=True)
class VollSegSettings:
    """How the outputs of the networks become cells.

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
        Tiles along (z, y, x), each >= 1; chosen from the memory when not given.
    memory_gb
        What the networks may use when tiles are chosen, > 0; half of the free memory, and at most 3
        GiB, when not given.
    prob_thresh, nms_thresh, only_peaks
        See `volltrack.segment.star.StarSettings`.
    mask_threshold, tissue_threshold
        Outputs of the U-Nets above it are foreground, or tissue; Otsu's threshold of each frame when not given.
    seed_rule
        Where cells grow from, beside StarDist's centroids. ``"box"``: the centroids of mask components whose box holds
        no StarDist centroid (the paper's). ``"label"``: of those that hold none themselves. ``"residual"``: also
        large, nearly convex parts of the mask that StarDist objects do not cover, for cells that touch. ``"object"``:
        StarDist's objects grow as a whole, inside mask and objects together, and what lies beyond their reach becomes
        further cells; better where StarDist misses many cells, as in membranes of low signal, and four times as slow.
        The default was chosen on `volltrack.testing.dense_tissue` (benchmarks/segment): F1 at IoU 0.5 is 0.96 with it,
        0.90 with the other two, 0.91 for StarDist alone.
    residual
        See `ResidualSettings`; used by ``"residual"``.
    objects
        See `ObjectGrowthSettings`; used by ``"object"``.
    join_masks
        Whether voxels of StarDist objects count as foreground where the U-Net says background. The paper's rule is
        False: an object outside the mask is lost. Where StarDist is right and the mask has gaps, True is better (F1
        0.99 on the same tissue).
    merge_score
        Neighbours are joined to one cell that score at least this on the map over which they grew, > 0: see
        `volltrack.segment.fragments.join_fragments`. Larger joins less; nothing is joined when not given, as in the
        paper.
    use_probability
        Grow over the probability map (True) or over the distance map.
    marker_radius_px
        Radius of the seeds, >= 0; the paper's ball(2) and disk(2).
    min_size, max_size
        Objects with fewer or more voxels are removed; >= 0, and no upper limit when not given.
    min_volume
        Objects smaller than this fraction of the ball of `cell_diameter_um` are removed, 0 .. 1; counts only where that
        is known, given or estimated.
    fill_holes
        Whether background that a cell encloses becomes part of it.
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
    mask_threshold: float | None = None
    tissue_threshold: float | None = None
    seed_rule: Literal["box", "label", "residual", "object"] = "residual"
    residual: ResidualSettings = field(default_factory=ResidualSettings)
    objects: ObjectGrowthSettings = field(default_factory=ObjectGrowthSettings)
    join_masks: bool = False
    merge_score: float | None = None
    use_probability: bool = True
    marker_radius_px: float = 2.0
    min_size: int = 0
    max_size: int | None = None
    min_volume: float = 0.0
    fill_holes: bool = True
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
        if self.seed_rule not in ("box", "label", "residual", "object"):
            raise BadSettings(f"seed_rule = {self.seed_rule!r}: expected 'box', 'label', 'residual' or 'object'")
        if self.merge_score is not None and not self.merge_score > 0:
            raise BadSettings(f"merge_score = {self.merge_score!r}: expected a number > 0, or none to join nothing")
        if not self.marker_radius_px >= 0:
            raise BadSettings(f"marker_radius_px = {self.marker_radius_px!r}: expected a number >= 0")
        if self.min_size < 0 or (self.max_size is not None and self.max_size < self.min_size):
            raise BadSettings(
                f"min_size = {self.min_size}, max_size = {self.max_size}: expected 0 <= min_size <= max_size"
            )
        if not 0 <= self.min_volume <= 1:
            raise BadSettings(f"min_volume = {self.min_volume!r}: expected 0 to 1")
        if not 0 < self.least_slice_iou <= 1:
            raise BadSettings(f"least_slice_iou = {self.least_slice_iou!r}: expected more than 0 and at most 1")

    @property
    def memory_bytes(self) -> int | None:
        """`memory_gb` in bytes."""
        return None if self.memory_gb is None else int(self.memory_gb * 2**30)
