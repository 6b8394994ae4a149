"""Assignment against scipy's dense solver on the square problem that TrackMate solves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from volltrack.link.trackmate import assignment
from volltrack.link.trackmate.assignment import choose_links
from volltrack.link.trackmate.candidates import Candidates
from volltrack.link.trackmate.segments import pick_percentile

FORBIDDEN = 1e7


def make_candidates(n: int, m: int, density: float, seed: int) -> Candidates:
    rng = np.random.default_rng(seed)
    source, target = np.nonzero(rng.random((n, m)) < density)
    order = rng.permutation(len(source))
    return Candidates(source=source[order] * 3, target=target[order] * 2 + 1, cost=rng.uniform(0.1, 100, len(source)))


def solve_square(candidates: Candidates, alternative: float) -> float:
    """Return the total cost of [costs | diag] over [diag | costs^T = alternative]."""
    n, m = candidates.source.max() + 1, candidates.target.max() + 1
    square = np.full((n + m, n + m), FORBIDDEN)
    square[candidates.source, candidates.target] = candidates.cost
    square[np.arange(n), m + np.arange(n)] = alternative
    square[n + np.arange(m), np.arange(m)] = alternative
    square[n + candidates.target, m + candidates.source] = alternative
    rows, columns = linear_sum_assignment(square)
    return float(square[rows, columns].sum())


@given(
    n=st.integers(1, 12),
    m=st.integers(1, 12),
    density=st.floats(0.05, 1),
    alternative=st.floats(1, 150),
    seed=st.integers(0, 10**6),
)
def test_choice_costs_as_little_as_trackmates_square_problem(
    n: int, m: int, density: float, alternative: float, seed: int
) -> None:
    candidates = make_candidates(n, m, density, seed)
    chosen = choose_links(candidates, alternative)
    assert len(set(candidates.source[chosen])) == len(chosen)
    assert len(set(candidates.target[chosen])) == len(chosen)
    if len(candidates):
        size = candidates.source.max() + candidates.target.max() + 2
        total = candidates.cost[chosen].sum() + alternative * (size - len(chosen))
        assert total == pytest.approx(solve_square(candidates, alternative), rel=1e-12)


def test_groups_of_components_give_the_same_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = make_candidates(400, 380, 0.004, seed=5)
    whole = choose_links(candidates, 80)
    monkeypatch.setattr(assignment, "_ROWS_AT_ONCE", 7)
    np.testing.assert_array_equal(choose_links(candidates, 80), whole)
    assert len(whole) > 100


def test_nothing_is_chosen_where_no_link_is_cheaper() -> None:
    candidates = make_candidates(5, 5, 1, seed=0)
    assert len(choose_links(candidates, 0.1)) == 0
    assert len(choose_links(candidates.take(np.zeros(0, np.int64)), 10)) == 0


def test_percentile_is_a_value_of_the_list_and_halves_go_up() -> None:
    values = np.array([50.0, 10.0, 40.0, 20.0, 30.0, 60.0])
    assert pick_percentile(values, 0.9) == 60  # index round(4.5) = 5
    assert pick_percentile(values, 0.5) == 40  # index round(2.5) = 3
    assert pick_percentile(values, 0.0) == 10
    assert pick_percentile(values, 1.0) == 60
