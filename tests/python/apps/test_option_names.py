import argparse
import ast
import logging
import re
from pathlib import Path

import pytest

import volltrack
from volltrack.apps.cli.main import build_parser
from volltrack.apps.option_names import OPTIONS, OptionFormatter, name_options

ROOT = Path(volltrack.__file__).parent


def list_options(parser):
    """Options of a parser and of those below it."""
    found = set()
    for action in parser._actions:
        found |= {name for name in action.option_strings if name.startswith("--")}
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                found |= list_options(below)
    return found


def find_named(text, options):
    return [name for name in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text) if name in options]


def test_no_text_below_the_apps_names_an_option_of_the_command_line():
    options = list_options(build_parser())
    assert {"--voxel-size", "--no-network", "--keep-going"} <= options
    found = []
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] == "apps":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += [(path.name, node.lineno, name) for name in find_named(node.value, options)]
    assert found == []


def test_the_search_finds_an_option_in_a_message():
    assert find_named("give it with --time-unit (pip --no-deps)", {"--time-unit"}) == ["--time-unit"]


def test_every_option_that_stands_for_an_argument_is_one_of_the_command_line():
    assert set(OPTIONS.values()) <= list_options(build_parser())


def test_every_argument_in_backticks_below_the_apps_that_gives_a_calibration_has_an_option():
    for name in ("voxel_size", "unit", "frame_interval", "time_unit"):
        assert name in OPTIONS


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("give `frame_interval`", "give --frame-interval"),
        ("(`unit`, such as µm)", "(--length-unit, such as µm)"),
        ("`voxel_size=(z, y, x)` `unit=UNIT`", "--voxel-size Z,Y,X --length-unit UNIT"),
        ("`voxel_size=(1, 1, 1)` `unit='pixel'`", "--voxel-size 1,1,1 --length-unit pixel"),
        ("say so with `axes='ZYX'`", "say so with --axes ZYX"),
        ("`ClassicalSettings` segments without them", "--no-network segments without them"),
        ("a file `movie` and `other=1`", "a file --movie and `other=1`"),
        ("voxel_size stays", "voxel_size stays"),
    ],
)  # fmt: skip
def test_arguments_are_shown_as_options(said, shown):
    assert name_options(said) == shown


def test_what_is_logged_is_shown_with_options():
    record = logging.LogRecord("volltrack.io", logging.WARNING, "", 0, "%s: give `axes='TYX'`", ("a.tif",), None)
    assert OptionFormatter("%(levelname)s %(message)s").format(record) == "WARNING a.tif: give --axes TYX"
