"""The command line on real movies and on what TrackMate wrote."""

import numpy as np
import pandas as pd
import pytest

from volltrack.io.tiff import read_label_movie
from volltrack.io.trackmate_xml import read_trackmate_xml


@pytest.fixture
def reference(shared_data):
    return shared_data / "trackmate-reference"


def test_link_of_labels_imports_exactly_what_trackmate_says(reference, ask, tmp_path):
    ask("link", reference / "labels3d.tif", "--out", tmp_path / "t.xml")
    known = read_trackmate_xml(reference / "xml" / "ref714_labels3d_exact.xml").lineage.spots.table
    found = read_trackmate_xml(tmp_path / "t.xml").lineage.spots.table
    place = ["FRAME", "LABEL"]
    known, found = (table.sort_values(place, ignore_index=True) for table in (known, found))
    assert len(found) == len(known) > 30
    for key in (*place, "QUALITY", "POSITION_T"):
        assert np.array_equal(found[key].to_numpy(float), known[key].to_numpy(float)), key
    for key in ("POSITION_X", "POSITION_Y", "POSITION_Z", "RADIUS"):
        np.testing.assert_allclose(found[key], known[key], rtol=1e-15 * 4, err_msg=key)


def test_preset_trackmate_gives_the_links_of_trackmates_default_tracker(reference, ask, tmp_path):
    linking = reference / "linking"
    cloud = pd.read_csv(linking / "cloud_100_brownian.csv")
    names = {"id": "ID", "frame": "FRAME", "x": "POSITION_X", "y": "POSITION_Y", "z": "POSITION_Z", "radius": "RADIUS"}
    cloud.rename(columns=names)[list(names.values())].to_csv(tmp_path / "cells.csv", index=False)
    ask("link", tmp_path / "cells.csv", "--preset", "trackmate", "--out", tmp_path / "t.xml")
    links = read_trackmate_xml(tmp_path / "t.xml").lineage.links
    found = {frozenset(p) for p in zip(links.source_ids.tolist(), links.target_ids.tolist(), strict=True)}
    edges = pd.read_csv(linking / "edges714_cloud_100_brownian_lap-default.csv")
    known = {frozenset(pair) for pair in edges.iloc[:, :2].to_numpy().tolist()}
    assert found == known != set()


def test_default_preset_finds_the_division_that_trackmates_rules_miss(reference, ask, tmp_path):
    words = ("link", reference / "labels3d.tif", "--out")
    assert ask(*words, tmp_path / "a.xml", "--preset", "trackmate")["divisions"] == 0
    assert ask(*words, tmp_path / "b.xml")["divisions"] == 1


def test_leg_of_parhyale_runs_where_the_file_gives_no_frame_interval(shared_data, call, ask, caplog, tmp_path):
    movie = shared_data / "parhyale-leg-5f" / "movie.tif"
    refused = call("run", movie, "--out", tmp_path / "r")
    assert refused.code == 2
    assert "--frame-interval" in refused.err
    assert "--voxel-size" not in refused.err.partition("For data without")[0]
    result = ask("run", movie, "--out", tmp_path / "r", "--time-in-frames")
    assert "time is counted in frames" in caplog.text
    assert result["frames"] == 5
    per_frame = result["cells"] / 5
    assert 80 <= per_frame <= 125  # about 100 nuclei by eye
    assert result["links"] > 0.7 * 4 * per_frame
    assert ask("check", tmp_path / "r" / "tracks.xml")["accepted"] is True
    document = read_trackmate_xml(tmp_path / "r" / "tracks.xml")
    assert (document.calibration.voxel_size.zyx, document.calibration.time_unit) == ((2.16, 0.277, 0.277), "frame")
    assert read_label_movie(tmp_path / "r" / "labels.tif").shape == (5, 8, 256, 256)


def test_paper_table_of_c_elegans_in_its_own_layout(shared_data, call, ask, caplog, tmp_path):
    cells = shared_data / "celegans-cells" / "cells.csv"
    refused = call("link", cells, "--out", tmp_path / "t.xml")
    assert refused.code == 2
    assert "The paper's layout counts in pixels" in refused.err
    given = ("--voxel-size", "1,0.09,0.09", "--length-unit", "µm", "--time-in-frames")
    result = ask("link", cells, *given, "--preset", "trackmate", "--out", tmp_path / "t.xml")
    assert result["cells"] == 22_036
    table = read_trackmate_xml(tmp_path / "t.xml").lineage.spots.table
    assert np.isclose(table["POSITION_X"].iloc[0], 450 * 0.09)
    assert "time is counted in frames" in caplog.text


@pytest.mark.parametrize("name", ["00_unchanged.xml", "edge_reversed.xml"])
def test_prune_of_trackmates_own_files_keeps_settings_and_log(name, reference, ask, tmp_path):
    source = reference / "reader-variants" / name
    ask("prune", source, "--min-tracklet-length", "3", "--out", tmp_path / "p.xml")
    before, after = source.read_text(encoding="utf-8"), (tmp_path / "p.xml").read_text(encoding="utf-8")
    for start, end in (("<Settings", "</Settings>"), ("<Log>", "</Log>"), ("<AllSpots", "</AllSpots>")):
        assert before[before.index(start) : before.index(end)] == after[after.index(start) : after.index(end)]


def test_check_agrees_with_trackmate_on_every_variant(reference, call):
    said = pd.read_csv(reference / "reader-variants" / "trackmate-says.tsv", sep="\t", dtype=str).fillna("")
    assert call("check", reference / "reader-variants" / "00_unchanged.xml").code == 0
    files = sorted((reference / "reader-variants").glob("*.xml"))
    codes = {path.name: call("check", path).code for path in files}
    assert set(codes.values()) == {0, 1}
    assert len(said) > 0
    for name in ("spot_id_dup.xml", "edge_unknown_spot.xml", "no_Model.xml", "spot_no_FRAME.xml"):
        assert codes[name] == 1, name


@pytest.mark.parametrize("name", ["ref714_labels2d.xml", "ref714_labels3d_exact.xml", "ref816_labels2d.xml"])
def test_files_that_trackmate_wrote_pass_the_check_and_convert(name, reference, ask, call, tmp_path):
    source = reference / "xml" / name
    assert call("check", source).code == 0
    assert ask("convert", source, tmp_path / "t.geff")["links"] > 20
    assert ask("convert", tmp_path / "t.geff", tmp_path / "t.xml")["spots"] > 20
    assert ask("score", tmp_path / "t.xml", source)["tra"] == 1
