"""`volltrack link --engine trackmate`: the same spots, links and pruned tracks as VollTrack's own engine."""

import json

import numpy as np
import pytest
import tifffile

from volltrack.apps.cli.main import main
from volltrack.io.tiff import read_movie, write_label_movie, write_movie
from volltrack.io.trackmate_xml import check_trackmate_xml, is_accepted, read_trackmate_xml
from volltrack.model import Calibration, LabelMovie, Movie
from volltrack.segment import segment_movie
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie
from volltrack_fiji.errors import FijiUnusable, TrackMateMissing
from volltrack_fiji.fiji import find_trackmate_jars
from volltrack_fiji.jvm import JavaClasses, TrackMateClasses
from volltrack_fiji.trackmate import add_trackmate

try:
    find_trackmate_jars()
    _MISSING = ""
except (FijiUnusable, TrackMateMissing) as error:
    _MISSING = str(error)

needs_trackmate = pytest.mark.skipif(bool(_MISSING), reason=f"### THE REAL TRACKMATE IS NOT HERE: {_MISSING} ###")
SMALL = SyntheticSettings(
    seed=4, n_frames=7, shape_zyx=(8, 64, 64), n_cells=10, cell_diameter_um=8.0, n_debris=3, division_rate=0.15
)
SETTINGS = """
[filter]
min_volume = 5.0
[link]
kind = "LinkSettings"
max_distance = 6.0
gap_max_distance = 6.0
splitting = true
splitting_max_distance = 12.0
[prune]
min_tracklet_length = 4.0
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Labels, raw movie and tissue of a synthetic movie, and settings."""
    folder = tmp_path_factory.mktemp("movie")
    movie = make_tissue_movie(SMALL)
    write_label_movie(folder / "labels.tif", movie.labels)
    write_movie(folder / "raw.tif", movie.raw)
    write_label_movie(folder / "tissue.tif", movie.tissue.labels)
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def link(labels, out, *words):
    assert main(["link", str(labels), "--out", str(out), "--json", "--quiet", *map(str, words)]) == 0
    return read_trackmate_xml(out).lineage


def as_links(lineage):
    """Name each link by frame and label of its ends, which both engines keep."""
    frames, labels = lineage.spots.frames, lineage.spots.table["LABEL"].to_numpy(dtype=np.int64)
    ends = zip(lineage.source_rows, lineage.target_rows, strict=True)
    return {(int(frames[a]), int(labels[a]), int(frames[b]), int(labels[b])) for a, b in ends}


def assert_engines_agree(labels, tmp_path, capsys, *words):
    """Return the number of links, and of pruned tracklets."""
    capsys.readouterr()
    ours = link(labels, tmp_path / "python.xml", *words)
    counts = json.loads(capsys.readouterr().out)
    theirs = link(labels, tmp_path / "trackmate.xml", "--engine", "trackmate", *words)
    assert json.loads(capsys.readouterr().out) == counts | {"out": str(tmp_path / "trackmate.xml")}
    keys = ["FRAME", "LABEL"]
    expected, found = (
        x.spots.table.astype(dict.fromkeys(keys, int)).set_index(keys).sort_index() for x in (ours, theirs)
    )
    assert list(found.index) == list(expected.index)
    for column in ("POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T", "RADIUS", "QUALITY"):
        np.testing.assert_allclose(found[column], expected[column], rtol=1e-9, atol=1e-9, err_msg=column)
    assert as_links(theirs) == as_links(ours)
    assert is_accepted(check_trackmate_xml(tmp_path / "trackmate.xml"))
    assert {path.name for path in tmp_path.glob("*.toml")} == {"python.toml", "trackmate.toml"}
    return len(ours.links), counts["pruned_tracklets"]


@needs_trackmate
def test_engines_agree_on_a_movie_with_tissue_filter_and_pruning(files, tmp_path, capsys):
    words = ("--raw", files / "raw.tif", "--tissue", files / "tissue.tif", "--settings", files / "settings.toml")
    n_links, n_pruned = assert_engines_agree(files / "labels.tif", tmp_path, capsys, *words)
    assert n_links > 40
    assert n_pruned > 0


@needs_trackmate
@pytest.mark.parametrize("name", ["labels2d.tif", "labels3d.tif"])
def test_engines_agree_on_the_reference_movies(name, shared_data, tmp_path, capsys):
    words = ("--preset", "trackmate", "--min-tracklet-length", "3")
    assert assert_engines_agree(shared_data / "trackmate-reference" / name, tmp_path, capsys, *words)[0] > 20


@needs_trackmate
def test_engines_agree_on_the_labels_of_the_parhyale_movie(shared_data, tmp_path, capsys):
    """A quarter of it, segmented without a network."""
    movie = read_movie(shared_data / "parhyale-leg-5f" / "movie.tif", frame_interval=1.0, time_unit="frame")
    part = np.stack([movie.frame(t)[:, 64:192, 64:192] for t in range(movie.n_frames)])
    write_label_movie(tmp_path / "labels.tif", segment_movie(Movie.from_array(part, movie.calibration)))
    (tmp_path / "s").mkdir()
    settings = tmp_path / "s" / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    n_links, _ = assert_engines_agree(tmp_path / "labels.tif", tmp_path, capsys, "--settings", settings)
    assert n_links > 60


