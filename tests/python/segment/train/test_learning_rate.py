"""The learning rate grows, and falls, by the number of the batch."""

import numpy as np
import pytest

from volltrack.segment.train import TrainingSettings
from volltrack.segment.train.learning_rate import choose_rate


def test_rate_grows_over_the_first_batches_and_is_then_left_alone():
    settings = TrainingSettings(learning_rate=1e-3, warm_up_steps=4)
    rates = [choose_rate(settings, step, steps=10, has_start=False) for step in range(7)]
    assert rates == [pytest.approx(r) for r in (2e-4, 4e-4, 6e-4, 8e-4, 1e-3)] + [None, None]
    assert choose_rate(TrainingSettings(), 0, steps=10, has_start=False) is None
    assert choose_rate(TrainingSettings(), 0, steps=10, has_start=True) < 1e-6  # weights of others: slowly by default


def test_rate_falls_to_nothing_as_a_cosine():
    settings = TrainingSettings(learning_rate=1e-3, fall="cosine", epochs=10)
    rates = [choose_rate(settings, step, steps=10, has_start=False) for step in range(101)]
    assert (rates[0], rates[50]) == (1e-3, pytest.approx(5e-4))
    assert rates[100] == pytest.approx(0, abs=1e-12)
    assert np.all(np.diff(rates) < 0)
