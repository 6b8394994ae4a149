"""The command line trains networks, segments with them, and evaluates the result."""

import json
import tomllib

import numpy as np
import pytest
import tifffile

from volltrack.apps.cli.main import main
from volltrack.io.tiff import read_label_movie, read_movie, write_movie
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.segment.networks.load import load_networks
from volltrack.segment.networks.star.candidates import predict_candidates
from volltrack.segment.size import estimate_trained_scale
from volltrack.segment.vollseg.predict import predict_frame
from volltrack.segment.vollseg.settings import VollSegSettings

TINY = """
[patches]
patch_zyx = [8, 16, 16]
per_image = 4
[unet]
depth = 1
epochs = 1
steps_per_epoch = 1
batch_size = 2
first_filters = 4
"""


UNKNOWN = ("--voxel-size", "1,1,1", "--length-unit", "pixel", "--frame-interval", "1", "--time-unit", "frame")


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    path = tmp_path_factory.mktemp("movie") / "movie.tif"
    rng = np.random.default_rng(0)
    raw = rng.integers(0, 200, (2, 8, 32, 32)).astype(np.uint16)
    raw[:, 2:6, 8:16, 8:16] += 2000
    calibration = Calibration(voxel_size=VoxelSize(z=2, y=1, x=1), frame_interval=1.0, time_unit="min")
    write_movie(path, Movie.from_array(raw, calibration))
    return path


