"""Every macro of `macros/`, headless in a full Fiji, in a process of its own."""

import sys
from pathlib import Path

import numpy as np
import pytest

from volltrack.io.tiff import read_label_movie, write_movie
from volltrack.io.trackmate_xml import read_trackmate_xml
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie
from volltrack_fiji.errors import MacroFailed
from volltrack_fiji.macros import run_macro

SMALL = SyntheticSettings(seed=5, n_frames=4, shape_zyx=(6, 48, 48), n_cells=5, cell_diameter_um=8.0, n_debris=0)
SCRIPT = Path(sys.executable).with_name("volltrack")


@pytest.fixture(scope="module")
def movie():
    return make_tissue_movie(SMALL)


@pytest.fixture(scope="module")
def tracks(movie, full_fiji, tmp_path_factory):
    """What labels_to_xml makes of the movie, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("two words")
    for name, written in (("labels", movie.labels), ("tissue", movie.tissue.labels), ("raw", movie.raw)):
        write_movie(folder / f"{name}.tif", written)
    files = {name: folder / f"{name}.tif" for name in ("labels", "tissue", "raw")}
    out = folder / "tracks.xml"
    result = run_macro("labels_to_xml", {**files, "out": out, "min_length": 2, "min_inside": 0.98}, fiji=full_fiji)
    assert result.outputs == {"written": str(out)}
    return out


def test_labels_and_tissue_become_tracks(tracks, movie):
    document = read_trackmate_xml(tracks)
    truth = {(t, label) for t in range(4) for label in np.unique(movie.labels.frame(t)) if label}
    table = document.lineage.spots.table
    found = set(zip(table["FRAME"].astype(int), table["LABEL"].astype(int), strict=True))
    assert found <= truth
    assert (table["INSIDE_TISSUE"] >= 0.98).all()
    assert 0 < len(found) < len(truth), "the tissue leaves out some cells of this movie, not all"
    assert len(document.lineage.links) > 0
    assert document.calibration.length_unit == "µm"


def test_short_tracklets_are_pruned_into_another_file(tracks, tmp_path, full_fiji):
    before = tracks.read_bytes()
    out = tmp_path / "pruned.xml"
    arguments = {"tracks": tracks, "out": out, "min_length": 50, "whole_tracks": True}
    run_macro("prune_xml", arguments, fiji=full_fiji)
    pruned = read_trackmate_xml(out).lineage
    assert len(pruned.links) == 0
    assert len(pruned.spots) == len(read_trackmate_xml(tracks).lineage.spots)
    assert tracks.read_bytes() == before


def test_folder_is_segmented_and_the_movie_that_failed_is_named(movie, tmp_path, full_fiji):
    raws, labels = tmp_path / "raw", tmp_path / "labels"
    raws.mkdir()
    labels.mkdir()
    write_movie(raws / "one two.tif", movie.raw)
    (raws / "broken.tif").write_bytes(b"no image")
    (raws / "done.tif").write_bytes(b"not even looked at")
    (labels / "done_labels.tif").write_bytes(b"keep me")
    with pytest.raises(MacroFailed, match=r"1 of 3 movies failed:\nbroken\.tif: .*not a TIFF"):
        run_macro("segment_folder", {"movies": raws, "labels": labels, "command": SCRIPT}, fiji=full_fiji)
    assert (labels / "done_labels.tif").read_bytes() == b"keep me"
    assert sorted(path.name for path in labels.iterdir()) == ["done_labels.tif", "one two_labels.tif"]
    made = read_label_movie(labels / "one two_labels.tif")
    assert made.shape == movie.raw.shape


@pytest.mark.skipif(sys.platform == "win32", reason="what is called is a shell script")
@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("] out=[/tmp/elsewhere.tif", "command = .*: ImageJ's macros cannot name a path with ]"),
        ("", "expected the path of Python's script 'volltrack'"),
    ],
)
def test_command_of_a_macro_is_volltrack_and_nothing_else(tracks, tmp_path, full_fiji, ending, words):
    called = tmp_path / "called.txt"
    other = tmp_path / "other.sh"
    other.write_text(f'#!/bin/sh\ntouch "{called}"\n')
    other.chmod(0o755)
    with pytest.raises(MacroFailed, match=words):
        run_macro("xml_to_napari", {"tracks": tracks, "command": f"{other}{ending}"}, fiji=full_fiji)
    assert not called.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for volltrack is a shell script")
def test_tracks_are_opened_in_napari(tracks, tmp_path, full_fiji):
    command, called = tmp_path / "volltrack", tmp_path / "called.txt"
    command.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{called}"\n')
    command.chmod(0o755)
    result = run_macro("xml_to_napari", {"tracks": tracks, "command": command}, fiji=full_fiji)
    assert result.outputs["written"] == f"napari shows {tracks}"
    assert called.read_text().splitlines() == ["napari", str(tracks)]
