"""What TrackMate hides is left out of counts, tables and other formats, which is said; a TrackMate file keeps it."""

import numpy as np
import pandas as pd
import pytest

from volltrack.io.tracks import read_tracks_file
from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1, unit="µm"), frame_interval=5, time_unit="sec")


@pytest.fixture
def files(tmp_path):
    """Two tracks of four spots (the second filtered out), two loose spots (one hidden); and only what is shown."""
    from volltrack.io.trackmate_xml import write_lineage_xml

    n = 10
    frames = np.array([0, 1, 2, 3, 0, 1, 2, 3, 0, 1])
    table = {"ID": np.arange(n), "FRAME": frames, "POSITION_X": 10.0 + frames, "POSITION_Z": 0.0}
    table |= {"POSITION_Y": np.repeat([10.0, 40.0, 70.0], [4, 4, 2]), "RADIUS": 3.0, "POSITION_T": frames * 5.0}
    table["VISIBILITY"] = [1] * 8 + [1, 0]
    lineage = Lineage(
        spots=Spots(table=pd.DataFrame(table)), links=Links.from_arrays([0, 1, 2, 4, 5, 6], [1, 2, 3, 5, 6, 7])
    )
    write_lineage_xml(tmp_path / "all.xml", lineage, calibration=CALIBRATION, visible_tracks=[True, False])
    shown = np.isin(np.arange(n), [0, 1, 2, 3, 8])
    kept = Lineage(spots=lineage.spots.select(shown), links=Links.from_arrays([0, 1, 2], [1, 2, 3]))
    write_lineage_xml(tmp_path / "shown.xml", kept, calibration=CALIBRATION)
    return tmp_path


SAID = "5 spots of 10 and 1 track of 2 are hidden in TrackMate"


@pytest.mark.parametrize("target", ["out.csv", "out_ctc"])
def test_convert_leaves_out_what_is_hidden_and_says_so(ask, files, target):
    result = ask("convert", files / "all.xml", files / target)
    assert (result["spots"], result["links"]) == (5, 3)
    assert SAID in result["notes"][0]
    assert "--all-spots keeps them" in result["notes"][0]
    assert len(read_tracks_file(files / target).lineage.spots) == 5
    result = ask("convert", files / "all.xml", files / target, "--all-spots", "--overwrite")
    assert (result["spots"], result["links"]) == (10, 6)
    assert SAID in result["notes"][0]
    assert "which tracks TrackMate hides" in result["not_kept"]


def test_trackmate_file_keeps_everything(ask, files):
    assert ask("convert", files / "all.xml", files / "copy.xml")["notes"] == []
    assert (files / "copy.xml").read_bytes() == (files / "all.xml").read_bytes()


def test_visibility_in_a_table_counts_too(ask, files):
    ask("convert", files / "all.xml", files / "all.csv", "--all-spots")
    assert ask("analyse", files / "all.csv", "--out", files / "an", "--no-plots")["spots"] == 9
    assert ask("convert", files / "all.csv", files / "back.xml")["spots"] == 10


def test_analysis_and_report_count_what_is_shown(ask, files):
    for name, words, spots, tracks in (("a", (), 5, 1), ("b", ("--all-spots",), 10, 2)):
        result = ask("analyse", files / "all.xml", "--out", files / name, "--no-plots", *words)
        assert (result["spots"], result["tracks"]) == (spots, tracks)
        assert len(pd.read_csv(files / name / "tables/lineages.csv")) == tracks
        assert any(SAID in note for note in result["notes"])
        assert SAID in (files / name / "notes.txt").read_text(encoding="utf-8")
        assert ("all_spots = true" in (files / name / "analyse.toml").read_text()) == bool(words)
        page = files / f"{name}.html"
        result = ask("report", files / "all.xml", "--out", page, *words)
        assert (result["cells"], result["tracks"]) == (spots, tracks)
        assert SAID in page.read_text(encoding="utf-8")


def test_score_compares_what_is_shown(ask, files):
    score = ask("score", files / "all.xml", files / "shown.xml")
    assert (score["det"], score["tra"]) == (1.0, 1.0)
    assert SAID in score["notes"][0]
    assert ask("score", files / "all.xml", files / "shown.xml", "--all-spots")["det"] < 1
    assert "notes" not in ask("score", files / "shown.xml", files / "shown.xml")


def test_info_says_how_many_are_hidden(ask, files):
    found = ask("info", files / "all.xml")
    assert (found["spots"], found["hidden_spots"], found["visible_tracks"]) == (10, 5, 1)


def test_link_of_a_table_leaves_hidden_spots_unlinked(ask, files):
    ask("convert", files / "all.xml", files / "all.csv", "--all-spots")
    ask("link", files / "all.csv", "--out", files / "linked.xml")
    links = read_tracks_file(files / "linked.xml").lineage.links
    assert 9 not in links.source_ids.tolist() + links.target_ids.tolist()
    assert len(links) > 0
