"""Times of spots that contradict frame times interval: speeds are TrackMate's, and the contradiction is said."""

import numpy as np
import pandas as pd
import pytest

from volltrack.io.trackmate_xml import write_lineage_xml
from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize

INTERVAL = 12.0
CALIBRATION = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1, unit="µm"), frame_interval=INTERVAL, time_unit="min")


@pytest.fixture
def make_xml(tmp_path):
    """make_xml(times): four spots one after another, 3, 6, 9 apart, at these times; the file says an interval of 12."""

    def make(times, name="tracks.xml"):
        x = np.array([0.0, 3.0, 9.0, 18.0])
        table = {"ID": range(4), "FRAME": range(4), "POSITION_X": x, "POSITION_Y": 0.0, "POSITION_Z": 0.0}
        table |= {"POSITION_T": np.asarray(times, dtype=float), "RADIUS": 1.0}
        lineage = Lineage(spots=Spots(table=pd.DataFrame(table)), links=Links.from_arrays([0, 1, 2], [1, 2, 3]))
        write_lineage_xml(tmp_path / name, lineage, calibration=CALIBRATION)
        return tmp_path / name

    return make


def analyse(ask, path, *words):
    result = ask("analyse", path, "--out", path.parent / "an", "--no-plots", "--overwrite", *words)
    tables = path.parent / "an/tables"
    speeds = pd.read_csv(tables / "links.csv").sort_values("SPOT_SOURCE_ID")["SPEED"].tolist()
    return speeds, pd.read_csv(tables / "lineages.csv").iloc[0], pd.read_csv(tables / "msd.csv"), result


def test_frames_as_times_give_speeds_a_frame(ask, make_xml):
    speeds, track, msd, result = analyse(ask, make_xml([0, 1, 2, 3]))
    assert speeds == pytest.approx([3, 6, 9])
    assert (track["START_TIME"], track["STOP_TIME"], track["DURATION"]) == (0, 3, 3)
    assert msd["LAG"].tolist() == [1, 2, 3]
    assert result["frame_interval"] == "1 min"
    assert "POSITION_T grows by 1 a frame, but the stated frame interval is 12" in result["notes"][0]


def test_frames_that_were_not_taken_at_equal_intervals_keep_their_times(ask, make_xml):
    speeds, track, _, result = analyse(ask, make_xml([5, 17, 29, 53]))
    assert speeds == pytest.approx([3 / 12, 6 / 12, 9 / 24])
    assert (track["START_TIME"], track["STOP_TIME"]) == (5, 53)
    assert "POSITION_T of 1 spot is not frame x interval (12)" in result["notes"][0]


def test_a_given_interval_wins(ask, make_xml):
    speeds, _, _, result = analyse(ask, make_xml([0, 1, 2, 3]), "--frame-interval", "2")
    assert speeds == pytest.approx([1.5, 3, 4.5])
    assert not any("POSITION_T" in note for note in result["notes"])


def test_times_that_fit_are_not_spoken_of(ask, make_xml):
    speeds, _, _, result = analyse(ask, make_xml([0, 12, 24, 36]))
    assert speeds == pytest.approx([0.25, 0.5, 0.75])
    assert not any("POSITION_T" in note for note in result["notes"])
    speeds, track, _, result = analyse(ask, make_xml([7, 19, 31, 43]))  # a clock that began before the movie
    assert speeds == pytest.approx([0.25, 0.5, 0.75])
    assert track["START_TIME"] == 7
    assert not any("POSITION_T" in note for note in result["notes"])


def test_times_that_stand_still_are_left_aside(ask, make_xml):
    speeds, _, _, result = analyse(ask, make_xml([0, 0, 0, 0]))
    assert speeds == pytest.approx([0.25, 0.5, 0.75])
    assert "POSITION_T does not grow with the frames" in result["notes"][0]


def test_check_and_report_say_it(ask, call, make_xml, tmp_path):
    path = make_xml([0, 1, 2, 3])
    problems = ask("check", path)["problems"]
    assert [problem["attribute"] for problem in problems if "POSITION_T" in problem["message"]] == ["timeinterval"]
    ask("report", path, "--out", tmp_path / "r.html")
    assert "POSITION_T grows by 1 a frame" in (tmp_path / "r.html").read_text(encoding="utf-8")
    good = ask("check", make_xml([0, 12, 24, 36], "good.xml"))["problems"]
    assert not any("POSITION_T" in problem["message"] for problem in good)


@pytest.mark.parametrize("suffix", [".csv", ".geff"])
def test_other_formats_get_the_interval_of_the_times(ask, make_xml, tmp_path, suffix):
    out = tmp_path / f"out{suffix}"
    ask("convert", make_xml([0, 1, 2, 3]), out)
    speeds, _, _, result = analyse(ask, out)
    assert speeds == pytest.approx([3, 6, 9])
    said = any("POSITION_T" in note for note in result["notes"])
    assert said == (suffix == ".geff")  # which holds the TrackMate file with its contradiction


def test_table_that_contradicts_itself_is_said(ask, tmp_path):
    head = "# units: space=µm; time=min; voxel_size_zyx=1 1 1; frame_interval=12\nID,FRAME,POSITION_X,POSITION_Y,"
    (tmp_path / "t.csv").write_text(head + "POSITION_T,PARENT_ID\n0,0,0,0,0,-1\n1,1,3,0,1,0\n", encoding="utf-8")
    speeds, _, _, result = analyse(ask, tmp_path / "t.csv")
    assert speeds == pytest.approx([3])
    assert "POSITION_T grows by 1 a frame, but the stated frame interval is 12" in result["notes"][0]
