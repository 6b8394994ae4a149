"""The diameter of the cells, estimated from the image."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from volltrack.model import VoxelSize
from volltrack.segment.frame_check import require_frame
from volltrack.segment.size.blobs import even_out_noise
from volltrack.segment.size.scale_curves import measure_scale_curves
from volltrack.segment.size.scale_network import SizeEstimate, read_diameter

__all__ = ["SizeEstimate", "combine_estimates", "estimate_cell_diameter", "estimate_cell_size"]

_log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

_MOST_PIXELS = 512 * 512
_MOST_VOXELS = 1_000_000
"""A larger plane or stack is reduced by averaging."""

_FINE_PX = 9.0
"""Cells that come out smaller than so many pixels of the reduced image are looked at in finer pixels."""

_WANTED_PX = 12.0
"""How large they are then."""

_COARSE_PLANE, _COARSE_STACK = 3, 4
"""A frame that is reduced by so much is looked at in its own pixels, too, and the surer answer taken."""

_LEAST_PX = 8
"""Nothing is measured in a narrower image."""


def estimate_cell_diameter(frames: Sequence[npt.NDArray[Any]], voxel_size: VoxelSize) -> float:
    """Return the typical diameter of the bright objects, in the unit of `voxel_size`; see `estimate_cell_size`."""
    return estimate_cell_size(frames, voxel_size).diameter


def estimate_cell_size(frames: Sequence[npt.NDArray[Any]], voxel_size: VoxelSize) -> SizeEstimate:
    """Return the typical diameter of the bright objects, in the unit of `voxel_size`, and how sure it is.

    Parameters
    ----------
    frames
        One or more frames (Z, Y, X) of the same movie; see `combine_estimates`.
    voxel_size
        Edge lengths of a voxel.

    Raises
    ------
    BadValue
        A frame is no image, or holds NaN or infinite values.

    Notes
    -----
    The median over the objects of the diameter of a disk as large as the largest section of the object within a plane.
    Curves over diameters (`volltrack.segment.size.scale_curves`) are read by a small network that learned it on real
    and randomised images of cells of 4 to 200 pixels (``benchmarks/segment/fit_size.py``, which also says how good it
    is). An image without any structure gives a tenth of its shorter side, with confidence 0.
    """
    done = combine_estimates([_estimate_one(require_frame(frame), voxel_size) for frame in frames])
    _log.info(
        "cell diameter estimated from %d frames: %.3g %s, confidence %.2f",
        len(frames),
        done.diameter,
        voxel_size.unit,
        done.confidence,
    )
    return done


def combine_estimates(estimates: Sequence[SizeEstimate]) -> SizeEstimate:
    """Return the median of the diameters of several frames, those counting more that are sure.

    The confidence is the mean one of all frames. An estimate counts with its confidence, at least with a hundredth.
    """
    logs = np.log([e.diameter for e in estimates])
    weights = np.maximum([e.confidence for e in estimates], 0.01)
    order = np.argsort(logs)
    share = np.cumsum(weights[order]) - 0.5 * weights[order]
    diameter = math.exp(float(np.interp(0.5 * weights.sum(), share, logs[order])))
    return SizeEstimate(diameter=diameter, confidence=float(np.mean([e.confidence for e in estimates])))


def _estimate_one(frame: Floats, voxel_size: VoxelSize) -> SizeEstimate:
    """Return the diameter for one frame."""
    z, y, x = voxel_size.zyx
    pixel = max(y, x)
    side = min(frame.shape[1] * y, frame.shape[2] * x)
    if side < _LEAST_PX * pixel or float(np.ptp(frame)) == 0.0:
        return SizeEstimate(diameter=max(0.1 * side, pixel), confidence=0.0)
    most = _MOST_PIXELS if len(frame) == 1 else _MOST_VOXELS
    even = even_out_noise(frame)
    factor = _choose_factor(frame.shape, z / pixel, most)
    whole = _reduce(even, factor, z / pixel)
    done = _measure(whole, frame.shape, voxel_size)
    if factor >= (_COARSE_PLANE if len(frame) == 1 else _COARSE_STACK):
        part = even[_choose_part(whole, even.shape, 1, most)]
        fine = _measure(part, part.shape, voxel_size)
        if fine.confidence > done.confidence:
            return fine
    while factor > 1 and done.diameter < _FINE_PX * pixel * factor:
        factor = max(1, min(factor - 1, int(done.diameter / (_WANTED_PX * pixel))))
        part = even[_choose_part(whole, even.shape, factor, most)]
        done = _measure(_reduce(part, factor, z / pixel), part.shape, voxel_size)
    return done


def _measure(image: Floats, shape: tuple[int, ...], voxel_size: VoxelSize) -> SizeEstimate:
    """Return the diameter that an image tells which was reduced from a shape."""
    z, y, x = (s * n / m for s, n, m in zip(voxel_size.zyx, shape, image.shape, strict=True))
    return read_diameter(measure_scale_curves(image, (z, y, x)))


def _choose_factor(shape: tuple[int, ...], z_step: float, most: int) -> int:
    """Return by how much planes are reduced."""
    factor = 1
    while math.prod(_reduced_shape(shape, factor, z_step)) > most:
        factor += 1
        if min(shape[1:]) // factor < 2 * _LEAST_PX:
            return factor - 1
    return factor


def _reduced_shape(shape: tuple[int, ...], factor: int, z_step: float) -> tuple[int, int, int]:
    """Return the voxels after averaging: planes by a factor, and across them as far as they lie nearer than that."""
    return max(1, shape[0] // max(1, int(factor / z_step))), shape[1] // factor, shape[2] // factor


def _reduce(image: Floats, factor: int, z_step: float) -> Floats:
    """Return the image with blocks of voxels averaged; what is over at the far edges is left out."""
    shape = _reduced_shape(image.shape, factor, z_step)
    if shape == image.shape:
        return image
    for axis, n in enumerate(shape):
        step = image.shape[axis] // n
        ahead = [slice(None)] * 3
        total = np.zeros([n if a == axis else m for a, m in enumerate(image.shape)], np.float32)
        for start in range(step):
            ahead[axis] = slice(start, start + step * (n - 1) + 1, step)
            total += image[tuple(ahead)]
        image = total / np.float32(step)
    return image


def _choose_part(whole: Floats, shape: tuple[int, ...], factor: int, most: int) -> tuple[slice, slice, slice]:
    """Return the part of a frame that is measured in finer pixels: where most is to be seen."""
    share = min(1.0, math.sqrt(most * factor**2 / math.prod(shape)))
    seen = np.square(whole - np.median(whole)).mean(axis=0)
    window = [max(1, round(share * n)) for n in seen.shape]
    much = ndimage.uniform_filter(seen, window, mode="constant")
    centre = np.unravel_index(int(np.argmax(much)), much.shape)
    part = []
    for at, small, large in zip(centre, seen.shape, shape[1:], strict=True):
        size = min(large, max(_LEAST_PX, round(share * large)))
        start = min(max(0, round((int(at) + 0.5) * large / small - 0.5 * size)), large - size)
        part.append(slice(start, start + size))
    return (slice(None), part[0], part[1])
