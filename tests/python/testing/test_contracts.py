"""Every registered method keeps the contract, and the contract is strict enough to catch those that do not."""

import pickle
import subprocess
import sys
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

from volltrack.errors import BadValue
from volltrack.link import LinkSettings
from volltrack.model import Links, Movie, Spots
from volltrack.model.methods import (
    LABELS,
    Detector,
    DetectorSettings,
    Linker,
    LinkerSettings,
    MovieInfo,
    Segmentation,
    Segmenter,
    SegmenterSettings,
)
from volltrack.progress import report_progress
from volltrack.registry import LINKERS, SEGMENTERS
from volltrack.segment import ClassicalSettings
from volltrack.segment.given import GivenLabelsSettings
from volltrack.testing.contracts import ContractBroken, check_detector, check_linker, check_segmenter
from volltrack.testing.contracts.samples import sample_labels, sample_movies

NETWORKS = {"vollseg", "stardist", "unet"}  # tests/python/segment/networks/test_network_contracts.py
GIVE_NO_LABELS = {"denoise"}


def test_every_segmenter_is_checked_somewhere():
    assert set(SEGMENTERS.names) - NETWORKS - GIVE_NO_LABELS == {"automatic", "classical", "given"}


def test_segmentation_without_a_network_keeps_the_contract():
    check_segmenter(ClassicalSettings().make)


@pytest.mark.parametrize("settings", [ClassicalSettings(mask_method="otsu", seed_source="both")])
def test_its_variants_do(settings):
    check_segmenter(settings.make, elsewhere=False)


@pytest.mark.parametrize("which", [0, 1], ids=["stacks", "planes"])
def test_given_labels_keep_the_contract(which):
    labels, movie = sample_labels()[which], sample_movies()[which]
    check_segmenter(
        GivenLabelsSettings(labels=labels).make, movies=[movie], looks_at_frames=False, elsewhere=which == 0
    )


@pytest.mark.parametrize("name", LINKERS.names)
def test_every_linker_keeps_the_contract(name):
    check_linker(LINKERS.make_settings(name).make, elsewhere=name in ("likelihood", "lap"))


def test_trackmates_settings_make_the_linker_of_their_method():
    assert {
        m: type(LinkSettings(method=m).make()).__name__ for m in ("lap", "kalman", "advanced-kalman", "overlap")
    } == {
        "lap": "LapLinker",
        "kalman": "KalmanLinker",
        "advanced-kalman": "KalmanLinker",
        "overlap": "OverlapLinker",
    }


def test_registry_names_the_nearest_and_imports_nothing_before_it_is_asked():
    with pytest.raises(Exception, match="no segmenter is named 'volseg': did you mean 'vollseg'"):
        SEGMENTERS.find("volseg")
    code = "import sys, volltrack.registry; print([m for m in ('numpy', 'pandas', 'skimage') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@dataclass(frozen=True, kw_only=True)
class BlobSettings(SegmenterSettings):
    """A segmenter as a newcomer writes it: whatever is much brighter than the median is one cell."""

    ratio: float = 1.5
    fault: str = ""

    @property
    def method(self):
        return "blob"

    @property
    def made_by(self):
        return f"{__name__}:Blob"

    def make(self):
        return Blob(settings=self)


@dataclass(frozen=True, kw_only=True)
class Blob(Segmenter):
    settings: BlobSettings
    movie: MovieInfo | None = None
    seen: list = field(default_factory=list, compare=False)

    def __reduce__(self):
        if self.settings.fault == "pickle":
            raise TypeError("cannot pickle a lock")
        return _rebuild, (type(self), self.settings, self.movie)

    @property
    def n_dims(self):
        return (3,) if self.settings.fault == "dims" else (2, 3)

    def why_not(self, movie):
        return "" if self.settings.fault == "dims" else super().why_not(movie)

    def describe(self):
        return "two\nlines" if self.settings.fault == "describe" else super().describe()

    def prepare(self, movie, *, on_progress=None):
        if self.settings.fault == "prepare":
            object.__setattr__(self, "movie", MovieInfo.of(movie))
            return self
        return replace(self, movie=MovieInfo.of(movie))

    def segment(self, frame, t=0, *, only_labels=False):
        fault = self.settings.fault
        if fault != "unready":
            MovieInfo.require(self.movie, self.title)
        image = np.atleast_3d(frame) if frame.ndim == 3 else frame[np.newaxis]
        if fault != "nan" and not np.isfinite(image).all():
            raise BadValue("the frame holds NaN: replace it")
        if fault == "input":
            frame += 1
        labels = (image > self.settings.ratio * np.median(image)).astype(np.int64 if fault == "type" else np.int32)
        if fault == "numbers":
            labels *= 3
        if fault == "empty":
            labels[...] = 1
        if fault == "shape":
            labels = labels[:, 1:]
        if fault == "memory":
            self.seen.append(t)
            labels[:, : len(self.seen)] = 0
        images = {} if only_labels and fault != "images" else {"bright": labels > 0}
        return Segmentation(images={**images, LABELS: labels})


