"""Settings of linking by likelihood from the spots alone."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from volltrack.link.likelihood.drift import estimate_drift
from volltrack.link.likelihood.estimate.fit import fit_model
from volltrack.link.likelihood.estimate.report import describe_model
from volltrack.link.likelihood.estimate.statistics import LikelihoodStatistics, count_solution
from volltrack.link.likelihood.estimate.symmetry import measure_symmetry
from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.points import FramePoints, measure_spacing, sort_points, take_frames
from volltrack.link.likelihood.search import solve_by_likelihood
from volltrack.link.likelihood.settings import LikelihoodLinkSettings
from volltrack.link.likelihood.solve import solve_points
from volltrack.model import Spots

__all__ = [
    "LikelihoodEstimate",
    "describe_estimate",
    "estimate_drift_of",
    "estimate_likelihood_settings",
    "estimate_model",
]

FloatArray = npt.NDArray[np.float64]
_log = logging.getLogger(__name__)

_N_ROUNDS: Final = 3
_N_SEARCH_ROUNDS: Final = 2
_ENOUGH_SPOTS: Final = 6000
"""Spots that settle every value; of longer movies two parts of about this many together are used."""
_N_PARTS: Final = 2
_LEAST_FRAMES: Final = 7
_MAD_TO_SIGMA: Final = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""


@dataclass(frozen=True, kw_only=True)
class LikelihoodEstimate:
    """Settings chosen from the data, and why.

    Parameters
    ----------
    settings
        Nothing is left open.
    report
        Lines for a person: each value, and what it rests on.
    """

    settings: LikelihoodLinkSettings
    report: tuple[str, ...]


def estimate_likelihood_settings(spots: Spots, settings: LikelihoodLinkSettings | None = None) -> LikelihoodEstimate:
    """Return `settings` with every open value estimated from `spots`.

    Parameters
    ----------
    spots
        All spots of a movie.
    settings
        Values that are known already; None for none.

    Notes
    -----
    Drift comes from votes of displacements (`volltrack.link.likelihood.drift`), the first step size from mutual nearest
    neighbours. Then the movie, or two parts of it when it is long, is linked and the values are read off the links,
    three times over. Where there is nothing to read (one frame, a handful of spots) the defaults of
    `_guess_model` stay; the report says so.
    """
    points = sort_points(spots)
    model, _drift, statistics = estimate_model(points, settings or LikelihoodLinkSettings())
    return LikelihoodEstimate(settings=model.to_settings(), report=describe_estimate(model, statistics))


def describe_estimate(model: LikelihoodModel, statistics: LikelihoodStatistics) -> tuple[str, ...]:
    """Return lines for a person: each value, and what it rests on."""
    return tuple(describe_model(model, statistics))


def estimate_drift_of(points: FramePoints, settings: LikelihoodLinkSettings) -> FloatArray:
    """Return the drift of each frame, (T, D), under settings that state the mean drift."""
    _model, drift, _statistics = estimate_model(points, settings)
    return drift


def estimate_model(
    points: FramePoints, settings: LikelihoodLinkSettings
) -> tuple[LikelihoodModel, FloatArray, LikelihoodStatistics]:
    """Return all values, the drift of each frame (T, D), and the counts that the values rest on."""
    spacing, density = measure_spacing(points)
    axes = list(points.axes)
    known_drift = None if settings.drift_zyx is None else np.array(settings.drift_zyx)[axes]
    if spacing == 0:
        spacing, density = _guess_spacing(points)
    drift = estimate_drift(points, spacing, known_drift)
    guess = model = _guess_model(points, drift, spacing, density).with_settings(settings)
    statistics = LikelihoodStatistics.empty(points.n_axes)
    if settings.is_complete:
        return model, drift, statistics
    parts = _choose_parts(points)
    for turn in range(_N_ROUNDS):
        statistics = LikelihoodStatistics.empty(points.n_axes)
        # the first rounds only come near: the part with most spots is enough for them
        for begin, end in parts if turn == _N_ROUNDS - 1 else parts[-1:]:
            part = take_frames(points, begin, end)
            table, solution = solve_points(part, drift[begin:end], model, _N_SEARCH_ROUNDS)
            plain = solve_by_likelihood(part, table, model.replace(divisions=False))
            cosine = measure_symmetry(part, table, plain)
            statistics = statistics.add(count_solution(part, table, solution, cosine))
        model = fit_model(guess, model, statistics, points.axes, may_predict=turn > 0).with_settings(settings)
        _log.debug("round %d: %s", turn + 1, model)
    return model, drift, statistics


def _guess_spacing(points: FramePoints) -> tuple[float, float]:
    """Return distance of neighbours and density for a movie without neighbours: ten times the median step."""
    step = np.linalg.norm(_mutual_steps(points, np.zeros((max(points.n_frames, 1), points.n_axes))), axis=1)
    spacing = 10 * float(np.median(step)) if len(step) else 0.0
    spacing = spacing if spacing > 0 else 1.0
    return spacing, spacing**-points.n_axes


def _guess_model(points: FramePoints, drift: FloatArray, spacing: float, density: float) -> LikelihoodModel:
    """Return the values to begin with: steps of mutual nearest neighbours, usual rates for the rest."""
    step = _mutual_steps(points, drift)
    sigma = np.full(points.n_axes, 0.2 * spacing)
    if len(step) >= 5:
        sigma = np.maximum(_MAD_TO_SIGMA * np.median(np.abs(step), axis=0), 0.02 * spacing)
    per_axis = np.full(3, float(sigma.mean()))
    per_axis[list(points.axes)] = sigma
    mean_drift = np.zeros(3)
    mean_drift[list(points.axes)] = drift[-1]
    return LikelihoodModel(
        max_missed_frames=2,
        divisions=True,
        drift_zyx=(float(mean_drift[0]), float(mean_drift[1]), float(mean_drift[2])),
        step_sigma_zyx=(float(per_axis[0]), float(per_axis[1]), float(per_axis[2])),
        step_tail=5.0,
        gap_variance_growth=1.0,
        persistence=0.0,
        local_flow=False,
        division_rate=0.01,
        division_offset=0.45 * spacing,
        division_sigma=max(float(np.mean(sigma)), 0.15 * spacing),
        missed_rate=0.04,
        false_rate=0.03,
        end_rate=0.02,
        appearance_rate=0.01,
        spot_density=density,
    )


def _mutual_steps(points: FramePoints, drift: FloatArray) -> FloatArray:
    """Return the steps (M, D), drift taken off, between spots that are each other's nearest in consecutive frames."""
    steps = [np.zeros((0, points.n_axes))]
    share = max(1, len(points) // _ENOUGH_SPOTS)
    for t in range(0, points.n_frames - 1, share):
        here = points.position[points.first[t] : points.first[t + 1]] + drift[t]
        there = points.position[points.first[t + 1] : points.first[t + 2]]
        if len(here) and len(there):
            forth = cKDTree(there).query(here)[1]
            back = cKDTree(here).query(there)[1]
            mutual = back[forth] == np.arange(len(here))
            steps.append(there[forth[mutual]] - here[mutual])
    return np.concatenate(steps)


def _choose_parts(points: FramePoints) -> list[tuple[int, int]]:
    """Return ranges of frames, the one with most spots last: the whole movie, or its beginning and its end."""
    n_frames = points.n_frames
    if n_frames == 0:
        return []
    length = max(_LEAST_FRAMES, -(-_ENOUGH_SPOTS // _N_PARTS * n_frames // max(len(points), 1)))
    if _N_PARTS * length >= n_frames:
        return [(0, n_frames)]
    begins = np.linspace(0, n_frames - length, _N_PARTS).astype(int)
    parts = [(int(b), int(b) + length) for b in begins]
    return sorted(parts, key=lambda part: int(points.first[part[1]] - points.first[part[0]]))
