"""The best links and divisions together: candidates and what each is worth, assignment by auction, local search."""

from volltrack.link.likelihood.search.auction import NO_BENEFIT
from volltrack.link.likelihood.search.best_links import FULL_SEARCH, LikelihoodSolution, solve_by_likelihood
from volltrack.link.likelihood.search.candidates import CandidateTable, find_candidates

__all__ = [
    "FULL_SEARCH",
    "NO_BENEFIT",
    "CandidateTable",
    "LikelihoodSolution",
    "find_candidates",
    "solve_by_likelihood",
]
