"""Macros as files, and what is refused before any Fiji starts."""

import re
from pathlib import Path

import pytest

from volltrack.errors import BadSettings
from volltrack_fiji.errors import FijiUnusable
from volltrack_fiji.macros import check_arguments, find_macro, find_macros, run_macro

NAMES = ["labels_to_xml", "prune_xml", "segment_folder", "xml_to_napari"]


def test_the_four_jobs_are_there():
    assert sorted(Path(name).stem for name in find_macros()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_macros_remember_nothing_and_say_how_they_are_run(name):
    text = find_macro(name).path.read_text(encoding="utf-8")
    inputs = [line for line in text.splitlines() if line.startswith("#@ ")]
    assert inputs
    assert all("persist=false" in line and "label=" in line for line in inputs)
    assert f"--headless --run {name}.ijm" in text
    assert "{" in text
    run = re.search(r'run_macro\("(\w+)"', text)
    assert run is not None
    assert run[1] == name


def test_parameters_are_read_from_the_file():
    macro = find_macro("prune_xml")
    assert macro.inputs["min_length"] == "Double"
    assert macro.required == ("tracks", "out")
    assert macro.outputs == ("written",)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"track": "a.xml"}, r"argument 'track': expected one of tracks, out"),
        ({"tracks": "a.xml"}, r"argument 'out' is missing: expected a File"),
        ({"tracks": "a.xml", "out": "b.xml", "min_length": "ten"}, r"min_length = 'ten': expected a Double"),
        ({"tracks": "a.xml", "out": "b.xml", "min_length": float("nan")}, r"min_length = nan: expected a Double"),
        ({"tracks": "a.xml", "out": "b.xml", "whole_tracks": 2}, r"whole_tracks = 2: expected a Boolean"),
        ({"tracks": "a.xml", "out": "b\nc.xml"}, r"out = 'b\\nc.xml': expected a File on one line"),
    ],
)
def test_wrong_arguments_are_named(arguments, said):
    with pytest.raises(BadSettings, match=said):
        check_arguments(find_macro("prune_xml"), arguments)


def test_arguments_become_texts_and_none_is_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = {"tracks": "a.xml", "out": Path("b.xml"), "min_length": 3, "whole_tracks": True, "unit": None}
    texts = check_arguments(find_macro("prune_xml"), values)
    assert texts["tracks"] == str(tmp_path / "a.xml")
    assert (texts["min_length"], texts["whole_tracks"]) == ("3", "true")
    assert "unit" not in texts


def test_what_cannot_run_is_said(tmp_path, monkeypatch):
    with pytest.raises(BadSettings, match=r"'nothing': no such file; expected a path, or one of labels_to_xml"):
        run_macro("nothing")
    arguments = {"tracks": "a.xml"}
    monkeypatch.delenv("VOLLTRACK_FIJI", raising=False)
    with pytest.raises(BadSettings, match="no Fiji named"):
        run_macro("xml_to_napari", arguments)
    with pytest.raises(FijiUnusable, match="expected the folder of Fiji"):
        run_macro("xml_to_napari", arguments, fiji=tmp_path)
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "ij-1.54g.jar").touch()
    with pytest.raises(FijiUnusable, match=r"no imagej-VERSION\.jar in jars; expected a complete Fiji"):
        run_macro("xml_to_napari", arguments, fiji=tmp_path)
