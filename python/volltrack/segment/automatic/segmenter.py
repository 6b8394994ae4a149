"""The segmentation that chooses: methods are tried on a few frames, judged without the truth, and the best is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, Final, Self

import numpy as np

from volltrack.errors import BadSettings, BadValue
from volltrack.model import Frame, Movie
from volltrack.model.methods import LABELS, MovieInfo, Segmentation, Segmenter, SegmenterSettings
from volltrack.progress import OnProgress, report_progress
from volltrack.segment.automatic.candidates import Candidate, list_candidates
from volltrack.segment.automatic.sample import take_sample
from volltrack.segment.automatic.settings import AutomaticSettings
from volltrack.segment.frame_check import choose_frames, read_frame, require_frame
from volltrack.segment.judge import Looks, expect_f1, judge_labels
from volltrack.segment.size.blob_diameter import estimate_cell_size

__all__ = ["AutomaticSegmenter", "Trial"]

_LEAST_SCORE: Final = 0.3
"""Below it nothing that was found looks like cells."""

_CLEARLY: Final = 0.07
"""A method further down the list has to be better by so much."""

_STEP: Final = 1.4
"""Other diameters that are tried are larger and smaller by this factor."""

_SURE: Final = 0.7
"""In stacks, where trials take long, other diameters are tried only when the estimate is less sure than this."""

_BETTER: Final = 0.04
"""By so much the cells must look better at another diameter."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How a method did on the sample.

    Parameters
    ----------
    name
        Of the method.
    ready
        The method, ready for the sample; None where it could not take it.
    looks
        Of its objects.
    """

    name: str
    ready: Segmenter | None
    looks: Looks


@dataclass(frozen=True, kw_only=True)
class AutomaticSegmenter(Segmenter):
    """Tries the methods that there are on three frames and uses the best.

    Parameters
    ----------
    settings
        `AutomaticSettings`; when it is ready and has chosen, those of the method that it chose.
    movie
        Known when it is ready.
    chosen
        The method, ready; None before, and where nothing looks like cells: then it finds none.
    why
        What was chosen and why, in one line.

    Notes
    -----
    Each object that a method finds gets a chance of being a cell, learned from real images; from these the F1 of each
    method is expected (`volltrack.segment.judge`).
    """

    settings: SegmenterSettings
    movie: MovieInfo | None = None
    chosen: Segmenter | None = None
    why: str = ""

    @property
    def title(self) -> str:
        """The method that was chosen."""
        return "chosen by itself" if self.chosen is None else self.chosen.title

    @property
    def report(self) -> tuple[str, ...]:
        """What was chosen and why, and what the method estimated."""
        lines = (self.why,) if self.why else ()
        return lines if self.chosen is None else (*lines, *self.chosen.report)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was chosen and why, and what is to be seen of the method."""
        facts = {"method": self.why} if self.why else {}
        return facts if self.chosen is None else {**facts, **self.chosen.facts}

    @property
    def stains(self) -> tuple[str, ...]:
        """The one that was asked for."""
        return (self.settings.stain,) if isinstance(self.settings, AutomaticSettings) else ("nuclei",)

    def why_not(self, movie: Movie) -> str:
        """Return why no method can be used, in one line; empty where one can."""
        if not isinstance(self.settings, AutomaticSettings) or list_candidates(movie, self.settings):
            return ""
        return f"no method for cells with bright {self.settings.stain} can take {movie.name}"

    def prepare(self, movie: Movie, *, on_progress: OnProgress | None = None) -> Self:
        """Return it with the method chosen and ready.

        Raises
        ------
        BadSettings
            No method can be used.
        BadValue
            NaN or infinite values; names the frame.
        Cancelled
            If `on_progress` asks for it.
        """
        settings = self.settings
        if not isinstance(settings, AutomaticSettings):
            return self
        candidates = list_candidates(movie, settings)
        if not candidates:
            raise BadSettings(self.why_not(movie))
        if len(candidates) == 1 or movie.n_frames == 0:
            return self._choose(candidates[0].settings.make(), movie, "", on_progress)
        whole = movie.without_missing()
        frames = [read_frame(whole, t) for t in choose_frames(whole)]
        sample = take_sample(frames, movie)
        is_open = settings.cell_diameter_um is None
        if is_open:  # of whole frames: a part of one says less
            size = estimate_cell_size(frames, movie.calibration.voxel_size)
            candidates = list_candidates(movie, settings.with_cell_diameter(size.diameter))
            is_open = movie.is_2d or size.confidence < _SURE
        del frames
        trials = []
        for number, candidate in enumerate(candidates):
            report_progress(on_progress, "choose the method", number, len(candidates))
            trials.append(_try(candidate, sample, diameter_is_open=is_open))
        report_progress(on_progress, "choose the method", len(candidates), len(candidates))
        scores = expect_f1([trial.looks for trial in trials])
        best = _find_best(trials, scores)
        seen = ", ".join(f"{t.name} {score:.2f}" for t, score in zip(trials, scores, strict=True))
        if best is None or best.ready is None:
            why = (
                f"nothing here looks like bright cells ({seen} of 1, {sample.n_frames} frames): no cell is marked; if "
                "there are some, name a method (`method`), bring labels (`labels`), or train a network on images of "
                "this kind, as phase contrast needs it"
            )
            return replace(self, movie=MovieInfo.of(movie), why=why)
        why = f"{best.name}: its cells look best ({seen} of 1, from {sample.n_frames} frames)"
        if best.looks.n_found == 0:
            why = f"{best.name}: nothing here looks like bright cells ({seen} of 1)"
        return self._choose(best.ready, movie, why, on_progress)

    def _choose(self, method: Segmenter, movie: Movie, why: str, on_progress: OnProgress | None) -> Self:
        ready = method.prepare(movie, on_progress=on_progress)
        return replace(self, settings=ready.settings, movie=MovieInfo.of(movie), chosen=ready, why=why)

    def segment(self, frame: Frame, t: int = 0, *, only_labels: bool = False) -> Segmentation:
        """Return the cells of one frame; see `Segmenter.segment`."""
        movie = MovieInfo.require(self.movie, self.title)
        if self.chosen is not None:
            return self.chosen.segment(frame, t, only_labels=only_labels)
        image = require_frame(frame, movie.name_frame(t))
        return Segmentation(images={LABELS: np.zeros(image.shape, np.int32)})


