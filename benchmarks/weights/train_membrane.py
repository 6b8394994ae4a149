"""Train the shipped networks further on synthetic membrane tissue of low signal: those of the comparison; resumable.

Run with: python benchmarks/weights/train_membrane.py OUT [--only star|unet|thresholds] [--epochs 120]

The paper trains its networks on the tissue that it compares methods on; so does this, beginning with the shipped
weights. Training, thresholds, choice of settings and the reported stacks (`compare_methods.py`) have their own seeds.
"""

from __future__ import annotations

import argparse
import functools
import json
import time
from pathlib import Path

import numpy as np

from volltrack.progress import Progress
from volltrack.segment.models import find_model
from volltrack.segment.star import StarNetwork
from volltrack.segment.train import (
    PatchSettings,
    TrainingPair,
    TrainingSettings,
    make_patches,
    optimise_thresholds,
    read_patches,
    train_star,
    train_unet,
    write_patches,
)
from volltrack.testing.shipped_training import SHIPPED_DIAMETER_PX
from volltrack.testing.training_tissue import TrainingStackSettings, make_training_stack

LOOK = TrainingStackSettings(
    stains=("membrane",), photons=(6.0, 60.0), diameter_px=(12.0, 24.0), planes_per_cell=(2.5, 12.0), max_blur=0.16
)
"""A little wider than what the comparison shows; cells near the size to which images are scaled."""

FIRST_TRAINING, FIRST_CHECK = 2_000_000, 5_500_000
"""Seeds of the stacks to train on, and of those on which thresholds are searched."""

STAR, UNET = "membrane-star-3d", "membrane-unet-3d"


def main() -> None:
    """Make the patches, train, search the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=["patches", "star", "unet", "thresholds"])
    parser.add_argument("--images", type=int, default=96)
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    file = arguments.out / "patches.npz"
    if not file.is_file():
        cut = PatchSettings(patch_zyx=(16, 64, 64), per_image=6)
        write_patches(make_patches(make_pairs(FIRST_TRAINING, arguments.images), cut, on_progress=_print), file)
    if arguments.only == "patches":
        return
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    shared = {
        "depth": 3,
        "epochs": arguments.epochs,
        "steps_per_epoch": 60,
        "learning_rate": 4e-4,
        "batch_size": 2,
        "validation_share": 0.04,
        "tensorboard": False,
        "half_precision": True,
    }
    if arguments.only in (None, "unet"):
        unet = TrainingSettings(first_filters=12, **shared)
        begun = find_model("tissue-unet-3d", "unet")
        train_unet(read_patches(file), arguments.out / UNET, unet, start=begun, on_progress=_print)
        note_size(arguments.out / UNET)
    if arguments.only in (None, "star"):
        shape = {"rays": 64, "grid_zyx": (1, 2, 2), "anisotropy_zyx": (3.0, 1.0, 1.0), "halve_z": False}
        star = TrainingSettings(first_filters=16, **shape, **shared)
        begun = find_model("tissue-star-3d", "star")
        train_star(read_patches(file), arguments.out / STAR, star, start=begun, on_progress=_print)
        note_size(arguments.out / STAR)
    if arguments.only in (None, "thresholds"):
        network = StarNetwork(find_model(arguments.out / STAR, "star"))
        print(optimise_thresholds(network, make_pairs(FIRST_CHECK, 12), on_progress=_print))


def note_size(model: Path) -> None:
    """Write down the size of cells that images are scaled to before this network."""
    (model / "volltrack.json").write_text(json.dumps({"cell_diameter_px": SHIPPED_DIAMETER_PX}))


def make_pairs(first: int, count: int) -> list[TrainingPair]:
    """Return labelled stacks, made when they are read."""

    @functools.lru_cache(maxsize=1)  # image and labels are read one after the other
    def make(seed: int) -> tuple[np.ndarray, np.ndarray]:
        return make_training_stack(LOOK, seed)

    return [
        TrainingPair(name=f"membrane {seed}", read_raw=lambda s=seed: make(s)[0], read_labels=lambda s=seed: make(s)[1])
        for seed in range(first, first + count)
    ]


def _print(progress: Progress) -> None:
    print(f"{time.strftime('%H:%M:%S')} {progress.task}: {progress.done} of {progress.total}", flush=True)


if __name__ == "__main__":
    main()
