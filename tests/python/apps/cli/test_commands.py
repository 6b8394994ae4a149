"""Every command on small movies: what it prints, what it writes, and its exit code."""

import re

import numpy as np
import pandas as pd
import pytest
import tifffile

from volltrack import __version__
from volltrack.apps.cli.main import COMMANDS, build_parser, main
from volltrack.io.cells_csv import read_cells_csv
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml

CALIBRATION = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm", "--frame-interval", "5", "--time-unit", "min")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_shows_an_example_that_parses(command, call):
    answer = call(command, "--help")
    assert answer.code == 0
    assert "--json" in answer.out
    example = answer.out[answer.out.index("example: ") + len("example: ") :]
    lines = example.replace("\\\n", " ").splitlines()
    commands = [line.strip() for line in lines if line.strip().startswith("volltrack ")]
    assert commands
    for line in commands:
        parsed = build_parser().parse_args(line.split()[1:])  # exits when an option is unknown
        assert parsed.command == command


def test_help_lists_every_command(call):
    answer = call("--help")
    assert answer.code == 0
    for command in COMMANDS:
        assert re.search(rf"^ +{command}\b", answer.out, re.MULTILINE)
    assert call("--version").out.strip() == f"volltrack {__version__}"


def test_wrong_use_is_exit_code_2(call):
    assert call().code == 2
    assert call("fly").code == 2
    assert call("info").code == 2
    assert "expected 3 numbers" in call("measure", "x.tif", "--voxel-size", "1,2").err


def test_run_prints_the_promised_keys_and_writes_all_results(finished_run, movies, ask, tmp_path):
    result = ask("run", movies.movie, "--tissue", movies.tissue, "--out", finished_run)
    expected = "frames cells removed_by_filter links tracks divisions finished_before folder tracks_file picture"
    assert set(expected.split()) <= set(result)
    assert result["finished_before"] == ["labels", "cells", "tracks", "picture"]
    assert {path.name for path in finished_run.iterdir()} == {
        *("labels.tif", "cells.csv", "removed_cells.csv", "tracks.xml", "pruned_tracklets.csv", "overview.png"),
        *("run.toml", ".volltrack"),
    }
    assert is_accepted(check_trackmate_xml(finished_run / "tracks.xml"))


def test_tissue_removes_the_debris_outside_it(finished_run, movies, ask, tmp_path):
    whole = ask("run", movies.movie, "--out", tmp_path / "whole")
    removed = pd.read_csv(finished_run / "removed_cells.csv")
    assert len(removed) > 0
    assert (removed["REASON"] == "outside_tissue").all()
    kept = read_trackmate_xml(finished_run / "tracks.xml").lineage.spots
    assert (kept.table["INSIDE_TISSUE"] >= 0.5).all()
    assert whole["removed_by_filter"] == 0
    assert whole["cells"] == len(kept) + len(removed)
    assert "INSIDE_TISSUE" not in read_cells_csv(tmp_path / "whole" / "cells.csv").spots.table


def test_run_takes_given_labels(movies, ask, tmp_path):
    result = ask("run", movies.movie, "--labels", movies.labels, "--out", tmp_path / "r")
    assert np.array_equal(tifffile.imread(tmp_path / "r" / "labels.tif"), movies.label_array())
    assert ask("score", tmp_path / "r" / "tracks.xml", movies.truth)["det"] == 1
    assert result["cells"] == len(read_trackmate_xml(movies.truth).lineage.spots)


def test_run_of_2d_movie_keeps_outlines_and_one_plane(movies, ask, tmp_path):
    ask("run", movies.movie2d, "--out", tmp_path / "r")
    document = read_trackmate_xml(tmp_path / "r" / "tracks.xml")
    assert len(document.lineage.spots.contours) == len(document.lineage.spots) > 20
    assert document.image.n_slices == 1


def test_segment_measure_link_by_hand_give_the_same_as_run(movies, finished_run, ask, tmp_path):
    labels, cells, tracks = tmp_path / "labels.tif", tmp_path / "cells.csv", tmp_path / "tracks.xml"
    made = ask("segment", movies.movie, "--out", labels)
    assert made["frames"] == 5
    assert np.array_equal(tifffile.imread(labels), tifffile.imread(finished_run / "labels.tif"))
    measured = ask("measure", labels, "--raw", movies.movie, "--tissue", movies.tissue, "--out", cells)
    assert set(measured) == {"cells", "frames", "columns", "out"}
    assert cells.read_bytes() == (finished_run / "cells.csv").read_bytes()
    linked = ask("link", cells, "--image", movies.movie, "--out", tracks)
    expected = "cells removed_by_filter links tracks divisions pruned_tracklets out chosen"
    assert set(expected.split()) <= set(linked)
    found, known = read_trackmate_xml(tracks).lineage, read_trackmate_xml(finished_run / "tracks.xml").lineage
    pd.testing.assert_frame_equal(found.links.table, known.links.table)


