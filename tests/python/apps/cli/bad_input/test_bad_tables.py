"""Tables and TrackMate files that cannot be used: what the command line says, and that nothing is left behind."""

import itertools
import time

import pytest

HEADER = "ID,FRAME,POSITION_X,POSITION_Y,POSITION_Z\n"


@pytest.mark.parametrize(
    ("rows", "say"),
    [
        ("5,0,nan,2,3\n", ["line 2: POSITION_X = nan: expected a finite number"]),
        ("5,0,1,2,3\n6,1,1,,3\n", ["line 3: POSITION_Y"]),
        ("5,0,1,inf,3\n", ["line 2: POSITION_Y = inf"]),
        ("5,0,1,2,3\n7,1,1,2,3\n5,2,1,2,3\n", ["line 4: ID = 5: stands in line 2 too"]),
        ("5,0,x,2,3\n", ["line 2: POSITION_X = 'x': expected a number"]),
        ("5,0,1\n", ["line 2: 3 fields: expected 5"]),
        ("5.5,0,1,2,3\n", ["line 2: ID = 5.5: expected a whole number"]),
        ("5,0.5,1,2,3\n", ["line 2: FRAME = 0.5: expected a whole number"]),
        ("5,-1,1,2,3\n", ["line 2: FRAME = -1: expected a whole number"]),
    ],
)
def test_table_with_a_bad_row_says_the_line(rows, say, refused, tmp_path):
    (tmp_path / "cells.csv").write_text(HEADER + rows)
    for words in (("link", "cells.csv", "--out", "t.xml"), ("convert", "cells.csv", "t.geff"), ("info", "cells.csv")):
        refused(*words, say=["cells.csv, ", *say])


@pytest.mark.parametrize(
    ("content", "say"),
    [
        (b"", "an empty table"),
        (b"a,b\n1,2\n", "no column FRAME, POSITION_X, POSITION_Y"),
        (HEADER.encode() + b"5,0,1,2,3\n# \xb5m\n", "line 3: not UTF-8"),
    ],
)
def test_file_that_is_no_table_of_cells(content, say, refused, tmp_path):
    (tmp_path / "cells.csv").write_bytes(content)
    refused("link", "cells.csv", say=["cells.csv", say])


def test_paths_that_link_cannot_read(refused, tmp_path, movies):
    refused("link", "cells.csv", say=["cells.csv: no such file"])
    refused("link", tmp_path, say=["expected a table of cells (.csv) or a label movie (.tif"])
    (tmp_path / "cells.csv").write_text(HEADER + "5,0,1,2,3\n")
    refused("link", "cells.csv", "--settings", "no.toml", say=["no.toml: no such file"])
    refused("link", "cells.csv", "--settings", "cells.csv", say=["cells.csv: not TOML"])
    refused("link", "cells.csv", "--raw", movies.movie, say=["--raw with a table of cells"])
    refused("link", "cells.csv", "--image", "no.tif", say=["no.tif: no such file"])
    refused("link", "cells.csv", "--min-tracklet-length", "-1", say=["min_tracklet_length = -1.0: expected"])
    refused("link", "cells.csv", "--min-tracklet-length", "nan", say=["min_tracklet_length = nan"])


def test_settings_that_need_a_column_that_is_not_there(refused, tmp_path):
    (tmp_path / "cells.csv").write_text(HEADER + "5,0,1,2,3\n6,1,1,2,5\n")
    (tmp_path / "s.toml").write_text("[filter]\nmin_volume = 3.0\n")
    refused("link", "cells.csv", "--settings", "s.toml", say=["VOLUME"])
    (tmp_path / "s.toml").write_text(
        '[link]\nkind = "LinkSettings"\n[link.feature_penalties]\nMEAN_INTENSITY_CH1 = 1.0\n'
    )
    refused("link", "cells.csv", "--settings", "s.toml", say=["MEAN_INTENSITY_CH1"])


def test_table_with_a_header_only_gives_an_empty_file_that_trackmate_opens(ask, tmp_path):
    (tmp_path / "cells.csv").write_text(HEADER)
    assert ask("link", tmp_path / "cells.csv", "--out", tmp_path / "t.xml")["cells"] == 0
    assert ask("check", tmp_path / "t.xml")["accepted"] is True


def test_prune_without_a_length_names_the_option(movies, refused):
    refused("prune", movies.truth, "--out", "p.xml", say=["--min-tracklet-length", "--unit"])


