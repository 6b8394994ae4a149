"""`volltrack link --engine`: another program links, here one that this test brings."""

import pytest

from volltrack.apps.jobs.tracks import link_by_engine
from volltrack.apps.jobs.tracks.link_by_engine import EngineJob, EngineResult
from volltrack.io.trackmate_xml import write_lineage_xml
from volltrack.testing import make_random_lineage

LINEAGE = make_random_lineage(2)


@pytest.fixture
def engine(monkeypatch):
    """An engine that writes a known lineage, and the jobs that it got."""
    jobs = []

    def link(job: EngineJob) -> EngineResult:
        jobs.append(job)
        write_lineage_xml(job.out, LINEAGE, calibration=job.movies.labels.calibration, overwrite=True)
        return EngineResult(lineage=LINEAGE, n_pruned_tracklets=3)

    monkeypatch.setattr(link_by_engine, "load_extension", lambda group, name: link)
    return jobs


def test_a_line_says_that_it_takes_long_before_the_program_starts(call, engine, movies, tmp_path):
    answer = call("link", movies.labels, "--engine", "trackmate", "--out", tmp_path / "tracks.xml")
    assert answer.code == 0
    assert f"trackmate is to link {movies.labels.name}" in answer.err
    assert len(engine) == 1


def test_numbers_are_those_of_the_engine(ask, engine, movies, tmp_path):
    result = ask("link", movies.labels, "--engine", "trackmate", "--out", tmp_path / "tracks.xml")
    assert (result["tracks"], result["pruned_tracklets"]) == (LINEAGE.n_tracks, 3)
    assert (tmp_path / "tracks.toml").is_file()


def test_quiet_says_nothing_before(call, engine, movies, tmp_path):
    answer = call("link", movies.labels, "--engine", "trackmate", "--quiet", "--out", tmp_path / "tracks.xml")
    assert answer.err == ""
