"""Several images in one command: each with the axes, channel and calibration that are its own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile


@pytest.fixture
def two_channels(movies, tmp_path, monkeypatch):
    """A calibrated hyperstack whose second channel shows the cells; labels as napari saves them: no axes, no scale."""
    monkeypatch.chdir(tmp_path)
    cells = movies.array()
    both = np.stack([np.full_like(cells, 7), cells], axis=2)
    known = {"axes": "TZCYX", "unit": "um", "spacing": 2.0, "finterval": 5.0, "tunit": "min"}
    tifffile.imwrite(tmp_path / "raw.tif", both, imagej=True, resolution=(2, 2), metadata=known)
    tifffile.imwrite(tmp_path / "labels.tif", movies.label_array())
    return tmp_path


RUN = ("run", "raw.tif", "--labels", "labels.tif")


@pytest.mark.parametrize("given", [(), ("--axes", "TZYX"), ("--labels-axes", "TZYX")], ids=["none", "axes", "labels"])
def test_movie_of_two_channels_runs_with_labels_that_say_no_axes(two_channels, ask, given):
    result = ask(*RUN, *given, "--channel", 2, "--out", "r")
    assert result["frames"] == 5
    assert result["cells"] > 20


def test_labels_of_another_shape_are_still_asked_for_their_axes(two_channels, movies, refused):
    tifffile.imwrite("labels.tif", movies.label_array()[:3])
    refused(*RUN, "--out", "r", say=["labels.tif", "does not say which axis", "--axes TZYX"])


def test_axes_that_reorder_a_file_which_says_its_own_are_told_to_be_left_out(two_channels, movies, call, caplog):
    tifffile.imwrite("labels.tif", movies.label_array().swapaxes(0, 1))
    answer = call(*RUN, "--axes", "ZTYX", "--out", "r")
    assert answer.code == 0, answer.err
    one = movies.array()
    known = {"axes": "TZYX", "unit": "um", "spacing": 2.0, "finterval": 5.0, "tunit": "min"}
    tifffile.imwrite("raw.tif", one, imagej=True, resolution=(2, 2), metadata=known)
    answer = call(*RUN, "--axes", "ZTYX", "--out", "r2")
    assert answer.code == 0, answer.err
    assert "says that its axes are TZYX" in caplog.text
    assert "--movie-axes" in caplog.text


def test_movie_axes_overrule_what_the_file_says(two_channels, movies, ask):
    swapped = {"axes": "TZYX", "unit": "um", "spacing": 2.0, "finterval": 5.0, "tunit": "min"}
    tifffile.imwrite("raw.tif", movies.array().swapaxes(0, 1), imagej=True, resolution=(2, 2), metadata=swapped)
    result = ask(*RUN, "--movie-axes", "ZTYX", "--out", "r")
    assert result["frames"] == 5


def test_features_are_named_by_the_channel_that_was_measured(two_channels, ask):
    ask(*RUN, "--channel", 2, "--out", "r")
    cells = pd.read_csv("r/cells.csv", comment="#")
    assert "MEAN_INTENSITY_CH1" not in cells.columns
    assert (cells["MEAN_INTENSITY_CH2"] > 7).all()
    ask("measure", "labels.tif", "--raw", "raw.tif", "--channel", 2, "--out", "cells.csv")
    np.testing.assert_allclose(pd.read_csv("cells.csv", comment="#")["MEAN_INTENSITY_CH2"], cells["MEAN_INTENSITY_CH2"])


def test_measure_takes_the_calibration_from_the_movie(two_channels, ask, refused):
    refused("measure", "labels.tif", "--axes", "TZYX", say=["labels.tif", "--voxel-size"])
    ask("measure", "labels.tif", "--raw", "raw.tif", "--out", "cells.csv")
    found = ask("info", "cells.csv")
    assert found["voxel_size_zyx"] == [2, 0.5, 0.5]
    assert (found["frame_interval"], found["time_unit"]) == (5, "min")


def test_link_takes_the_calibration_from_the_movie(two_channels, ask):
    ask("link", "labels.tif", "--raw", "raw.tif", "--preset", "trackmate", "--out", "tracks.xml")
    assert ask("info", "tracks.xml")["voxel_size_zyx"] == [2, 0.5, 0.5]


def test_calibration_that_is_given_wins_over_that_of_the_movie(two_channels, ask):
    ask("measure", "labels.tif", "--raw", "raw.tif", "--voxel-size", "4,1,1", "--out", "cells.csv")
    assert ask("info", "cells.csv")["voxel_size_zyx"] == [4, 1, 1]


@pytest.fixture
def run_of_unclear_movie(movies, ask, tmp_path, monkeypatch):
    """A run on a movie that does not say its axes, with its planes before its frames."""
    monkeypatch.chdir(tmp_path)
    tifffile.imwrite(tmp_path / "plain.tif", movies.array().swapaxes(0, 1))
    given = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm", "--frame-interval", 5, "--time-unit", "min")
    ask("run", "plain.tif", "--axes", "ZTYX", *given, "--out", "r")
    return tmp_path


@pytest.mark.parametrize("named", [(), ("--movie", "plain.tif")], ids=["by the XML", "by a person"])
def test_report_opens_the_movie_as_the_run_did(run_of_unclear_movie, ask, named):
    result = ask("report", "r/tracks.xml", *named, "--out", "report.html")
    assert result["movie"].endswith("plain.tif")
    assert result["notes"] == []


def test_analyse_opens_the_movie_as_the_run_did(run_of_unclear_movie, ask):
    assert ask("analyse", "r/tracks.xml", "--movie", "plain.tif", "--no-plots", "--out", "a")["files"] > 0


@pytest.fixture
def swapped_run(two_channels, movies, ask):
    """A run whose movie was then replaced by one that says z for t and t for z."""
    ask(*RUN, "--channel", 2, "--out", "r")
    known = {"axes": "TZYX", "unit": "um", "spacing": 2.0, "finterval": 5.0, "tunit": "min"}
    for name in ("raw.tif", "other.tif"):
        tifffile.imwrite(name, movies.array().swapaxes(0, 1), imagej=True, resolution=(2, 2), metadata=known)
    (two_channels / "r" / "run.toml").unlink()


@pytest.mark.parametrize("command", ["report", "analyse"])
@pytest.mark.parametrize("role", ["movie", "tissue"])
def test_image_with_z_and_t_swapped_is_refused_and_read_on_request(swapped_run, call, ask, command, role):
    words = (command, "r/tracks.xml", f"--{role}", "other.tif", "--out", "out.html" if command == "report" else "out")
    answer = call(*words)
    assert answer.code == 2
    assert "z and t look swapped" in answer.err
    assert f"--{role}-axes" in answer.err
    ask(*words, f"--{role}-axes", "ZTYX")


def test_report_says_that_the_named_movie_is_swapped(swapped_run, ask):
    result = ask("report", "r/tracks.xml", "--out", "report.html")
    assert result["movie"] == "none"
    assert "z and t look swapped" in result["notes"][0]


def test_movie_of_another_length_that_holds_all_spots_is_shown_with_a_note(swapped_run, movies, ask):
    known = {"axes": "TZYX", "unit": "um", "spacing": 2.0, "finterval": 5.0, "tunit": "min"}
    longer = np.concatenate([movies.array(), movies.array()[:2]])
    tifffile.imwrite("longer.tif", longer, imagej=True, resolution=(2, 2), metadata=known)
    result = ask("report", "r/tracks.xml", "--movie", "longer.tif", "--out", "report.html")
    assert result["movie"].endswith("longer.tif")
    assert "the tracks were made on an image of 5 frames" in result["notes"][0]
    ask("analyse", "r/tracks.xml", "--movie", "longer.tif", "--no-plots", "--out", "a")
    assert "the tracks were made on an image of 5 frames" in Path("a/notes.txt").read_text()


def test_report_takes_the_channel_of_the_run(two_channels, ask):
    ask(*RUN, "--channel", 2, "--out", "r")
    ask("report", "r/tracks.xml", "--out", "report.html")
    text = (two_channels / "report.html").read_text()
    assert "Mean intensity ch2" in text
    assert "Mean intensity ch1" not in text


def test_settings_beside_the_tracks_that_cannot_be_read_do_not_matter(two_channels, ask):
    ask(*RUN, "--out", "r")
    (two_channels / "r" / "run.toml").write_text("[input\n")
    assert ask("report", "r/tracks.xml", "--out", "report.html")["movie"].endswith("raw.tif")


def test_shared_case(shared_cases, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = shared_cases / "11-run-two-channels-and-napari-labels"
    for number, given in enumerate([(), ("--axes", "TZYX"), ("--axes", "TZCYX")]):
        words = ("run", folder / "raw2ch.tif", "--labels", folder / "labels.tif", *given)
        assert call(*words, "--out", tmp_path / f"r{number}").code == 0
        assert (tmp_path / f"r{number}" / "cells.csv").read_bytes() == (tmp_path / "r0" / "cells.csv").read_bytes()
