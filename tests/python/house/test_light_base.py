"""The base without any extra: every module is imported, the commands work, and what is missing is named in a line.

The packages of the extras are blocked in a process of its own, as if they were not installed.
"""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distributions, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

RUN = """
import importlib.machinery, sys
blocked = set({blocked!r})
find = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = lambda name, *a: None if name.split(".")[0] in blocked else find(name, *a)
{code}
"""
IMPORT_ALL = """
import importlib, pkgutil, volltrack
for found in pkgutil.walk_packages(volltrack.__path__, "volltrack."):
    if ".napari_plugin" not in found.name and found.name != "volltrack.__main__":
        importlib.import_module(found.name)
import volltrack_fiji, volltrack_fiji.cli
print(len([name for name in sys.modules if name.startswith("volltrack.")]))
"""
COMMAND = """
from functools import partial
from volltrack.apps.cli.main import main
from volltrack.apps.jobs import demo
small = dict(n_frames=3, shape_zyx=(8, 64, 64), n_cells=6, cell_diameter_um=8.0)
demo.SyntheticSettings = partial(demo.SyntheticSettings, **small)
sys.exit(main({words!r}))
"""


def list_base() -> set[str]:
    """Return the distributions that ``pip install volltrack`` brings, by the metadata of what is installed here."""
    base, todo = set(), [Requirement(text) for text in PROJECT["dependencies"]]
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        key = f"{name}[{','.join(sorted(requirement.extras))}]"
        if key in base:
            continue
        base |= {name, key}
        try:
            needed = [Requirement(text) for text in requires(name) or ()]
        except PackageNotFoundError:
            continue
        extras = requirement.extras or {""}
        todo += [r for r in needed if r.marker is None or any(r.marker.evaluate({"extra": extra}) for extra in extras)]
    return base


@pytest.fixture(scope="module")
def blocked() -> list[str]:
    """Modules of what is installed here but does not belong to the base."""
    base = list_base()
    assert {"numpy", "matplotlib", "contourpy"} <= base
    assert "llvmlite" not in base
    owners = {module: {canonicalize_name(name) for name in names} for module, names in packages_distributions().items()}
    own = {"volltrack", "volltrack-fiji"}
    found = sorted(module for module, names in owners.items() if not names & (base | own) and module.isidentifier())
    if "numba" not in found or "pyarrow" not in found:
        pytest.skip(f"### NO EXTRAS HERE: {sum(1 for _ in distributions())} packages, nothing to block ###")
    return found


def run_blocked(blocked, code, cwd=None):
    command = [sys.executable, "-c", RUN.format(blocked=blocked, code=code)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240)


def test_every_module_is_imported_without_extras(blocked):
    assert {"traccuracy", "sklearn", "tensorflow", "napari", "jpype"} & set(blocked)
    done = run_blocked(blocked, IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200


def test_the_demo_runs_without_extras_and_says_what_scores_need(blocked, tmp_path):
    done = run_blocked(blocked, COMMAND.format(words=["demo", "--out", "demo", "--json"]), tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["score"] == "not computed: pip install 'volltrack[score]' brings what scores need"
    assert result["cells"] > 0
    assert (tmp_path / "demo" / "overview.png").is_file()
    analyse = ["analyse", "demo/tracks.xml", "--out", "analysis", "--no-plots", "--json"]
    done = run_blocked(blocked, COMMAND.format(words=analyse), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "tables as CSV only: pip install 'volltrack[parquet]'" in json.loads(done.stdout)["notes"][-1]
    assert {path.suffix for path in (tmp_path / "analysis" / "tables").iterdir()} == {".csv"}


def test_scores_name_their_extra_in_one_line_before_anything_is_read(blocked, tmp_path):
    done = run_blocked(blocked, COMMAND.format(words=["score", "none.xml", "none.xml"]), tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "volltrack: scores need traccuracy and py-ctcmetrics, not installed here; "
        "install them with: pip install 'volltrack[score]'\n"
    )
