"""The notebooks of the documentation run, and show what they promise."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from scipy.ndimage import binary_closing, binary_dilation

from volltrack.io.images import open_label_movie
from volltrack.io.tiff import write_label_movie
from volltrack.model import LabelMovie

NOTEBOOKS = Path(__file__).resolve().parents[3] / "docs" / "notebooks"


def run(name, folder, **variables):
    """Run a notebook in a folder and return its outputs: printed text, and PNG images."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VOLLTRACK_")}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute(env={**kept, **{k: str(v) for k, v in variables.items()}})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    images = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    return printed, images


def test_distance_to_boundary_agrees_with_the_known_depth(tmp_path):
    printed, images = run("distance_to_boundary", tmp_path)
    assert float(re.search(r"largest error ([\d.]+) µm", printed)[1]) < 1.2
    assert float(re.search(r"sinking daughters: ([\d.]+)", printed)[1]) == pytest.approx(0.15, abs=0.02)
    assert len(images) == 3


def test_intensity_and_spectrum_find_the_known_periods(tmp_path):
    printed, images = run("intensity_and_spectrum", tmp_path)
    assert {"12.0", "16.0"} <= set(re.findall(r"\d+\.\d", printed))
    assert len(images) == 3


@pytest.mark.slow
def test_notebooks_run_on_the_parhyale_movie(shared_data, tmp_path):
    movie = shared_data / "parhyale-leg-5f" / "movie.tif"
    command = [sys.executable, "-m", "volltrack.apps.cli.main", "run", movie, "--out", tmp_path / "run", "--quiet"]
    subprocess.run([*map(str, command), "--time-in-frames"], check=True)
    tracks = tmp_path / "run" / "tracks.xml"
    labels = tmp_path / "run" / "labels.tif"
    printed, images = run(
        "intensity_and_spectrum", tmp_path, VOLLTRACK_TRACKS=tracks, VOLLTRACK_MOVIE=movie, VOLLTRACK_LABELS=labels
    )
    assert "lineages" in printed
    assert len(images) == 3
    found = open_label_movie(labels, frame_interval=1.0, time_unit="frame")
    tissue = [binary_closing(binary_dilation(frame > 0, iterations=5), iterations=5) for frame in found.frames()]
    array = np.array(tissue, dtype=np.uint8)
    write_label_movie(tmp_path / "tissue.tif", LabelMovie.from_array(array, found.calibration))
    _, images = run("distance_to_boundary", tmp_path, VOLLTRACK_TRACKS=tracks, VOLLTRACK_TISSUE=tmp_path / "tissue.tif")
    assert len(images) == 3


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebook_is_stored_without_output(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
