"""What the rates follow from when found divisions and the symmetry of starting tracks disagree."""

from dataclasses import replace

import numpy as np
import pytest

from volltrack.link.likelihood.estimate.fit import fit_model
from volltrack.link.likelihood.estimate.statistics import LikelihoodStatistics
from volltrack.link.likelihood.estimate.symmetry import estimate_sister_share
from volltrack.link.likelihood.model import LikelihoodModel

GUESS = LikelihoodModel(
    max_missed_frames=2, divisions=True, drift_zyx=(0, 0, 0), step_sigma_zyx=(1.2, 1.2, 1.2), step_tail=1000.0,
    gap_variance_growth=1.0, persistence=0.0, local_flow=False, division_rate=0.01, division_offset=2.2,
    division_sigma=1.2, missed_rate=0.04, false_rate=0.03, end_rate=0.02, appearance_rate=0.01, spot_density=1e-3,
)  # fmt: skip


def fit_division_rate(n_starts, mean_cosine):
    statistics = replace(
        LikelihoodStatistics.empty(3),
        n_links=10_000, n_divisions=160, n_could_show=9_000, n_could_start=9_000,
        cosine=np.full(n_starts, mean_cosine),
    )  # fmt: skip
    share, error = estimate_sister_share(statistics.cosine, GUESS, 3)
    fitted = fit_model(GUESS, GUESS, statistics, (0, 1, 2), may_predict=False)
    return fitted.division_rate, share, error


def test_uncertain_symmetry_leaves_the_count_of_divisions():
    # half of the starts are sisters, and chance shows half of those
    rate, share, error = fit_division_rate(130, -0.10)
    assert share < 0.35
    assert 0.4 < share + 2 * error < 0.5
    assert rate == pytest.approx(0.0162, abs=3e-4)


@pytest.mark.parametrize("mean_cosine", [0.0, 0.1])
def test_starts_without_symmetry_limit_the_divisions(mean_cosine):
    rate, share, _error = fit_division_rate(400, mean_cosine)
    assert share < 0.1
    assert rate < 0.009
