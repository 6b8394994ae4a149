"""Train a U-Net that tells foreground from background."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from volltrack.progress import OnProgress
from volltrack.segment.networks.model_folder import ModelFolder, open_model_folder
from volltrack.segment.networks.packages import import_network_package
from volltrack.segment.train.patches import VARY, Patches
from volltrack.segment.train.repeatable_batches import RepeatableBatches
from volltrack.segment.train.training_files import make_library_model, write_scale
from volltrack.segment.train.training_settings import TrainingSettings
from volltrack.segment.train.training_state import fit_resumably, seed_networks

__all__ = ["train_unet"]

Floats = npt.NDArray[np.float32]


def train_unet(
    patches: Patches,
    folder: str | os.PathLike[str],
    settings: TrainingSettings | None = None,
    *,
    start: ModelFolder | None = None,
    on_progress: OnProgress | None = None,
) -> ModelFolder:
    """Train csbdeep's CARE network on the mask of the labels; return the folder with its best weights.

    Every patch is flipped and turned within the plane, and its brightness or contrast changed, each time it is seen.

    Parameters
    ----------
    patches
        From `make_patches`.
    folder
        Where the model is written; an unfinished training in it goes on.
    settings
        Defaults when not given.
    start
        A trained network of the same build to begin with, in place of random weights.
    on_progress
        Told after each epoch.

    Raises
    ------
    BadFile
        If the weights to start with do not fit.
    BadSettings
        If the patches do not fit the depth, or the folder holds another training.
    BadTable
        If there are too few patches.
    MissingPackage
        If csbdeep is not installed.
    Cancelled
        If `on_progress` asks to stop; what was trained is kept.
    """
    settings = settings or TrainingSettings()
    patch = patches.network_shape
    settings.require_patch(patch)
    learn, check = patches.split(settings.validation_share, settings.seed)
    models = import_network_package("csbdeep.models")
    seed_networks(settings.seed)
    path = Path(folder)
    steps = settings.steps_per_epoch or max(1, len(learn) // settings.batch_size)
    config = models.Config(
        axes="YX" if patches.is_2d else "ZYX",
        n_channel_in=1,
        n_channel_out=1,
        unet_residual=False,
        unet_n_depth=settings.depth,
        unet_kern_size=settings.kernel,
        unet_n_first=settings.first_filters,
        train_loss="mae",
        train_epochs=settings.epochs,
        train_steps_per_epoch=steps,
        train_learning_rate=settings.learning_rate,
        train_batch_size=min(settings.batch_size, len(learn)),
        train_tensorboard=settings.tensorboard,
    )
    model = make_library_model(models.CARE, config, path)
    write_scale(path, patches.diameters_px)

    def arrays(part: Patches) -> tuple[Floats, Floats]:
        mask = (part.labels > 0).astype(np.float32)
        return part.for_network(part.raw)[..., np.newaxis], part.for_network(mask)[..., np.newaxis]

    batches = RepeatableBatches(settings.seed)

    def vary(raw: Floats, mask: Floats) -> tuple[Floats, Floats]:
        varied, varied_mask = VARY[settings.vary](raw[..., 0], mask[..., 0], batches.rng)
        return varied[..., np.newaxis], varied_mask[..., np.newaxis]

    fit_resumably(
        model,
        settings,
        lambda epochs: model.train(
            *arrays(learn), validation_data=arrays(check), augmenter=vary, epochs=epochs, steps_per_epoch=steps
        ),
        batches=batches,
        steps=steps,
        recipe={"network": "unet", "patches": len(patches), "patch_zyx": list(patches.shape_zyx)},
        task="train U-Net",
        start=start,
        on_progress=on_progress,
    )
    return open_model_folder(path)
