import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from volltrack.link.likelihood.search.auction import NO_BENEFIT, assign_by_auction, compute_column_values


def make_table(seed, n_rows, n_columns, share=0.5):
    """A random sparse problem, dense (for scipy) and as rows of candidates."""
    rng = np.random.default_rng(seed)
    dense = np.where(rng.random((n_rows, n_columns)) < share, rng.normal(3, 4, (n_rows, n_columns)), NO_BENEFIT)
    columns = np.where(dense > NO_BENEFIT, np.arange(n_columns), n_columns)
    return dense, columns


def best_sum(dense):
    gain = np.maximum(dense, 0.0)
    return gain[linear_sum_assignment(gain, maximize=True)].sum()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 12))
def test_auction_finds_the_optimum_of_scipy(seed, n_rows, n_columns):
    dense, columns = make_table(seed, n_rows, n_columns)
    found = assign_by_auction(columns, dense, n_columns, tolerance=1e-4)
    assert found.benefit.sum() == pytest.approx(best_sum(dense), abs=1e-3 * n_rows)
    chosen = found.column[found.column >= 0]
    assert len(np.unique(chosen)) == len(chosen)
    assert (found.benefit[found.column >= 0] > 0).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_column_value_is_what_is_lost_without_the_column(seed):
    dense, columns = make_table(seed, 8, 8)
    found = assign_by_auction(columns, dense, 8, tolerance=1e-6)
    value = compute_column_values(columns, dense, found, max_rounds=100)
    for column in range(8):
        without = dense.copy()
        without[:, column] = NO_BENEFIT
        assert value[column] == pytest.approx(best_sum(dense) - best_sum(without), abs=1e-3)


def test_nothing_to_assign():
    none = assign_by_auction(np.zeros((0, 3), dtype=np.int64), np.zeros((0, 3)), 0)
    assert len(none.column) == 0
    losing = assign_by_auction(np.array([[0]]), np.array([[-1.0]]), 1)
    assert losing.column.tolist() == [-1]
