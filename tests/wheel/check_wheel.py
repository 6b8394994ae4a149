"""A wheel in an environment of its own, far from the checkout: `make check-wheel` runs this.

    python tests/wheel/check_wheel.py WHEEL --uv UV [--python 3.13]

The base is installed, without extras and without Java or Maven in reach; then the installed command says its version,
makes a movie, and takes it to a lineage. The last line is what was installed. Ends with code 1 where anything is not
as it must be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

MOVIE = """
import sys
from volltrack.io.tiff import write_movie
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie
settings = SyntheticSettings(seed=2, n_frames=5, shape_zyx=(1, 96, 96), n_cells=10, cell_diameter_um=8.0, n_debris=0)
write_movie(__import__("pathlib").Path(sys.argv[1]), make_tissue_movie(settings).raw)
"""
SIZE = """
import importlib.metadata as metadata, json
found = list(metadata.distributions())
files = [f for d in found for f in d.files or () if f.suffix != ".pyc"]
size = sum(f.locate().stat().st_size for f in files if f.locate().is_file())
print(json.dumps({"names": sorted(d.name.lower() for d in found), "megabytes": round(size / 1e6)}))
"""
OF_EXTRAS = {"tensorflow", "tensorflow-cpu", "napari", "jpype1", "numba", "scikit-learn", "pyarrow", "traccuracy"}
FILES = {"labels.tif", "cells.csv", "tracks.xml", "overview.png", "run.toml"}


def check(wheel: Path, uv: str, python: str) -> str:
    """Install a wheel and use it; return what was installed, in a line."""
    with tempfile.TemporaryDirectory(prefix="volltrack-wheel-") as place:
        folder = Path(place)
        programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        call([uv, "venv", "--quiet", "--python", python, folder / "venv"], folder)
        call([uv, "pip", "install", "--quiet", "--python", folder / "venv", wheel.resolve()], folder)
        installed = json.loads(call([programs / "python", "-c", SIZE], folder))
        require(not OF_EXTRAS & set(installed["names"]), f"the base brings {OF_EXTRAS & set(installed['names'])}")
        said = call([programs / "volltrack", "--version"], folder).strip()
        require(said == f"volltrack {wheel.name.split('-')[1]}", f"{wheel.name} says {said!r} of itself")
        call([programs / "python", "-c", MOVIE, folder / "movie.tif"], folder)
        words = ["run", folder / "movie.tif", "--out", folder / "results", "--quiet", "--json"]
        result = json.loads(call([programs / "volltrack", *words], folder))
        require(result["tracks"] > 0 and result["links"] > 0, f"no lineage: {result}")
        missing = FILES - {path.name for path in (folder / "results").iterdir()}
        require(not missing, f"results without {missing}")
        call([programs / "volltrack", "check", folder / "results" / "tracks.xml"], folder)
    with zipfile.ZipFile(wheel) as archive:
        jars = [Path(name).name for name in archive.namelist() if name.endswith(".jar")]
    return (
        f"{wheel.name} ({', '.join(jars) or 'without the Java core'}): {len(installed['names'])} packages, "
        f"{installed['megabytes']} MB; {result['cells']} cells in {result['tracks']} tracks"
    )


def call(command: list[object], folder: Path) -> str:
    """Return what a command prints; it sees no checkout, no other environment and no Java."""
    seen = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "JAVA"))}
    folders = [Path(name) for name in seen.get("PATH", "").split(os.pathsep)]
    seen["PATH"] = os.pathsep.join(str(f) for f in folders if not (f / "java").exists() and not (f / "mvn").exists())
    done = subprocess.run([str(word) for word in command], cwd=folder, env=seen, capture_output=True, text=True)
    require(done.returncode == 0, f"{' '.join(map(str, command[:4]))} ...: code {done.returncode}\n{done.stderr}")
    return done.stdout


def require(is_fine: bool, message: str) -> None:
    """End with a message where something is not as it must be."""
    if not is_fine:
        raise SystemExit(f"check-wheel: {message}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--uv", required=True)
    parser.add_argument("--python", default=f"{sys.version_info[0]}.{sys.version_info[1]}")
    given = parser.parse_args()
    print(check(given.wheel, str(Path(given.uv).resolve() if os.sep in given.uv else given.uv), given.python))
