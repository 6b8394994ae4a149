"""Training makes folders that the libraries load, can be interrupted and resumed, and refuses bad data."""

import csv
import json
import warnings

import numpy as np
import pytest

from volltrack.errors import BadFile, BadSettings, BadTable, BadValue, Cancelled, ShapeMismatch
from volltrack.segment.networks.load import load_networks
from volltrack.segment.networks.model_folder import find_model
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.train import (
    PatchSettings,
    ThresholdSearch,
    TrainingPair,
    TrainingSettings,
    make_patches,
    optimise_thresholds,
    pair_names,
    read_patches,
    run_trainings,
    train_noise2void,
    train_star,
    train_unet,
    write_patches,
)
from volltrack.segment.train.patches.augmentation import augment_stack, enlarge_pairs

TINY = TrainingSettings(
    depth=1, epochs=2, steps_per_epoch=2, learning_rate=1e-3, batch_size=2, first_filters=4, rays=8, grid_zyx=(1, 2, 2)
)


def make_pair(seed=0, shape=(8, 32, 32)):
    rng = np.random.default_rng(seed)
    labels = np.zeros(shape, np.int32)
    for number, (y, x) in enumerate([(4, 4), (4, 20), (20, 6), (20, 22)], start=1):
        labels[2:6, y : y + 8, x : x + 8] = number
    raw = rng.poisson(20 + 80 * (labels > 0)).astype(np.uint16)
    return TrainingPair(name=f"stack {seed}", read_raw=lambda: raw, read_labels=lambda: labels)


@pytest.fixture(scope="module")
def patches():
    return make_patches([make_pair(s) for s in range(2)], PatchSettings(patch_zyx=(8, 16, 16), per_image=4))


