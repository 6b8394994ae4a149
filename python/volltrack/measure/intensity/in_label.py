"""Intensity statistics over the voxels of each label."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue, ShapeMismatch
from volltrack.measure.runs import LabelRuns, to_native
from volltrack.measure.settings import STATISTICS

__all__ = ["check_raw", "measure_label_intensity", "summarise_groups"]

FloatArray = npt.NDArray[np.float64]


def measure_label_intensity(
    runs: LabelRuns, raw: npt.NDArray[Any], *, statistics: Collection[str] = STATISTICS, name: str = "raw"
) -> dict[str, FloatArray]:
    """Return each of `statistics` over the voxels of each label, (N,).

    Parameters
    ----------
    runs
        The labels.
    raw
        Intensities, (Z, Y, X), of any real type. NaN voxels are left out, as TrackMate does; a label of nothing
        else has NaN.
    statistics
        Some of `STATISTICS`.
    name
        What a message calls the image.

    Raises
    ------
    ShapeMismatch
        If raw and labels differ in shape.
    BadValue
        If raw does not hold real numbers.

    Notes
    -----
    Definitions are TrackMate's (SpotIntensityMultiCAnalyzer): the median of an even number of values is the upper of
    the middle two, and the standard deviation divides by n - 1, so it is NaN for one voxel.
    """
    check_raw(raw, runs.shape, name=name)
    flat = to_native(raw).reshape(-1)
    result: dict[str, FloatArray] = {key: np.full(len(runs), np.nan) for key in STATISTICS if key in statistics}
    for block in runs.iterate_voxels():
        found = summarise_groups(flat.take(block.index, mode="clip"), block.n_voxels, statistics=statistics)
        for key, value in found.items():
            result[key][block.labels] = value
    return result


def check_raw(raw: npt.NDArray[Any], shape: tuple[int, ...], *, name: str = "raw") -> None:
    """Check that `raw` covers a frame of `shape` and holds real numbers; raise as `measure_label_intensity` does."""
    if raw.shape != shape:
        raise ShapeMismatch(f"{name} is (Z, Y, X) = {raw.shape} but the labels are {shape}: expected the same shape")
    if raw.dtype.kind not in "iubf":
        raise BadValue(f"{name} of type {raw.dtype}: expected real numbers (integers or floats)")


def summarise_groups(
    values: npt.NDArray[Any], counts: npt.NDArray[np.int64], *, statistics: Collection[str] = STATISTICS
) -> dict[str, FloatArray]:
    """Return `statistics` of consecutive groups of `values`; a group may be empty (NaN).

    Parameters
    ----------
    values
        All values, group after group, (V,); NaN is left out.
    counts
        Values of each group, (N,); their sum is V.
    statistics
        Some of `STATISTICS`.
    """
    if values.dtype.kind == "f" and np.isnan(values).any():
        known = ~np.isnan(values)
        before = np.concatenate(([0], np.cumsum(known)))
        ends = np.cumsum(counts)
        counts = before[ends] - before[ends - counts]
        values = values[known]
    if len(counts) and counts.min() > 0:
        return _summarise_filled(values, counts, statistics)
    filled = np.flatnonzero(counts)
    result: dict[str, FloatArray] = {key: np.full(len(counts), np.nan) for key in STATISTICS if key in statistics}
    if len(filled):
        for key, value in _summarise_filled(values, counts[filled], statistics).items():
            result[key][filled] = value
    return result


def _summarise_filled(
    values: npt.NDArray[Any], n: npt.NDArray[np.int64], statistics: Collection[str]
) -> dict[str, FloatArray]:
    """Return `statistics` of groups that all hold values."""
    first = np.cumsum(n) - n
    result: dict[str, FloatArray] = {}
    if "MIN" in statistics:
        result["MIN"] = np.minimum.reduceat(values, first).astype(np.float64)
    if "MAX" in statistics:
        result["MAX"] = np.maximum.reduceat(values, first).astype(np.float64)
    if "MEDIAN" in statistics:
        groups = (values[start : start + k] for start, k in zip(first.tolist(), n.tolist(), strict=True))
        result["MEDIAN"] = np.array(
            [np.partition(group, len(group) // 2)[len(group) // 2] for group in groups], dtype=np.float64
        )
    if not {"MEAN", "TOTAL", "STD"}.isdisjoint(statistics):
        total = np.add.reduceat(values, first, dtype=np.float64)
        mean = total / n
        sums = {"TOTAL": total, "MEAN": mean}
        if "STD" in statistics:
            deviation = values - np.repeat(mean, n)
            squares = np.add.reduceat(np.multiply(deviation, deviation, out=deviation), first)
            with np.errstate(invalid="ignore"):  # one value: 0 / 0 is NaN, as in TrackMate
                sums["STD"] = np.sqrt(squares / (n - 1))
        result |= {key: value for key, value in sums.items() if key in statistics}
    return result
