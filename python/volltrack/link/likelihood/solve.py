"""One pass from points to a solution, with prediction where the model asks for it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.link.likelihood.model import LikelihoodModel
from volltrack.link.likelihood.points import FramePoints
from volltrack.link.likelihood.prediction import (
    LEAST_PERSISTENCE,
    predict_from_neighbours,
    prefer_persistent_links,
)
from volltrack.link.likelihood.search import (
    FULL_SEARCH,
    CandidateTable,
    LikelihoodSolution,
    find_candidates,
    solve_by_likelihood,
)

__all__ = ["solve_points"]

_N_PERSISTENT_ROUNDS = 3


def solve_points(
    points: FramePoints, drift: npt.NDArray[np.float64], model: LikelihoodModel, n_rounds: int = FULL_SEARCH
) -> tuple[CandidateTable, LikelihoodSolution]:
    """Return the candidates as last weighed, and the solution.

    Parameters
    ----------
    points
        Spots of a movie or of some frames of it.
    drift
        float64 (T, D).
    model
        All values known. Local flow and persistence need links to predict from, so they cost further passes.
    n_rounds
        Rounds of division search.
    """
    table = find_candidates(points, drift, model)
    links_only = model.replace(divisions=False)
    if model.local_flow:
        for _ in range(2):
            shift, _share = predict_from_neighbours(points, table, solve_by_likelihood(points, table, links_only))
            table = find_candidates(points, drift, model, shift)
    if model.persistence > LEAST_PERSISTENCE:
        plain = table
        for _ in range(_N_PERSISTENT_ROUNDS):
            table = prefer_persistent_links(points, plain, solve_by_likelihood(points, table, links_only), model)
    return table, solve_by_likelihood(points, table, model, n_rounds)
