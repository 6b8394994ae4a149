"""Small synthetic movies on disk, a finished run on them, and the command line called in this process."""

import hashlib
import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tifffile

from volltrack.apps.cli.main import main
from volltrack.apps.jobs import demo, run_movie
from volltrack.apps.jobs.settings import choices
from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.io.trackmate_xml import write_lineage_xml
from volltrack.pipeline import DefaultSegmentation
from volltrack.segment import ClassicalSettings
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

# Software OpenGL and TensorFlow each bring an LLVM, and the process dies of two: windows have a process of their own,
# `pytest tests/python/apps/napari_plugin`, which `make test-python` runs after all others.
collect_ignore = ["napari_plugin"]

SMALL = SyntheticSettings(
    seed=1,
    n_frames=5,
    shape_zyx=(8, 64, 64),
    n_cells=8,
    cell_diameter_um=8.0,
    n_debris=3,
    division_rate=0.1,
    drift_um=(0.0, 0.1, 0.1),
)
FLAT = SyntheticSettings(seed=2, n_frames=4, shape_zyx=(1, 96, 96), n_cells=10, cell_diameter_um=8.0, n_debris=0)


@dataclass(frozen=True)
class Movies:
    """Files of one folder, never to be changed by a test."""

    folder: Path
    movie: Path
    labels: Path
    tissue: Path
    truth: Path
    movie2d: Path
    labels2d: Path

    def array(self) -> np.ndarray:
        return tifffile.imread(self.movie)

    def label_array(self) -> np.ndarray:
        return tifffile.imread(self.labels)


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _shipped_networks_stay_out(monkeypatch):
    """Nobody waits for TensorFlow here; test_shipped_networks.py of segment is about the networks."""
    for place in (choices, demo):
        monkeypatch.setattr(
            place, "choose_default_segmentation", lambda *_: DefaultSegmentation(settings=ClassicalSettings())
        )


@pytest.fixture(scope="session")
def movies(tmp_path_factory) -> Movies:
    folder = tmp_path_factory.mktemp("movies")
    small, flat = make_tissue_movie(SMALL), make_tissue_movie(FLAT)
    write_movie(folder / "movie.tif", small.raw)
    write_label_movie(folder / "labels.tif", small.labels)
    write_label_movie(folder / "tissue.tif", small.tissue.labels)
    write_lineage_xml(folder / "truth.xml", small.lineage, calibration=small.raw.calibration, log="truth")
    write_movie(folder / "movie2d.tif", flat.raw)
    write_label_movie(folder / "labels2d.tif", flat.labels)
    return Movies(
        folder=folder,
        movie=folder / "movie.tif",
        labels=folder / "labels.tif",
        tissue=folder / "tissue.tif",
        truth=folder / "truth.xml",
        movie2d=folder / "movie2d.tif",
        labels2d=folder / "labels2d.tif",
    )


@pytest.fixture
def call(capsys):
    """Call the command line: call("run", movie, "--out", folder) gives exit code, output and error output."""

    def run(*words: object) -> Answer:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:  # argparse
            code = stop.code
        finally:
            logging.getLogger("volltrack").setLevel(logging.NOTSET)
        captured = capsys.readouterr()
        return Answer(code=code, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def ask(call):
    """Call with --json, expect success, and return the result."""

    def run(*words: object) -> dict:
        answer = call(*words, "--json")
        assert answer.code == 0, answer.err
        return answer.json

    return run


@pytest.fixture(scope="session")
def finished_run(movies, tmp_path_factory) -> Path:
    """Results of an uninterrupted run with tissue; copy it before changing it."""
    folder = tmp_path_factory.mktemp("finished") / "results"
    words = ["run", str(movies.movie), "--tissue", str(movies.tissue), "--out", str(folder), "--quiet", "--json"]
    assert main([*words, "--no-network"]) == 0
    return folder


@pytest.fixture
def results(finished_run, tmp_path) -> Path:
    """A copy of the finished run, with the times of change kept."""
    return Path(shutil.copytree(finished_run, tmp_path / "results"))


@pytest.fixture
def quick_picture(monkeypatch):
    """A picture that is drawn in no time; what a real one shows is tested elsewhere."""
    monkeypatch.setattr(run_movie, "draw_overview", lambda path, *_args, **_kwargs: path.write_bytes(b"picture"))


@pytest.fixture
def snapshot():
    """snapshot(folder): every file and folder in it, hidden ones too, with what they hold."""

    def read(folder: Path) -> dict[str, str]:
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            for path in sorted(folder.rglob("*"))
        }

    return read


@pytest.fixture
def refused(call, snapshot, tmp_path, monkeypatch):
    """refused(words..., say=[...]): exit code 2, one line that says these words, and nothing changed on the disk."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object, say: list[str], code: int = 2) -> str:
        before = snapshot(tmp_path)
        answer = call(*words)
        assert answer.code == code, answer.err
        message = answer.err.strip()
        assert message.startswith("volltrack: ")
        assert len(message.splitlines()) == 1, message
        for word in say:
            assert word in message
        assert snapshot(tmp_path) == before
        return message

    return run
