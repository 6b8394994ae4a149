"""What both trainings of shipped networks share: the builds of the networks, threads, and lines on the screen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from volltrack.progress import Progress
from volltrack.segment.networks.model_folder import ModelFolder
from volltrack.segment.train import Patches, TrainingSettings, train_star, train_unet


def limit_threads(threads: int) -> None:
    """Let TensorFlow use so many threads; before anything else of it is used."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def train_network(patches: Patches, folder: Path, start: ModelFolder | None, **how: Any) -> ModelFolder:
    """Train StarDist or the U-Net, as the folder's name says, with the build of the shipped networks."""
    settings = {"depth": 3, "steps_per_epoch": 60, "batch_size": 2, "tensorboard": False} | how
    if "unet" in folder.name:
        unet = TrainingSettings(first_filters=12, **settings)
        return train_unet(patches, folder, unet, start=start, on_progress=print_progress)
    star = TrainingSettings(
        first_filters=16, rays=64, grid_zyx=(1, 2, 2), anisotropy_zyx=(3.0, 1.0, 1.0), halve_z=False, **settings
    )
    return train_star(patches, folder, star, start=start, on_progress=print_progress)


def print_progress(progress: Progress) -> None:
    """Print one line per unit of work."""
    print(f"{time.strftime('%H:%M:%S')} {progress.task}: {progress.done} of {progress.total}", flush=True)
