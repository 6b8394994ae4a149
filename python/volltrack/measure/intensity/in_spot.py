"""Intensity, contrast and signal-to-noise of spots, as TrackMate's own analysers compute them.

For spots given as position and radius (3D, 2D), or with a contour (2D), whatever made them: so a file shows the numbers
that TrackMate would compute again. Facts from TrackMate 7.14: SpotIntensityMultiCAnalyzer,
SpotContrastAndSNRAnalyzer, SpotUtil; checked against its files.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadValue
from volltrack.measure.intensity.in_label import check_raw, summarise_groups
from volltrack.measure.intensity.spot_sampler import SpotSampler
from volltrack.measure.runs import to_native
from volltrack.measure.settings import STATISTICS
from volltrack.model import VoxelSize

__all__ = ["measure_spot_intensity"]

FloatArray = npt.NDArray[np.float64]


def measure_spot_intensity(
    positions: FloatArray,
    radii: FloatArray,
    raw: npt.NDArray[Any],
    voxel_size: VoxelSize,
    *,
    contours: Sequence[FloatArray | None] | None = None,
    statistics: Collection[str] = STATISTICS,
    contrast: bool = True,
) -> dict[str, FloatArray]:
    """Return each of `statistics`, and CONTRAST and SNR, of spots of one frame and channel, (N,) per key.

    Parameters
    ----------
    positions
        Centres in physical units, (N, 3) as z, y, x.
    radii
        In physical units, (N,), > 0.
    raw
        Intensities, (Z, Y, X); NaN is left out.
    voxel_size
        See `VoxelSize`; z does not matter for one plane.
    contours
        One plane only: outlines relative to the position in physical units, (K, 2) as x, y, or None where a spot has
        none; without any the circle is taken.
    statistics
        Some of `STATISTICS`: over the pixels of the sphere, circle or outline.
    contrast
        Also return CONTRAST = (in - out) / (in + out) and SNR = (in - out) / std: in and std are mean and standard
        deviation in the spot, out is the mean between it and the same shape of twice the size.

    Raises
    ------
    ShapeMismatch, BadValue
        If `raw` is not one frame of real numbers; if a position or radius is not finite, or a radius not > 0.

    Notes
    -----
    Beyond the image border TrackMate counts mirrored values that fade to 0 (spheres and circles), or mirrored values
    (outlines). A spot smaller than half a voxel takes a block of two voxels along each axis, clipped to the image here.
    """
    if raw.ndim != 3:
        raise BadValue(f"raw: array of {raw.ndim} axes: expected one frame (Z, Y, X); a plane is (1, Y, X)")
    check_raw(raw, raw.shape)
    if len(positions) and not (np.isfinite(positions).all() and (radii > 0).all() and np.isfinite(radii).all()):
        raise BadValue("a spot has a position or radius that is not finite, or a radius <= 0: expected numbers > 0")
    image = to_native(raw)
    sampler = SpotSampler(image[0] if image.shape[0] == 1 else image, voxel_size)
    outlines = contours if contours is not None and image.shape[0] == 1 else [None] * len(positions)
    inner = [
        sampler.take_sphere(p, r) if outline is None else sampler.take_outline(p, outline)
        for p, r, outline in zip(positions, radii, outlines, strict=True)
    ]
    counts = np.array([len(v) for v in inner], dtype=np.int64)
    values = np.concatenate(inner) if inner else np.zeros(0)
    wanted = set(statistics) | ({"MEAN", "STD", "TOTAL"} if contrast else set())
    result = summarise_groups(values, counts, statistics=wanted)
    if contrast:
        outer = np.full(len(counts), np.nan)
        for i, (p, r, outline) in enumerate(zip(positions, radii, outlines, strict=True)):
            if outline is None:
                outer[i] = sampler.average_shell(p, r)
            else:
                outer[i] = sampler.average_rim(p, outline, float(result["TOTAL"][i]), float(result["MEAN"][i]))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # TrackMate writes Infinity and NaN here
            result["CONTRAST"] = (result["MEAN"] - outer) / (result["MEAN"] + outer)
            result["SNR"] = (result["MEAN"] - outer) / result["STD"]
    return {key: value for key, value in result.items() if key in statistics or key in ("CONTRAST", "SNR")}
