"""Messages with numbers read as sentences: one is one, none is none, and a file of our own gives no warning."""

import logging
import re

import pytest

from volltrack.apps.cli.terminal.output import print_result
from volltrack.model.counted import counted

CELLS = (
    "# units: space=µm; time=sec; voxel_size_zyx=1 1 1; frame_interval=1\n"
    "ID,FRAME,POSITION_X,POSITION_Y,POSITION_Z,RADIUS,PARENT_ID\n0,0,5,5,1,2,-1\n1,1,6,5,1,2,0\n2,3,7,5,1,2,1\n"
)


@pytest.fixture
def tracks(ask, tmp_path):
    (tmp_path / "cells.csv").write_text(CELLS, encoding="utf-8")
    ask("convert", tmp_path / "cells.csv", tmp_path / "tracks.xml")
    return tmp_path / "tracks.xml"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no merges"), (1, "1 merge"), (2, "2 merges"), (1000, "1000 merges")]
)
def test_numbers_in_words(number, words):
    assert counted(number, "merge") == words
    assert counted(number, "branch", "branches").startswith(words.split()[0])


def test_check_speaks_of_warnings_where_nothing_is_lost(call, tracks):
    answer = call("check", tracks)
    assert answer.out.endswith("TrackMate opens it and loses nothing; 1 warning\n")  # no image is named
    text = tracks.read_text(encoding="utf-8")
    tracks.write_text(text.replace('SPOT_TARGET_ID="1"', 'SPOT_TARGET_ID="9"'), encoding="utf-8")
    assert "would refuse it or lose data: 1 problem; 1 warning" in call("check", tracks).out


def test_file_that_we_wrote_is_read_without_a_warning(ask, tracks, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        for words in (("info",), ("analyse", "--no-plots", "--out", tmp_path / "a"), ("convert", tmp_path / "c.csv")):
            ask(words[0], tracks, *words[1:])
    assert caplog.text == ""


def test_lost_things_are_counted_in_words(ask, tracks, tmp_path):
    assert "1 link over a gap: parent and child there" in ask("convert", tracks, tmp_path / "ctc")["not_kept"]


def test_linking_without_starts_says_no_share(ask, tmp_path):
    (tmp_path / "cells.csv").write_text(CELLS, encoding="utf-8")
    chosen = " ".join(ask("link", tmp_path / "cells.csv", "--out", tmp_path / "l.xml")["chosen"])
    assert "no track starts beside another" in chosen
    assert not re.search(r"\b0 \w+s\b|\b1 (?:links|ends|spots|starts|pairs)\b|of no ", chosen), chosen


def test_whole_numbers_are_printed_in_full(capsys):
    print_result({"interval": 60000.0, "size": 0.123456, "small": 1.5e-7, "huge": 1e300}, as_json=False)
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == [
        "60000",
        "0.1235",
        "1.5e-07",
        "1e+300",
    ]
