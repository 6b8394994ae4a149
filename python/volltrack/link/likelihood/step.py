"""The distribution of steps: normal in the middle, with tails as heavy as the data show."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["TAILS", "fit_step", "log_peak", "log_rest", "squared_distance_of"]

FloatArray = npt.NDArray[np.float64]

TAILS: Final = (3.0, 5.0, 10.0, 30.0, 1000.0)
"""Degrees of freedom of Student's t to choose from; the last one is normal for all purposes."""

_UPPER_QUARTILE: Final = {3.0: 0.7649, 5.0: 0.7267, 10.0: 0.6998, 30.0: 0.6828, 1000.0: 0.6747}
"""Median of the absolute value at scale 1 (tables of Student's t at 0.75)."""


def log_peak(sigma: FloatArray, tail: float) -> float:
    """Return the log density at the centre, for the scale `sigma`, (D,), and `tail` degrees of freedom."""
    n_axes = len(sigma)
    norm = math.lgamma((tail + n_axes) / 2) - math.lgamma(tail / 2) - 0.5 * n_axes * math.log(tail * math.pi)
    return norm - float(np.log(sigma).sum())


def log_rest(squared: FloatArray, n_axes: int, tail: float) -> FloatArray:
    """Return how much lower the log density is at the squared distance `squared`, in units of the scale."""
    lower: FloatArray = -0.5 * (tail + n_axes) * np.log1p(squared / tail)
    return lower


def squared_distance_of(fall: float, n_axes: int, tail: float) -> float:
    """Return the squared distance at which the log density has fallen by `fall` >= 0; the inverse of `log_rest`."""
    return float(tail * np.expm1(min(2 * fall / (tail + n_axes), 50.0)))


def fit_step(step: FloatArray, least: FloatArray) -> tuple[FloatArray, float]:
    """Return the scale per axis, (D,), and the degrees of freedom that fit `step`, (M, D), best.

    Parameters
    ----------
    step
        Steps about 0.
    least
        Smallest scale per axis, (D,).

    Notes
    -----
    For each tail the scale is that with the median of the data, which wrong links hardly move; the tail is the one of
    largest likelihood. Where half of the steps along an axis are 0 (whole slices) the ninth decile decides.
    """
    absolute = np.abs(step)
    median = np.median(absolute, axis=0)
    # 0.7 of what a normal distribution with this decile would have: only for data that lie on a grid
    rounded = 0.7 * np.quantile(absolute, 0.9, axis=0) / 1.6449
    best: tuple[float, FloatArray, float] | None = None
    for tail in TAILS:
        sigma = np.maximum(np.maximum(median / _UPPER_QUARTILE[tail], rounded), least)
        squared = np.sum((step / sigma) ** 2, axis=1)
        likelihood = len(step) * log_peak(sigma, tail) + float(log_rest(squared, step.shape[1], tail).sum())
        if best is None or likelihood > best[0]:
            best = (likelihood, sigma, tail)
    assert best is not None
    return best[1], best[2]
