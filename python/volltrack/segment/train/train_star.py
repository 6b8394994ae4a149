"""Train StarDist."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.errors import BadTable
from volltrack.progress import OnProgress
from volltrack.segment.networks.model_folder import ModelFolder, open_model_folder
from volltrack.segment.networks.packages import import_network_package, quiet_libraries
from volltrack.segment.train.patches import VARY, Patches
from volltrack.segment.train.repeatable_batches import RepeatableBatches
from volltrack.segment.train.training_files import make_library_model, write_scale
from volltrack.segment.train.training_settings import TrainingSettings
from volltrack.segment.train.training_state import fit_resumably, seed_networks

__all__ = ["estimate_anisotropy", "train_star"]

_MOMENTUM = 0.95
"""Of the means over batches that `batch_norm` keeps for prediction: those of Keras's .99 lag 300 batches behind."""


def train_star(
    patches: Patches,
    folder: str | os.PathLike[str],
    settings: TrainingSettings | None = None,
    *,
    start: ModelFolder | None = None,
    on_progress: OnProgress | None = None,
) -> ModelFolder:
    """Train StarDist2D or StarDist3D; return the folder with its best weights.

    Every patch is flipped and turned within the plane, and its brightness or contrast changed, each time it is seen.
    Thresholds are StarDist's defaults until `optimise_thresholds` finds better ones.

    Parameters
    ----------
    patches, folder, settings, start, on_progress
        See `volltrack.segment.train.train_unet.train_unet`, also for further errors.

    Raises
    ------
    BadSettings
        If the patches do not fit depth and grid, or the folder holds another training.
    BadTable
        If there are too few patches, or they hold no cell.
    MissingPackage
        If stardist is not installed.
    """
    settings = settings or TrainingSettings()
    patch = patches.network_shape
    grid = settings.grid_zyx[1:] if patches.is_2d else settings.grid_zyx
    settings.require_patch(patch, grid=grid, halve_z=settings.halve_z)
    if not patches.labels.any():
        raise BadTable("the patches hold no labelled cell: StarDist cannot learn from them")
    learn, check = patches.split(settings.validation_share, settings.seed)
    seed_networks(settings.seed)
    path = Path(folder)
    steps = settings.steps_per_epoch or max(1, len(learn) // settings.batch_size)
    models = import_network_package("stardist.models")
    shared: dict[str, Any] = {
        "n_channel_in": 1,
        "grid": grid,
        "unet_n_depth": settings.depth,
        "unet_kernel_size": (settings.kernel,) * len(patch),
        "unet_pool": (2,) * len(patch) if settings.halve_z or patches.is_2d else (1, 2, 2),
        "unet_n_filter_base": settings.first_filters,
        "unet_batch_norm": settings.batch_norm,
        "net_conv_after_unet": max(32, settings.first_filters),
        "train_patch_size": patch,
        "train_epochs": settings.epochs,
        "train_steps_per_epoch": steps,
        "train_learning_rate": settings.learning_rate,
        "train_batch_size": settings.batch_size,
        "train_tensorboard": settings.tensorboard,
        "train_reduce_lr": {"factor": 0.5, "patience": 10, "min_delta": 0},
        "use_gpu": settings.opencl,
    }
    with quiet_libraries():
        if patches.is_2d:
            config = models.Config2D(n_rays=settings.rays, **shared)
            library_class = models.StarDist2D
        else:
            anisotropy = settings.anisotropy_zyx or estimate_anisotropy(patches.labels)
            rays = import_network_package("stardist").Rays_GoldenSpiral(settings.rays, anisotropy=anisotropy)
            config = models.Config3D(rays=rays, anisotropy=anisotropy, **shared)
            library_class = models.StarDist3D
    model = make_library_model(library_class, config, path)
    write_scale(path, patches.diameters_px)
    for layer in model.keras_model.layers:
        if hasattr(layer, "moving_mean"):
            layer.momentum = _MOMENTUM

    def lists(part: Patches) -> tuple[list[npt.NDArray[Any]], list[npt.NDArray[Any]]]:
        return list(part.for_network(part.raw)), list(part.for_network(part.labels))

    batches = RepeatableBatches(settings.seed)
    fit_resumably(
        model,
        settings,
        lambda epochs: model.train(
            *lists(learn),
            validation_data=lists(check),
            augmenter=lambda x, y: VARY[settings.vary](x, y, batches.rng),
            epochs=epochs,
            steps_per_epoch=steps,
        ),
        batches=batches,
        steps=steps,
        recipe={"network": "star", "patches": len(patches), "patch_zyx": list(patches.shape_zyx)},
        task="train StarDist",
        start=start,
        on_progress=on_progress,
    )
    return open_model_folder(path)


def estimate_anisotropy(labels: npt.NDArray[np.int32]) -> tuple[float, float, float]:
    """Return the relative length of a voxel along (z, y, x), from the median extents of the cells in patches.

    Parameters
    ----------
    labels
        int (N, Z, Y, X).
    """
    from scipy import ndimage

    extents = [
        [s.stop - s.start for s in box] for patch in labels for box in ndimage.find_objects(patch) if box is not None
    ]
    median = np.median(np.array(extents).reshape(-1, 3), axis=0) if extents else np.ones(3)
    z, y, x = (float(round(v, 2)) for v in median.max() / median)
    return (z, y, x)
