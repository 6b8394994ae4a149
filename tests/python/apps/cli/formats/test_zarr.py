"""OME-Zarr on the command line gives what TIFF gives."""

import numpy as np
import pandas as pd
import pytest

from volltrack.io.images import open_label_movie, open_movie
from volltrack.io.ome_zarr import write_zarr_label_movie, write_zarr_movie


@pytest.fixture(scope="module")
def zarrs(movies, tmp_path_factory):
    """The movie and the labels of `movies` as OME-Zarr; only to be read."""
    folder = tmp_path_factory.mktemp("zarrs")
    write_zarr_movie(folder / "movie.zarr", open_movie(movies.movie))
    write_zarr_label_movie(folder / "movie.zarr/labels/cells", open_label_movie(movies.labels))
    write_zarr_label_movie(folder / "labels.zarr", open_label_movie(movies.labels), version="0.5")
    return folder


def test_info_tells_the_levels_and_the_labels(ask, movies, zarrs):
    told, of_tiff = ask("info", zarrs / "movie.zarr"), ask("info", movies.movie)
    assert told.pop("kind") == "image (OME-Zarr 0.4)"
    assert (told.pop("resolutions"), told.pop("labels")) == (2, ["cells"])
    assert told["shape"] == list(movies.array().shape)
    same = ("voxel_size_zyx", "length_unit", "frame_interval", "time_unit", "frames, z, y, x", "type")
    assert {key: told[key] for key in same} == {key: of_tiff[key] for key in same}


@pytest.mark.parametrize("labels", ["labels.zarr", "movie.zarr", "movie.zarr/labels/cells"])
def test_the_table_of_cells_is_that_of_the_tiff(ask, movies, zarrs, labels, tmp_path):
    ask("measure", movies.labels, "--raw", movies.movie, "--tissue", movies.tissue, "--out", tmp_path / "a.csv")
    words = ("--raw", zarrs / "movie.zarr", "--tissue", movies.tissue)
    ask("measure", zarrs / labels, *words, "--out", tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_segment_writes_zarr_and_into_the_movie(ask, call, movies, tmp_path):
    movie = tmp_path / "movie.zarr"
    write_zarr_movie(movie, open_movie(movies.movie))
    ask("segment", movie, "--out", tmp_path / "labels.tif", "--quiet")
    expected = np.stack(list(open_label_movie(tmp_path / "labels.tif").frames()))
    for out in (tmp_path / "labels.zarr", movie / "labels/cells"):
        ask("segment", movie, "--out", out, "--quiet")
        np.testing.assert_array_equal(np.stack(list(open_label_movie(out).frames())), expected)
        assert call("segment", movie, "--out", out, "--quiet").code == 2
    assert expected.any()
    assert ask("score", tmp_path / "labels.zarr", movie, "--quiet")["SEG"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["labels.tif", "labels.zarr", "movie.zarr"]


def test_a_movie_is_never_replaced_by_what_is_made_of_it(call, zarrs):
    for source in ("movie.zarr", "movie.zarr/labels/cells"):
        answer = call("segment", zarrs / source, "--out", zarrs / "movie.zarr", "--overwrite", "--quiet")
        assert answer.code == 2
        assert "never replaced" in answer.err
    assert open_movie(zarrs / "movie.zarr").frame(0).any()


def test_a_run_on_zarr_links_like_a_run_on_tiff_and_is_not_done_twice(ask, movies, zarrs, tmp_path):
    tiff = ask("run", movies.movie, "--labels", movies.labels, "--out", tmp_path / "a", "--quiet")
    words = ("run", zarrs / "movie.zarr", "--labels", zarrs / "labels.zarr", "--out", tmp_path / "b", "--quiet")
    found = ask(*words)
    same = ("cells", "links", "tracks", "divisions")
    assert {key: found[key] for key in same} == {key: tiff[key] for key in same}
    pd.testing.assert_frame_equal(*(pd.read_csv(tmp_path / name / "cells.csv", comment="#") for name in "ab"))
    assert ask(*words)["finished_before"] == ["labels", "cells", "tracks", "picture"]


def test_link_takes_labels_in_zarr(ask, movies, zarrs, tmp_path):
    tiff = ask("link", movies.labels, "--raw", movies.movie, "--out", tmp_path / "a.xml", "--quiet")
    found = ask("link", zarrs / "movie.zarr", "--raw", zarrs / "movie.zarr", "--out", tmp_path / "b.xml", "--quiet")
    assert found["cells"] == tiff["cells"] > 0
    assert found["links"] == tiff["links"]


def test_a_zarr_that_is_damaged_stops_with_one_line(refused, tmp_path):
    (tmp_path / "m.zarr").mkdir()
    (tmp_path / "m.zarr/.zgroup").write_text("{")
    refused("segment", tmp_path / "m.zarr", "--out", tmp_path / "l.tif", say=["m.zarr", "damaged", "expected"])
    refused("segment", tmp_path / "no.zarr", "--out", tmp_path / "l.tif", say=["no.zarr", "no such folder"])
