"""Disks that are full and folders that cannot be written to: a message, and nothing half-written."""

import contextlib
import os
import resource
import stat

import pytest

pytestmark = pytest.mark.usefixtures("quick_picture")


@pytest.fixture
def small_files():
    """with small_files(n): no file of this process can become larger than n bytes, as on a disk that is full."""

    @contextlib.contextmanager
    def limit(n_bytes: int):
        old = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, old[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)

    return limit


@pytest.mark.parametrize(
    ("words", "n_bytes"),
    [
        (("segment", "movie.tif", "--out", "l.tif"), 2000),
        (("measure", "labels.tif", "--out", "c.csv"), 2000),
        (("link", "labels.tif", "--out", "t.xml"), 2000),
        (("prune", "truth.xml", "--min-tracklet-length", "2", "--out", "p.xml"), 2000),
        (("convert", "truth.xml", "t.csv"), 2000),
        (("convert", "truth.xml", "t.paper.csv"), 500),
        (("convert", "truth.xml", "t.geff"), 200),
        (("convert", "truth.xml", "t_RES"), 200),
        (("convert", "t1.csv", "t.xml"), 2000),
        (("run", "movie.tif", "--out", "r"), 500),
    ],
    ids=lambda value: "-".join(value[:3:2]) if isinstance(value, tuple) else str(value),
)
def test_full_disk_leaves_nothing(words, n_bytes, movies, refused, small_files, ask, tmp_path):
    for name in ("movie.tif", "labels.tif", "truth.xml"):
        (tmp_path / name).symlink_to(movies.folder / name)
    ask("convert", "truth.xml", "t1.csv")
    with small_files(n_bytes):
        refused(*words, say=["could not write", "write to another disk"])


def test_full_disk_in_a_later_step_keeps_the_finished_ones(movies, call, small_files, tmp_path):
    words = ("run", movies.movie, "--labels", movies.labels, "--out", tmp_path / "r")
    with small_files(40_000):  # enough for the labels and the cells
        answer = call(*words)
    assert answer.code == 2
    assert "tracks.xml" in answer.err
    left = {path.name for path in (tmp_path / "r").rglob("*")}
    assert left <= {"labels.tif", "cells.csv", "removed_cells.csv", "pruned_tracklets.csv", "run.toml"} | {
        *(".volltrack", "steps.json")
    }
    assert {"labels.tif", "cells.csv", "run.toml"} <= left
    assert call(*words, "--json").json["finished_before"] == ["labels", "cells"]


def test_full_disk_while_overwriting_keeps_the_old_file(movies, call, small_files, tmp_path):
    (tmp_path / "t.csv").write_text("old")
    with small_files(2000):
        assert call("convert", movies.truth, tmp_path / "t.csv", "--overwrite").code == 2
    assert (tmp_path / "t.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """A folder that may not be written to, also for root."""
    folder = tmp_path / "locked"
    folder.mkdir()
    if os.geteuid() != 0:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        yield folder
        folder.chmod(stat.S_IRWXU)
        return
    allowed, make = os.access, os.mkdir

    def refuse(path, *args, **kwargs):
        if os.path.abspath(path).startswith(str(folder)):
            raise PermissionError(13, "Permission denied", str(path))
        return make(path, *args, **kwargs)

    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(folder) and allowed(path, mode))
    monkeypatch.setattr(os, "mkdir", refuse)
    yield folder


def test_folder_without_permission_is_found_before_any_work(locked, movies, refused, monkeypatch):
    monkeypatch.setattr("volltrack.segment.classical.ClassicalSegmenter.prepare", pytest.fail)
    for name in ("tracks.link_cells.track_cells", "run_movie.measure_movie"):
        monkeypatch.setattr(f"volltrack.apps.jobs.{name}", pytest.fail)
    say = ["no permission to write in", "locked", "choose another folder"]
    refused("segment", movies.movie, "--out", "locked/l.tif", say=say)
    refused("measure", movies.labels, "--out", "locked/c.csv", say=say)
    refused("link", movies.labels, "--out", "locked/t.xml", say=say)
    refused("convert", movies.truth, "locked/t.geff", say=say)
    refused("prune", movies.truth, "--min-tracklet-length", "2", "--out", "locked/p.xml", say=say)
    refused("run", movies.movie, "--out", "locked/r", say=["cannot make the results folder", "Permission denied"])
    refused("demo", "--out", "locked/r", say=["cannot make the results folder", "Permission denied"])


def test_folder_that_is_missing_is_found_before_any_work(movies, refused, monkeypatch):
    monkeypatch.setattr("volltrack.segment.classical.ClassicalSegmenter.prepare", pytest.fail)
    say = ["the folder", "does not exist; create it first"]
    refused("segment", movies.movie, "--out", "no/l.tif", say=say)
    refused("measure", movies.labels, "--out", "no/c.csv", say=say)
    refused("link", movies.labels, "--out", "no/t.xml", say=say)
    refused("link", movies.labels, "--out", "t.xml", "--picture", "no/p.png", say=say)
    refused("prune", movies.truth, "--min-tracklet-length", "2", "--out", "no/p.xml", say=say)


def test_results_folder_is_made_with_the_folders_above_it(movies, ask, tmp_path):
    ask("run", movies.movie, "--labels", movies.labels, "--out", tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c" / "tracks.xml").exists()


def test_results_folder_that_is_a_file(movies, refused, tmp_path):
    (tmp_path / "r").write_text("mine")
    refused("run", movies.movie, "--out", "r", say=["cannot make the results folder r"])
    refused("run", movies.movie, "--out", "r/s", say=["cannot make the results folder r/s"])