def test_link_keeps_the_ids_of_an_id_column(call, tmp_path):
    cells = tmp_path / "cells.csv"
    cells.write_text("FRAME,ID,POSITION_X,POSITION_Y,POSITION_Z\n0,70,1,2,3\n0,3,40,40,3\n1,12,1,2,3\n1,900,40,40,3\n")
    assert call("link", cells, "--preset", "trackmate", "--out", tmp_path / "t.xml").code == 0
    lineage = read_trackmate_xml(tmp_path / "t.xml").lineage
    assert sorted(lineage.spots.ids.tolist()) == [3, 12, 70, 900]
    pairs = zip(lineage.links.source_ids.tolist(), lineage.links.target_ids.tolist(), strict=True)
    assert sorted(pairs) == [(3, 900), (70, 12)]


def test_preset_trackmate_finds_no_divisions_and_names_its_tracker(movies, ask, tmp_path):
    result = ask("link", movies.labels, "--preset", "trackmate", "--out", tmp_path / "t.xml")
    assert result["divisions"] == 0
    assert result["chosen"] == []
    text = (tmp_path / "t.xml").read_text(encoding="utf-8")
    assert 'TRACKER_NAME="SPARSE_LAP_TRACKER"' in text
    assert 'LINKING_MAX_DISTANCE="15.0"' in text
    assert 'ALLOW_TRACK_SPLITTING="false"' in text


def test_link_settings_file_repeats_the_link(movies, call, tmp_path):
    first = ("link", movies.labels, "--preset", "trackmate", "--min-tracklet-length", "2", "--out", tmp_path / "a.xml")
    assert call(*first).code == 0
    assert call("link", movies.labels, "--settings", tmp_path / "a.toml", "--out", tmp_path / "b.xml").code == 0
    assert (tmp_path / "a.xml").read_bytes() == (tmp_path / "b.xml").read_bytes()


def test_prune_removes_links_and_leaves_everything_else(finished_run, ask, tmp_path):
    source, out = finished_run / "tracks.xml", tmp_path / "pruned.xml"
    result = ask("prune", source, "--min-tracklet-length", "4", "--whole-tracks", "--out", out)
    removed = result["removed_links"]
    assert removed == len(read_trackmate_xml(source).lineage.links) - len(read_trackmate_xml(out).lineage.links) > 0
    assert len(result["tracklets"]) == result["removed_tracklets"]
    before, after = source.read_text(encoding="utf-8"), out.read_text(encoding="utf-8")
    for start, end in (("<AllSpots", "</AllSpots>"), ("<Settings", "</TrackMate>"), ("<FeatureDecl", "</FeatureDecl")):
        assert before[before.index(start) : before.index(end)] == after[after.index(start) : after.index(end)]
    kept = set(re.findall(r"<Edge [^>]*>", after))
    assert kept < set(re.findall(r"<Edge [^>]*>", before))


def test_prune_of_nothing_leaves_every_byte(finished_run, ask, tmp_path):
    result = ask("prune", finished_run / "tracks.xml", "--min-tracklet-length", "1", "--out", tmp_path / "same.xml")
    assert result["removed_links"] == 0
    assert (tmp_path / "same.xml").read_bytes() == (finished_run / "tracks.xml").read_bytes()


def test_prune_counts_time_in_the_unit_of_the_file(finished_run, ask):
    by_frames = ask("prune", finished_run / "tracks.xml", "--min-tracklet-length", "3", "--dry-run", "--whole-tracks")
    words = ("--min-tracklet-length", "15", "--unit", "time", "--dry-run", "--whole-tracks")  # 5 min a frame
    assert ask("prune", finished_run / "tracks.xml", *words)["removed_links"] == by_frames["removed_links"]


def test_check_is_0_for_a_good_file_and_1_with_problems(movies, call, tmp_path):
    good = call("check", movies.truth, "--json")
    assert good.code == 0
    assert good.json["accepted"] is True
    bad = tmp_path / "bad.xml"
    bad.write_text(movies.truth.read_text(encoding="utf-8").replace('ID="1"', 'ID="0"', 1), encoding="utf-8")
    answer = call("check", bad, "--json")
    assert answer.code == 1
    assert answer.json["accepted"] is False
    problem = answer.json["problems"][0]
    assert problem["line"] > 1
    assert "Spot" in str(problem)
    text = call("check", bad)
    assert text.code == 1
    assert "spot ID 0 stands twice" in text.out


