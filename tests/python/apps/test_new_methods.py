"""A new segmenter and a new linker: a module each and a line in the registry, and they run by name everywhere."""

import tomllib

import numpy as np
import pytest

from volltrack.apps.cli.main import main
from volltrack.errors import BadSettings
from volltrack.io.tiff import read_label_movie
from volltrack.io.trackmate_xml import read_trackmate_xml
from volltrack.pipeline import RunSettings, track_movie
from volltrack.registry import LINKERS, SEGMENTERS, Entry
from volltrack.testing.contracts import check_linker, check_segmenter

TOYS = '''
"""Everything above a threshold is cells; the spot of smallest id of a frame goes on in the next."""
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from volltrack.model import Links
from volltrack.model.methods import LABELS, Linker, LinkerSettings, MovieInfo, Segmentation
from volltrack.model.methods import Segmenter, SegmenterSettings
from volltrack.progress import report_progress
from volltrack.segment.frame_check import require_frame


@dataclass(frozen=True, kw_only=True)
class ThresholdSettings(SegmenterSettings):
    ratio: float = 2.0
    method = "threshold"
    made_by = "toys:Threshold"


@dataclass(frozen=True, kw_only=True)
class Threshold(Segmenter):
    settings: ThresholdSettings
    movie: MovieInfo | None = None

    def prepare(self, movie, *, on_progress=None):
        return replace(self, movie=MovieInfo.of(movie))

    def segment(self, frame, t=0, *, only_labels=False):
        image = require_frame(frame, MovieInfo.require(self.movie, self.title).name_frame(t))
        labels, _ = ndimage.label(image > self.settings.ratio * np.median(image))
        return Segmentation(images={LABELS: labels.astype(np.int32)})


@dataclass(frozen=True, kw_only=True)
class FirstSettings(LinkerSettings):
    every: int = 1
    method = "first"
    made_by = "toys:First"


@dataclass(frozen=True, kw_only=True)
class First(Linker):
    settings: FirstSettings

    def prepare(self, spots, *, labels=None, on_progress=None):
        return self

    def link(self, spots, *, labels=None, on_progress=None):
        report_progress(on_progress, "link first", 0, 1)
        ids = spots.table.groupby("FRAME")["ID"].min().to_numpy()[:: self.settings.every]
        return Links.from_arrays(ids[:-1], ids[1:], np.ones(max(len(ids) - 1, 0)))
'''


@pytest.fixture
def toys(tmp_path, monkeypatch):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "toys.py").write_text(TOYS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "code")
    about = "a toy of a test"
    monkeypatch.setitem(SEGMENTERS.entries, "threshold", Entry(settings="toys:ThresholdSettings", about=about))
    monkeypatch.setitem(LINKERS.entries, "first", Entry(settings="toys:FirstSettings", about=about))


def run(movies, out, *words):
    return main(["run", str(movies.movie), "--out", str(out), "--quiet", *map(str, words)])


def test_new_methods_run_by_name_on_the_command_line_and_from_run_toml(toys, movies, tmp_path, capsys):
    assert run(movies, tmp_path / "a", "--method", "threshold", "--linker", "first") == 0
    noted = tomllib.loads((tmp_path / "a" / "run.toml").read_text(encoding="utf-8"))
    assert noted["segment"] == {"kind": "threshold", "ratio": 2.0}
    assert noted["link"] == {"kind": "first", "every": 1}
    assert "segmentation       threshold" in capsys.readouterr().out
    lineage = read_trackmate_xml(tmp_path / "a" / "tracks.xml").lineage
    assert len(lineage.links) == 4
    assert run(movies, tmp_path / "b", "--settings", tmp_path / "a" / "run.toml") == 0
    assert (tmp_path / "a" / "labels.tif").read_bytes() == (tmp_path / "b" / "labels.tif").read_bytes()

    (tmp_path / "other.toml").write_text(
        '[segment]\nkind = "threshold"\nratio = 3\n[link]\nkind = "first"\nevery = 2\n'
    )
    assert run(movies, tmp_path / "c", "--settings", tmp_path / "other.toml") == 0
    assert len(read_trackmate_xml(tmp_path / "c" / "tracks.xml").lineage.links) == 2
    assert (
        main(["segment", str(movies.movie), "--method", "threshold", "--out", str(tmp_path / "l.tif"), "--quiet"]) == 0
    )
    labels = [read_label_movie(path).frame(0) for path in (tmp_path / "l.tif", tmp_path / "a" / "labels.tif")]
    np.testing.assert_array_equal(*labels)
    assert labels[0].max() >= 3