@pytest.fixture(scope="module")
def trained(need_networks, patches, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    train_star(patches, folder / "star", TINY)
    train_unet(patches, folder / "unet", TINY)
    train_noise2void(patches, folder / "noise2void", TINY)
    return folder


def test_trained_folders_are_loaded_by_the_libraries(trained):
    from csbdeep.models import CARE
    from stardist.models import StarDist3D

    networks = load_networks(star=trained / "star", unet=trained / "unet", denoise=trained / "noise2void")
    image = np.random.default_rng(0).random((8, 20, 20)).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        unet = CARE(None, "unet", basedir=str(trained))
        star = StarDist3D(None, "star", basedir=str(trained))
        np.testing.assert_array_equal(unet.predict(image, "ZYX", normalizer=None), networks.unet.predict(image))
        np.testing.assert_array_equal(star.predict(image)[0], networks.star.predict(image).probability[:, ::2, ::2])
    assert networks.denoise.predict(image).shape == image.shape


@pytest.mark.parametrize("name", ["star", "unet", "noise2void"])
def test_training_leaves_its_settings_losses_plot_and_logs(trained, name):
    folder = trained / name
    kept = json.loads((folder / "training.json").read_text())
    assert kept["settings"]["first_filters"] == 4
    assert kept["recipe"]["patch_zyx"] == [8, 16, 16]
    with (folder / "history.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [r["EPOCH"] for r in rows] == ["1", "2"]
    assert all(np.isfinite(float(r["VAL_LOSS"])) for r in rows)
    assert (folder / "loss.png").stat().st_size > 1000
    assert list((folder / "logs").rglob("events*"))
    assert (folder / "weights_best.h5").is_file()


def test_interrupted_training_goes_on_after_the_last_epoch(need_networks, patches, tmp_path, capsys):
    folder = tmp_path / "unet"
    with pytest.raises(Cancelled, match="stopped after 1 of 2"):
        train_unet(patches, folder, TINY, on_progress=lambda p: p.done < 1)
    assert sorted(p.name for p in folder.glob("*.npz")) == ["checkpoint.npz"]
    seen = []
    train_unet(patches, folder, TINY, on_progress=lambda p: seen.append(p.done) or print("epoch", p.done))  # noqa: T201
    assert seen == [1, 2]
    assert capsys.readouterr().out == "epoch 1\nepoch 2\n"  # what the libraries print is not shown
    rows = (folder / "history.csv").read_text().splitlines()
    assert len(rows) == 3
    with np.load(folder / "checkpoint.npz") as kept:
        assert max(int(kept[k]) for k in kept if kept[k].ndim == 0 and kept[k].dtype.kind == "i") == 4  # steps
    assert not list(folder.glob(".*"))


def test_other_settings_in_the_same_folder_are_refused(trained, patches):
    with pytest.raises(
        BadSettings, match=r"holds a training with other settings: learning_rate = 0\.0001 \(there: 0\.001"
    ):
        train_unet(patches, trained / "unet", TrainingSettings(**{**vars(TINY), "learning_rate": 1e-4}))


def test_patches_of_other_settings_are_not_taken_for_these(tmp_path):
    cut = PatchSettings(patch_zyx=(8, 16, 16), per_image=2)
    for _ in range(2):  # the same again is no problem
        run_trainings([make_pair(0)], tmp_path, steps=["patches"], patch_settings=cut)
    with pytest.raises(BadSettings, match=r"patches\.npz was cut from other images or with other settings"):
        run_trainings([make_pair(0), make_pair(1)], tmp_path, steps=["patches"], patch_settings=cut)


def test_training_begins_with_given_weights_in_half_precision_too(trained, patches, tmp_path):
    start = find_model(trained / "unet", "unet")
    slow = TrainingSettings(**{**vars(TINY), "epochs": 1, "learning_rate": 1e-9, "half_precision": True})
    begun = train_unet(patches, tmp_path / "more", slow, start=start)
    image = np.random.default_rng(0).random((8, 32, 32)).astype(np.float32)
    before, after = (load_networks(unet=f.path).unet.predict(image) for f in (start, begun))
    assert np.allclose(before, after, atol=1e-4)
    noted = json.loads((tmp_path / "more" / "training.json").read_text())
    assert (noted["recipe"]["start"], noted["settings"]["half_precision"]) == ("unet", True)
    wider = TrainingSettings(**{**vars(slow), "first_filters": 8})
    with pytest.raises(BadFile, match="do not fit the network that is trained"):
        train_unet(patches, tmp_path / "wider", wider, start=start)


def test_weights_to_begin_with_are_not_spoilt_by_the_first_steps(trained, patches, tmp_path):
    start = find_model(trained / "star", "star")
    tiny = {**vars(TINY), "epochs": 1, "steps_per_epoch": 8, "tensorboard": False}
    train_star(patches, tmp_path / "warm", TrainingSettings(**tiny), start=start)
    train_star(patches, tmp_path / "cold", TrainingSettings(**tiny | {"warm_up_steps": 0}), start=start)
    stack = patches.raw[0]
    begun, warm, cold = (
        StarNetwork(find_model(path, "star")).predict(stack, PredictionSettings()).probability
        for path in (trained / "star", tmp_path / "warm", tmp_path / "cold")
    )
    assert np.abs(warm - begun).max() < 0.4 * np.abs(cold - begun).max()
    first, before = (_losses_of(path)[where] for path, where in ((tmp_path / "warm", 0), (trained / "star", -1)))
    assert first < 1.1 * before


def _losses_of(folder):
    with (folder / "history.csv").open() as stream:
        return [float(row["LOSS"]) for row in csv.DictReader(stream)]


def test_threshold_search_counts_what_prediction_gives(trained):
    network = StarNetwork(find_model(trained / "star", "star"))
    image = np.random.default_rng(0).random((8, 32, 32)).astype(np.float32)
    scores = network.predict(image, PredictionSettings(prob_thresh=0.01, nms_thresh=0.4)).scores
    middle = float(np.median(scores))
    low = network.predict(image, PredictionSettings(prob_thresh=0.01, nms_thresh=0.4))
    high = network.predict(image, PredictionSettings(prob_thresh=middle, nms_thresh=0.4))
    kept = np.append(False, low.scores > middle)
    assert 0 < kept.sum() < len(low.scores)
    np.testing.assert_array_equal(kept[low.labels], high.labels > 0)


def test_thresholds_are_searched_and_kept(trained):
    network = StarNetwork(find_model(trained / "star", "star"))
    found = optimise_thresholds(network, [make_pair(9)], ThresholdSearch(least_prob=0.02, steps=5))
    kept = json.loads((trained / "star" / "thresholds.json").read_text())
    assert kept == {"prob": found["prob"], "nms": found["nms"]}
    assert StarNetwork(find_model(trained / "star", "star")).default_thresholds == (found["prob"], found["nms"])
    lowest = optimise_thresholds(
        network, [make_pair(9)], ThresholdSearch(least_prob=0.02, steps=5, slack=1), write=False
    )
    assert lowest["prob"] == 0.02
    with pytest.raises(BadTable, match="no labelled images"):
        optimise_thresholds(network, [])


def test_patches_go_through_npz_unchanged_and_csbdeep_reads_them(need_networks, patches, tmp_path):
    write_patches(patches, tmp_path / "patches.npz")
    again = read_patches(tmp_path / "patches.npz")
    np.testing.assert_array_equal(again.raw, patches.raw)
    np.testing.assert_array_equal(again.labels, patches.labels)
    assert again.counts == pytest.approx(patches.counts)
    from csbdeep.io import load_training_data

    (x, y), _, axes = load_training_data(str(tmp_path / "patches.npz"))
    assert x.shape == y.shape == (8, 8, 16, 16, 1)
    assert axes == "SZYXC"
    (tmp_path / "broken.npz").write_bytes(b"PK")
    with pytest.raises(BadFile, match="not an NPZ of patches"):
        read_patches(tmp_path / "broken.npz")
    with pytest.raises(BadFile, match="no such file"):
        read_patches(tmp_path / "none.npz")


def test_flat_patches_have_one_plane():
    flat = make_patches([_flat_pair()], PatchSettings(patch_zyx=(16, 16, 16)))
    assert flat.is_2d
    assert flat.for_network(flat.raw).shape[1:] == (16, 16)


def _flat_pair():
    pair = make_pair()
    return TrainingPair(name="flat", read_raw=lambda: pair.read_raw()[3], read_labels=lambda: pair.read_labels()[3])


def test_patches_without_foreground_are_left_out(patches):
    assert ((patches.labels > 0).mean(axis=(1, 2, 3)) >= 0.02).all()
    empty = TrainingPair(
        name="e", read_raw=lambda: np.zeros((8, 32, 32)), read_labels=lambda: np.zeros((8, 32, 32), int)
    )
    with pytest.raises(BadTable, match="0 patches with at least 2% foreground in 1 images: too few to train"):
        make_patches([empty], PatchSettings(patch_zyx=(8, 16, 16)))


def test_fourteen_images_become_seven_hundred_and_each_copy_is_repeatable():
    pairs = list(enlarge_pairs([make_pair(s) for s in range(14)], 50, seed=3))
    assert len(pairs) == 700
    again = list(enlarge_pairs([make_pair(s) for s in range(14)], 50, seed=3))
    for pair, twin in zip(pairs[1:4], again[1:4], strict=True):
        (raw, labels), (raw_2, labels_2) = pair.load(), twin.load()
        np.testing.assert_array_equal(raw, raw_2)
        np.testing.assert_array_equal(labels, labels_2)
        assert not np.array_equal(raw, pairs[0].load()[0])


def test_augmented_labels_stay_on_their_cells():
    raw, labels = make_pair(1).load()
    for seed in range(12):
        new_raw, new_labels = augment_stack(raw, labels, np.random.default_rng(seed))
        assert new_raw.shape == new_labels.shape
        assert set(np.unique(new_labels)) == {0, 1, 2, 3, 4}
        assert new_raw[new_labels > 0].mean() > new_raw[new_labels == 0].mean() * 1.5


def test_unpaired_files_are_named():
    with pytest.raises(BadTable, match=r"raw image b\.tif has no labels; labels c\.tif have no raw image"):
        pair_names(["a.tif", "b.tif"], ["a.tif", "c.tif"])
    with pytest.raises(BadTable, match="no training images"):
        pair_names([], [])
    assert pair_names(["b.tif", "a.tif"], ["a.tif", "b.tif"]) == ["a.tif", "b.tif"]


def test_bad_pairs_are_refused():
    raw = np.ones((8, 32, 32), np.float32)
    labels = np.ones((8, 32, 32), np.int32)

    def load(a, b):
        return TrainingPair(name="s", read_raw=lambda: a, read_labels=lambda: b).load()

    with pytest.raises(ShapeMismatch, match=r"s: the raw image is \(8, 32, 32\) but its labels are \(8, 32, 30\)"):
        load(raw, labels[..., :30])
    with pytest.raises(BadValue, match="raw image s holds 1 values that are NaN"):
        load(np.where(np.arange(8 * 32 * 32).reshape(raw.shape) == 5, np.nan, raw), labels)
    with pytest.raises(BadValue, match="labels s are float64: expected whole numbers"):
        load(raw, labels * 0.5)


def test_patches_that_cannot_be_halved_are_refused(patches):
    with pytest.raises(
        BadSettings, match="patch of 8 voxels along Z: a network of depth 3 needs a multiple of 8 and at least 16"
    ):
        TrainingSettings(depth=3).require_patch((8, 64, 64))
    with pytest.raises(BadSettings, match="patch of 100 voxels along Y"):
        TrainingSettings(depth=3).require_patch((16, 100, 128))
    with pytest.raises(BadSettings, match="smaller than a patch"):
        make_patches([make_pair()], PatchSettings())


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"learning_rate": 0.01}, r"learning_rate = 0\.01: expected a finite number above 0 and at most 0\.001"),
        ({"batch_size": 10}, "batch_size = 10: expected a whole number from 1 to 9"),
        ({"kernel": 4}, "kernel = 4: expected a whole number from 3 to 7 that is odd"),
        ({"grid_zyx": (1, 3, 3)}, "each a whole number >= 1 that is a power of 2"),
    ],
)
def test_settings_out_of_range_are_refused(setting, message):
    with pytest.raises(BadSettings, match=message):
        TrainingSettings(**setting)


def test_one_patch_is_too_few(patches):
    from dataclasses import replace

    with pytest.raises(BadTable, match="1 patch: too few to train"):
        replace(patches, raw=patches.raw[:1], labels=patches.labels[:1]).split(0.1, 0)


def test_steps_run_alone_and_use_what_is_there(need_networks, tmp_path):
    pairs = [make_pair(s) for s in range(2)]
    cut = PatchSettings(patch_zyx=(8, 16, 16), per_image=4)
    with pytest.raises(BadFile, match=r"patches\.npz: no such file"):
        run_trainings(pairs, tmp_path, steps=["unet"], settings=TINY)
    made = run_trainings(pairs, tmp_path, steps=["patches"], patch_settings=cut)
    assert made == {"patches": tmp_path / "patches.npz"}
    one_epoch = TrainingSettings(**{**vars(TINY), "epochs": 1, "tensorboard": False})
    made = run_trainings(pairs, tmp_path, steps=["unet"], settings={"unet": one_epoch})
    assert made["unet"].kind == "unet"
    with pytest.raises(BadSettings, match="expected names out of patches, unet, star, noise2void, thresholds"):
        run_trainings(pairs, tmp_path, steps=["everything"])