def _try(candidate: Candidate, sample: Movie, *, diameter_is_open: bool) -> Trial:
    """Return how a method does on the sample, at the diameter of cells at which it does best."""
    try:
        ready = candidate.settings.make().prepare(sample)
    except BadValue:
        return Trial(name=candidate.name, ready=None, looks=Looks.of(np.zeros(0)))
    if diameter_is_open and ready.settings.cell_diameter is not None:
        ready = _fit_diameter(candidate, ready, sample)
    return Trial(name=candidate.name, ready=ready, looks=_look_at(ready, sample, range(sample.n_frames)))


def _look_at(ready: Segmenter, sample: Movie, frames: Sequence[int]) -> Looks:
    """Return how the objects of some frames look."""
    chances = [
        judge_labels(sample.frame(t), ready.segment(sample.frame(t), t, only_labels=True).labels).chances
        for t in frames
    ]
    return Looks.of(np.concatenate(chances))


def _fit_diameter(candidate: Candidate, ready: Segmenter, sample: Movie) -> Segmenter:
    """Return the method at the diameter at which the cells of the middle frame look best: the estimate, or beside."""
    start = ready.settings.cell_diameter
    assert start is not None  # the caller saw it
    tried = [ready]
    for factor in (1 / _STEP, _STEP):
        settings = candidate.settings.with_cell_diameter(start * factor)
        tried.append(_with_settings(ready, settings).prepare(sample))
    scores = expect_f1([_look_at(method, sample, [sample.n_frames // 2]) for method in tried])
    best = int(np.argmax(scores))
    return tried[best] if scores[best] > scores[0] + _BETTER else ready


def _with_settings(method: Segmenter, settings: SegmenterSettings) -> Segmenter:
    """Return the method with other settings, and the networks that it has loaded."""
    return replace(method, settings=settings) if is_dataclass(method) else settings.make()


def _find_best(trials: Sequence[Trial], scores: Sequence[float]) -> Trial | None:
    """Return the best one, an earlier one among equals; where none is good one that says that there is nothing."""
    best = 0
    for number, score in enumerate(scores):
        if score > scores[best] + _CLEARLY:
            best = number
    if scores[best] >= _LEAST_SCORE:
        return trials[best]
    return next((trial for trial in trials if trial.looks.n_found == 0), None)
