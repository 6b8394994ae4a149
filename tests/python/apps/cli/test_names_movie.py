"""TrackMate files name the movie where one is known, so that TrackMate finds it."""

import numpy as np
import pytest

from volltrack.io.tiff import write_movie
from volltrack.io.trackmate_xml import read_trackmate_xml
from volltrack.model import Calibration, Movie, VoxelSize

CALIBRATION = Calibration(voxel_size=VoxelSize(z=1, y=1, x=1, unit="µm"), frame_interval=1, time_unit="sec")
CELLS = (
    "# units: space=µm; time=sec; voxel_size_zyx=1 1 1; frame_interval=1\n"
    "ID,FRAME,POSITION_X,POSITION_Y,POSITION_Z,RADIUS,PARENT_ID\n0,0,5,5,1,2,-1\n1,1,6,5,1,2,0\n2,2,7,5,1,2,1\n"
)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "cells.csv").write_text(CELLS, encoding="utf-8")
    (tmp_path / "raw & co").mkdir()
    for name, shape in (
        ("raw & co/movie.tif", (3, 4, 20, 30)),
        ("short.tif", (2, 4, 20, 30)),
        ("small.tif", (3, 4, 4, 4)),
    ):
        write_movie(tmp_path / name, Movie.from_array(np.zeros(shape, np.uint8), CALIBRATION))
    return tmp_path


@pytest.mark.parametrize("command", ["convert", "link", "xml to xml"])
def test_a_given_movie_is_named_with_its_size(ask, files, command):
    movie = files / "raw & co/movie.tif"
    if command == "link":
        ask("link", files / "cells.csv", "--movie", movie, "--out", files / "out.xml")
    elif command == "convert":
        ask("convert", files / "cells.csv", files / "out.xml", "--movie", movie)
    else:
        ask("convert", files / "cells.csv", files / "plain.xml")
        ask("convert", files / "plain.xml", files / "out.xml", "--movie", movie)
    image = read_trackmate_xml(files / "out.xml").image
    assert (image.filename, image.folder) == ("movie.tif", f"{(files / 'raw & co').resolve()}/")
    assert (image.n_frames, image.n_slices, image.height, image.width) == (3, 4, 20, 30)
    assert ask("check", files / "out.xml") == {"accepted": True, "problems": []}
    assert ask("report", files / "out.xml", "--out", files / "r.html")["movie"] == str(movie.resolve())


@pytest.mark.parametrize(
    ("movie", "say"), [("short.tif", "2 frames"), ("small.tif", "4"), ("none.tif", "no such file")]
)
def test_a_movie_that_does_not_fit_is_refused(refused, files, movie, say):
    for words in (("convert", "cells.csv", "out.xml"), ("link", "cells.csv", "--out", "out.xml")):
        refused(*words, "--movie", movie, say=[movie, say])
    refused("convert", "cells.csv", "out.geff", "--movie", "short.tif", say=["--movie", "TrackMate XML"])


def test_all_else_in_a_trackmate_file_stays(ask, files):
    ask("convert", files / "cells.csv", files / "plain.xml")
    before = (files / "plain.xml").read_text(encoding="utf-8")
    ask("convert", files / "plain.xml", files / "out.xml", "--movie", files / "raw & co/movie.tif")
    after = (files / "out.xml").read_text(encoding="utf-8")
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert "<ImageData" in changed[0][1]
