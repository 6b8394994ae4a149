"""A model of a stranger runs no command, takes no memory, and is refused in one line that says why."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from volltrack.apps.cli.main import main
from volltrack.errors import BadFile
from volltrack.io.tiff import write_movie
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.segment.networks import model_folder
from volltrack.segment.networks.load import load_networks
from volltrack.segment.networks.model_check import check_config, check_weights, read_thresholds
from volltrack.segment.networks.model_check.known_keys import keys_of_noise2void, keys_of_star, keys_of_unet
from volltrack.segment.networks.model_check.network_size import count_weights
from volltrack.segment.networks.model_folder import find_model, open_model_folder

h5py = pytest.importorskip(
    "h5py", reason="h5py is not installed, so no weights can be checked; uv sync --extra segment"
)

SHIPPED = Path(model_folder.__file__).parent / "weights"


@pytest.fixture
def star(tmp_path):
    """Return a copy of a shipped network, to be spoiled."""
    return _copy(tmp_path, "tissue-star-3d")


@pytest.fixture
def unet(tmp_path):
    return _copy(tmp_path, "tissue-unet-3d")


@pytest.fixture
def movie(tmp_path):
    raw = np.random.default_rng(0).integers(0, 200, (1, 8, 32, 32)).astype(np.uint16)
    calibration = Calibration(voxel_size=VoxelSize(z=2, y=1, x=1), frame_interval=1.0, time_unit="min")
    write_movie(tmp_path / "movie.tif", Movie.from_array(raw, calibration))
    return tmp_path / "movie.tif"


def _copy(tmp_path, name):
    return Path(shutil.copytree(SHIPPED / name, tmp_path / "models" / name.replace("tissue", "foreign")))


def _change(folder, **values):
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def _poison(folder, marker):
    rays = {"name": "__import__('os').system", "kwargs": {"command": f"touch '{marker}'"}}
    _change(folder, rays_json=rays)
    return rays


# ---- no command is run, whichever way the model comes in


def test_the_library_itself_would_run_the_command(need_networks, star, tmp_path):
    rays = _poison(star, tmp_path / "marker")
    from stardist.rays3d import rays_from_json

    rays_from_json(rays)
    assert (tmp_path / "marker").exists()


@pytest.mark.parametrize("way", ["folder", "zip", "name", "settings", "job", "run"])
def test_no_way_in_runs_the_command_of_a_model(way, star, movie, tmp_path, monkeypatch, capsys):
    marker, out = tmp_path / "marker", tmp_path / "labels.tif"
    _poison(star, marker)
    words = ["segment", str(movie), "--out", str(out), "--quiet"]
    if way == "job":
        job = {"command": "segment", "arguments": {"movie": str(movie), "out": str(out), "star": str(star)}}
        (tmp_path / "job.json").write_text(json.dumps(job))
        command = [sys.executable, "-m", "volltrack.apps.cli.main", "job", str(tmp_path / "job.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        code, said = done.returncode, done.stdout
    else:
        if way == "zip":
            given = shutil.make_archive(str(tmp_path / "model"), "zip", star)
        elif way == "name":
            monkeypatch.setenv("VOLLTRACK_MODELS", str(star.parent))
            given = star.name
        else:
            given = str(star)
        if way == "settings":
            (tmp_path / "run.toml").write_text(f'[segment]\nkind = "NetworkSettings"\nstar = {json.dumps(given)}\n')
            words += ["--settings", str(tmp_path / "run.toml")]
        else:
            words += ["--star", given]
        if way == "run":
            words = ["run", str(movie), "--out", str(tmp_path / "out"), "--star", given, "--quiet"]
        code, said = main(words), capsys.readouterr().err
    assert code == 2
    assert ("unpack it and give the folder" if way == "zip" else "config.json: rays_json = ") in said
    assert not marker.exists()
    assert not out.exists()


def test_weights_to_start_a_training_with_are_checked_too(star, tmp_path):
    marker = tmp_path / "marker"
    _poison(star, marker)
    with pytest.raises(BadFile, match="rays_json"):
        find_model(star, "star")  # the only way to the folder that a training begins with
    assert not marker.exists()


def test_a_model_is_checked_when_it_gets_a_name(star, tmp_path, monkeypatch):
    monkeypatch.setattr(model_folder, "_REGISTERED", {})
    _poison(star, tmp_path / "marker")
    with pytest.raises(BadFile, match="rays_json"):
        model_folder.register_model("mine", star)


# ---- config.json


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("star", {"rays_json": {"name": "Rays_Base", "kwargs": {}}}, "rays_json = .*expected rays of StarDist"),
        (
            "star",
            {"rays_json": {"name": "Rays_GoldenSpiral", "kwargs": {"n": 10**6}}, "n_rays": 10**6},
            "n_rays = 1000000",
        ),
        ("star", {"rays_json": {"name": "Rays_Octo", "kwargs": {"n_level": 40}}}, "rays_json = "),
        (
            "star",
            {"rays_json": {"name": "Rays_Octo", "kwargs": {"n_level": 3}}},
            "n_rays = 64 but rays_json makes 66 rays",
        ),
        ("star", {"unet_activation": {"class_name": "Lambda", "config": {}}}, "unet_activation = .*expected one of"),
        ("star", {"unet_activation": "mine>evil"}, "unet_activation = 'mine>evil': expected one of"),
        ("star", {"backbone": "resnet"}, "holds 'net_conv_after_unet', .*which stardist .* does not know"),
        ("star", {"unet_n_depth": 30}, "unet_n_depth = 30: expected a whole number from 0 to 8"),
        ("star", {"unet_n_filter_base": 10**6}, "unet_n_filter_base = 1000000: expected a whole number from 1 to 4096"),
        (
            "star",
            {"unet_n_filter_base": 4000, "unet_n_depth": 8},
            r"a network of .*e\+13 weights \(.* GB; unet_n_depth = 8",
        ),
        ("star", {"grid": [0, 2, 2]}, r"grid = \[0, 2, 2\]: expected a list of 3, each 1, 2, 4, 8, 16 or 32"),
        ("star", {"grid": [1, 3, 3]}, "grid = "),
        ("star", {"grid": "122"}, "grid = '122'"),
        ("star", {"train_patch_size": [10**6] * 3}, "train_patch_size = .*expected a list of 3, each a whole number"),
        ("star", {"n_dim": True}, "n_dim = True: expected 2 or 3"),
        ("star", {"n_dim": 2}, "'anisotropy', 'rays_json', which stardist .* does not know"),
        ("star", {"is_valid": "x", "__class__": "y"}, "holds '__class__', 'is_valid', which stardist"),
        ("star", {"allow_new_parameters": True}, "another version of stardist"),
        ("star", {"rays": 12}, "another version of stardist"),
        ("star", {"n_channel_in": 3}, "takes 3 channels, expected a network for one"),
        ("star", {"anisotropy": [1e300, 1, 1]}, "anisotropy = "),
        ("star", {"unet_dropout": 10**400}, "unet_dropout = "),
        ("star", {"use_gpu": "__import__('os')"}, "use_gpu = .*expected true or false"),
        ("unet", {"train_loss": "mae() or __import__('os').system('x')"}, "train_loss = .*expected one of"),
        ("unet", {"unet_kern_size": 4}, "unet_kern_size = 4: expected an odd whole number"),
        ("unet", {"unet_n_first": True}, "unet_n_first = True"),
        ("unet", {"unet_last_activation": ["relu"]}, "unet_last_activation = "),
        ("unet", {"unet_input_shape": [None, None, 1]}, "unet_input_shape = "),
        ("unet", {"train_checkpoint": "../../evil.h5"}, "train_checkpoint = .*without folders"),
        ("unet", {"n_channel_out": 2}, "n_channel_out = 2"),
        ("unet", {"axes": "TYXC"}, "axes = 'TYXC': expected one of ZYX, ZYXC"),
        (
            "unet",
            {"head_blocks": 2},
            "config.json: holds 'head_blocks', which csbdeep .* does not know: another version",
        ),
        ("unet", {"a\nb" * 200: 2}, r"config.json: holds 'a\\nba"),
        ("unet", {"n2v_manipulator": "identity() or __import__('os')"}, "holds a Noise2Void|n2v_manipulator = "),
    ],
)
def test_config_of_a_stranger_is_refused(name, changed, message, star, unet):
    folder = star if name == "star" else unet
    _change(folder, **changed)
    with pytest.raises(BadFile, match=message) as caught:
        open_model_folder(folder)
    assert "\n" not in str(caught.value).replace(str(folder), "")
    assert len(str(caught.value)) < 1000 + len(str(folder))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ("[1, 2]", "holds a JSON list: expected a JSON object"),
        ('"star"', "holds a JSON str"),
        ("", "not readable as JSON"),
        ('{"n_rays": NaN}', "NaN is no number of JSON"),
        ('{"n_rays": %s}' % ("1" * 6000), "not readable as JSON"),
        (" " * (5 * 2**20), "larger than 4 MB"),
    ],
)
def test_config_that_is_no_settings_is_refused(text, message, star):
    (star / "config.json").write_text(text)
    with pytest.raises(BadFile, match=message):
        open_model_folder(star)
    (star / "config.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(BadFile, match="not readable as JSON"):
        open_model_folder(star)


def test_unknown_keys_are_named_by_the_command(star, movie, tmp_path, capsys):
    _change(star, head_blocks=2, train_focal_gamma=2.0)
    (star / "weights_best.h5").write_bytes(b"")
    assert main(["segment", str(movie), "--star", str(star), "--out", str(tmp_path / "o.tif")]) == 2
    said = capsys.readouterr().err
    assert "config.json: holds 'head_blocks', 'train_focal_gamma', which stardist" in said
    assert "another version of stardist" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"prob": "0.5"}', r"thresholds\.json: prob = '0\.5': expected a number above 0 and below 1"),
        ('{"prob": 0.5, "nms": 7}', "nms = 7"),
        ("[0.5, 0.4]", "holds a JSON list"),
        ('{"prob": true}', "prob = True"),
    ],
)
def test_thresholds_of_a_stranger_are_refused(text, message, star):
    (star / "thresholds.json").write_text(text)
    with pytest.raises(BadFile, match=message):
        read_thresholds(star)


def test_missing_thresholds_are_those_of_the_library(star):
    assert read_thresholds(star) == {"prob": 0.5, "nms": 0.4}
    (star / "thresholds.json").write_text('{"nms": 0.3, "prob": null}')
    assert read_thresholds(star) == {"prob": 0.5, "nms": 0.3}


@pytest.mark.parametrize("value", ["1e400", "true", "-1", '"15"', "1e9"])
def test_note_with_a_size_that_cannot_be_is_refused(value, star):
    (star / "volltrack.json").write_text(f'{{"cell_diameter_px": {value}}}')
    with pytest.raises(BadFile, match=r"cell_diameter_px = .*expected pixels, > 0"):
        open_model_folder(star)


# ---- weights


def _external_link(file, elsewhere):
    with h5py.File(file, "a") as opened:
        del opened["top_level_model_weights"]
        opened["top_level_model_weights"] = h5py.ExternalLink(str(elsewhere), "/")


def _soft_link(file, elsewhere):
    with h5py.File(file, "a") as opened:
        opened["more"] = h5py.SoftLink("/top_level_model_weights")


def _external_values(file, elsewhere):
    with h5py.File(file, "a") as opened:
        opened.create_dataset("more", (4,), "f4", external=[(str(elsewhere), 0, 16)])


def _virtual(file, elsewhere):
    with h5py.File(file, "a") as opened:
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource(str(elsewhere), "x", (4,))
        opened.create_virtual_dataset("more", layout)


def _objects(file, elsewhere):
    with h5py.File(file, "a") as opened:
        opened.create_dataset("more", data=["a", "b"], dtype=h5py.string_dtype())


def _cycle(file, elsewhere):
    with h5py.File(file, "a") as opened:
        opened["top_level_model_weights/again"] = opened["top_level_model_weights"]


def _bomb(file, elsewhere):
    with h5py.File(file, "a") as opened:
        opened.create_dataset("more", (10**6, 10**6), "f4", chunks=(1000, 1000))


def _foreign_filter(file, elsewhere):
    with h5py.File(file, "a") as opened:
        opened.create_dataset("more", (4096,), "f4", chunks=(4096,), compression="lzf")


def _lambda(file, elsewhere):
    with h5py.File(file, "a") as opened:
        opened.attrs["model_config"] = json.dumps({"config": {"layers": [{"class_name": "L\u0061mbda"}]}})


def _cut(file, elsewhere):
    file.write_bytes(file.read_bytes()[:3000])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_external_link, "is a link to another place or file"),
        (_soft_link, "is a link to another place or file"),
        (_external_values, "keeps its values in another file"),
        (_virtual, "keeps its values in another file"),
        (_objects, "holds object: expected an array of numbers"),
        (_cycle, "holds itself"),
        (_bomb, r"holds 1e\+12 numbers \(4e\+03 GB\)"),
        (_foreign_filter, "is compressed by filter"),
        (_lambda, "holds a Lambda layer, which is code"),
        (_cut, "broken or cut off"),
        (lambda f, _: f.write_bytes(b""), "is empty: expected weights in HDF5"),
        (lambda f, _: f.write_bytes(b"PK\x03\x04" + bytes(100)), "is a zip"),
        (lambda f, _: f.write_bytes(b"\x80\x04cos\nsystem\n"), "is no HDF5 file"),
    ],
)
def test_weights_of_a_stranger_are_refused(spoil, message, star, tmp_path):
    file = star / "weights_best.h5"
    spoil(file, tmp_path / "elsewhere.bin")
    with pytest.raises(BadFile, match=rf"weights_best\.h5: .*{message}"):
        load_networks(star=star)


def test_folder_of_code_alone_is_refused(star):
    (star / "weights_best.h5").unlink()
    (star / "saved_model.pb").write_bytes(b"x")
    (star / "model.keras").write_bytes(b"x")
    with pytest.raises(BadFile, match=r"a SavedModel or a \.keras file is not loaded, because it may hold code"):
        open_model_folder(star)


def test_shipped_weights_pass_and_hold_what_their_settings_ask_for():
    for folder in (open_model_folder(p.parent) for p in SHIPPED.glob("*/config.json")):
        numbers = sum(int(np.prod(shape)) for shape in check_weights(folder.weights))
        assert numbers == count_weights(folder.config, folder.n_dim)


# ---- against the libraries


def test_weights_of_another_network_are_named(need_networks, unet, tmp_path):
    shutil.copy(SHIPPED / "tissue-star-3d" / "weights_best.h5", unet / "weights_best.h5")
    with pytest.raises(BadFile, match=r"weights_best\.h5: does not fit config\.json: lacks arrays of shape .* and has"):
        load_networks(unet=unet)


def test_what_the_libraries_write_passes_and_is_counted_rightly(need_networks, tmp_path):
    from csbdeep.models import CARE, Config
    from n2v.models import N2VConfig
    from stardist import Rays_Octo
    from stardist.models import Config2D, Config3D, StarDist2D, StarDist3D

    from volltrack.segment.networks.packages import quiet_libraries

    image = np.zeros((2, 16, 16, 1), np.float32)
    with quiet_libraries():
        made = [
            (Config2D(n_classes=3), "star", StarDist2D),
            (Config2D(grid=(4, 2), unet_n_depth=1, net_conv_after_unet=0), "star", StarDist2D),
            (Config3D(rays=Rays_Octo(3), unet_n_conv_per_depth=3), "star", StarDist3D),
            (Config3D(backbone="resnet", grid=(1, 2, 2), anisotropy=(2, 1, 1)), "star", StarDist3D),
            (Config("ZYX", unet_n_depth=3), "unet", CARE),
            (Config("YX", probabilistic=True), "unet", CARE),
            (N2VConfig(image + np.arange(16)[:, None]), "noise2void", None),
        ]
        for config, kind, network in made:
            values = json.loads(json.dumps(vars(config), default=str))
            check_config(values, kind, config.n_dim, tmp_path)
            if network is not None:
                assert count_weights(values, config.n_dim) == network(config, "x", None).keras_model.count_params()
    assert set(keys_of_star(2, "unet")) == set(vars(made[0][0]))
    assert set(keys_of_star(3, "unet")) == set(vars(made[2][0]))
    assert set(keys_of_star(3, "resnet")) == set(vars(made[3][0]))
    assert set(keys_of_unet(3)) == set(vars(made[4][0]))
    assert set(vars(made[6][0])) <= set(keys_of_noise2void(2))


def test_loading_writes_nothing_into_the_folder(need_networks, star):
    before = {p.name: p.stat().st_mtime_ns for p in star.iterdir()}
    os.utime(star, ns=(1, 1))
    load_networks(star=star)
    assert {p.name: p.stat().st_mtime_ns for p in star.iterdir()} == before
    assert star.stat().st_mtime_ns == 1
