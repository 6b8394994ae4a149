"""What the settings leave open, estimated from frames of the movie."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.filters import threshold_otsu

from volltrack.model import Movie, VoxelSize
from volltrack.progress import OnProgress, track_progress
from volltrack.segment.classical.maps import find_blobs, smooth_frame
from volltrack.segment.classical.mask import find_otsu_threshold
from volltrack.segment.classical.settings import ClassicalSettings
from volltrack.segment.frame_check import choose_frames, read_frame
from volltrack.segment.size.blob_diameter import combine_estimates, estimate_cell_size

__all__ = ["complete_settings", "estimate_settings"]

_log = logging.getLogger(__name__)


def estimate_settings(
    movie: Movie, settings: ClassicalSettings | None = None, *, on_progress: OnProgress | None = None
) -> ClassicalSettings:
    """Return the settings with every None estimated from a few frames of the movie, so that all frames are alike.

    Parameters
    ----------
    movie
        The raw channel; at most three frames are read, one at a time where possible.
    settings
        Defaults when not given; what it already states is kept.
    on_progress
        Told after each frame that was looked at.

    Raises
    ------
    BadValue
        NaN or infinite values; names the frame.
    Cancelled
        If `on_progress` asks for it.
    """
    settings = settings or ClassicalSettings()
    if settings.is_complete or movie.n_frames == 0:
        return settings
    movie = movie.without_missing()
    chosen = choose_frames(movie)
    parts = []
    voxel_size = movie.calibration.voxel_size
    if settings.cell_diameter_um is None:
        sizes = [estimate_cell_size([read_frame(movie, t)], voxel_size) for t in chosen]
        settings = replace(settings, cell_diameter_um=combine_estimates(sizes).diameter)
    for t in track_progress(chosen, on_progress, "estimate settings", len(chosen)):  # one frame in memory at a time
        parts.append(complete_settings(settings, [read_frame(movie, t)], voxel_size))
    done = replace(settings, typical_response=_median([p.typical_response for p in parts]))
    if settings.mask_method == "otsu":
        done = replace(done, mask_threshold=_median([p.mask_threshold for p in parts]))
    _log.info("%s: segmentation settings %s", movie.name, done)
    return done


def complete_settings(
    settings: ClassicalSettings, frames: Sequence[npt.NDArray[np.float32]], voxel_size: VoxelSize
) -> ClassicalSettings:
    """Return the settings with every None estimated from the frames."""
    if settings.cell_diameter_um is None:
        settings = replace(settings, cell_diameter_um=estimate_cell_size(frames, voxel_size).diameter)
    if settings.mask_method == "otsu" and settings.mask_threshold is None:
        thresholds = [find_otsu_threshold(smooth_frame(frame, voxel_size, settings)) for frame in frames]
        settings = replace(settings, mask_threshold=float(np.median(thresholds)))
    if settings.typical_response is None:
        strong = [_strong_response(find_blobs(frame, voxel_size, settings)) for frame in frames]
        settings = replace(settings, typical_response=float(np.median(strong)))
    return settings


def _median(values: list[float | None]) -> float:
    """Return the median of values that are all known."""
    return float(np.median([v for v in values if v is not None]))


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
