"""The commands of README and pages exist as written, their settings are known, and the example runs."""

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest

from volltrack.apps.cli.main import build_parser
from volltrack.apps.jobs.settings import read_run_file
from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.io.trackmate_xml import read_trackmate_xml, write_lineage_xml
from volltrack.pipeline import RunSettings
from volltrack.testing import SyntheticSettings, make_tissue_movie

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


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the files that the examples name."""
    made = make_tissue_movie(SyntheticSettings(seed=3, n_frames=5, shape_zyx=(10, 80, 80), n_cells=6))
    write_movie(tmp_path / "movie.tif", made.raw)
    write_label_movie(tmp_path / "labels.tif", made.labels)
    write_lineage_xml(tmp_path / "tracks.xml", made.lineage, calibration=made.raw.calibration)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("volltrack.segment.automatic.shipped.is_installed", lambda: False)  # no TensorFlow
    return tmp_path


def test_ten_lines_of_the_readme_run(folder, monkeypatch):
    (folder / "tracks.xml").unlink()
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    exec(compile(example, "README.md", "exec"), {})
    assert (folder / "tracklets.csv").stat().st_size > 100
    assert (folder / "volumes.png").stat().st_size > 2000
    document = read_trackmate_xml(folder / "tracks.xml")
    assert len(document.lineage.links) > 0
    assert document.image.filename == "movie.tif"


@pytest.mark.parametrize("example", blocks("python", PAGES))
def test_examples_of_the_pages_run(example, folder, capsys):
    if "volltrack_fiji" in example:
        pytest.skip("needs Java: tests/bridge runs these")
    if "write_tracks" in example:
        (folder / "tracks.xml").unlink()
    before = set(folder.iterdir())
    exec(compile(example, "docs", "exec"), {})
    assert capsys.readouterr().out or set(folder.iterdir()) - before