def _billion_laughs() -> str:
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    return (
        f'<?xml version="1.0"?>\n<!DOCTYPE l [<!ENTITY a "{"x" * 1000}">{entities}]>\n'
        '<TrackMate version="7.14.0"><Log>&j;</Log></TrackMate>'
    )


@pytest.mark.parametrize(
    ("make", "say"),
    [
        (lambda text: text.replace('ID="1"', 'ID="0"', 1).encode(), ["spot ID 0 stands twice"]),
        (lambda text: text.encode("latin-1", "replace"), ["byte 0xB5 is not UTF-8"]),
        (lambda text: text[: len(text) // 2].encode(), ["the file ends in the middle"]),
        (lambda text: b"", ["the file is empty"]),
        (lambda text: b"<html><body/></html>", ["root element is <html>", "expected <TrackMate>"]),
        (lambda text: _billion_laughs().encode(), ["line 2", "document type", "entities that blow up"]),
        (lambda text: b"II*\x00 a TIFF by mistake", ["expected a TrackMate XML file"]),
    ],
    ids=["duplicate id", "not UTF-8", "truncated", "empty", "html", "entity bomb", "tiff"],
)
def test_trackmate_file_that_cannot_be_used(make, say, movies, refused, call, snapshot, tmp_path):
    (tmp_path / "bad.xml").write_bytes(make(movies.truth.read_text(encoding="utf-8")))
    start = time.process_time()
    refused("prune", "bad.xml", "--min-tracklet-length", "3", say=["bad.xml", *say])
    refused("convert", "bad.xml", "t.csv", say=["bad.xml", *say])
    refused("info", "bad.xml", say=["bad.xml", *say])
    refused("score", "bad.xml", movies.truth, say=["bad.xml", *say])
    before = snapshot(tmp_path)
    checked = call("check", "bad.xml")
    assert checked.code == 1
    for word in say:
        assert word in checked.out
    assert snapshot(tmp_path) == before
    assert time.process_time() - start < 5  # an entity bomb is not expanded


def test_position_that_is_nan_in_xml(movies, refused, call, tmp_path):
    text = movies.truth.read_text(encoding="utf-8")
    (tmp_path / "bad.xml").write_text(text.replace('POSITION_X="', 'POSITION_X="NaN" WAS_X="', 1), encoding="utf-8")
    refused("convert", "bad.xml", "t.csv", say=["bad.xml, line", "POSITION_X", "NaN"])
    assert "POSITION_X" in call("check", "bad.xml").out


def test_files_that_are_not_there(movies, refused, tmp_path):
    for words in (
        ("check", "no.xml"),
        ("info", "no.xml"),
        ("convert", "no.xml", "t.csv"),
        ("score", "no.xml", "x.xml"),
    ):
        refused(*words, say=["no.xml: no such file"])
    refused("prune", "no.xml", "--min-tracklet-length", "2", say=["no.xml", "No such file"])
    refused("score", movies.truth, "no.xml", say=["no.xml: no such file"])
    refused("check", tmp_path, say=["no such file"])


def test_kinds_that_do_not_go_together(movies, refused, tmp_path):
    refused("convert", movies.movie, "t.csv", say=["suffix '.tif'", ".xml (TrackMate)"])
    refused("score", movies.labels, movies.truth, say=["truth.xml"])
    refused("score", movies.truth, movies.labels, say=["labels.tif"])
    one_side = (movies.truth, movies.truth, "--result-labels", movies.labels)
    refused("score", *one_side, say=["one side only", "--truth-labels"])
    refused("score", movies.truth, movies.truth, "--max-distance", "-3", say=["max_distance = -3.0: expected"])
    refused("convert", tmp_path, "t.csv", say=["expected a folder of the challenge"])


def test_nothing_to_score_against(movies, refused, tmp_path):
    (tmp_path / "none.csv").write_text(HEADER)
    refused("score", movies.truth, "none.csv", say=["the truth holds no spots"])


def test_spots_that_a_format_cannot_hold_say_what_is_missing(refused, tmp_path):
    (tmp_path / "cells.csv").write_text(HEADER + "5,0,1,2,3\n")
    refused("convert", "cells.csv", "t_RES", say=["spots without RADIUS"])
    refused("convert", "cells.csv", "t.paper.csv", say=["spots without RADIUS"])
