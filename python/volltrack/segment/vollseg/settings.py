"""Settings of the segmentation with networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from volltrack.errors import BadSettings
from volltrack.model.settings import Fraction, Infinite, NoneMeans, NotNegative
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.vollseg.object_growth import ObjectGrowthSettings
from volltrack.segment.vollseg.residual_seeds import ResidualSettings

__all__ = ["VollSegSettings"]


@dataclass(frozen=True, kw_only=True)
class VollSegSettings(PredictionSettings):
    """How the outputs of the networks become cells.

    Parameters
    ----------
    percentiles, cell_diameter_um, n_tiles, memory_gb, prob_thresh, nms_thresh, only_peaks, least_slice_iou
        See `volltrack.segment.networks.settings.PredictionSettings`.
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
        Objects smaller than this fraction of the ball of `cell_diameter_um` (in planes the disk) are removed, 0 .. 1;
        counts only where that is known, given or estimated.
    fill_holes
        Whether background that a cell encloses becomes part of it.
    least_chance
        Objects that are less likely bright cells than this are dropped, 0 .. 1, as in `ClassicalSettings`; 0 keeps all,
        as networks for other kinds of images need it.
    """

    mask_threshold: Annotated[float, NoneMeans("for Otsu's")] | None = None
    tissue_threshold: Annotated[float, NoneMeans("for Otsu's")] | None = None
    seed_rule: Literal["box", "label", "residual", "object"] = "residual"
    residual: ResidualSettings = field(default_factory=ResidualSettings)
    objects: ObjectGrowthSettings = field(default_factory=ObjectGrowthSettings)
    join_masks: bool = False
    merge_score: Annotated[float, Gt(0), Infinite(), NoneMeans("to join nothing")] | None = None
    use_probability: bool = True
    marker_radius_px: NotNegative = 2.0
    min_size: Annotated[int, Ge(0)] = 0
    max_size: Annotated[int, Ge(0), NoneMeans("for no limit")] | None = None
    min_volume: Fraction = 0.0
    fill_holes: bool = True
    least_chance: Fraction = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.max_size is not None and self.max_size < self.min_size:
            raise BadSettings(
                f"min_size = {self.min_size}, max_size = {self.max_size}: expected 0 <= min_size <= max_size"
            )
