"""Tiny networks that the tests of this room share; made once, as TensorFlow takes long to start."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextmanager
def _without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="session")
def need_networks() -> None:
    """Skip where TensorFlow is not installed, and say so."""
    for package in ("tensorflow", "stardist", "csbdeep", "n2v"):
        with _without_warnings():
            pytest.importorskip(
                package,
                reason=f"{package} is not installed, so NO TEST OF THE NETWORKS RAN; uv sync --extra segment",
                exc_type=ImportError,
            )


@pytest.fixture(scope="session")
def tiny_models(need_networks: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return folders of networks with random weights: enough to compare arrays, nothing is learned."""
    with _without_warnings():
        from csbdeep.models import CARE, Config
        from stardist import Rays_GoldenSpiral
        from stardist.models import Config2D, Config3D, StarDist2D, StarDist3D
        from tensorflow import keras

        from volltrack.segment.networks.noise2void import noise2void_class
        from volltrack.segment.networks.packages import quiet_libraries

        folder = tmp_path_factory.mktemp("models")
        keras.utils.set_random_seed(7)
        spiral = Rays_GoldenSpiral(24, anisotropy=(2.0, 1.0, 1.0))
        small = {"unet_n_filter_base": 4, "net_conv_after_unet": 8, "unet_n_depth": 1}
        star_3d = Config3D(
            rays=spiral, anisotropy=(2.0, 1.0, 1.0), grid=(1, 2, 2), train_patch_size=(8, 32, 32), **small
        )
        star_2d = Config2D(n_rays=16, grid=(2, 2), train_patch_size=(32, 32), **small)
        with quiet_libraries():
            models = [
                StarDist3D(star_3d, name="star-3d", basedir=str(folder)),
                StarDist2D(star_2d, name="star-2d", basedir=str(folder)),
            ]
            for n_dim in (2, 3):
                config = Config("YX" if n_dim == 2 else "ZYX", 1, 1, unet_n_depth=1, unet_n_first=4, unet_kern_size=3)
                models.append(CARE(config, name=f"unet-{n_dim}d", basedir=str(folder)))
            from n2v.models import N2VConfig

            noisy = np.random.default_rng(0).normal(100, 10, (2, 16, 16, 1)).astype(np.float32)
            config = N2VConfig(noisy, unet_n_depth=1, unet_n_first=4, unet_kern_size=3, n2v_patch_shape=(8, 8))
            models.append(noise2void_class()(config, name="noise2void-2d", basedir=str(folder)))
            for model in models:
                last = model.keras_model.layers[-1]
                last.set_weights([w + 0.3 * np.sin(np.arange(w.size).reshape(w.shape)) for w in last.get_weights()])
                model.keras_model.save_weights(str(folder / model.name / "weights_best.h5"))
    for name in ("star-3d", "star-2d"):
        (folder / name / "thresholds.json").write_text(json.dumps({"prob": 0.5, "nms": 0.3}))
    return {p.name: p for p in folder.iterdir()}
