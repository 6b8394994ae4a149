"""Which cells stay: not too small or large, bright enough, inside the tissue.

Whole cells are kept or removed, never clipped. The rules are those of ``tests/golden/README.md``, which the Java core
reads too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Interval

from volltrack.errors import BadSettings, BadTable
from volltrack.model import Spots
from volltrack.model.settings import Infinite, NoneMeans, require_fields

__all__ = ["CellFilterSettings", "filter_cells"]


@dataclass(frozen=True, kw_only=True)
class CellFilterSettings:
    """Limits of the cell filter (btrackmate.md, section 2); all are inclusive, None is no limit.

    Parameters
    ----------
    min_volume, max_volume
        Limits of VOLUME in the unit of length cubed, >= 0; of AREA, squared, where spots are 2D. Default none.
    min_mean_intensity
        Lower limit of MEAN_INTENSITY_CH<channel>. Default none.
    channel
        Which channel that is, >= 1. Default 1.
    min_inside_fraction
        Least part of the cell inside the tissue, 0 (do not look) to 1; needs the column INSIDE_TISSUE and is passed
        over where there is none. Default 0.5.
    tissue_labels
        Keep only cells whose TISSUE_LABEL is one of these; empty (default) means any.
    """

    min_volume: Annotated[float, Ge(0), Infinite(), NoneMeans("for no limit")] | None = None
    max_volume: Annotated[float, Ge(0), Infinite(), NoneMeans("for no limit")] | None = None
    min_mean_intensity: Annotated[float, Infinite(), NoneMeans("for no limit")] | None = None
    channel: Annotated[int, Ge(1)] = 1
    min_inside_fraction: Annotated[float, Interval(ge=0, le=1)] = 0.5
    tissue_labels: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require_fields(self)
        if self.min_volume is not None and self.max_volume is not None and self.min_volume > self.max_volume:
            raise BadSettings(
                f"min_volume = {self.min_volume} is above max_volume = {self.max_volume}: nothing can stay"
            )


def filter_cells(spots: Spots, settings: CellFilterSettings) -> tuple[Spots, pd.DataFrame]:
    """Return the cells that stay, and a table of the removed ones with the reason.

    Parameters
    ----------
    spots
        With the columns that the limits need.
    settings
        See `CellFilterSettings`.

    Returns
    -------
    kept : Spots
        Rows in their old order, ids unchanged.
    removed : DataFrame
        The removed rows of the table and a column ``REASON``: the names of all failed checks, joined by ``;``, of
        ``volume_missing, volume_below_min, volume_above_max, intensity_missing, intensity_below_min,
        tissue_missing, outside_tissue, other_tissue``. A value that is NaN never passes a check.

    Raises
    ------
    BadTable
        If a column is missing that a limit needs.
    """
    failed: dict[str, npt.NDArray[np.bool_]] = {}
    if settings.min_volume is not None or settings.max_volume is not None:
        is_flat = "AREA" in spots.table.columns and "VOLUME" not in spots.table.columns
        volume = _column(spots, "AREA" if is_flat else "VOLUME", "the limits of volume")
        failed["volume_missing"] = np.isnan(volume)
        failed["volume_below_min"] = volume < (-np.inf if settings.min_volume is None else settings.min_volume)
        failed["volume_above_max"] = volume > (np.inf if settings.max_volume is None else settings.max_volume)
    if settings.min_mean_intensity is not None:
        intensity = _column(spots, f"MEAN_INTENSITY_CH{settings.channel}", "min_mean_intensity")
        failed["intensity_missing"] = np.isnan(intensity)
        failed["intensity_below_min"] = intensity < settings.min_mean_intensity
    missing = np.zeros(len(spots), dtype=np.bool_)
    if settings.min_inside_fraction > 0 and "INSIDE_TISSUE" in spots.table.columns:
        fraction = _column(spots, "INSIDE_TISSUE", "min_inside_fraction")
        missing |= np.isnan(fraction)
        failed["outside_tissue"] = fraction < settings.min_inside_fraction
    if settings.tissue_labels:
        label = _column(spots, "TISSUE_LABEL", "tissue_labels")
        missing |= np.isnan(label)
        failed["other_tissue"] = ~np.isin(label, settings.tissue_labels) & ~np.isnan(label)
    order = [key for key in failed if key not in ("outside_tissue", "other_tissue")]
    failed["tissue_missing"] = missing
    order += ["tissue_missing", *(key for key in ("outside_tissue", "other_tissue") if key in failed)]
    remove = np.logical_or.reduce([failed[key] for key in order])
    rows = np.flatnonzero(remove)
    reasons = [";".join(key for key in order if failed[key][row]) for row in rows]
    removed = spots.table.iloc[rows].reset_index(drop=True).assign(REASON=pd.Series(reasons, dtype=object))
    return spots.select(~remove), removed


def _column(spots: Spots, key: str, setting: str) -> npt.NDArray[np.float64]:
    """Return a column as float64, (N,)."""
    if key not in spots.table.columns:
        raise BadTable(f"spots without column {key}, which {setting} needs: measure it first, or leave the limit out")
    return spots.table[key].to_numpy(dtype=np.float64)
