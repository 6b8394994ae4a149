"""TrackMate from Python on a complete Fiji, where imagej-legacy changes ImageJ; each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

SCRIPT = Path(sys.executable).with_name("volltrack")
SMALL = SyntheticSettings(seed=4, n_frames=4, shape_zyx=(6, 48, 48), n_cells=5, cell_diameter_um=8.0, n_debris=0)
LATE = """
import sys
import volltrack_fiji
from volltrack.apps.cli.main import main

volltrack_fiji.start_jvm(options=("-Xmx1g",))
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    folder = tmp_path_factory.mktemp("movie")
    made = make_tissue_movie(SMALL)
    write_label_movie(folder / "labels.tif", made.labels)
    write_movie(folder / "raw.tif", made.raw)
    return folder


def call(folder, *command, **variables):
    environment = {**os.environ, "JAVA_TOOL_OPTIONS": "-Xmx1g", **variables}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=400)


def assert_linked(done, out):
    assert done.returncode == 0, done.stderr
    found = read_trackmate_xml(out).lineage
    assert len(found.links) > 10
    assert is_accepted(check_trackmate_xml(out))
    columns = set(found.spots.table.columns)
    assert "MEAN_INTENSITY_CH1" in columns
    assert "MEAN_INTENSITY_CH2" not in columns


def words_for(movie, out):
    return ["link", movie / "labels.tif", "--raw", movie / "raw.tif", "--engine", "trackmate", "--out", out]


@pytest.mark.parametrize("release", ["714", pytest.param("81", marks=pytest.mark.slow)])
def test_engine_links_on_a_complete_fiji_named_by_a_relative_path(release, movie, tmp_path, link_complete_fiji):
    """The path has a blank, and letters outside ASCII; Java is found that fits the TrackMate."""
    link_complete_fiji(tmp_path / "mein Fiji ä" / "Fiji.app", release)
    words = words_for(movie, tmp_path / "t.xml")
    assert_linked(call(tmp_path, SCRIPT, *words, "--fiji", "mein Fiji ä/Fiji.app"), tmp_path / "t.xml")


@pytest.mark.slow
def test_engine_links_in_a_java_that_runs_already(movie, tmp_path, link_complete_fiji):
    fiji = link_complete_fiji(tmp_path / "Fiji.app", "714")
    words = words_for(movie, tmp_path / "t.xml")
    assert_linked(call(tmp_path, sys.executable, "-c", LATE, *words, VOLLTRACK_FIJI=str(fiji)), tmp_path / "t.xml")


@pytest.mark.slow
@pytest.mark.parametrize("release", ["714", "81"])
def test_engine_links_on_a_fiji_without_imagej_legacy(release, movie, tmp_path, link_complete_fiji):
    link_complete_fiji(tmp_path / "Fiji.app", release, without="imagej-legacy-")
    words = words_for(movie, tmp_path / "t.xml")
    assert_linked(call(tmp_path, SCRIPT, *words, "--fiji", "Fiji.app"), tmp_path / "t.xml")


def test_what_keeps_a_complete_fiji_from_running_is_said_in_a_line(movie, tmp_path, link_complete_fiji):
    link_complete_fiji(tmp_path / "Fiji.app", "714", without="ij1-patcher-")
    done = call(tmp_path, SCRIPT, *words_for(movie, tmp_path / "t.xml"), "--quiet", "--fiji", "Fiji.app")
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("Picked up")]
    assert line.startswith("volltrack: imagej-legacy cannot change ImageJ in this Java")
    assert not (tmp_path / "t.xml").exists()


def examine(folder, **variables):
    done = call(folder.parent, SCRIPT, "fiji", "doctor", folder.name, "--json", **variables)
    return {finding["what"]: finding for finding in json.loads(done.stdout)["findings"]}


@pytest.mark.slow
@pytest.mark.parametrize("release", ["714", "81"])
def test_doctor_says_ok_to_what_it_has_done(release, tmp_path, link_complete_fiji):
    found = examine(link_complete_fiji(tmp_path / "Fiji.app", release))
    assert "found and linked the cells" in found["TrackMate for Python"]["found"]
    assert found["TrackMate for Python"]["state"] == "ok"
    assert found["macros for Python"]["state"] == "ok"
    assert found["Fiji for Python"]["state"] == "ok", found["Fiji for Python"]


@pytest.mark.slow
def test_doctor_does_not_say_ok_to_what_fails(tmp_path, link_complete_fiji):
    found = examine(link_complete_fiji(tmp_path / "Fiji.app", "714", without="ij1-patcher-"))
    for what in ("TrackMate for Python", "Fiji for Python"):
        assert found[what]["state"] == "optional"
        assert found[what]["remedy"]
    assert "imagej-legacy cannot change ImageJ" in found["TrackMate for Python"]["found"]
