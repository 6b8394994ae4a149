"""Train Noise2Void on the noisy images themselves."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from volltrack.errors import BadSettings
from volltrack.progress import OnProgress
from volltrack.segment.networks.model_folder import ModelFolder, open_model_folder
from volltrack.segment.networks.noise2void import noise2void_class
from volltrack.segment.networks.packages import import_network_package
from volltrack.segment.train.patches import Patches
from volltrack.segment.train.repeatable_batches import RepeatableBatches
from volltrack.segment.train.training_files import make_library_model
from volltrack.segment.train.training_settings import TrainingSettings
from volltrack.segment.train.training_state import fit_resumably, seed_networks

__all__ = ["train_noise2void"]


def train_noise2void(
    patches: Patches,
    folder: str | os.PathLike[str],
    settings: TrainingSettings | None = None,
    *,
    on_progress: OnProgress | None = None,
) -> ModelFolder:
    """Train n2v on raw patches; labels are not used. Return the folder with its best weights.

    Parameters
    ----------
    patches, folder, settings, on_progress
        See `volltrack.segment.train.train_unet.train_unet`, also for further errors.

    Raises
    ------
    BadSettings
        If the patches were scaled.
    MissingPackage
        If n2v is not installed.
    """
    settings = settings or TrainingSettings()
    if patches.diameters_px[0]:
        raise BadSettings(
            "the patches were scaled to one size of cells, which changes the noise of a pixel: Noise2Void learns it "
            "from patches that are not; train it into another folder without `cell_diameter_px`"
        )
    patch = patches.network_shape
    settings.require_patch(patch)
    learn, check = patches.split(settings.validation_share, settings.seed)
    offset, factor = patches.counts
    noisy, held_out = (
        (part.for_network(part.raw)[..., np.newaxis] * factor + offset).astype(np.float32) for part in (learn, check)
    )
    library_class = noise2void_class()
    seed_networks(settings.seed)
    path = Path(folder)
    steps = settings.steps_per_epoch or max(1, len(learn) // settings.batch_size)
    config = import_network_package("n2v.models").N2VConfig(
        noisy,
        unet_n_depth=settings.depth,
        unet_kern_size=settings.kernel,
        unet_n_first=settings.first_filters,
        train_loss="mse",
        train_epochs=settings.epochs,
        train_steps_per_epoch=steps,
        train_learning_rate=settings.learning_rate,
        train_batch_size=min(settings.batch_size, len(learn)),
        train_tensorboard=settings.tensorboard,
        n2v_patch_shape=patch,
        n2v_neighborhood_radius=max(1, min(5, min(patch) // 2 - 1)),
        n2v_manipulator="uniform_withCP",
    )
    model = make_library_model(library_class, config, path)
    fit_resumably(
        model,
        settings,
        lambda epochs: model.train(noisy, held_out, epochs=epochs, steps_per_epoch=steps),
        batches=RepeatableBatches(settings.seed),
        steps=steps,
        recipe={"network": "noise2void", "patches": len(patches), "patch_zyx": list(patches.shape_zyx)},
        task="train Noise2Void",
        on_progress=on_progress,
    )
    return open_model_folder(path)
