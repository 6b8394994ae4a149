"""What each network says about one frame (Z, Y, X), whether it takes planes or stacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.segment.networks.noise2void import Noise2VoidNetwork
from volltrack.segment.networks.packages import import_network_package
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.networks.slice_merge import merge_slices
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.networks.unet import UnetNetwork, binarise_foreground

__all__ = [
    "StackOfStars",
    "normalise_frame",
    "predict_denoised",
    "predict_foreground",
    "predict_mask",
    "predict_stars",
]


@dataclass(frozen=True, kw_only=True)
class StackOfStars:
    """StarDist's objects in a stack, from a 3D network or merged from planes; all (Z, Y, X)."""

    labels: npt.NDArray[np.int32]
    probability: npt.NDArray[np.float32]
    distance: npt.NDArray[np.float32]


def normalise_frame(image: npt.NDArray[np.float32], percentiles: tuple[float, float]) -> npt.NDArray[np.float32]:
    """Return the image scaled as csbdeep does it; an image without contrast becomes 0.

    Notes
    -----
    Percentiles are looked up in the sorted values: NumPy sorts faster than it finds percentiles.
    """
    ordered = np.sort(image, axis=None)
    if ordered[0] == ordered[-1]:
        return np.zeros_like(image)
    low, high = (_look_up_percentile(ordered, percent) for percent in percentiles)
    scale = import_network_package("csbdeep.utils").normalize_mi_ma
    return np.asarray(scale(image, low, high), dtype=np.float32)


def _look_up_percentile(ordered: npt.NDArray[np.float32], percent: float) -> npt.NDArray[np.float32]:
    """Return ``np.percentile`` of sorted values, (1, 1, 1)."""
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    value = np.percentile(ordered[below : below + 2], 100 * (place - below))
    return np.full((1, 1, 1), value, np.float32)


def predict_denoised(
    network: Noise2VoidNetwork, image: npt.NDArray[np.float32], settings: PredictionSettings
) -> npt.NDArray[np.float32]:
    """Return the frame without noise, in its own units."""
    return _as_stack(network.predict(_for_network(image, network.n_dim), **_tiling(image, network.n_dim, settings)))


def predict_stars(network: StarNetwork, image: npt.NDArray[np.float32], settings: PredictionSettings) -> StackOfStars:
    """Return StarDist's objects and maps of a stack or a single plane."""
    if network.n_dim == 3:
        found = network.predict(image, settings)
        return StackOfStars(labels=found.labels, probability=found.probability, distance=found.distance)
    planes = [network.predict(plane, settings) for plane in image]
    return StackOfStars(
        labels=merge_slices(np.stack([p.labels for p in planes]), least_iou=settings.least_slice_iou),
        probability=np.stack([p.probability for p in planes]),
        distance=np.stack([p.distance for p in planes]),
    )


def predict_mask(
    network: UnetNetwork, image: npt.NDArray[np.float32], settings: PredictionSettings, threshold: float | None
) -> npt.NDArray[np.bool_]:
    """Return the voxels that a U-Net calls foreground."""
    return binarise_foreground(predict_foreground(network, image, settings), threshold)[0]


def predict_foreground(
    network: UnetNetwork, image: npt.NDArray[np.float32], settings: PredictionSettings
) -> npt.NDArray[np.float32]:
    """Return how much a U-Net calls each voxel foreground, about 0 .. 1."""
    tiling = _tiling(image, network.n_dim, settings)
    return _as_stack(network.predict(_for_network(image, network.n_dim), **tiling))


def _for_network(image: npt.NDArray[np.float32], n_dim: int) -> npt.NDArray[np.float32]:
    """Return a single plane without its z axis for a 2D network; all else as it is."""
    return image[0] if n_dim == 2 and image.shape[0] == 1 else image


def _tiling(image: npt.NDArray[np.float32], n_dim: int, settings: PredictionSettings) -> dict[str, Any]:
    """Return the arguments that say how a U-Net cuts `_for_network(image, n_dim)`."""
    is_plane = n_dim == 2 and image.shape[0] == 1
    tiles = settings.n_tiles[1:] if settings.n_tiles is not None and is_plane else settings.n_tiles
    return {"n_tiles": tiles, "memory_bytes": settings.memory_bytes}


def _as_stack(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return (Z, Y, X), with Z = 1 for a plane."""
    return image[np.newaxis] if image.ndim == 2 else image
