"""The networks in the package: they are there, they find cells, and they are the default where they can be used."""

import argparse
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from volltrack.apps.cli.main import main
from volltrack.apps.cli.options import Command, add_cell_diameter, add_networks, choose_segmentation
from volltrack.apps.jobs.settings import RunFile
from volltrack.errors import BadSettings
from volltrack.io.tiff import write_movie
from volltrack.model import Movie, VoxelSize
from volltrack.pipeline import choose_default_segmentation
from volltrack.segment import segment_frame, segment_movie
from volltrack.segment.automatic import AutomaticSettings, shipped
from volltrack.segment.networks import model_folder
from volltrack.segment.networks.model_folder import find_model
from volltrack.segment.size.work_scale import WorkScale, choose_work_scale
from volltrack.segment.vollseg.settings import VollSegSettings
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

TISSUE = SyntheticSettings(seed=31, n_frames=2, shape_zyx=(10, 96, 96), n_cells=14)


@pytest.fixture(scope="module")
def tissue():
    return make_tissue_movie(TISSUE)


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(shipped, "is_installed", lambda: True)


def test_shipped_weights_are_small_and_say_what_they_are():
    folder = Path(model_folder.__file__).parent / "weights"
    assert sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) <= 25_000_000
    assert (folder / "MODEL_CARD.md").is_file()
    for stain, pair in shipped.STAINS.items():
        for name, kind in ((pair.star, "star"), (pair.unet, "unet")):
            found = find_model(name, kind)
            assert (found.n_dim, found.cell_diameter_px) == (3, 17.5 if stain == "nuclei" else 15.0)


def test_default_chooses_by_itself_and_says_why_networks_cannot_be_tried(installed, tissue, monkeypatch):
    chosen = choose_default_segmentation(tissue.raw)
    assert (chosen.settings, chosen.why_no_network) == (AutomaticSettings(), "")
    flat = make_tissue_movie(replace(TISSUE, shape_zyx=(1, 96, 96), n_cells=5, n_debris=0)).raw
    assert choose_default_segmentation(flat) == chosen
    with pytest.raises(BadSettings, match="2D"):
        choose_default_segmentation(flat, "membranes")
    monkeypatch.setattr(shipped, "is_installed", lambda: False)
    without = choose_default_segmentation(tissue.raw)
    assert without.settings == AutomaticSettings()
    assert "pip install" in without.why_no_network


def test_shipped_networks_find_more_than_the_segmentation_without_one(need_networks, tissue):
    from volltrack.segment.networks.packages import import_matching
    from volltrack.segment.vollseg.predict import predict_frame

    chosen = shipped.NUCLEI
    raw, truth = tissue.raw.frame(1), tissue.labels.frame(1)
    voxel = tissue.raw.calibration.voxel_size
    result = predict_frame(raw, voxel, chosen.load(), chosen.how)
    matching = import_matching().matching
    score = matching(truth, result.labels, thresh=0.5).f1
    assert score >= 0.7
    assert score >= matching(truth, segment_frame(raw, voxel).labels, thresh=0.5).f1 - 0.05
    assert set(result.images) == {"labels", "seeds", "mask", "probability", "distance"}
    assert {image.shape for image in result.images.values()} == {raw.shape}


def test_size_of_the_pixels_does_not_matter_to_the_shipped_networks(need_networks, tissue):
    from volltrack.segment.vollseg.predict import predict_frame

    chosen = shipped.NUCLEI
    networks, raw, voxel = chosen.load(), tissue.raw.frame(1), tissue.raw.calibration.voxel_size
    how = replace(chosen.how, cell_diameter_um=10.0)
    fine = raw.repeat(2, axis=1).repeat(2, axis=2)
    fine_voxel = VoxelSize(z=voxel.z, y=voxel.y / 2, x=voxel.x / 2)
    coarse_count = int(predict_frame(raw, voxel, networks, how).labels.max())
    fine_labels = predict_frame(fine, fine_voxel, networks, how).labels
    assert fine_labels.shape == fine.shape
    assert abs(int(fine_labels.max()) - coarse_count) <= 0.2 * coarse_count