@needs_trackmate
def test_file_names_its_images_and_finds_the_same_cells_again_in_trackmate(files, tmp_path):
    words = ("--raw", files / "raw.tif", "--tissue", files / "tissue.tif", "--settings", files / "settings.toml")
    lineage = link(files / "labels.tif", tmp_path / "t.xml", "--engine", "trackmate", *words)
    text = (tmp_path / "t.xml").read_text(encoding="utf-8")
    assert 'filename="raw.tif"' in text
    assert "volltrack link labels.tif --engine trackmate" in text
    add_trackmate()
    file = JavaClasses.File(str(tmp_path / "t.xml"))
    session = TrackMateClasses.TrackMateSession.open(file, TrackMateClasses.Logger.VOID_LOGGER)
    session.detect()
    assert int(session.trackmate().getModel().getSpots().getNSpots(True)) == len(lineage.spots)


INTENSITIES = ("MEAN", "MEDIAN", "MIN", "MAX", "TOTAL", "STD")


@needs_trackmate
@pytest.mark.parametrize("n_channels", [1, 2])
def test_channels_are_those_of_the_image_that_the_file_names(n_channels, files, tmp_path):
    """TrackMate opens the file with its image and measures anew: the oracle."""
    raw = read_movie(files / "raw.tif")
    stack = np.stack([raw.frame(t) for t in range(raw.n_frames)])[:, :, None]
    stack = np.concatenate([stack, stack[..., ::-1]][:n_channels], axis=2)
    size = raw.calibration.voxel_size
    meta = {"axes": "TZCYX", "spacing": size.z, "unit": "um", "finterval": 5.0, "tunit": "min"}
    path = tmp_path / "movie.tif"
    tifffile.imwrite(path, stack, imagej=True, metadata=meta, resolution=(1 / size.x, 1 / size.y))
    words = ("--raw", path, "--tissue", files / "tissue.tif", "--settings", files / "settings.toml")
    link(files / "labels.tif", tmp_path / "t.xml", "--engine", "trackmate", *words)
    add_trackmate()
    file = JavaClasses.File(str(tmp_path / "t.xml"))
    session = TrackMateClasses.TrackMateSession.open(file, TrackMateClasses.Logger.VOID_LOGGER)
    assert int(session.trackmate().getSettings().imp.getNChannels()) == n_channels
    spots = list(session.trackmate().getModel().getSpots().iterable(True))
    names = [f"{name}_INTENSITY_CH{c + 1}" for c in range(n_channels) for name in INTENSITIES]
    written = [[float(spot.getFeature(name)) for name in names] for spot in spots]
    assert all(spot.getFeature(f"MEAN_INTENSITY_CH{n_channels + 1}") is None for spot in spots)
    assert bool(session.trackmate().computeSpotFeatures(False))
    measured = [[float(spot.getFeature(name)) for name in names] for spot in spots]
    assert len(spots) > 30
    np.testing.assert_allclose(written, measured, rtol=1e-9)
    assert np.asarray(measured)[:, 0].min() > 20  # no label numbers


def fail(capsys, *words):
    capsys.readouterr()
    assert main(["link", *map(str, words)]) == 2
    return capsys.readouterr().err


def test_what_trackmate_cannot_do_is_refused_with_the_remedy(files, tmp_path, capsys):
    labels, out = files / "labels.tif", ("--out", tmp_path / "t.xml", "--engine", "trackmate", "--quiet")
    (tmp_path / "cells.csv").write_text("FRAME,POSITION_X,POSITION_Y\n0,1,1\n")
    assert "give that, or leave --engine out" in fail(capsys, tmp_path / "cells.csv", *out)
    assert "give --preset trackmate" in fail(capsys, labels, "--preset", "lineage", *out)
    settings = tmp_path / "kalman.toml"
    settings.write_text('[link]\nkind = "LinkSettings"\nmethod = "kalman"\n')
    assert "link method 'kalman'" in fail(capsys, labels, "--settings", settings, *out)
    assert "expected the same Z, Y, X" in fail(capsys, labels, "--tissue", write_odd(tmp_path), *out)
    assert "min_mean_intensity without a raw movie" in fail(capsys, labels, "--settings", write_dim(tmp_path), *out)
    assert "expected the folder of Fiji" in fail(capsys, labels, "--fiji", tmp_path, *out)
    assert "--fiji without --engine trackmate" in fail(capsys, labels, "--fiji", tmp_path, "--out", tmp_path / "t.xml")
    assert not (tmp_path / "t.xml").exists()


def write_odd(tmp_path):
    labels = np.ones((1, 8, 64, 63), dtype=np.uint8)
    write_label_movie(tmp_path / "odd.tif", LabelMovie.from_array(labels, Calibration.in_pixels()))
    return tmp_path / "odd.tif"


def write_dim(tmp_path):
    (tmp_path / "dim.toml").write_text('[filter]\nmin_mean_intensity = 3.0\n[link]\nkind = "LinkSettings"\n')
    return tmp_path / "dim.toml"


def test_tissue_or_raw_movie_with_a_table_is_refused(files, tmp_path, capsys):
    (tmp_path / "cells.csv").write_text("FRAME,POSITION_X,POSITION_Y\n0,1,1\n")
    for option in ("--raw", "--tissue"):
        said = fail(capsys, tmp_path / "cells.csv", option, files / "tissue.tif", "--out", tmp_path / "t.xml")
        assert f"{option} with a table of cells" in said
