"""What every detector keeps to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from volltrack.model import Movie, Spots
from volltrack.model.methods import Detector, DetectorSettings
from volltrack.testing.contracts.elsewhere import call_elsewhere
from volltrack.testing.contracts.promise import copy_by_pickle, pickle_method, require, require_refusal, require_value
from volltrack.testing.contracts.samples import empty_like, sample_movies

__all__ = ["check_detector"]


def check_detector(
    make: Callable[[], Detector], *, movies: Sequence[Movie] | None = None, elsewhere: bool = True
) -> None:
    """Check a detector as `check_segmenter` does a segmenter; for the parameters see there.

    Raises
    ------
    ContractBroken
        It does not keep to something that all detectors do.
    """
    method = make()
    require_value(method, Detector, DetectorSettings)
    require(make() == method, "the same settings make equal methods")
    tried = [movie for movie in (movies or sample_movies()) if not method.why_not(movie)]
    require(bool(tried), "it can take one of the movies")
    require_refusal(lambda: method.detect(tried[0].frame(0)), "detect() before prepare()", "prepare")
    for movie in tried:
        before = pickle_method(method)
        ready = method.prepare(movie)
        require(pickle_method(method) == before, "prepare() leaves the method as it was and returns another")
        for t in range(movie.n_frames):
            frame = movie.frame(t).copy()
            kept = frame.copy()
            spots = ready.detect(frame, t)
            require(np.array_equal(frame, kept), f"{movie.name}, frame {t}: the frame is not changed")
            require(np.array_equal(spots.ids, np.arange(len(spots))), "ids count from 0", spots.ids.tolist())
            require(bool((spots.frames == t).all()), f"FRAME is {t}", np.unique(spots.frames).tolist())
            _require_same(ready.detect(frame, t), spots, "a second time it")
        empty = ready.detect(empty_like(movie).frame(0))
        require(len(empty) == 0, f"{movie.name} of one colour has no cells", len(empty))
    movie, ready = tried[0], method.prepare(tried[0])
    bad = movie.frame(0).astype(np.float64)
    bad[0, 1, 2] = np.nan
    require_refusal(lambda: ready.detect(bad), "a frame with NaN", "NaN")
    expected = ready.detect(movie.frame(1), 1)
    _require_same(copy_by_pickle(ready).detect(movie.frame(1), 1), expected, "pickled and back it")
    if elsewhere:
        _require_same(call_elsewhere(ready, "detect", movie.frame(1), 1), expected, "in another process it")


def _require_same(found: Spots, expected: Spots, doing: str) -> None:
    require(found.table.equals(expected.table), f"{doing} gives the same spots")
