"""Images that cannot be used: what the command line says, and that nothing is left behind."""

import numpy as np
import pandas as pd
import pytest
import tifffile

from volltrack.io.tiff import write_label_movie, write_movie
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml
from volltrack.model import Calibration, LabelMovie, Movie, VoxelSize

pytestmark = pytest.mark.usefixtures("quick_picture")

CALIBRATION = Calibration(voxel_size=VoxelSize(z=2, y=0.5, x=0.5), frame_interval=5, time_unit="min")
GIVEN = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm", "--frame-interval", "5", "--time-unit", "min")
IMAGEJ = {"axes": "TZYX", "unit": "um", "spacing": 2.0, "finterval": 5.0, "tunit": "min"}


def write_imagej(path, array) -> None:
    tifffile.imwrite(path, array, imagej=True, metadata=IMAGEJ, resolution=(2, 2))


@pytest.mark.parametrize("command", ["run", "segment", "info", "measure"])
def test_truncated_tiff(command, movies, refused, tmp_path):
    whole = movies.movie.read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])
    out = () if command == "info" else ("--out", {"run": "r", "segment": "l.tif", "measure": "c.csv"}[command])
    refused(command, "cut.tif", *out, say=["cut.tif: truncated", "copy or export it again"])


def test_truncated_in_the_last_frame_of_the_labels(movies, refused, tmp_path):
    whole = movies.labels.read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) - len(whole) // 50])
    refused("run", movies.movie, "--labels", "cut.tif", "--out", "r", say=["cut.tif", "truncated"])


@pytest.mark.parametrize(
    ("content", "say"),
    [
        (b"", "an empty file"),
        (b"II*\x00\x00\x00\x00\x00", "a TIFF without any image"),
        (b"some text", "not a TIFF"),
        (b"\x89PNG\r\n\x1a\n", "not a TIFF"),
    ],
)
def test_file_that_holds_no_movie(content, say, refused, tmp_path):
    (tmp_path / "movie.tif").write_bytes(content)
    refused("run", "movie.tif", "--out", "r", say=["movie.tif: ", say])


def test_movie_that_is_not_there(refused, tmp_path):
    refused("run", "movie.tif", "--out", "r", say=["movie.tif: no such file", ".tif"])
    (tmp_path / "folder.tif").mkdir()
    refused("run", "folder.tif", "--out", "r", say=["folder.tif: a folder"])


def test_axes_that_are_not_clear_name_the_option(movies, refused, call, tmp_path):
    tifffile.imwrite(tmp_path / "plain.tif", movies.array()[:3])
    refused("segment", "plain.tif", say=["does not say which axis", "--axes TZYX"])
    refused("segment", "plain.tif", "--axes", "QZYX", say=["axes 'QZYX'", "expected each of T, C, Z, Y, X"])
    refused("segment", "plain.tif", "--axes", "ZYX", *GIVEN, say=["name 3 axes, but the image has 4"])
    assert call("segment", tmp_path / "plain.tif", "--axes", "TZYX", *GIVEN, "--out", tmp_path / "l.tif").code == 0


def test_wrong_axes_of_labels_are_a_shape_that_does_not_fit(movies, refused, tmp_path):
    tifffile.imwrite(tmp_path / "swapped.tif", movies.label_array().swapaxes(0, 1))
    words = ("--labels", "swapped.tif", "--axes", "TZYX", "--out", "r")
    refused("run", movies.movie, *words, say=["swapped.tif", "(8, 5, 64, 64)", "(5, 8, 64, 64)"])


def test_missing_calibration_names_every_option(movies, refused, call, tmp_path):
    tifffile.imwrite(tmp_path / "plain.tif", movies.array()[:2])
    options = ["--voxel-size Z,Y,X", "--length-unit", "--frame-interval", "--time-unit"]
    message = refused("run", "plain.tif", "--axes", "TZYX", "--out", "r", say=options)
    assert "--unit" not in message
    size = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm")
    message = refused("run", "plain.tif", "--axes", "TZYX", "--out", "r", *size, say=["(--frame-interval)"])
    assert "pixel size" not in message
    assert call("segment", "plain.tif", "--axes", "TZYX", "--out", "l.tif", *size, "--time-in-frames").code == 0


@pytest.mark.parametrize(
    ("options", "say"),
    [
        (("--voxel-size", "0,1,1"), "voxel size z = 0.0: expected a finite number > 0"),
        (("--voxel-size", "1,nan,1"), "voxel size y = nan"),
        (("--frame-interval", "-1"), "frame interval -1.0: expected a finite number > 0"),
        (("--length-unit", " "), "unit is empty"),
        (("--channel", "3"), "channel 3 asked for, the image has channels 1 to 1"),
        (("--channel", "0"), "channel 0 asked for"),
    ],
)
def test_options_that_make_no_sense(options, say, movies, refused):
    refused("run", movies.movie, "--out", "r", *options, say=[say])


