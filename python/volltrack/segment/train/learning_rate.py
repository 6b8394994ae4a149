"""The learning rate of each batch: it grows at first and may fall as a cosine, by the number of the batch alone."""

from __future__ import annotations

import math
from typing import Any

from volltrack.segment.networks.packages import import_network_package
from volltrack.segment.train.training_settings import TrainingSettings

__all__ = ["choose_rate", "make_rate_callback"]

_WARM_UP_STEPS = 300
"""Of a training that begins with other weights: Adam's first steps are as large as the rate for every weight, however
small its gradient, until its moments are known."""


def choose_rate(settings: TrainingSettings, step: int, *, steps: int, has_start: bool) -> float | None:
    """Return the learning rate of a batch; None where it stays as it is.

    Parameters
    ----------
    settings
        How the network learns.
    step
        Number of the batch in the whole training, from 0.
    steps
        Batches of an epoch.
    has_start
        Whether the training began with the weights of another network.

    Notes
    -----
    Linear warm-up; half a cosine without restarts (Loshchilov and Hutter 2017, arXiv:1608.03983).
    """
    warm_up = settings.warm_up_steps
    if warm_up is None:
        warm_up = _WARM_UP_STEPS if has_start else 0
    grown = min(1.0, (step + 1) / (warm_up + 1))
    if settings.fall == "cosine":
        done = min(1.0, step / (steps * settings.epochs))
        return settings.learning_rate * grown * 0.5 * (1 + math.cos(math.pi * done))
    return settings.learning_rate * grown if step <= warm_up and warm_up > 0 else None


def make_rate_callback(settings: TrainingSettings, *, steps: int, first: int, has_start: bool) -> Any:
    """Return the Keras callback that sets the rate of each batch, from the batch `first` on; see `choose_rate`."""

    class SetRate(import_network_package("keras").callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.step = first

        def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
            rate = choose_rate(settings, self.step, steps=steps, has_start=has_start)
            if rate is not None:
                self.model.optimizer.learning_rate = rate
            self.step += 1

    return SetRate()