def test_new_methods_run_in_memory_and_keep_the_contract_also_in_another_process(toys, movies):
    from volltrack.io.tiff import read_movie

    settings = RunSettings(segment=SEGMENTERS.make_settings("threshold"), link=LINKERS.make_settings("first"))
    assert len(track_movie(read_movie(movies.movie), settings).lineage.links) == 4
    check_segmenter(settings.segment.make)
    check_linker(settings.link.make)


@pytest.mark.parametrize(
    ("words", "say"),
    [
        (["--method", "threshhold"], "no segmenter is named 'threshhold': did you mean 'threshold'?"),
        (["--linker", "fist"], "no linker is named 'fist': did you mean 'first'?"),
        (["--method", "threshold", "--no-network"], "--no-network and --method threshold: give one of the two"),
        (["--method", "threshold", "--cell-diameter", "8"], "--cell-diameter: the method 'threshold' does not need it"),
        (["--method", "threshold", "--stain", "membranes"], "'threshold' does not find cells with bright membranes"),
        (["--method", "given"], "method 'given': the labels are missing"),
        (
            ["--preset", "likelihood", "--linker", "first"],
            "--preset likelihood and --linker first: give one of the two",
        ),
        (["--method", "denoise"], "no network is named"),
    ],
)
def test_what_contradicts_itself_is_refused(toys, movies, refused, words, say):
    refused("run", movies.movie, "--out", "results", *words, say=[say])


def test_old_words_and_old_files_choose_the_same(movies, tmp_path, monkeypatch):
    from volltrack.apps.jobs.settings import read_run_file, with_tracking
    from volltrack.link import LikelihoodLinkSettings, LinkSettings
    from volltrack.segment import ClassicalSettings
    from volltrack.segment.vollseg import NetworkSettings

    def read(text):
        (tmp_path / "old.toml").write_text(text)
        return read_run_file(tmp_path / "old.toml").settings

    found = read('[segment]\nkind = "ClassicalSettings"\n[link]\nkind = "LineageLinkSettings"\nmissed_rate = 0.1\n')
    assert (found.segment, found.link) == (ClassicalSettings(), LikelihoodLinkSettings(missed_rate=0.1))
    found = read('[segment]\nkind = "NetworkSettings"\nstar = "s"\n[link]\nkind = "LinkSettings"\nmethod = "kalman"\n')
    assert (found.segment, found.link) == (NetworkSettings(star="s"), LinkSettings(method="kalman"))
    assert read('[link]\nkind = "overlap"\n').link == LinkSettings(method="overlap")
    assert read("[link]\nmissed_rate = 0.2\n").link == LikelihoodLinkSettings(missed_rate=0.2)
    for kind, wrong in (("vollseg", 'star = "s"'), ("stardist", 'star = "s"\nunet = "u"')):
        with pytest.raises(BadSettings, match=f"segmenter '{kind}' with settings of"):
            read(f'[segment]\nkind = "{kind}"\n{wrong}\n')
    assert with_tracking(RunSettings(), preset="lineage") == with_tracking(RunSettings(), preset="likelihood")
    assert with_tracking(RunSettings(), preset="trackmate").link == LinkSettings.trackmate()
    mine = RunSettings(link=LinkSettings(max_distance=3.0))
    assert with_tracking(mine, linker="lap") == mine