def _rebuild(cls, settings, movie):
    return cls(settings=settings, movie=movie)


def test_a_new_segmenter_keeps_the_contract():
    check_segmenter(BlobSettings().make, elsewhere=False)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("pickle", "can be pickled"),
        ("dims", "why_not says"),
        ("describe", r"describe\(\) is one line"),
        ("prepare", "leaves the method as it was"),
        ("unready", "segment.. before prepare.. is refused"),
        ("nan", "NaN is refused"),
        ("input", "frame is not changed"),
        ("type", "labels are int32"),
        ("numbers", "labels are 1 .. n"),
        ("empty", "of one colour has no cells"),
        ("shape", "has the shape of its frame"),
        ("memory", "gives the same labels"),
        ("images", "only_labels leaves out"),
    ],
)
def test_a_segmenter_that_breaks_the_contract_is_told(fault, message):
    with pytest.raises(ContractBroken, match=message):
        check_segmenter(BlobSettings(fault=fault).make, elsewhere=False)


@dataclass(frozen=True, kw_only=True)
class PeakSettings(DetectorSettings):
    fault: str = ""
    method = "peak"
    made_by = ""

    def make(self):
        return Peak(settings=self)


@dataclass(frozen=True, kw_only=True)
class Peak(Detector):
    """The brightest voxel, if it stands out."""

    settings: PeakSettings
    movie: MovieInfo | None = None

    def prepare(self, movie, *, on_progress=None):
        return replace(self, movie=MovieInfo.of(movie))

    def detect(self, frame, t=0):
        size = MovieInfo.require(self.movie, self.title).voxel_size
        if self.settings.fault != "nan" and not np.isfinite(frame).all():
            raise BadValue("the frame holds NaN: replace it")
        z, y, x = np.unravel_index(np.argmax(frame), frame.shape)
        n = int(frame.max() > frame.min())
        columns = {"ID": [0], "FRAME": [0 if self.settings.fault == "frame" else t]}
        columns |= {"POSITION_X": [x * size.x], "POSITION_Y": [y * size.y], "POSITION_Z": [z * size.z]}
        return Spots(table=pd.DataFrame(columns).iloc[:n])


def test_a_new_detector_keeps_the_contract():
    check_detector(PeakSettings().make, elsewhere=False)


@pytest.mark.parametrize(("fault", "message"), [("nan", "NaN is refused"), ("frame", "FRAME is 1")])
def test_a_detector_that_breaks_the_contract_is_told(fault, message):
    with pytest.raises(ContractBroken, match=message):
        check_detector(PeakSettings(fault=fault).make, elsewhere=False)


@dataclass(frozen=True, kw_only=True)
class FirstSettings(LinkerSettings):
    fault: str = ""
    method = "first"
    made_by = ""

    def make(self):
        return First(settings=self)


@dataclass(frozen=True, kw_only=True)
class First(Linker):
    """The spot of smallest id of a frame to that of the next."""

    settings: FirstSettings

    def prepare(self, spots, *, labels=None, on_progress=None):
        return self

    def link(self, spots, *, labels=None, on_progress=None):
        fault = self.settings.fault
        if fault != "stop":
            report_progress(on_progress, "link", 0, 1)
        if fault == "input" and len(spots):
            spots.table["ID"] += 1
        table = spots.table.iloc[: len(spots) // 2] if fault == "order" else spots.table
        ids = table.groupby("FRAME")["ID"].min().to_numpy()
        source, target = ids[:-1], ids[1:]
        if fault == "back":
            source, target = target, source
        if fault == "strangers":
            target = target + 10_000
        return Links.from_arrays(source, target, np.ones(len(source)))


def test_a_new_linker_keeps_the_contract():
    check_linker(FirstSettings().make, elsewhere=False)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("stop", "stops with Cancelled"),
        ("input", "spots are not changed|links join spots"),
        ("order", "order of the rows|same links"),
        ("back", "links go to later frames"),
        ("strangers", "links join spots that there are"),
    ],
)
def test_a_linker_that_breaks_the_contract_is_told(fault, message):
    with pytest.raises(ContractBroken, match=message):
        check_linker(FirstSettings(fault=fault).make, elsewhere=False)


def test_spots_with_outlines_travel():
    movie = sample_movies()[1]
    from volltrack.measure import measure_movie

    spots = measure_movie(sample_labels()[1], [Movie.from_array(movie.frame(0)[None].repeat(3, 0), movie.calibration)])
    again = pickle.loads(pickle.dumps(spots))
    assert again.table.equals(spots.table)
    assert len(spots.contours) == len(again.contours) > 0
    assert again.calibration == spots.calibration
