"""Segmentation without a network: denoise, mask, seeds, watershed, join fragments, clean up."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.filters import threshold_otsu

from volltrack.model import Frame, LabelMovie, Movie, VoxelSize
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.blobs import blob_response, distance_response, even_out_noise
from volltrack.segment.cell_size import estimate_cell_diameter
from volltrack.segment.classical_settings import ClassicalSettings
from volltrack.segment.clean_up import clean_labels
from volltrack.segment.denoise import denoise
from volltrack.segment.fragments import join_fragments
from volltrack.segment.frame_check import free_axes, require_frame
from volltrack.segment.mask import find_otsu_threshold, mask_above, mask_locally
from volltrack.segment.memory.padded_watershed import pad_depth, pad_mask
from volltrack.segment.rims import trim_dim_rims
from volltrack.segment.seeds import Seeds, find_seeds
from volltrack.segment.watershed import grow_in_mask

__all__ = ["SegmentResult", "estimate_settings", "segment_frame", "segment_movie"]

_log = logging.getLogger(__name__)

_SAMPLED_FRAMES = 3
"""Frames from which settings are estimated: first, middle and last."""


@dataclass(frozen=True, kw_only=True)
class SegmentResult:
    """What came out of one frame, with the images in between.

    Parameters
    ----------
    labels
        int32 (Z, Y, X): 1 .. n, 0 is background.
    mask
        bool (Z, Y, X): foreground before the watershed.
    response
        float32 (Z, Y, X): on whose maxima the seeds lie.
    seeds
        See `volltrack.segment.seeds.Seeds`.
    settings
        The settings with every estimated value filled in.
    """

    labels: npt.NDArray[np.int32]
    mask: npt.NDArray[np.bool_]
    response: npt.NDArray[np.float32]
    seeds: Seeds
    settings: ClassicalSettings

    @property
    def n_cells(self) -> int:
        """Number of labels."""
        return int(self.labels.max(initial=0))


def segment_frame(
    raw: npt.NDArray[Any], voxel_size: VoxelSize, settings: ClassicalSettings | None = None
) -> SegmentResult:
    """Return the cells of one frame.

    Parameters
    ----------
    raw
        (Z, Y, X), or (Y, X) as one plane; bright cells on a dark background, any real type.
    voxel_size
        Edge lengths of a voxel; z is not used for a single plane.
    settings
        Defaults when not given; what is None in it is estimated from this frame.

    Raises
    ------
    BadValue
        NaN or infinite values, wrong number of axes, no voxels.

    Notes
    -----
    An image without any contrast gives no cells. About 0.5 CPU seconds for 8 x 256 x 256 voxels.
    """
    image = require_frame(raw)
    found = _segment(image, voxel_size, _complete(settings or ClassicalSettings(), [image], voxel_size))
    assert isinstance(found, SegmentResult)
    return found


def _segment(
    image: npt.NDArray[np.float32], voxel_size: VoxelSize, settings: ClassicalSettings, *, only_labels: bool = False
) -> SegmentResult | npt.NDArray[np.int32]:
    """Return the cells of a checked frame, or their labels alone; then each image goes when it is used no more.

    Notes
    -----
    About 19 bytes a voxel with `only_labels`, if nobody else holds the frame: its 4 among them, and slabs beside.
    """
    if float(np.ptp(image)) == 0.0:
        nothing = _no_cells(image.shape, settings)
        return nothing.labels if only_labels else nothing
    assert settings.cell_diameter_um is not None  # filled in by _complete
    smallest, largest = _size_limits(image.shape, voxel_size, settings)
    # from here on the square root: noise is even, and dim cells count beside bright ones
    brightness = _smooth(even_out_noise(image), voxel_size, settings)
    mask = _find_mask(image, brightness, voxel_size, settings)
    response = _find_response(image, mask, voxel_size, settings)
    del image
    np.square(brightness, out=brightness)
    seeds = find_seeds(
        response,
        voxel_size,
        diameter_um=settings.cell_diameter_um,
        min_response=settings.min_seed_contrast,
        merge_valley=settings.merge_valley,
    )
    # a seed that the mask misses would be lost
    mask[tuple(seeds.points.T)] = True
    maps = None if only_labels else (mask, response)
    inside = pad_mask(mask)
    del mask
    depth = pad_depth(response)
    del response
    basins = grow_in_mask(depth, seeds.points, seeds.cells + 1, inside)
    del depth, inside
    labels = np.ascontiguousarray(basins)
    del basins
    labels = trim_dim_rims(labels, brightness, edge_level=settings.edge_level)
    labels = join_fragments(labels, brightness, voxel_size, min_score=settings.merge_score)
    del brightness
    labels = clean_labels(
        labels, min_size=smallest, max_size=largest, fill_holes=settings.fill_holes, largest_piece=True
    )
    if maps is None:
        return labels
    return SegmentResult(labels=labels, mask=maps[0], response=maps[1], seeds=seeds, settings=settings)


def estimate_settings(movie: Movie, settings: ClassicalSettings | None = None) -> ClassicalSettings:
    """Return the settings with every None estimated from a few frames of the movie, so that all frames are alike.

    Parameters
    ----------
    movie
        The raw channel; at most three frames are read, one at a time where possible.
    settings
        Defaults when not given; what it already states is kept.

    Raises
    ------
    BadValue
        See `segment_frame`.
    """
    settings = settings or ClassicalSettings()
    if settings.is_complete or movie.n_frames == 0:
        return settings
    movie = movie.without_missing()
    chosen = sorted({0, movie.n_frames // 2, movie.n_frames - 1})[:_SAMPLED_FRAMES]
    parts = []
    voxel_size = movie.calibration.voxel_size
    if settings.cell_diameter_um is None:
        diameters = [estimate_cell_diameter([_read(movie, t)], voxel_size) for t in chosen]
        settings = replace(settings, cell_diameter_um=float(np.median(diameters)))
    for t in chosen:  # one frame in memory at a time
        parts.append(_complete(settings, [_read(movie, t)], voxel_size))
    done = replace(settings, typical_response=_median([p.typical_response for p in parts]))
    if settings.mask_method == "otsu":
        done = replace(done, mask_threshold=_median([p.mask_threshold for p in parts]))
    _log.info("%s: segmentation settings %s", movie.name, done)
    return done


def segment_movie(
    movie: Movie, settings: ClassicalSettings | None = None, *, on_progress: OnProgress | None = None
) -> LabelMovie:
    """Return the labels of a movie, int32; each frame is segmented when it is read, and nothing is kept.

    Parameters
    ----------
    movie
        The raw channel.
    settings
        See `estimate_settings`, which is called once, here.
    on_progress
        Told after each frame that was segmented.

    Raises
    ------
    BadValue
        See `segment_frame`; the message names the frame.
    Cancelled
        While reading, if `on_progress` asks to stop.
    """
    complete = estimate_settings(movie, settings)

    def read_labels(t: int) -> Frame:
        labels = _segment(_read(movie, t), movie.calibration.voxel_size, complete, only_labels=True)
        assert isinstance(labels, np.ndarray)
        report_progress(on_progress, "segment", t + 1, movie.n_frames)
        return labels

    return LabelMovie(
        shape=movie.shape,
        dtype=np.dtype(np.int32),
        calibration=movie.calibration,
        read_frame=read_labels,
        name=f"labels of {movie.name}",
    )


def _read(movie: Movie, t: int) -> npt.NDArray[np.float32]:
    """Return a frame, checked; errors name the movie and the frame."""
    return require_frame(movie.frame(t), f"{movie.name}, frame {t}")


def _complete(
    settings: ClassicalSettings, frames: Sequence[npt.NDArray[np.float32]], voxel_size: VoxelSize
) -> ClassicalSettings:
    """Return the settings with every None estimated from the frames."""
    if settings.cell_diameter_um is None:
        settings = replace(settings, cell_diameter_um=estimate_cell_diameter(frames, voxel_size))
    if settings.mask_method == "otsu" and settings.mask_threshold is None:
        thresholds = [find_otsu_threshold(_smooth(frame, voxel_size, settings)) for frame in frames]
        settings = replace(settings, mask_threshold=float(np.median(thresholds)))
    if settings.typical_response is None:
        strong = [_strong_response(_blobs(frame, voxel_size, settings)) for frame in frames]
        settings = replace(settings, typical_response=float(np.median(strong)))
    return settings


def _median(values: list[float | None]) -> float:
    """Return the median of values that are all known."""
    return float(np.median([v for v in values if v is not None]))


def _smooth(
    image: npt.NDArray[np.float32], voxel_size: VoxelSize, settings: ClassicalSettings
) -> npt.NDArray[np.float32]:
    """Return the denoised image."""
    sigma_um = settings.denoise_scale * (settings.cell_diameter_um or 0.0)
    return denoise(image, voxel_size, method=settings.denoise_method, sigma_um=sigma_um)


def _blobs(
    image: npt.NDArray[np.float32], voxel_size: VoxelSize, settings: ClassicalSettings
) -> npt.NDArray[np.float32]:
    """Return the blob response at the scale of the seeds."""
    assert settings.cell_diameter_um is not None
    diameter_um = settings.seed_scale * settings.cell_diameter_um
    return blob_response(even_out_noise(image), voxel_size, diameter_um=diameter_um, overwrite=True)


def _strong_response(response: npt.NDArray[np.float32]) -> float:
    """Return the 90 % quantile of the maxima that are blobs; noise has many weak maxima, which Otsu sets apart."""
    size = [3 if n > 1 else 1 for n in response.shape]
    peaks = response[(response == ndimage.maximum_filter(response, size, mode="nearest")) & (response > 0)]
    if len(peaks) == 0:
        return 1.0
    peaks = peaks[peaks > 1e-3 * peaks.max()]
    logs = np.log(peaks)
    if float(np.ptp(logs)) > 0:
        peaks = peaks[logs >= threshold_otsu(logs)]  # type: ignore[no-untyped-call]
    return float(np.percentile(peaks, 90))


def _find_mask(
    image: npt.NDArray[np.float32],
    smooth: npt.NDArray[np.float32],
    voxel_size: VoxelSize,
    settings: ClassicalSettings,
) -> npt.NDArray[np.bool_]:
    """Return the foreground."""
    if settings.mask_method == "local":
        window_um = settings.local_window * (settings.cell_diameter_um or 1.0)
        return mask_locally(smooth, voxel_size, window_um=window_um)
    assert settings.mask_threshold is not None
    return mask_above(_smooth(image, voxel_size, settings), settings.mask_threshold)


def _find_response(
    image: npt.NDArray[np.float32],
    mask: npt.NDArray[np.bool_],
    voxel_size: VoxelSize,
    settings: ClassicalSettings,
) -> npt.NDArray[np.float32]:
    """Return the response whose maxima are seeds; about 1 in the middle of a typical cell."""
    assert settings.cell_diameter_um is not None
    assert settings.typical_response is not None
    if settings.seed_source == "distance":
        response = np.zeros(image.shape, np.float32)
    else:
        response = _blobs(image, voxel_size, settings)
        response /= np.float32(settings.typical_response)
        response += np.float32(0)  # no minus zero
    if settings.seed_source in ("distance", "both"):
        smooth_um = settings.denoise_scale * settings.cell_diameter_um
        distance = distance_response(mask, voxel_size, smooth_um=smooth_um)
        response += distance / np.float32(0.5 * settings.cell_diameter_um)
    return response


def _size_limits(shape: tuple[int, ...], voxel_size: VoxelSize, settings: ClassicalSettings) -> tuple[int, int | None]:
    """Return the smallest and largest number of voxels of a cell."""
    assert settings.cell_diameter_um is not None
    radius = 0.5 * settings.cell_diameter_um
    if 0 in free_axes(shape):
        ball = 4 / 3 * math.pi * radius**3 / voxel_size.volume
    else:
        ball = math.pi * radius**2 / (voxel_size.y * voxel_size.x)
    largest = None if settings.max_volume is None else max(1, math.ceil(settings.max_volume * ball))
    smallest = max(1, math.ceil(settings.min_volume * ball))
    return (smallest if largest is None else min(smallest, largest)), largest


def _no_cells(shape: tuple[int, ...], settings: ClassicalSettings) -> SegmentResult:
    """Return the result for an image without contrast."""
    none = Seeds(points=np.zeros((0, 3), np.int64), cells=np.zeros(0, np.int64), strengths=np.zeros(0, np.float32))
    return SegmentResult(
        labels=np.zeros(shape, np.int32),
        mask=np.zeros(shape, bool),
        response=np.zeros(shape, np.float32),
        seeds=none,
        settings=settings,
    )
