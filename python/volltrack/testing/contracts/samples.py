"""Small movies that the checks of methods work on: cells in stacks and planes, one cell, nothing."""

from __future__ import annotations

from functools import cache

import numpy as np

from volltrack.measure import measure_movie
from volltrack.model import Calibration, LabelMovie, Movie, Spots, VoxelSize
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

__all__ = ["empty_like", "measure_spots", "sample_labels", "sample_movies"]

_STACKS = SyntheticSettings(seed=3, n_frames=3, shape_zyx=(6, 48, 48), n_cells=6, cell_diameter_um=8.0, n_debris=0)
_PLANES = SyntheticSettings(seed=3, n_frames=3, shape_zyx=(1, 64, 64), n_cells=6, cell_diameter_um=8.0, n_debris=0)
_CALIBRATION = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=5.0, time_unit="min")


def sample_movies() -> tuple[Movie, ...]:
    """Return movies of some cells and of one cell, in stacks and in planes."""
    return (
        _make(_STACKS)[0],
        _make(_PLANES)[0],
        _one_cell((7, 40, 40), "one cell in stacks"),
        _one_cell((1, 40, 40), "one cell in planes"),
    )


def sample_labels() -> tuple[LabelMovie, ...]:
    """Return the cells of movies, in stacks and in planes."""
    return _make(_STACKS)[1], _make(_PLANES)[1]


def measure_spots(labels: LabelMovie) -> Spots:
    """Return the spots of labels, with a column ``LABEL``."""
    return measure_movie(labels)


def empty_like(movie: Movie) -> Movie:
    """Return a movie of one colour, of the same shape, type and calibration."""
    grey = np.full(movie.shape, 7, movie.dtype)
    return Movie.from_array(grey, movie.calibration, name=f"{movie.name}, one colour")


@cache
def _make(settings: SyntheticSettings) -> tuple[Movie, LabelMovie]:
    """Return a synthetic movie and its labels, as arrays, which travel to other processes."""
    made = make_tissue_movie(settings)
    raw, labels = (np.stack(list(movie.frames())) for movie in (made.raw, made.labels))
    return (
        Movie.from_array(raw, made.raw.calibration, name=made.raw.name),
        LabelMovie.from_array(labels, made.raw.calibration, name=made.labels.name),
    )


def _one_cell(shape: tuple[int, int, int], name: str) -> Movie:
    """Return two frames of one bright ball (or disk) of 8 µm on noise."""
    z, y, x = np.indices(shape).astype(np.float64)
    squares = ((y - 20) * 0.5) ** 2 + ((x - 20) * 0.5) ** 2 + ((z - shape[0] // 2) * 2.0) ** 2
    light = 400 * np.exp(-((squares / 16) ** 2)) + 60
    noise = np.random.default_rng(5)
    return Movie.from_array(noise.poisson(light, (2, *shape)).astype(np.uint16), _CALIBRATION, name=name)