def test_score_of_the_truth_against_itself_is_1(movies, ask):
    score = ask("score", movies.truth, movies.truth)
    for measure in ("det", "tra", "lnk", "division_f1", "division_precision", "division_recall"):
        assert score[measure] == 1
    by_labels = ("--result-labels", movies.labels, "--truth-labels", movies.labels)
    with_labels = ask("score", movies.truth, movies.truth, *by_labels)
    assert with_labels["tra"] == with_labels["SEG"] == 1
    assert with_labels["matched_by"] == "labels"
    assert ask("score", movies.labels, movies.labels)["SEG"] == 1


def test_score_is_below_1_for_a_worse_result(movies, finished_run, ask):
    assert 0.4 < ask("score", finished_run / "labels.tif", movies.labels)["SEG"] < 1


def test_numbers_that_are_not_known_are_null_in_json(movies, ask, tmp_path):
    (tmp_path / "one.csv").write_text("ID,FRAME,POSITION_X,POSITION_Y,RADIUS\n5,0,1,2,3\n")
    assert ask("score", tmp_path / "one.csv", tmp_path / "one.csv")["division_f1"] is None


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        ("movie.tif", "image (imagej)", "voxel_size_zyx"),
        ("truth.xml", "trackmate", "divisions"),
        ("cells.csv", "cells", "spots"),
        ("run.toml", "settings", "segment"),
    ],
)
def test_info_says_what_a_file_holds(name, kind, key, movies, finished_run, ask):
    folder = movies.folder if (movies.folder / name).exists() else finished_run
    result = ask("info", folder / name)
    assert result["kind"] == kind
    assert key in result


def test_demo_scores_itself_and_leaves_a_picture(ask, tmp_path, monkeypatch, call):
    from volltrack.apps.jobs import demo
    from volltrack.testing.synthetic import SyntheticSettings

    def small(seed: int) -> SyntheticSettings:
        return SyntheticSettings(seed=seed, n_frames=3, shape_zyx=(8, 64, 64), n_cells=6, cell_diameter_um=8.0)

    monkeypatch.setattr(demo, "SyntheticSettings", small)
    result = ask("demo", "--out", tmp_path / "demo", "--seed", "1")
    assert {"SEG", "DET", "TRA", "division F1"} <= set(result["score"])
    assert result["score"]["DET"] > 0.7
    assert (tmp_path / "demo" / "overview.png").read_bytes().startswith(b"\x89PNG")
    named = read_trackmate_xml(tmp_path / "demo" / "truth.xml").image
    assert (named.filename, named.folder) == ("movie.tif", "")
    again = ask("demo", "--out", tmp_path / "demo", "--seed", "1")
    assert again["score"] == result["score"]
    assert again["finished_before"] == ["labels", "cells", "tracks", "picture"]
    other = call("demo", "--out", tmp_path / "demo", "--seed", "2")
    assert other.code == 2
    assert "--overwrite" in other.err


def test_text_output_is_one_line_per_key(movies, call):
    lines = call("info", movies.truth).out.splitlines()
    assert lines[0].split() == ["kind", "trackmate"]


def test_verbose_shows_where_an_error_came_from_and_keeps_the_exit_code(call):
    answer = call("info", "nofile.tif", "--verbose")
    assert answer.code == 2
    assert "Traceback" in answer.err
    assert answer.err.strip().splitlines()[-1] == "volltrack: nofile.tif: no such file or folder"
    assert "Traceback" not in call("info", "nofile.tif").err


def test_errors_of_the_system_are_one_line_too(call, monkeypatch):
    def broken(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("volltrack.apps.jobs.describe_file.describe_file", broken)
    answer = call("info", "secret.tif")
    assert answer.code == 2
    assert answer.err == "volltrack: secret.tif: Permission denied: check the path and its permissions\n"


def test_reader_of_the_output_may_go_away(monkeypatch, movies):
    def gone(*_args, **_kwargs):
        raise BrokenPipeError

    monkeypatch.setattr("volltrack.apps.cli.commands.info.print_result", gone)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    monkeypatch.setattr("sys.stdout.fileno", lambda: 1, raising=False)
    assert main(["info", str(movies.truth)]) == 0
