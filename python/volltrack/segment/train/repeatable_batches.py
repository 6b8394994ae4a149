"""Batches that depend on their number alone, so that a resumed training sees what an uninterrupted one sees."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.segment.networks.packages import import_network_package

__all__ = ["RepeatableBatches"]


class RepeatableBatches:
    """The randomness of the batches of a training.

    stardist, csbdeep and n2v draw the order of patches and what they do with them from NumPy's global generator, in a
    thread that runs ahead of the network by as many batches as it likes: where that generator stands after an epoch
    says nothing. Here each batch begins with a seed made of its number, and each round through the patches has an order
    made of the number of the round.

    Parameters
    ----------
    seed
        >= 0.
    """

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 3])
        self._seed = seed

    @contextlib.contextmanager
    def from_step(self, first: int) -> Iterator[None]:
        """Let the sequences of the libraries begin with batch `first`; a private part of csbdeep is set for so long."""
        sequence = import_network_package("csbdeep.internals.train").RollingSequence
        kept = sequence.__iter__, sequence._index

        def iterate(this: Any) -> Iterator[Any]:
            for number in range(first, first + len(this)):
                self._start(number)
                yield _copy(this[number])  # n2v and stardist fill the same arrays again while the network reads them

        def order(this: Any, loop: int) -> npt.NDArray[np.intp]:
            shuffled = np.random.default_rng([self._seed, 5, loop]).permutation(this.data_size)
            return shuffled if this.shuffle else np.arange(this.data_size)

        sequence.__iter__, sequence._index = iterate, order
        try:
            yield
        finally:
            sequence.__iter__, sequence._index = kept

    def _start(self, number: int) -> None:
        """Set all generators that a batch may draw from."""
        self.rng = np.random.default_rng([self._seed, 3, number])
        drawn = int(self.rng.integers(2**32))
        np.random.seed(drawn)  # the libraries know no other
        random.seed(drawn)


def _copy(batch: Any) -> Any:
    """Return a batch in arrays of its own."""
    return tuple(_copy(part) for part in batch) if isinstance(batch, tuple | list) else np.array(batch)
