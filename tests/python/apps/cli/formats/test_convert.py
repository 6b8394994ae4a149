"""Lineages from one format to another and back."""

import itertools

import numpy as np
import pandas as pd
import pytest

from volltrack.io.tracks import read_tracks_file

NAMES = {"trackmate": "t.xml", "cells": "t.csv", "ctc": "t_RES", "geff": "t.geff"}


def links_of(path) -> set[tuple[int, int]]:
    links = read_tracks_file(path).lineage.links
    return set(zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True))


def places_of(path, *, places: int) -> set[tuple[float, ...]]:
    """Links by where they begin and end, for formats that number their spots themselves."""
    lineage = read_tracks_file(path).lineage
    at = np.round(np.column_stack([lineage.spots.frames, lineage.spots.positions_zyx]), places)
    return {(*at[s], *at[t]) for s, t in zip(lineage.source_rows, lineage.target_rows, strict=True)}


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(["trackmate", "cells", "geff"], 2)))
def test_ids_links_and_positions_go_there_and_back(first, second, finished_run, ask, tmp_path):
    source, there, back = (
        tmp_path / f"a-{NAMES[first]}",
        tmp_path / f"b-{NAMES[second]}",
        tmp_path / f"c-{NAMES[first]}",
    )
    ask("convert", finished_run / "tracks.xml", source)
    result = ask("convert", source, there)
    assert (result["from"], result["to"]) == (first, second)
    ask("convert", there, back)
    before, after = read_tracks_file(source), read_tracks_file(back)
    assert links_of(back) == links_of(source) != set()
    assert after.calibration == before.calibration
    features = [
        "ID",
        "FRAME",
        "POSITION_X",
        "POSITION_Y",
        "POSITION_Z",
        "RADIUS",
        "QUALITY",
        "VOLUME",
        "TOTAL_INTENSITY_CH1",
    ]
    old, new = (t.lineage.spots.table.sort_values("ID", ignore_index=True)[features] for t in (before, after))
    pd.testing.assert_frame_equal(new, old, check_exact=True, check_dtype=False)


def test_challenge_folder_keeps_masks_and_links(finished_run, movies, ask, tmp_path):
    ask("convert", movies.truth, tmp_path / "balls_RES")
    ask("convert", tmp_path / "balls_RES", tmp_path / "a.xml")
    score = ask("score", tmp_path / "a.xml", movies.truth)
    assert score["tra"] == score["lnk"] == score["division_f1"] == 1
    ask("convert", tmp_path / "balls_RES", tmp_path / "again_RES")  # masks are kept, not painted again
    assert places_of(tmp_path / "again_RES", places=6) == places_of(tmp_path / "balls_RES", places=6) != set()
    for mask in (tmp_path / "balls_RES").glob("mask*.tif"):
        assert mask.read_bytes() == (tmp_path / "again_RES" / mask.name).read_bytes()


def test_trackmate_file_is_copied_byte_for_byte(finished_run, ask, tmp_path):
    ask("convert", finished_run / "tracks.xml", tmp_path / "same.xml")
    assert (tmp_path / "same.xml").read_bytes() == (finished_run / "tracks.xml").read_bytes()


def test_paper_layout_keeps_cells_and_needs_a_calibration_to_be_read(movies, ask, call, tmp_path):
    lost = ask("convert", movies.truth, tmp_path / "t.paper.csv")["not_kept"]
    assert any("links" in sentence for sentence in lost)
    header = (tmp_path / "t.paper.csv").read_text().splitlines()[0]
    assert header == "T,X,Y,Z,Label,Perimeter,Volume,Intensity,ExtentX,ExtentY,ExtentZ"
    refused = call("convert", tmp_path / "t.paper.csv", tmp_path / "back.csv")
    assert refused.code == 2
    assert "--voxel-size" in refused.err
    given = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm")
    ask("convert", tmp_path / "t.paper.csv", tmp_path / "back.csv", *given, "--time-in-frames")
    old = read_tracks_file(movies.truth).lineage.spots
    new = read_tracks_file(tmp_path / "back.csv").lineage.spots
    assert np.allclose(np.sort(new.positions_zyx, axis=0), np.sort(old.positions_zyx, axis=0), atol=1e-6)


def test_what_a_format_cannot_hold_is_said_and_a_dry_run_writes_nothing(movies, ask, snapshot, tmp_path):
    for kind, name in {**NAMES, "paper": "t.paper.csv"}.items():
        result = ask("convert", movies.truth, tmp_path / name, "--dry-run")
        assert result["to"] == kind
        assert bool(result["not_kept"]) == (kind not in ("trackmate", "geff"))
    assert snapshot(tmp_path) == {}


def test_kind_can_be_given_where_the_suffix_does_not_say(movies, ask, tmp_path):
    (tmp_path / "tracks.txt").write_bytes(movies.truth.read_bytes())
    assert ask("convert", tmp_path / "tracks.txt", tmp_path / "out.dat", "--from", "trackmate", "--to", "cells")[
        "links"
    ]
    assert ask("convert", tmp_path / "out.dat", tmp_path / "o.xml", "--from", "cells")["links"] > 0


def test_existing_files_and_folders_are_kept_unless_told(movies, refused, ask, tmp_path):
    (tmp_path / "t.csv").write_text("mine")
    (tmp_path / "t_RES").mkdir()
    (tmp_path / "t_RES" / "notes.txt").write_text("mine")
    (tmp_path / "t.geff").write_text("a file")
    refused("convert", movies.truth, "t.csv", say=["t.csv: exists already", "--overwrite"])
    refused("convert", movies.truth, "t_RES", say=["t_RES: exists already"])
    refused("convert", movies.truth, "t.geff", say=["t.geff: exists already"])
    refused("convert", movies.truth, "t.geff", "--overwrite", say=["t.geff: is a file, expected a folder"])
    refused("convert", movies.truth, "no/t.csv", say=["the folder", "does not exist; create it first"])
    ask("convert", movies.truth, "t.csv", "--overwrite")
    (tmp_path / "empty_RES").mkdir()
    ask("convert", movies.truth, "empty_RES")


@pytest.mark.parametrize(("length", "time"), [("furlong", "fortnight"), ("inch", "frames"), ("px", "s")])
def test_units_that_others_do_not_know_go_along_without_a_warning(length, time, ask, tmp_path):
    units = f"# units: space={length}; time={time}; voxel_size_zyx=1 2 3; frame_interval=2\n"
    (tmp_path / "t.csv").write_text(f"{units}ID,FRAME,POSITION_X,POSITION_Y,RADIUS\n1,0,1,1,1\n2,1,1,1,1\n")
    first = ask("info", tmp_path / "t.csv")
    for name in ("t.geff", "t.xml"):
        ask("convert", tmp_path / "t.csv", tmp_path / name)
        found = ask("info", tmp_path / name)
        for key in ("length_unit", "time_unit", "frame_interval", "voxel_size_zyx"):
            assert found[key] == first[key], (name, key)


def test_calibration_given_for_a_trackmate_file_is_laid_over_its_own(movies, ask, tmp_path):
    ask("convert", movies.truth, tmp_path / "t.csv", "--frame-interval", "7")
    found = ask("info", tmp_path / "t.csv")
    assert (found["frame_interval"], found["time_unit"], found["length_unit"]) == (7, "min", "µm")
