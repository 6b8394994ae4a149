"""What U-Nets of csbdeep and Noise2Void networks have in common: loading, planes or stacks, tiles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadFile, BadValue, VollTrackError
from volltrack.segment.networks.model_check import check_weights, read_thresholds, require_shapes
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.networks.packages import quiet_libraries
from volltrack.segment.networks.tiles import choose_n_tiles

__all__ = ["CareNetwork", "load_library_model"]


def load_library_model(folder: ModelFolder, find_class: Callable[[], Any], library: str) -> Any:
    """Return the model of stardist, csbdeep or n2v with its weights.

    The library reads nothing of the folder but the weights, after they were checked: its settings are those that
    `open_model_folder` checked, and it is given no folder to look into or to write to.

    Parameters
    ----------
    folder
        From `find_model`.
    find_class
        Imports the library and returns the class of the model.
    library
        Its name for the message.

    Raises
    ------
    BadFile
        If the weights are broken, hold anything but numbers, or do not fit the settings of the network.
    MissingPackage
        If the library is not installed.
    """
    shapes = check_weights(folder.weights)
    thresholds = read_thresholds(folder.path) if folder.kind == "star" else None
    library_class = find_class()
    try:
        with quiet_libraries():
            model = library_class(_make_config(library_class, folder), name=folder.name, basedir=None)
            require_shapes(shapes, (tuple(w.shape) for w in model.keras_model.weights), folder.weights)
            model.keras_model.load_weights(str(folder.weights))
            if thresholds is not None:
                model.thresholds = thresholds
    except (VollTrackError, MemoryError):
        raise
    except Exception as error:  # whatever the library says is told in one line
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        raise BadFile(
            f"{library} cannot load it ({reason}); copy or train the model again", path=folder.path
        ) from error
    return model


def _make_config(library_class: Any, folder: ModelFolder) -> Any:
    """Return the settings as an object of the library."""
    config_class = library_class._config_class.fget(None)
    settings = dict(folder.config)
    if folder.kind == "noise2void":
        return config_class(np.array([]), **settings)  # an empty image: everything stands in the settings
    return config_class(**config_class.update_loaded_config(settings))


class CareNetwork(ABC):
    """An image-to-image network ready to predict.

    Parameters
    ----------
    folder
        From `find_model`.
    find_class, library
        See `load_library_model`, which tells of the errors.
    """

    def __init__(self, folder: ModelFolder, find_class: Callable[[], Any], library: str) -> None:
        self.folder = folder
        self.n_dim = folder.n_dim
        self.library_model: Any = load_library_model(folder, find_class, library)

    def predict(
        self,
        image: npt.NDArray[Any],
        *,
        n_tiles: tuple[int, ...] | None = None,
        memory_bytes: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return the output of the network, float32, of the shape of the image; the same as the library gives.

        A stack given to a 2D network is predicted plane by plane.

        Parameters
        ----------
        image
            (Y, X) or (Z, Y, X).
        n_tiles
            Number of tiles per axis of the image; chosen from the memory when not given.
        memory_bytes
            What may be used then; half of the free memory, and at most 3 GiB, when not given.

        Raises
        ------
        BadValue
            If a 3D network gets a plane.
        BadSettings
            If not even one tile fits into the memory.
        """
        if image.ndim < self.n_dim:
            raise BadValue(
                f"the 3D network {self.folder.name} got a single plane: expected a stack (Z, Y, X); use a 2D network"
            )
        if image.ndim > self.n_dim:
            tiles_2d = None if n_tiles is None else n_tiles[1:]
            return np.stack([self.predict(plane, n_tiles=tiles_2d, memory_bytes=memory_bytes) for plane in image])
        config = self.library_model.config
        if n_tiles is None:
            context = int(config.unet_kern_size * 2 ** (config.unet_n_depth + 1))
            n_tiles = choose_n_tiles(
                image.shape,
                bytes_per_voxel=26.0 * config.unet_n_first,  # measured: 281 to 307 for 12 filters
                overlap=(context,) * image.ndim,
                memory_bytes=memory_bytes,
            )
        with quiet_libraries():
            output = self._run(image.astype(np.float32), "YX" if image.ndim == 2 else "ZYX", n_tiles)
        return np.asarray(output, dtype=np.float32)

    @abstractmethod
    def _run(self, image: npt.NDArray[np.float32], axes: str, n_tiles: tuple[int, ...]) -> npt.NDArray[Any]:
        """Return what the library predicts for an image of the network's own number of axes."""
