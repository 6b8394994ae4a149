"""The commands of README and pages exist as written, their settings are known, and the example runs."""

import re
import shlex
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from volltrack.apps.cli.main import build_parser
from volltrack.apps.jobs.settings import read_run_file
from volltrack.io.tiff import write_label_movie
from volltrack.model import Calibration, LabelMovie, VoxelSize
from volltrack.pipeline import RunSettings

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))


def blocks(language, text=README):
    return [dedent(b) for b in re.findall(rf"^ *```{language}\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)]


def commands(program):
    text = "\n".join(blocks("") + blocks("", PAGES)).replace("\\\n", " ")
    return [line.split("#")[0].strip() for line in text.splitlines() if line.startswith(program)]


@pytest.mark.parametrize("command", commands("volltrack "))
def test_command_of_readme_and_pages_is_understood(command):
    arguments = build_parser().parse_args(shlex.split(command)[1:])
    assert callable(arguments.make_job or arguments.run) or arguments.command == "job"


@pytest.mark.parametrize("command", commands("make "))
def test_make_task_of_the_readme_exists(command):
    tasks = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert command.split()[1] in tasks


@pytest.mark.parametrize("text", [*blocks("toml", PAGES), (ROOT / "docs/examples/celegans.toml").read_text()])
def test_settings_of_the_pages_are_known(text, tmp_path):
    (tmp_path / "run.toml").write_text(text, encoding="utf-8")
    assert read_run_file(tmp_path / "run.toml").settings != RunSettings()


def test_every_command_of_the_table_exists():
    named = re.findall(r"^\| `volltrack (\w+)", README, flags=re.MULTILINE)
    help_text = build_parser().format_help()
    assert {"run", "segment", "link", "report", "info"} <= set(named)
    assert all(re.search(rf"^    {name}\s", help_text, flags=re.MULTILINE) for name in named)


def test_pictures_of_the_readme_are_there():
    assert all((ROOT / path).is_file() for path in re.findall(r"!\[.*?\]\((.*?)\)", README))


def test_example_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    labels = np.zeros((4, 3, 20, 20), np.uint16)
    for t in range(4):
        labels[t, 1, 5:9, 4 + t : 8 + t] = 1
    calibration = Calibration(voxel_size=VoxelSize(z=2.0, y=0.5, x=0.5), frame_interval=1.0, time_unit="min")
    write_label_movie(tmp_path / "labels.tif", LabelMovie.from_array(labels, calibration))
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.split() == ["1", "0"]
