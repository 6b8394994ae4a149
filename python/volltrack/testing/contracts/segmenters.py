"""What every segmenter keeps to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from volltrack.model import Movie
from volltrack.model.methods import LABELS, Segmentation, Segmenter, SegmenterSettings
from volltrack.segment import segment_frames
from volltrack.testing.contracts.elsewhere import call_elsewhere
from volltrack.testing.contracts.promise import (
    copy_by_pickle,
    pickle_method,
    require,
    require_refusal,
    require_stop,
    require_value,
)
from volltrack.testing.contracts.samples import empty_like, sample_movies

__all__ = ["check_segmenter"]


def check_segmenter(
    make: Callable[[], Segmenter],
    *,
    movies: Sequence[Movie] | None = None,
    looks_at_frames: bool = True,
    elsewhere: bool = True,
) -> None:
    """Check a segmenter: cells, one cell, no cell, stacks, planes, NaN, stopped, pickled, in another process, twice.

    Parameters
    ----------
    make
        Makes it, not ready, as `settings.make` does.
    movies
        Movies that it is tried on; small synthetic ones when not given. Those that it says it cannot take are left out.
    looks_at_frames
        Whether the labels come from the frames: then a frame of one colour has no cells, and labels are 1 .. n.
    elsewhere
        Whether it is tried in another process, too, which takes as long as its packages need to be imported.

    Raises
    ------
    ContractBroken
        It does not keep to something that all segmenters do.
    """
    method = make()
    require_value(method, Segmenter, SegmenterSettings)
    require(make() == method, "the same settings make equal methods")
    tried = [movie for movie in (movies or sample_movies()) if not method.why_not(movie)]
    require(bool(tried), "it can take one of the movies", method.why_not((movies or sample_movies())[0]))
    for movie in movies or sample_movies():
        dims = 2 if movie.is_2d else 3
        says_no = dims not in method.n_dims
        require(not says_no or bool(method.why_not(movie)), "why_not says which movies n_dims rules out", movie.name)
    require_refusal(lambda: method.segment(tried[0].frame(0)), "segment() before prepare()", "prepare")
    for movie in tried:
        before = pickle_method(method)
        ready = method.prepare(movie)
        require(pickle_method(method) == before, "prepare() leaves the method as it was and returns another")
        require_value(ready, Segmenter, SegmenterSettings)
        _check_frames(ready, movie, looks_at_frames)
        if looks_at_frames:
            empty = ready.segment(empty_like(movie).frame(0))
            require(empty.n_cells == 0, f"{movie.name} of one colour has no cells", empty.n_cells)
            again = method.prepare(empty_like(movie)).segment(empty_like(movie).frame(0))
            require(again.n_cells == 0, "a method prepared for a movie of one colour finds no cells", again.n_cells)
    movie, ready = tried[0], method.prepare(tried[0])
    bad = movie.frame(0).astype(np.float64)
    bad[0, 1, 2] = np.nan
    require_refusal(lambda: ready.segment(bad), "a frame with NaN", "NaN")
    require_stop(lambda on_progress: list(segment_frames(ready, movie, on_progress=on_progress)))
    expected = ready.segment(movie.frame(1), 1).labels
    _require_same(copy_by_pickle(ready).segment(movie.frame(1), 1).labels, expected, "pickled and back it")
    unready = copy_by_pickle(method).prepare(movie)
    _require_same(unready.segment(movie.frame(1), 1).labels, expected, "pickled before it was prepared it")
    if elsewhere:
        found: Segmentation = call_elsewhere(ready, "segment", movie.frame(1), 1)
        _require_same(found.labels, expected, "in another process it")


def _check_frames(ready: Segmenter, movie: Movie, is_numbered: bool) -> None:
    """Check the labels of each frame, that the frames stay as they are, and that twice is the same."""
    first = {}
    for t in range(movie.n_frames):
        frame = movie.frame(t).copy()
        kept = frame.copy()
        found = ready.segment(frame, t)
        require(np.array_equal(frame, kept), f"{movie.name}, frame {t}: the frame is not changed")
        for name, image in found.images.items():
            require(image.shape == frame.shape, f"{name} has the shape of its frame {frame.shape}", image.shape)
        labels = found.labels
        require(labels.dtype == np.int32, "labels are int32", labels.dtype)
        numbers = np.unique(labels)
        require(int(numbers[0]) >= 0, "labels are not negative", int(numbers[0]))
        if is_numbered:
            expected = np.arange(1, found.n_cells + 1)
            require(np.array_equal(numbers[numbers > 0], expected), "labels are 1 .. n", numbers.tolist())
        alone = ready.segment(frame, t, only_labels=True)
        require(set(alone.images) == {LABELS}, "only_labels leaves out all other images", list(alone.images))
        _require_same(alone.labels, labels, "with only_labels it")
        first[t] = labels
    for t in reversed(range(movie.n_frames)):
        _require_same(ready.segment(movie.frame(t), t).labels, first[t], "a second time, in another order, it")
    if movie.is_2d:
        _require_same(ready.segment(movie.frame(0)[0], 0).labels, first[0], "given a plane (Y, X) it")


def _require_same(found: np.ndarray, expected: np.ndarray, doing: str) -> None:
    differ = found.shape != expected.shape or bool((found != expected).any())
    require(not differ, f"{doing} gives the same labels")