def test_colour_image(refused, tmp_path):
    tifffile.imwrite(tmp_path / "rgb.tif", np.zeros((3, 32, 32, 3), np.uint8), photometric="rgb")
    refused("run", "rgb.tif", "--out", "r", say=["a colour image", "Split Channels"])


@pytest.mark.parametrize("shape", [(5, 8, 60, 64), (3, 8, 64, 64), (5, 1, 64, 64)])
def test_mismatched_shapes(shape, movies, refused, tmp_path):
    write_label_movie(tmp_path / "other.tif", LabelMovie.from_array(np.ones(shape, np.uint8), CALIBRATION))
    both = [str(shape), "(5, 8, 64, 64)", "expected the same"]
    refused("run", movies.movie, "--labels", "other.tif", "--out", "r", say=both)
    refused("run", movies.movie, "--tissue", "other.tif", "--out", "r", say=both)
    refused("measure", movies.labels, "--raw", "other.tif", say=both)
    refused("measure", movies.labels, "--tissue", "other.tif", say=both)
    refused("link", movies.labels, "--raw", "other.tif", say=both)
    refused("link", movies.labels, "--image", "other.tif", say=both)
    refused("score", movies.labels, "other.tif", say=both)


def test_one_frame_of_tissue_holds_for_all(movies, ask, tmp_path):
    tissue = np.zeros((1, 8, 64, 64), np.uint8)
    tissue[:, :, :, :32] = 1
    write_label_movie(tmp_path / "half.tif", LabelMovie.from_array(tissue, CALIBRATION))
    ask("measure", movies.labels, "--tissue", tmp_path / "half.tif", "--out", tmp_path / "c.csv")
    table = pd.read_csv(tmp_path / "c.csv", comment="#")
    assert set(table["FRAME"]) == set(range(5))
    assert 0 < table["INSIDE_TISSUE"].mean() < 1


def test_tissue_labels_choose_what_counts(movies, ask, call, tmp_path):
    words = ("run", movies.movie, "--labels", movies.labels, "--tissue", movies.tissue, "--tissue-labels")
    assert ask(*words, "1", "--out", tmp_path / "a")["removed_by_filter"] == 0
    none = ask(*words, "7", "--out", tmp_path / "b")
    assert none["removed_by_filter"] == none["cells"] > 0
    assert "expected whole numbers" in call(*words, "one", "--out", tmp_path / "c").err


