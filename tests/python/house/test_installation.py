"""What an installation promises: extras that pip can resolve, and imports that load nothing they do not need."""

import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def pinned(requirements):
    return {r.name: str(r.specifier).removeprefix("==") for r in requirements if str(r.specifier).startswith("==")}


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_packages_of_an_extra_accept_each_others_versions(extra):
    """Pip, unlike uv, overrides nothing: one refusal and it installs none of them."""
    wanted = [Requirement(text) for text in EXTRAS[extra]]
    pins = pinned(wanted)
    for requirement in wanted:
        try:
            own = [Requirement(text) for text in requires(requirement.name) or ()]
        except PackageNotFoundError:
            continue
        for needed in own:
            applies = needed.marker is None or needed.marker.evaluate({"extra": ""})
            if applies and needed.name in pins:
                assert needed.specifier.contains(pins[needed.name]), f"{requirement.name} refuses {needed.name}"


def test_the_check_of_extras_sees_a_refusal():
    try:
        version("n2v")
    except PackageNotFoundError:
        pytest.skip("n2v is not installed")
    (csbdeep,) = [Requirement(t) for t in requires("n2v") if Requirement(t).name == "csbdeep"]
    assert not csbdeep.specifier.contains(pinned(map(Requirement, EXTRAS["segment"]))["csbdeep"])


HEAVY = ("tensorflow", "keras", "stardist", "csbdeep", "n2v", "napari", "qtpy", "PyQt6", "jpype", "scyjava")


@pytest.mark.parametrize(
    "modules",
    [
        "volltrack.model, volltrack.measure, volltrack.link, volltrack.analyse, volltrack.score",
        "volltrack.io.tiff, volltrack.io.trackmate_xml, volltrack.io.tracks",
        "volltrack.segment, volltrack.pipeline, volltrack.testing, volltrack.apps.cli.main",
    ],
)
def test_importing_loads_no_network_no_window_and_no_java(modules):
    code = f"import sys, {modules}; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_volltrack_alone_loads_no_room():
    code = "import sys, volltrack; print(sorted(m for m in sys.modules if m.startswith(('volltrack.', 'numpy'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("statement", ["from volltrack_fiji import start_jvm", "import volltrack_fiji.trackmate"])
def test_bridge_without_jpype_names_the_extra(statement):
    code = (
        "import importlib.machinery as m, sys\n"
        "find = m.PathFinder.find_spec\n"
        "m.PathFinder.find_spec = lambda name, *a: None if name == 'jpype' else find(name, *a)\n"
        f"{statement}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "MissingPackage: the bridge to Java needs the package jpype1" in done.stderr
    assert "pip install 'volltrack[fiji]'" in done.stderr
