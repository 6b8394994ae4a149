"""Denoising with Noise2Void networks, in planes and in stacks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.segment.networks.care import CareNetwork
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.networks.packages import import_network_package

__all__ = ["Noise2VoidNetwork", "noise2void_class"]


def noise2void_class() -> Any:
    """Return the class `N2V` of the library, mended where it does not know Keras 3 and numpy 2.

    n2v 0.3.3 calls ``np.product``, which numpy 2 dropped, and names its checkpoints in a way that Keras 3 refuses.
    The mended class saves and loads weights like csbdeep does, and writes none by itself.
    """
    if not hasattr(np, "product"):
        np.product = np.prod  # type: ignore[attr-defined]
    library_class = import_network_package("n2v.models").N2V
    tf_tools = import_network_package("csbdeep.utils.tf")
    base_model = import_network_package("csbdeep.models.base_model")

    class MendedN2V(library_class):  # type: ignore[misc, valid-type]
        basedir: Any  # a folder, or None

        def _set_logdir(self) -> None:
            if self.basedir is not None:  # n2v looks into a folder even where it is given none
                super()._set_logdir()

        def _build(self) -> Any:
            model = super()._build()
            if tf_tools.IS_KERAS_3_PLUS:
                base_model._keras3_monkey_patch_legacy_weights(model)
            return model

        def prepare_for_training(self, optimizer: Any = None, **settings: Any) -> None:
            with self._without_folder() as folder:
                super().prepare_for_training(optimizer, **settings)
            if folder is not None and self.config.train_tensorboard:
                board = tf_tools.keras_import("callbacks", "TensorBoard")
                self.callbacks.append(board(log_dir=str(self.logdir / "logs"), write_graph=False, profile_batch=0))

        def train(self, *patches: Any, **settings: Any) -> Any:
            with self._without_folder():
                return super().train(*patches, **settings)

        @contextlib.contextmanager
        def _without_folder(self) -> Iterator[Any]:
            """Hide the folder: with one n2v writes weights of its own, under names that Keras 3 refuses."""
            folder = self.basedir
            self.basedir = None
            try:
                yield folder
            finally:
                self.basedir = folder

    MendedN2V.__name__ = "N2V"
    return MendedN2V


class Noise2VoidNetwork(CareNetwork):
    """A Noise2Void network ready to denoise; the output is that of ``N2V.predict(image, axes)``.

    The image must not be normalised, since the network keeps the mean and scale of its training data; the output is in
    the units of the image.

    Parameters
    ----------
    folder
        From `find_model`.

    Raises
    ------
    BadFile
        If the weights do not fit the settings of the network.
    MissingPackage
        If n2v is not installed.
    """

    def __init__(self, folder: ModelFolder) -> None:
        super().__init__(folder, noise2void_class, "n2v")

    def _run(self, image: npt.NDArray[np.float32], axes: str, n_tiles: tuple[int, ...]) -> npt.NDArray[Any]:
        output: npt.NDArray[Any] = self.library_model.predict(image, axes, n_tiles=n_tiles)
        return output
