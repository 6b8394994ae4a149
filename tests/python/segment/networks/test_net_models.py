"""Model folders: found by path and name, old and current weights, clear messages when something is missing."""

import json
import shutil

import numpy as np
import pytest

from volltrack.errors import BadFile, BadSettings, BadValue
from volltrack.segment.networks.load import load_networks
from volltrack.segment.networks.model_folder import find_model, open_model_folder, register_model, registered_models
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.networks.unet import UnetNetwork


@pytest.fixture
def star_config(tmp_path):
    folder = tmp_path / "star"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"n_dim": 3, "n_rays": 24, "grid": [1, 2, 2]}))
    (folder / "weights_best.h5").write_bytes(b"not weights")
    return folder


def test_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(
        BadFile, match=r"no such folder, and no model has this name: expected a folder with config.json"
    ):
        find_model(tmp_path / "nowhere", "star")


def test_missing_config_is_named(star_config):
    (star_config / "config.json").unlink()
    with pytest.raises(BadFile, match=r"no config\.json in the folder"):
        find_model(star_config, "star")


def test_missing_weights_are_named(star_config):
    (star_config / "weights_best.h5").unlink()
    with pytest.raises(BadFile, match=r"no weights in the folder: expected weights_best.h5"):
        find_model(star_config, "star")


def test_broken_config_is_named(star_config):
    (star_config / "config.json").write_text("{")
    with pytest.raises(BadFile, match="not readable as JSON"):
        find_model(star_config, "star")


def test_config_of_another_program_is_refused(star_config):
    (star_config / "config.json").write_text('{"n_dim": 5}')
    with pytest.raises(BadFile, match="n_dim = 5: expected 2 or 3"):
        find_model(star_config, "unet")


def test_model_of_another_kind_is_refused(star_config):
    with pytest.raises(BadFile, match=r"holds a StarDist network, expected a U-Net \(csbdeep CARE\) one"):
        find_model(star_config, "unet")


def test_best_weights_are_preferred_then_the_newest(star_config):
    (star_config / "weights_now.h5").write_bytes(b"")
    assert open_model_folder(star_config).weights.name == "weights_best.h5"
    (star_config / "weights_best.h5").unlink()
    assert open_model_folder(star_config).weights.name == "weights_now.h5"


def test_model_is_found_by_its_registered_name(star_config, monkeypatch):
    monkeypatch.setattr("volltrack.segment.networks.model_folder._REGISTERED", {})
    register_model("my-cells", star_config)
    assert find_model("my-cells", "star").path == star_config.resolve()
    other = star_config.parent / "other"
    shutil.copytree(star_config, other)
    with pytest.raises(BadValue, match="'my-cells' stands for"):
        register_model("my-cells", other)


def test_models_in_a_folder_of_the_environment_have_names(star_config, monkeypatch):
    monkeypatch.setenv("VOLLTRACK_MODELS", str(star_config.parent))
    assert registered_models()["star"] == star_config
    assert find_model("star", "star").n_dim == 3


def test_no_network_at_all_is_refused():
    with pytest.raises(BadSettings, match="no network given"):
        load_networks()


def test_broken_weights_are_named(tiny_models, tmp_path):
    for name, network in (("star-3d", StarNetwork), ("unet-3d", UnetNetwork)):
        folder = tmp_path / name
        shutil.copytree(tiny_models[name], folder)
        (folder / "weights_best.h5").write_bytes(b"not weights")
        with pytest.raises(BadFile, match=r"weights_best\.h5: is no HDF5 file: expected weights"):
            network(open_model_folder(folder))


def test_current_weights_load_like_the_old_ones(tiny_models, tmp_path):
    image = np.random.default_rng(1).random((6, 20, 22)).astype(np.float32)
    old = UnetNetwork(find_model(tiny_models["unet-3d"], "unet"))
    folder = tmp_path / "unet"
    shutil.copytree(tiny_models["unet-3d"], folder)
    (folder / "weights_best.h5").unlink()
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old.library_model.keras_model.save_weights(str(folder / "weights_best.weights.h5"))
    current = UnetNetwork(find_model(folder, "unet"))
    np.testing.assert_array_equal(current.predict(image), old.predict(image))


def test_importing_the_room_loads_no_network_library():
    import subprocess
    import sys

    names = "classical, vollseg, networks, size, evaluate, train"
    code = (
        f"import sys\nfrom volltrack.segment import {names}\n"
        "print([m for m in ('tensorflow', 'keras', 'stardist', 'csbdeep', 'n2v') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_missing_package_says_how_to_install_it(monkeypatch):
    import sys

    from volltrack.errors import MissingPackage
    from volltrack.segment.networks.packages import import_matching, import_network_package

    for module in ("tensorflow", "stardist", "stardist.matching"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingPackage, match=r"pip install 'volltrack\[segment\]'"):
        import_network_package("stardist.models")
    with pytest.raises(MissingPackage, match="matching objects needs stardist"):
        import_matching()
