"""Fiji's dialogs have the defaults and ranges of the Python settings."""

import json
import re
from pathlib import Path

import pytest

from volltrack.model.settings.kinds import find_kinds
from volltrack_fiji.trackmate.dialog_schema import dialog_schema_text
from volltrack_fiji.trackmate.run_trackmate import TrackMateRunSettings

ROOT = Path(__file__).parents[3]
RESOURCE = ROOT / "java/btrackmate-fiji/src/main/resources/io/github/volltrack/fiji/settings/schema.json"

PYTHON_NAMES = {
    "min_inside": "cell_filter.min_inside_fraction",
    "max_step": "link.max_distance",
    "max_gap_step": "link.gap_max_distance",
    "max_gap": "link.max_frame_gap",
    "max_division_step": "link.splitting_max_distance",
    "min_length": "prune.min_tracklet_length",
}


def test_resource_of_the_plug_ins_is_what_python_states():
    assert RESOURCE.read_text(encoding="utf-8") == dialog_schema_text(), "run make dialog-schema"


def test_defaults_in_the_schema_make_the_default_settings():
    properties = json.loads(dialog_schema_text())["properties"]
    defaults = TrackMateRunSettings()
    for section in ("cell_filter", "link", "prune"):
        values = properties[section]["default"]
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        assert type(getattr(defaults, section))(**values) == getattr(defaults, section)


@pytest.mark.parametrize("macro", ["labels_to_xml", "prune_xml"])
def test_macros_have_the_same_defaults_and_ranges(macro):
    text = (ROOT / f"macros/{macro}.ijm").read_text(encoding="utf-8")
    found = re.findall(r"#@ \w+ +\(.*?value=([\d.]+), min=([\d.]+)(?:, max=([\d.]+))?.*?\) (\w+)", text)
    assert "min_length" in {name for *_, name in found} & set(PYTHON_NAMES)
    for value, least, most, name in found:
        section, field = PYTHON_NAMES[name].split(".")
        assert float(value) == getattr(getattr(TrackMateRunSettings(), section), field), name
        kind = find_kinds(type(getattr(TrackMateRunSettings(), section)))[field]
        assert (float(least), float(most) if most else None) == (kind.low, kind.high), name