def test_run_chooses_unless_told_not_to_and_notes_it(need_networks, tissue, tmp_path, capsys):
    movie = tmp_path / "movie.tif"
    write_movie(movie, tissue.raw)
    assert main(["run", str(movie), "--out", str(tmp_path / "a"), "--quiet", "--cell-diameter", "11"]) == 0
    noted = tomllib.loads((tmp_path / "a" / "run.toml").read_text(encoding="utf-8"))
    assert noted["segment"] == {"kind": "automatic", "stain": "nuclei", "cell_diameter_um": 11.0}
    (why,) = noted["notes"]["segmentation"]
    assert re.match(r"network.*: its cells look best \(networks for tissue [01]\.\d\d, .*no network [01]\.\d\d", why)
    assert why in capsys.readouterr().out
    assert main(["run", str(movie), "--out", str(tmp_path / "b"), "--quiet", "--no-network"]) == 0
    noted = tomllib.loads((tmp_path / "b" / "run.toml").read_text(encoding="utf-8"))["segment"]
    assert noted["kind"] == "classical"
    again = ["run", str(movie), "--out", str(tmp_path / "c"), "--settings", str(tmp_path / "b" / "run.toml"), "--quiet"]
    assert main(again) == 0
    assert (tmp_path / "b" / "labels.tif").read_bytes() == (tmp_path / "c" / "labels.tif").read_bytes()


def choose(movie, *options):
    """Return what the command line chooses for a movie."""
    command = Command("segment", argparse.ArgumentParser())
    add_networks(command)
    add_cell_diameter(command)
    return choose_segmentation(command.parser.parse_args([*options]), movie, RunFile())


def test_stain_chooses_the_pair_and_its_settings_as_do_the_names_of_the_pair(installed, tissue):
    membranes = shipped.MEMBRANES
    assert choose(tissue.raw, "--stain", "membranes") == membranes
    assert choose(tissue.raw, "--star", membranes.star, "--unet", membranes.unet) == membranes
    assert choose(tissue.raw, "--stain", "nuclei") == choose(tissue.raw) == AutomaticSettings()
    assert choose(tissue.raw, "--stain", "nuclei", "--method", "vollseg") == shipped.NUCLEI
    denoised = choose(tissue.raw, "--stain", "membranes", "--denoise", "n2v")
    assert denoised == replace(membranes, denoise="n2v")
    mixed = choose(tissue.raw, "--star", membranes.star, "--unet", "tissue-unet-3d")
    assert mixed.how == VollSegSettings()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--stain", "membranes", "--no-network"), "only networks"),
        (("--stain", "nuclei", "--star", "models/star"), "leave it out"),
    ],
)
def test_stain_with_what_contradicts_it_is_refused(installed, tissue, options, words):
    with pytest.raises(BadSettings, match=words):
        choose(tissue.raw, *options)


def test_membranes_without_networks_are_an_error_that_says_why(tissue, monkeypatch):
    monkeypatch.setattr(shipped, "is_installed", lambda: False)
    with pytest.raises(BadSettings, match="pip install"):
        choose(tissue.raw, "--stain", "membranes")
    with pytest.raises(BadSettings, match="nuclei, membranes"):
        choose_default_segmentation(tissue.raw, "cytoplasm")


def test_why_no_network_is_one_line_on_the_error_output(tissue, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(shipped, "is_installed", lambda: False)
    movie = tmp_path / "movie.tif"
    write_movie(movie, tissue.raw)
    assert main(["segment", str(movie), "--out", str(tmp_path / "l.tif"), "--quiet"]) == 0
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("segmenting without a network")]
    assert len(said) == 1


def test_scale_is_left_alone_near_the_trained_size_and_bounded_far_from_it():
    voxel = VoxelSize(z=2.0, y=0.5, x=0.5)
    near = choose_work_scale((8, 100, 100), voxel, cell_diameter_um=8.0, trained_diameter_px=15.0)
    assert near.is_same
    far = choose_work_scale((8, 100, 100), voxel, cell_diameter_um=500.0, trained_diameter_px=15.0)
    assert far.work_shape == (2, 25, 25)


def test_labels_come_back_at_their_place_and_end_at_the_mask():
    scale = WorkScale(frame_shape=(1, 40, 60), work_shape=(1, 20, 30))
    small = np.zeros((1, 20, 30), np.int32)
    small[0, 5:10, 5:10], small[0, 5:10, 10:16] = 1, 2
    mask = np.zeros((1, 40, 60), bool)
    mask[0, 10:20, 9:33] = True
    back = scale.labels_to_frame(small, mask)
    assert np.array_equal(back > 0, mask)
    assert np.all(back[0, 10:20, 9:20] == 1)
    assert np.all(back[0, 10:20, 20:33] == 2)
    assert np.array_equal(scale.to_work(np.ones((1, 40, 60), np.float32)), np.ones((1, 20, 30), np.float32))


def test_movie_of_one_colour_gives_no_cells(need_networks):
    calibration = make_tissue_movie(TISSUE).raw.calibration
    grey = Movie.from_array(np.full((1, 6, 40, 40), 7, np.uint16), calibration, name="grey")
    assert segment_movie(grey, shipped.NUCLEI).frame(0).max() == 0
