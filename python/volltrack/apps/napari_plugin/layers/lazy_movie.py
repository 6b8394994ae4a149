"""Movies as arrays of which napari reads a frame only when it shows it."""

from __future__ import annotations

from typing import Any

import dask.array as da
import numpy as np

from volltrack.apps.napari_plugin.layers.layer_data import CELLS, CONTENT_KEY, MOVIE, TISSUE, LayerData, place
from volltrack.model import Calibration, LabelMovie, Movie, Tissue

__all__ = ["lazy_frames", "make_image_data", "make_label_data", "make_tissue_data"]

_SAMPLES = 1_000_000  # voxels that the limits of contrast are taken from


def lazy_frames(movie: Movie, *, n_frames: int | None = None) -> da.Array:
    """Return a movie as a dask array (T, Z, Y, X), one chunk per frame; a single frame is repeated `n_frames` times."""
    repeats = movie.n_frames == 1 and n_frames is not None
    count = n_frames if repeats and n_frames is not None else movie.n_frames

    def read(block_info: Any = None) -> Any:
        t = 0 if repeats else block_info[None]["chunk-location"][0]
        return np.asarray(movie.frame(t))[np.newaxis]

    if count == 0:
        return da.zeros(movie.shape, dtype=movie.dtype)
    chunks = ((1,) * count, *((n,) for n in movie.shape[1:]))
    return da.map_blocks(read, chunks=chunks, dtype=movie.dtype, meta=np.empty((0, 0, 0, 0), dtype=movie.dtype))


def make_image_data(movie: Movie, calibration: Calibration, *, name: str = "movie") -> LayerData:
    """Return the Image layer of a movie; its contrast is that of the middle frame."""
    look = {"name": name, "colormap": "gray", "contrast_limits": _find_contrast(movie)}
    return lazy_frames(movie), place(calibration) | look | {"metadata": {CONTENT_KEY: MOVIE}}, "image"


def make_label_data(labels: LabelMovie, calibration: Calibration, *, name: str = "labels") -> LayerData:
    """Return the Labels layer of a label movie."""
    options = {"name": name, "opacity": 0.35, "metadata": {CONTENT_KEY: CELLS}}
    return _as_whole(lazy_frames(labels)), place(calibration) | options, "labels"


def make_tissue_data(tissue: Tissue, calibration: Calibration, *, n_frames: int, name: str = "tissue") -> LayerData:
    """Return the Labels layer of a tissue; one frame for all is repeated `n_frames` times."""
    chosen = LabelMovie(
        shape=tissue.labels.shape,
        dtype=tissue.labels.dtype,
        calibration=calibration,
        read_frame=tissue.frame,
        name=tissue.labels.name,
    )
    data = _as_whole(lazy_frames(chosen, n_frames=n_frames))
    options = {"name": name, "opacity": 0.2, "metadata": {CONTENT_KEY: TISSUE}}
    return data, place(calibration) | options, "labels"


def _as_whole(array: da.Array) -> da.Array:
    return array.astype(np.uint8) if array.dtype == bool else array


def _find_contrast(movie: Movie) -> tuple[float, float]:
    """Return the 0.5th and 99.8th percentile of the middle frame; the type's range where it has one value only."""
    if movie.n_frames == 0:
        return (0.0, 1.0)
    frame = np.asarray(movie.frame(movie.n_frames // 2)).ravel()
    values = frame[:: max(1, frame.size // _SAMPLES)].astype(np.float64)
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, (0.5, 99.8)) if len(values) else (0.0, 1.0)
    return (float(low), float(high)) if high > low else (float(low), float(low) + 1.0)
