"""Settings of the segmentation without a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, Interval

from volltrack.errors import BadSettings
from volltrack.model.methods import SizedSegmenterSettings
from volltrack.model.settings import Fraction, Infinite, NoneMeans, require_fields
from volltrack.segment.classical.denoise import DenoiseMethod

__all__ = ["ClassicalSettings", "MaskMethod", "SeedSource"]

MaskMethod = Literal["local", "otsu", "threshold"]
SeedSource = Literal["intensity", "distance", "both"]


@dataclass(frozen=True, kw_only=True)
class ClassicalSettings(SizedSegmenterSettings):
    """How a frame is segmented without a network.

    Defaults were chosen on `parhyale-leg-5f` (by eye), on real planes of the train part of `dsb2018-fluo-2d`, and on
    `volltrack.testing.synthetic` (F1 at IoU 0.5). Lengths are in the unit of the voxel size; most are fractions of the
    cell diameter. ``None`` means: estimate it from the movie.

    Parameters
    ----------
    cell_diameter_um
        Typical diameter of a cell or nucleus, > 0.
    denoise_method, denoise_scale
        See `volltrack.segment.classical.denoise`; standard deviation in diameters, 0 .. 1.
    mask_method
        ``"local"``: brighter than the surroundings, for uneven light and dim cells beside bright ones. ``"otsu"``: one
        threshold for all. ``"threshold"``: `mask_threshold`.
    mask_threshold
        Brightness above which a denoised voxel is foreground, in counts. Needed by ``"threshold"``; for ``"otsu"`` it
        is estimated.
    local_window
        Standard deviation of the window of ``"local"`` in diameters, 0.25 .. 20.
    seed_source
        ``"intensity"``: blobs. ``"distance"``: distance to the edge of the mask, for cells that are evenly bright.
        ``"both"``: their sum.
    seed_scale
        Size of the blobs looked for, in diameters, 0.2 .. 2. Below 1 it finds too many seeds; `merge_score` joins.
    min_seed_contrast
        Blobs weaker than this fraction of `typical_response` are no cells, 0 .. 1.
    typical_response
        Response of a strong blob (90 % quantile), > 0.
    merge_valley
        See `volltrack.segment.classical.seeds.find_seeds`, 0 .. 1.
    merge_score
        See `volltrack.segment.fragments.join_fragments`, > 0; `math.inf` joins nothing.
    edge_level
        See `volltrack.segment.classical.rims.trim_dim_rims`, 0 .. 0.95; 0 is off.
    min_volume, max_volume
        Limits as a fraction and a multiple of the ball (2D: disk) of the cell diameter: 0 .. 1; > 0 or None.
    fill_holes
        Whether background inside a cell becomes part of it.
    least_chance
        Objects that are less likely cells than this are dropped, 0 .. 1; 0 keeps all. Contrast, outline and shape say
        how likely they are (`volltrack.segment.judge`): without it noise and haze become cells, with it dense tissue
        loses some. The automatic choice sets it.
    """

    cell_diameter_um: Annotated[float, Gt(0), NoneMeans("to estimate it")] | None = None
    denoise_method: DenoiseMethod = "gaussian"
    denoise_scale: Fraction = 0.1
    mask_method: MaskMethod = "local"
    mask_threshold: Annotated[float, NoneMeans("to estimate it")] | None = None
    local_window: Annotated[float, Interval(ge=0.25, le=20)] = 3.0
    seed_source: SeedSource = "intensity"
    seed_scale: Annotated[float, Interval(ge=0.2, le=2)] = 0.7
    min_seed_contrast: Fraction = 0.15
    typical_response: Annotated[float, Gt(0), NoneMeans("to estimate it")] | None = None
    merge_valley: Fraction = 0.4
    merge_score: Annotated[float, Gt(0), Infinite()] = 1.2
    edge_level: Annotated[float, Interval(ge=0, le=0.95)] = 0.45
    min_volume: Fraction = 0.1
    max_volume: Annotated[float, Gt(0), NoneMeans("for no limit")] | None = None
    fill_holes: bool = True
    least_chance: Fraction = 0.0

    def __post_init__(self) -> None:
        require_fields(self)
        if self.mask_method == "threshold" and self.mask_threshold is None:
            raise BadSettings("mask_method = 'threshold' without mask_threshold: expected the brightness of the edge")

    @property
    def method(self) -> str:
        """Name in the registry."""
        return "classical"

    @property
    def made_by(self) -> str:
        """Class of the method."""
        return "volltrack.segment.classical.segmenter:ClassicalSegmenter"

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to estimate."""
        threshold_known = self.mask_method != "otsu" or self.mask_threshold is not None
        return self.cell_diameter_um is not None and self.typical_response is not None and threshold_known
