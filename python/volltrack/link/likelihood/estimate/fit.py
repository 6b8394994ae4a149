"""Model values that follow from the counts and samples of a solution."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from volltrack.link.likelihood.estimate.statistics import LikelihoodStatistics
from volltrack.link.likelihood.estimate.symmetry import estimate_sister_share
from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.step import fit_step

__all__ = ["FEW_LINKS", "fit_model"]

_LEAST_EXPLAINED: Final = 0.08
"""Share of the variance of steps that neighbours must explain before their steps are used."""
FEW_LINKS: Final = 20
"""Fewer links than this leave the guess of the step as it is."""
_PRIOR_DIVISIONS: Final = 8.0
"""The guess of place and spread of daughters counts as this many divisions."""
_OVER: Final = 1.5
"""Divisions over what the symmetric starts tell: these are only the daughters that were seen three times."""
_MANY_SISTERS: Final = 0.4
"""Share of sisters among the starts of tracks that leaves the count of divisions as it is."""
_PRIOR_CELLS: Final = 20.0
"""The guess of each rate counts as seen on this many cells."""


def fit_model(
    guess: LikelihoodModel,
    model: LikelihoodModel,
    statistics: LikelihoodStatistics,
    axes: tuple[int, ...],
    *,
    may_predict: bool,
) -> LikelihoodModel:
    """Return `model` with the values that `statistics` tells, as far as they are told.

    Parameters
    ----------
    guess
        Where the estimate began; its rates count as a few observations.
    model
        The model that the links were made with.
    statistics
        From those links.
    axes
        The axes that vary.
    may_predict
        Whether local flow and persistence may be switched on or off now.
    """
    told: dict[str, Any] = {}
    if len(statistics.step) >= FEW_LINKS:
        sigma = np.array(model.step_sigma_zyx)
        scale, told["step_tail"] = fit_step(statistics.step, 0.05 * sigma[list(axes)])
        sigma[list(axes)] = scale
        told["step_sigma_zyx"] = tuple(sigma.tolist())
    if len(statistics.successive) >= FEW_LINKS:
        product, square = statistics.successive.sum(axis=0)
        correlation = float(np.clip(product / square, -0.5, 0.95)) if square > 0 else 0.0
        # the variance of two steps is 2 (1 + correlation) times that of one
        told["gap_variance_growth"] = max(1.0 + 2.0 * correlation, 0.05)
        if may_predict:
            told["persistence"] = correlation
    if may_predict and not model.local_flow and len(statistics.step) >= 5 * FEW_LINKS:
        told["local_flow"] = statistics.explained_share > _LEAST_EXPLAINED
    told |= _fit_rates(guess, model, statistics, len(axes))
    if model.divisions and statistics.n_divisions:
        told |= _fit_sisters(guess, statistics)
    return model.replace(**told)


def _fit_rates(
    guess: LikelihoodModel, model: LikelihoodModel, counts: LikelihoodStatistics, n_axes: int
) -> dict[str, float]:
    """Return the rates, each pulled to that of `guess` where few cells speak.

    Found divisions alone do not tell their rate: where tracks start by chance, some of them always look like daughters,
    raise the rate, and so bring more. The symmetry of sisters limits it.
    """

    def rate(n: float, of: int, before: float, low: float, high: float) -> float:
        return float(np.clip((n + _PRIOR_CELLS * before) / (of + _PRIOR_CELLS), low, high))

    n_real = counts.n_could_be_isolated - counts.n_isolated
    n_mothers = max(counts.n_links - counts.n_divisions, 0)
    sisters, error = estimate_sister_share(counts.cosine, model, n_axes)
    starts = (len(counts.cosine) + _PRIOR_CELLS * guess.division_rate) / (counts.n_could_show + _PRIOR_CELLS)
    most_divisions, least_starts = 1.0, 0.0
    if sisters + 2 * error < _MANY_SISTERS:
        most = max(sisters + 2 * error, 0.0)
        most_divisions, least_starts = _OVER * most * starts, (1.0 - most) * starts * counts.n_could_start
    return {
        "missed_rate": rate(counts.n_missed, counts.n_states, guess.missed_rate, 0.002, 0.4),
        "false_rate": rate(counts.n_isolated, n_real, guess.false_rate, 0.001, 0.9),
        "end_rate": rate(counts.n_ends, counts.n_could_end, guess.end_rate, 0.002, 0.3),
        "appearance_rate": rate(
            max(counts.n_starts, least_starts), counts.n_could_start, guess.appearance_rate, 0.001, 0.3
        ),
        "division_rate": min(
            rate(counts.n_divisions, n_mothers, guess.division_rate, 1e-5, 0.3), max(most_divisions, 1e-5)
        ),
    }


def _fit_sisters(guess: LikelihoodModel, counts: LikelihoodStatistics) -> dict[str, float]:
    """Return distance and spread of daughters: sisters' midpoint has half the variance of each of them."""
    n_axes = counts.sister_middle.shape[1]
    weight = len(counts.sister_middle) / (len(counts.sister_middle) + _PRIOR_DIVISIONS)
    variance = 2 * float(np.mean(counts.sister_middle**2)) if len(counts.sister_middle) else 0.0
    apart = float(np.mean(np.sum(counts.sister_apart**2, axis=1))) if len(counts.sister_apart) else 0.0
    offset = np.sqrt(max(apart - n_axes * variance / 2, 0.25 * apart))
    smallest = 0.3 * float(np.mean(guess.step_sigma_zyx))
    return {
        "division_offset": max(float(weight * offset + (1 - weight) * guess.division_offset), smallest),
        "division_sigma": max(float(weight * np.sqrt(variance) + (1 - weight) * guess.division_sigma), smallest),
    }