def test_segment_writes_what_the_networks_give(tiny_models, movie, tmp_path, capsys):
    star, unet = str(tiny_models["star-3d"]), str(tiny_models["unet-3d"])
    out, between = tmp_path / "labels.tif", tmp_path / "between"
    words = ["segment", str(movie), "--out", str(out), "--star", star, "--unet", unet]
    assert main([*words, "--intermediates", str(between), "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 2
    frame = read_movie(movie).frame(1)
    expected = predict_frame(frame, read_movie(movie).calibration.voxel_size, load_networks(star=star, unet=unet))
    assert np.array_equal(read_label_movie(out).frame(1), expected.labels)
    assert np.array_equal(read_movie(between / "probability.tif").frame(1), expected["probability"])
    assert {p.name for p in between.iterdir()} == {"seeds.tif", "mask.tif", "probability.tif", "distance.tif"}


def test_run_notes_its_networks_and_repeats_with_them(tiny_models, movie, tmp_path):
    unet = str(tiny_models["unet-3d"])
    assert main(["run", str(movie), "--out", str(tmp_path / "a"), "--unet", unet, "--quiet"]) == 0
    noted = tomllib.loads((tmp_path / "a" / "run.toml").read_text(encoding="utf-8"))["segment"]
    assert (noted["kind"], noted["unet"]) == ("unet", unet)
    again = ["run", str(movie), "--out", str(tmp_path / "b"), "--settings", str(tmp_path / "a" / "run.toml"), "--quiet"]
    assert main(again) == 0
    assert (tmp_path / "a" / "labels.tif").read_bytes() == (tmp_path / "b" / "labels.tif").read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--star", "nowhere"], "nowhere"),
        (["--unet", "nowhere", "--no-network"], "--no-network and the networks nowhere: give one of the two"),
        (
            ["--unet", "nowhere", "--method", "vollseg"],
            "--method vollseg and the networks nowhere: those are the method 'unet'",
        ),
    ],
)
def test_wrong_choice_of_networks_is_named(words, message, movie, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["segment", str(movie), "--out", "labels.tif", "--quiet", *words]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_train_makes_a_network_and_keeps_its_settings(need_networks, tmp_path, capsys):
    rng = np.random.default_rng(1)
    labels = np.zeros((8, 32, 32), np.uint16)
    labels[2:6, 4:12, 4:12], labels[2:6, 18:26, 18:26] = 1, 2
    for folder, image in (("Raw", rng.poisson(20 + 80 * (labels > 0)).astype(np.uint16)), ("Segmentation", labels)):
        (tmp_path / "data" / folder).mkdir(parents=True)
        tifffile.imwrite(tmp_path / "data" / folder / "a.tif", image)
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    out = tmp_path / "models"
    words = ["train", str(tmp_path / "data"), "--out", str(out), "--only", "patches", "unet"]
    assert main([*words, "--settings", str(tmp_path / "tiny.toml"), "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["pairs"] == 1
    assert load_networks(unet=out / "unet").gives_labels
    assert tomllib.loads((out / "train.toml").read_text(encoding="utf-8"))["unet"]["first_filters"] == 4


def test_bare_training_of_planes_gives_a_network_that_scales_new_images_alike(need_networks, tmp_path, capsys):
    rng = np.random.default_rng(1)
    labels = np.zeros((160, 160), np.uint16)
    for number, (y, x) in enumerate(np.ndindex(2, 2), start=1):
        labels[80 * y + 10 : 80 * y + 70, 80 * x + 10 : 80 * x + 70] = number  # the diameter is 68
    raw = rng.poisson(20 + 80 * (labels > 0)).astype(np.uint16)
    for name in "ab":
        tifffile.imwrite(tmp_path / f"img_{name}.tif", raw)
        tifffile.imwrite(tmp_path / f"mask_{name}.tif", labels)
    seen = []

    def look(model, image, *how):
        seen.append(image.shape)
        return predict_candidates(model, image, *how)

    out = tmp_path / "models"
    words = ["train", str(tmp_path), "--out", str(out), "--minutes", "0.01", "--quiet"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("volltrack.segment.train.plan._STEPS_PER_EPOCH", 2)
        patched.setattr("volltrack.segment.train.thresholds.predict_candidates", look)
        assert main([*words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "2 planes, cells of 68 pixels shown as 30" in said["plan"]
    assert sorted(said["thresholds"]) == ["accuracy", "nms", "prob"]
    assert seen == [(71, 71)] * 2  # the thresholds are those of the scaled images
    network = load_networks(star=out / "star")
    assert network.trained_diameter_px == 30
    frame = raw[np.newaxis].astype(np.float32)
    how = estimate_trained_scale([frame], VoxelSize(z=1, y=0.5, x=0.5), network, VollSegSettings())
    assert how.cell_diameter_um == pytest.approx(34, rel=0.01)  # pixels of 0.5 µm
    words = ["segment", str(tmp_path / "img_a.tif"), "--star", str(out / "star"), "--out", str(tmp_path / "l.tif")]
    assert main([*words, *UNKNOWN, "--quiet"]) == 0
    assert tifffile.imread(tmp_path / "l.tif").shape == (160, 160)


def test_train_names_unpaired_files(tmp_path, capsys):
    for folder, name in (("Raw", "a.tif"), ("Segmentation", "b.tif")):
        (tmp_path / folder).mkdir()
        tifffile.imwrite(tmp_path / folder / name, np.zeros((2, 4, 4), np.uint16))
    assert main(["train", str(tmp_path), "--out", str(tmp_path / "models"), "--quiet"]) == 2
    message = capsys.readouterr().err
    assert "raw image a has no labels" in message
    assert "labels b have no raw image" in message


def test_evaluate_prints_and_writes_the_table(need_networks, tmp_path, capsys):
    labels = np.zeros((1, 2, 16, 16), np.uint16)
    labels[0, :, 2:8, 2:8] = 1
    for name, image in (("truth", labels), ("none", np.zeros_like(labels))):
        tifffile.imwrite(tmp_path / f"{name}.tif", image, imagej=True, metadata={"axes": "TZYX"})
    truth, none, table = (tmp_path / n for n in ("truth.tif", "none.tif", "table.csv"))
    words = ["evaluate", f"same={truth}", f"none={none}", str(truth), "--out", str(table), "--json", "--quiet"]
    assert main([*words, "--picture", str(tmp_path / "curves.png")]) == 0
    rows = json.loads(capsys.readouterr().out)["matching"]
    assert {row["METHOD"]: row["F1"] for row in rows if row["TAU"] == 0.5} == {"same": 1.0, "none": 0.0}
    assert table.is_file()
    assert (tmp_path / "curves.png").is_file()
    assert main(words) == 2
    assert "table.csv" in capsys.readouterr().err
