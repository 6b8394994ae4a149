"""The diameter of the cells, estimated from the image."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.model import VoxelSize
from volltrack.segment.frame_check import free_axes, require_frame
from volltrack.segment.size.blobs import blob_response, even_out_noise

__all__ = ["estimate_cell_diameter"]

_log = logging.getLogger(__name__)

_N_SCALES = 15
_SMALLEST_PX = 4.0
_LARGEST_FRACTION = 0.4
"""Diameters that are tried: from 4 pixels to this fraction of the shorter side of the image."""

_SLOPE = {1: 0.0, 2: -0.15, 3: 0.4}
"""d log(energy) / d log(diameter) at the diameter of the cells, by dimensions (set on synthetic tissues)."""

_CLEAR_RISE = 0.2
"""The slope has left its valley when it has risen by this much: beyond are groups of cells and the tissue."""

_SLOW = 1.0
"""A valley of the slope counts only below this: the energy of growing cells itself rises faster."""

_PX_PER_DIAMETER = 12
"""Finer pixels than this many per diameter are averaged first; they cost time and change nothing."""


def estimate_cell_diameter(frames: Sequence[npt.NDArray[Any]], voxel_size: VoxelSize) -> float:
    """Return the typical diameter of the bright blobs, in the unit of `voxel_size`.

    Parameters
    ----------
    frames
        One or more frames (Z, Y, X) of the same movie; the median over them is returned.
    voxel_size
        Edge lengths of a voxel.

    Notes
    -----
    Lindeberg's scale selection (1998), over the whole image instead of one blob: the energy of the positive blob
    response, the mean of max(response, 0)^2, grows steeply with the diameter up to that of the blobs and slowly beyond,
    until the blobs are taken together. Touching blobs count as well as separate ones. An image without any structure
    gives a tenth of its shorter side.
    """
    estimates = [_estimate_one(require_frame(frame), voxel_size) for frame in frames]
    diameter = float(np.median(estimates))
    _log.info("cell diameter estimated from %d frames: %.3g %s", len(estimates), diameter, voxel_size.unit)
    return diameter


def _estimate_one(frame: npt.NDArray[np.float32], voxel_size: VoxelSize) -> float:
    """Return the diameter for one frame."""
    axes = [a for a in free_axes(frame.shape) if a > 0]
    pixel = max((voxel_size.zyx[a] for a in axes), default=voxel_size.x)
    side = min((frame.shape[a] * voxel_size.zyx[a] for a in axes), default=pixel)
    smallest, largest = _SMALLEST_PX * pixel, _LARGEST_FRACTION * side
    if largest <= smallest or float(np.ptp(frame)) == 0.0:
        return max(0.1 * side, pixel)
    even = even_out_noise(frame)
    diameters = np.geomspace(smallest, largest, _N_SCALES)
    energy = np.array([_measure_energy(even, voxel_size, d, pixel) for d in diameters])
    logs = np.log(diameters)
    slopes = np.diff(np.log(np.maximum(energy, 1e-30))) / np.diff(logs)
    n_axes = max(len(free_axes(frame.shape)), 1)
    return math.exp(_find_flattening(slopes, 0.5 * (logs[1:] + logs[:-1]), _SLOPE[n_axes]))


def _find_flattening(slopes: npt.NDArray[np.float64], places: npt.NDArray[np.float64], target: float) -> float:
    """Return the place where the slope first falls to `target`, or is lowest in its first clear valley."""
    top = bottom = 0
    for i in range(1, len(slopes)):
        if slopes[bottom] < min(_SLOW, slopes[top] - _CLEAR_RISE) and slopes[i] > slopes[bottom] + _CLEAR_RISE:
            break
        if slopes[i] > slopes[top]:
            top = bottom = i
        elif slopes[i] < slopes[bottom]:
            bottom = i
    if slopes[bottom] >= target or bottom == top:
        return float(places[bottom])
    after = top + int(np.argmax(slopes[top : bottom + 1] <= target))
    if after == top:
        return float(places[top])
    part = (slopes[after - 1] - target) / (slopes[after - 1] - slopes[after])
    return float(places[after - 1] + part * (places[after] - places[after - 1]))


def _measure_energy(even: npt.NDArray[np.float32], voxel_size: VoxelSize, diameter_um: float, pixel: float) -> float:
    """Return the mean of the squared positive blob response."""
    factor = max(1, int(diameter_um / (_PX_PER_DIAMETER * pixel)))
    if factor > 1:
        z, y, x = (even.shape[0], even.shape[1] // factor, even.shape[2] // factor)
        if min(y, x) > 1:
            even = even[:, : y * factor, : x * factor].reshape(z, y, factor, x, factor).mean(axis=(2, 4))
            voxel_size = replace(voxel_size, y=voxel_size.y * factor, x=voxel_size.x * factor)
    response = blob_response(even, voxel_size, diameter_um=diameter_um)
    np.maximum(response, 0, out=response)
    response *= response
    return float(np.mean(response, dtype=np.float64))