def test_float_labels_name_the_option_that_takes_them(movies, refused, ask, tmp_path, snapshot):
    write_imagej(tmp_path / "float.tif", movies.label_array().astype(np.float32))
    say = ["float.tif: labels of type float32", "--allow-whole-floats"]
    refused("measure", "float.tif", say=say)
    refused("link", "float.tif", say=say)
    refused("run", movies.movie, "--labels", "float.tif", "--out", "r", say=say)
    refused("run", movies.movie, "--tissue", "float.tif", "--out", "r", say=say)
    refused("score", "float.tif", movies.labels, say=say)
    allow = "--allow-whole-floats"
    ask("measure", "float.tif", allow, "--out", "a.csv")
    ask("measure", movies.labels, "--out", "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert ask("score", "float.tif", movies.labels, allow)["SEG"] == 1
    ask("link", "float.tif", allow, "--out", "a.xml")
    ask("run", movies.movie, "--labels", "float.tif", allow, "--out", "r")
    assert np.array_equal(tifffile.imread(tmp_path / "r" / "labels.tif"), movies.label_array())


def test_fractions_in_a_late_frame_leave_nothing(movies, refused, tmp_path):
    labels = movies.label_array().astype(np.float32)
    labels[3][labels[3] > 0] += 0.5
    write_imagej(tmp_path / "probability.tif", labels)
    say = ["probability.tif: frame 3: label", "expected whole numbers"]
    allow = "--allow-whole-floats"
    refused("measure", "probability.tif", allow, say=say)
    refused("link", "probability.tif", allow, say=say)
    refused("run", movies.movie, "--labels", "probability.tif", allow, "--out", "r", say=say)
    refused("measure", movies.labels, "--tissue", "probability.tif", allow, say=say)


def test_negative_labels(movies, refused, tmp_path):
    tifffile.imwrite(tmp_path / "minus.tif", movies.label_array().astype(np.int32) - 1)
    refused("measure", "minus.tif", "--axes", "TZYX", *GIVEN, say=["frame 0: label -1", "set negative labels to 0"])


def run_whole_way(movie, labels, ask, folder):
    """Return the result of run, after checking that its files can be used in every other command."""
    result = ask("run", movie, *(() if labels is None else ("--labels", labels)), "--out", folder)
    tracks = folder / "tracks.xml"
    assert is_accepted(check_trackmate_xml(tracks))
    for name in ("t.csv", "t.geff", "t_RES"):
        ask("convert", tracks, folder / name)
        back = ask("convert", folder / name, folder / f"{name}.xml")
        assert back["spots"] == len(read_trackmate_xml(tracks).lineage.spots)
    ask("prune", tracks, "--min-tracklet-length", "2")
    ask("info", tracks)
    return result


def test_movie_without_any_cell_works_to_the_end(ask, tmp_path):
    write_movie(tmp_path / "black.tif", Movie.from_array(np.zeros((3, 4, 32, 32), np.uint16), CALIBRATION))
    result = run_whole_way(tmp_path / "black.tif", None, ask, tmp_path / "r")
    assert (result["cells"], result["links"], result["tracks"]) == (0, 0, 0)


def test_empty_frames_between_full_ones_work(movies, ask, tmp_path):
    labels = movies.label_array().copy()
    labels[[0, 2, 4]] = 0
    write_label_movie(tmp_path / "gaps.tif", LabelMovie.from_array(labels, CALIBRATION))
    result = run_whole_way(movies.movie, tmp_path / "gaps.tif", ask, tmp_path / "r")
    assert result["cells"] > 10
    frames = read_trackmate_xml(tmp_path / "r" / "tracks.xml").lineage.spots.frames
    assert set(frames.tolist()) == {1, 3}


def test_one_single_spot_works(movies, ask, tmp_path):
    labels = np.zeros((5, 8, 64, 64), np.uint8)
    labels[2, 3:5, 10:20, 10:20] = 7
    write_label_movie(tmp_path / "one.tif", LabelMovie.from_array(labels, CALIBRATION))
    result = run_whole_way(movies.movie, tmp_path / "one.tif", ask, tmp_path / "r")
    assert (result["cells"], result["links"]) == (1, 0)
    for preset in ("likelihood", "trackmate"):
        assert ask("link", tmp_path / "one.tif", "--preset", preset, "--out", tmp_path / f"{preset}.xml")["cells"] == 1


def test_single_frame_works(movies, ask, tmp_path):
    write_movie(tmp_path / "still.tif", Movie.from_array(movies.array()[:1], CALIBRATION))
    result = ask("run", tmp_path / "still.tif", "--out", tmp_path / "r")
    assert result["frames"] == 1
    assert result["cells"] > 0
    assert result["links"] == 0


def test_paths_with_blanks_and_other_scripts(movies, ask, tmp_path):
    folder = tmp_path / "Übung µ 细胞 & <1>"
    folder.mkdir()
    movie, labels = folder / "мой фильм.tif", folder / "метки \"a\" 'b'.tif"
    movie.write_bytes(movies.movie.read_bytes())
    labels.write_bytes(movies.labels.read_bytes())
    out = folder / "résultat ü"
    result = ask("run", movie, "--labels", labels, "--out", out)
    assert result["tracks_file"] == str(out / "tracks.xml")
    assert is_accepted(check_trackmate_xml(out / "tracks.xml"))
    image = read_trackmate_xml(out / "tracks.xml").image
    assert image.folder + image.filename == str(movie)
    assert ask("run", movie, "--labels", labels, "--out", out)["finished_before"][0] == "labels"
    ask("link", labels, "--raw", movie, "--out", folder / "t 1.xml")
    for name in ("a b.csv", "a b.geff", "a b_RES"):
        ask("convert", folder / "t 1.xml", folder / name)
        assert ask("info", folder / name)["spots"] == result["cells"]


def test_input_is_never_replaced_by_its_result(movies, refused, tmp_path):
    (tmp_path / "movie.tif").write_bytes(movies.movie.read_bytes())
    (tmp_path / "cells.csv").write_text("FRAME,POSITION_X,POSITION_Y\n0,1,1\n")
    say = ["is also the input", "--out"]
    refused("segment", "movie.tif", "--out", "movie.tif", "--overwrite", say=say)
    refused("measure", "movie.tif", "--out", "./movie.tif", "--overwrite", say=say)
    refused("convert", "cells.csv", "cells.csv", "--overwrite", say=say)


def test_outputs_of_the_wrong_kind_are_refused_before_any_work(movies, refused, monkeypatch):
    monkeypatch.setattr("volltrack.segment.classical.ClassicalSegmenter.prepare", pytest.fail)
    refused("segment", movies.movie, "--out", "labels.png", say=["labels.png", ".tif"])
    refused("link", movies.labels, "--out", "tracks.csv", say=["tracks.csv", ".xml"])
    refused("convert", movies.truth, "tracks.docx", say=["suffix '.docx'", ".geff"])
