"""What the trainings of shipped networks share: the builds of the networks, threads, stages, lines on the screen."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np

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


def carry_on(done: Path, folder: Path, patches: int, **changed: Any) -> None:
    """Let a training go on in another folder with other patches: weights and optimiser stay.

    A new training that begins with such weights loses the probability map in its first epoch (Adam without moments).

    Parameters
    ----------
    done
        Model folder of the stage before.
    folder
        Of the next one; left as it is when it is there.
    patches
        How many the next one has.
    changed
        Other settings to go on with, such as ``learning_rate``.
    """
    if folder.is_dir():
        return
    begun = folder.with_name(f".{folder.name}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(done, begun, dirs_exist_ok=True)
    recipe = json.loads((begun / "training.json").read_text())
    recipe["recipe"]["patches"] = patches
    with np.load(begun / "checkpoint.npz") as kept:
        values = dict(kept)
    note = json.loads(values["note"].tobytes()) | {"best_loss": None}  # that of other patches says nothing
    note["schedule"] = {"best": np.inf, "wait": 0, "cooldown_counter": 0}
    recipe["settings"] |= changed
    if "learning_rate" in changed:
        values["o1"] = np.asarray(
            changed["learning_rate"], values["o1"].dtype
        )  # after the steps done, before the moments
    (begun / "training.json").write_text(json.dumps(recipe, indent=1))
    (begun / "checkpoint.previous.npz").unlink(missing_ok=True)
    np.savez(begun / "checkpoint.npz", **values | {"note": np.frombuffer(json.dumps(note).encode(), np.uint8)})
    begun.replace(folder)


def epochs_done(folder: Path) -> int:
    """Return how many epochs a model folder has behind it."""
    history = folder / "history.csv"
    return len(history.read_text().splitlines()) - 1 if history.is_file() else 0  # a line of names, and one each


def print_progress(progress: Progress) -> None:
    """Print one line per unit of work."""
    print(f"{time.strftime('%H:%M:%S')} {progress.task}: {progress.done} of {progress.total}", flush=True)
