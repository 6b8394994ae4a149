"""Commands killed at random moments leave nothing half-written, and the repeat makes what an undisturbed one does.

Three moments a command here, twenty in the slow suite; a failure says how to repeat it.
"""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("kill.py")
FEW = ("run", "segment", "link", "convert over an old folder")
ALL = (*FEW, "run into its old results", "segment to zarr", "link over old files", "convert", "analyse", "cut patches")


def kill_commands(commands, count):
    command = [sys.executable, str(PROGRAM), *commands, "--count", str(count), "--json"]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if not done.stdout.startswith("{"):
        raise RuntimeError(f"{PROGRAM.name} broke: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    assert set(found) == set(commands)
    faults = [f"{command}: {fault}" for command, told in found.items() for fault in told]
    assert not faults, "\n".join(faults)


def test_command_that_is_killed_and_repeated_gives_the_same_bytes():
    kill_commands(FEW, 3)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("command", ALL)
def test_command_that_is_killed_at_twenty_moments_and_repeated_gives_the_same_bytes(command):
    kill_commands([command], 20)


PROGRAM_AT_FRAME_1 = """
import os, signal, sys, time
from pathlib import Path
from volltrack.apps.cli.main import main
from volltrack.apps.jobs.labels.frame_parts import FrameParts
keep = FrameParts.keep
def wait(self, t, frame):
    keep(self, t, frame)
    if t == 1:
        print("at work", flush=True)
        sys.stdin.readline()
FrameParts.keep = wait
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def movie(tmp_path):
    from volltrack.io.tiff import write_movie
    from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

    settings = SyntheticSettings(seed=1, n_frames=3, shape_zyx=(6, 40, 40), n_cells=4, cell_diameter_um=8.0, n_debris=0)
    write_movie(tmp_path / "movie.tif", make_tissue_movie(settings).raw)
    return tmp_path / "movie.tif"


def test_second_run_into_the_folder_is_told_who_is_at_work_there(movie, tmp_path):
    words = ["run", str(movie), "--no-network", "--out", str(tmp_path / "r"), "--quiet"]
    first = subprocess.Popen(
        [sys.executable, "-c", PROGRAM_AT_FRAME_1, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout.readline() == "at work\n"
    program = [sys.executable, "-m", "volltrack.apps.cli.main"]
    for other in (words, [*words, "--overwrite", "--break-lock"], ["prune", str(tmp_path / "r" / "tracks.xml")]):
        if other[0] == "prune":
            (tmp_path / "in.xml").write_text("")
            other = ["prune", str(tmp_path / "in.xml"), "--min-tracklet-length", "2", "--out", other[1]]
        second = subprocess.run([*program, *other], capture_output=True, text=True, check=False)
        assert second.returncode == 2
        assert f"process {first.pid} on " in second.stderr
        assert "is at work on it: wait until it ends" in second.stderr
        assert len(second.stderr.splitlines()) == 1
    first.communicate("go on\n")
    assert first.returncode == 0
    assert {path.name for path in (tmp_path / "r").iterdir()} == {
        *(".volltrack", "labels.tif", "cells.csv", "removed_cells.csv", "tracks.xml", "pruned_tracklets.csv"),
        *("overview.png", "run.toml"),
    }


@pytest.mark.parametrize("number", [15, 2, 9])
def test_segment_goes_on_with_the_frames_that_it_has(number, movie, tmp_path):
    words = ["segment", str(movie), "--no-network", "--out", str(tmp_path / "l.tif"), "--quiet"]
    first = subprocess.Popen(
        [sys.executable, "-c", PROGRAM_AT_FRAME_1, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first.stdout.readline()
    first.send_signal(number)
    _, said = first.communicate()
    assert first.returncode == (-9 if number == 9 else 130)
    if number != 9:
        assert (
            said == "volltrack: interrupted; nothing half-written was left; the same command goes on where it stopped\n"
        )
    (frames,) = tmp_path.glob(".l.tif.frames-*")
    kept = {path.name: path.stat().st_mtime_ns for path in (frames / "labels").glob("t*.tif")}
    assert set(kept) == {"t00000.tif", "t00001.tif"}
    again = subprocess.Popen(
        [sys.executable, "-c", PROGRAM_AT_FRAME_1.replace("t == 1", "t == 2"), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    again.stdout.readline()
    assert {path.name: path.stat().st_mtime_ns for path in (frames / "labels").glob("t*.tif")}.items() >= kept.items()
    again.communicate("go on\n")
    assert again.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["l.tif", "movie.tif"]


def test_movie_that_changed_in_content_only_is_another(movie, tmp_path, capsys):
    from volltrack.apps.cli.main import main

    words = ["run", str(movie), "--no-network", "--out", str(tmp_path / "r"), "--quiet"]
    assert main(words) == 0
    status = movie.stat()
    data = bytearray(movie.read_bytes())
    data[-1000] ^= 4
    movie.write_bytes(data)
    os.utime(movie, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert main(words) == 2
    assert "was made with other input" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "a\udcff", "b" * 256, "a\u2028b"])
@pytest.mark.parametrize("command", ["segment", "run", "link"])
def test_name_that_cannot_be_told_is_refused_before_any_work(command, name, movie, tmp_path, capsys, monkeypatch):
    from volltrack.apps.cli.main import main
    from volltrack.apps.jobs.tracks import link_cells
    from volltrack.segment.classical import ClassicalSegmenter

    monkeypatch.setattr(ClassicalSegmenter, "prepare", lambda *_, **__: pytest.fail("the work began"))
    monkeypatch.setattr(link_cells, "track_cells", lambda *_, **__: pytest.fail("the work began"))
    (tmp_path / "cells.csv").write_text("FRAME,POSITION_X,POSITION_Y\n0,1,1\n1,1,1\n")
    out = tmp_path / (name + {"segment": ".tif", "run": "", "link": ".xml"}[command])
    source = tmp_path / "cells.csv" if command == "link" else movie
    more = [] if command == "link" else ["--no-network"]
    assert main([command, str(source), *more, "--out", str(out), "--quiet"]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "name" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cells.csv", "movie.tif"]


def test_disk_that_is_full_at_the_last_of_three_files_leaves_none(tmp_path, capsys, monkeypatch):
    from volltrack.apps.cli.main import main
    from volltrack.apps.jobs.tracks import link_cells

    def fail(path, *_, **__):
        from volltrack.io.outputs import replace_file

        with replace_file(path):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(link_cells, "draw_overview", fail)
    monkeypatch.chdir(tmp_path)
    Path("cells.csv").write_text("FRAME,POSITION_X,POSITION_Y\n0,1,1\n1,1,1\n")
    assert main(["link", "cells.csv", "--picture", "p.png", "--quiet"]) == 2
    assert "p.png: the disk is full; free some space, or write to another disk; nothing was changed" in (
        capsys.readouterr().err
    )
    assert os.listdir() == ["cells.csv"]


def test_disk_that_is_full_in_a_later_step_names_what_was_finished(movie, tmp_path, capsys, monkeypatch):
    from volltrack.apps.cli.main import main
    from volltrack.apps.jobs import run_movie

    words = ["run", str(movie), "--no-network", "--out", str(tmp_path / "r"), "--quiet"]
    monkeypatch.setattr(run_movie, "write_tracks", lambda path, *_, **__: run_movie._write_table(path, Broken()))
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "tracks.xml: the disk is full" in said
    assert "finished before, and kept: cells.csv, labels.tif, run.toml" in said
    assert not (tmp_path / "r" / "removed_cells.csv").exists()


class Broken:
    """A table that meets a full disk."""

    def to_csv(self, *_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")
