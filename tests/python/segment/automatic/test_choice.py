"""The segmentation that chooses: it takes what looks best, says why, and finds nothing where nothing is."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from scipy import ndimage

from volltrack.errors import BadSettings
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.model.methods import LABELS, Segmentation, Segmenter, SegmenterSettings
from volltrack.segment.automatic import AutomaticSettings, candidates, segmenter
from volltrack.segment.automatic.candidates import Candidate
from volltrack.segment.automatic.sample import take_sample
from volltrack.segment.classical import ClassicalSettings
from volltrack.segment.frame_check import choose_frames, read_frame
from volltrack.segment.vollseg.segmenters import NetworkSegmenter
from volltrack.testing.contracts import check_segmenter

PIXEL = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1, unit="pixel"), frame_interval=1.0, time_unit="frame")


def make_movie(n_frames=2, light=80.0, side=160):
    """Return a 2D movie of bright disks in noise."""
    y, x = np.mgrid[:side, :side]
    disks = ((y % 40 - 20) ** 2 + (x % 40 - 20) ** 2) <= 81
    seen = ndimage.gaussian_filter(light * disks + 10.0, 1)
    frames = np.stack([np.random.default_rng(t).poisson(seen)[np.newaxis] for t in range(n_frames)])
    return Movie.from_array(frames.astype(np.uint16), PIXEL, name="disks")


@dataclass(frozen=True, kw_only=True)
class SquaresSettings(SegmenterSettings):
    """Squares anywhere, or nothing."""

    any: bool = True

    @property
    def method(self):
        return "squares"

    @property
    def made_by(self):
        return f"{__name__}:Squares"

    def make(self):
        return Squares(settings=self)


@dataclass(frozen=True, kw_only=True)
class Squares(Segmenter):
    settings: SquaresSettings = field(default_factory=SquaresSettings)

    def prepare(self, movie, *, on_progress=None):
        return self

    def segment(self, frame, t=0, *, only_labels=False):
        labels = np.zeros(frame.shape, np.int32)
        for number in range(1, 9 if self.settings.any else 1):
            labels[:, 5:15, 18 * number : 18 * number + 10] = number
        return Segmentation(images={LABELS: labels})


@pytest.fixture
def offer(monkeypatch):
    """Return a function that says which methods are tried."""

    def offer_these(**methods):
        listed = tuple(Candidate(name=name, settings=settings) for name, settings in methods.items())
        monkeypatch.setattr(segmenter, "list_candidates", lambda movie, settings: listed)

    return offer_these


@pytest.mark.parametrize("first", ["squares", "classical"])
def test_the_method_with_the_better_cells_is_used_and_named(offer, first):
    methods = {"squares": SquaresSettings(), "classical": ClassicalSettings()}
    offer(**{first: methods.pop(first)}, **methods)
    movie = make_movie()
    ready = AutomaticSettings().make().prepare(movie)
    assert ready.settings.method == "classical"
    assert ready.settings.cell_diameter_um is not None
    assert ready.report[0].startswith("classical: ")
    assert "squares 0." in ready.report[0]
    alone = ClassicalSettings().make().prepare(movie)
    found = ready.segment(movie.frame(1), 1).labels
    assert np.array_equal(found, alone.segment(movie.frame(1), 1).labels)


def test_nothing_that_looks_like_cells_is_an_answer_and_says_what_to_do(offer):
    offer(one=SquaresSettings(), other=SquaresSettings())
    ready = AutomaticSettings().make().prepare(make_movie(light=0.0))
    assert ready.segment(make_movie().frame(0)).labels.max() == 0
    assert "nothing here looks like bright cells" in ready.report[0]
    assert "`labels`" in ready.report[0]
    assert ready.settings == AutomaticSettings()  # what a run file keeps looks again


def test_a_method_that_found_nothing_in_noise_stays_at_work_for_later_frames(offer):
    offer(some=SquaresSettings(), none=SquaresSettings(any=False))
    ready = AutomaticSettings().make().prepare(make_movie(light=0.0))
    assert ready.settings == SquaresSettings(any=False)
    assert "nothing here looks like bright cells" in ready.report[0]


def test_a_diameter_that_is_given_reaches_every_method(monkeypatch):
    monkeypatch.setattr(candidates, "why_not_shipped", lambda settings: "")
    monkeypatch.setattr(NetworkSegmenter, "why_not", lambda self, movie: "")
    tried = candidates.list_candidates(make_movie(), AutomaticSettings(cell_diameter_um=9.0))
    assert [c.settings.cell_diameter for c in tried] == [9.0] * 4
    assert [c.name for c in tried] == ["networks for tissue", "network for stacks", "network for planes", "no network"]


def test_without_networks_there_is_one_method_left(monkeypatch):
    monkeypatch.setattr(candidates, "why_not_shipped", lambda settings: "not installed")
    assert [c.name for c in candidates.list_candidates(make_movie(), AutomaticSettings())] == ["no network"]
    membranes = AutomaticSettings(stain="membranes").make()
    assert "membranes" in membranes.why_not(make_movie())
    with pytest.raises(BadSettings, match="membranes"):
        membranes.prepare(make_movie())


def test_the_sample_of_a_large_movie_is_cut_where_most_is_seen():
    frames = np.random.default_rng(0).poisson(10, (5, 1, 1200, 1300)).astype(np.uint16)
    cells = make_movie(1, side=400).frame(0)[0]
    frames[:, 0, 700:1100, 100:500] += cells
    movie = Movie.from_array(frames, PIXEL, name="large")
    sample = take_sample([read_frame(movie, t) for t in choose_frames(movie)], movie)
    assert sample.n_frames == 3
    assert sample.shape[2] * sample.shape[3] <= 600_000
    assert float(sample.frame(0).mean()) > float(frames[0].mean())
    kept = sample.frame(1)[0]
    assert (kept == frames[2, 0, 800, 300]).any()
    small = make_movie()
    assert take_sample([read_frame(small, t) for t in choose_frames(small)], small).shape == small.shape


def test_it_keeps_the_contract_of_segmenters(monkeypatch):
    monkeypatch.setattr(candidates, "why_not_shipped", lambda settings: "not installed")
    check_segmenter(AutomaticSettings().make, movies=[make_movie(3), replace(make_movie(3), name="again")])
