"""Train the shipped networks for membranes, on synthetic membrane tissue of low signal; resumable.

Run with: python benchmarks/weights/train_membrane.py OUT [--only star|unet|thresholds] [--images 256] [--epochs 200]

The paper trains its networks on the tissue that it compares methods on; so does this, beginning with the shipped
weights for nuclei. First on 96 stacks (folder OUT/first), then the same training goes on with more. Training,
thresholds, choice of settings and the reported stacks (`compare_methods.py`) have their own seeds. Afterwards put the
networks into the package with `install.py OUT --half`.
"""

from __future__ import annotations

import argparse
import functools
import json
from pathlib import Path

import numpy as np
from network_training import carry_on, limit_threads, print_progress, train_network
from training_images.shipped_training import SHIPPED_DIAMETER_PX
from training_images.training_tissue import TrainingStackSettings, make_training_stack

from volltrack.segment.networks.model_folder import find_model
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.train import (
    PatchSettings,
    ThresholdSearch,
    TrainingPair,
    make_patches,
    optimise_thresholds,
    read_patches,
    write_patches,
)

LOOK = TrainingStackSettings(
    stains=("membrane",), photons=(6.0, 60.0), diameter_px=(12.0, 24.0), planes_per_cell=(2.5, 12.0), max_blur=0.16
)
"""A little wider than what the comparison shows; cells near the size to which images are scaled."""

FIRST_TRAINING, FIRST_CHECK = 2_000_000, 5_500_000
"""Seeds of the stacks to train on, and of those on which thresholds are searched."""

FIRST_IMAGES = 96
"""Stacks of the first stage."""

STAR, UNET = "membrane-star-3d", "membrane-unet-3d"


def main() -> None:
    """Make the patches, train, search the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=["patches", "star", "unet", "thresholds"])
    parser.add_argument("--images", type=int, default=256, help="stacks of the second stage")
    parser.add_argument("--first-epochs", type=int, default=53)
    parser.add_argument("--epochs", type=int, default=200, help="epochs of both stages together")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    first, second = arguments.out / "first", arguments.out
    first.mkdir(parents=True, exist_ok=True)
    cut_patches(first, FIRST_IMAGES)
    cut_patches(second, arguments.images)
    if arguments.only == "patches":
        return
    limit_threads(arguments.threads)
    for name in [n for n, only in ((UNET, "unet"), (STAR, "star")) if arguments.only in (None, only)]:
        train(name, first, arguments.first_epochs)
        carry_on(first / name, second / name, len(read_patches(second / "patches.npz")))
        train(name, second, arguments.epochs)
        (second / name / "volltrack.json").write_text(
            json.dumps({"cell_diameter_px": SHIPPED_DIAMETER_PX, "bright": "membranes"})
        )
    if arguments.only in (None, "thresholds"):
        network = StarNetwork(find_model(second / STAR, "star"))
        # the library compares all candidates of a cell with each other: minutes for each stack
        search = ThresholdSearch(nms_threshs=(0.3, 0.4), least_prob=0.3, steps=13)
        print(optimise_thresholds(network, make_pairs(FIRST_CHECK, 4), search, on_progress=print_progress))


def cut_patches(folder: Path, images: int) -> None:
    """Write the patches of a stage unless they are there; the first stage's are the first of the second's."""
    if not (folder / "patches.npz").is_file():
        cut = PatchSettings(patch_zyx=(16, 64, 64), per_image=6)
        write_patches(
            make_patches(make_pairs(FIRST_TRAINING, images), cut, on_progress=print_progress), folder / "patches.npz"
        )


def train(name: str, folder: Path, epochs: int) -> None:
    """Train one network on the patches of a folder, beginning with the shipped one for nuclei."""
    start = find_model("tissue-unet-3d", "unet") if name == UNET else find_model("tissue-star-3d", "star")
    how = {"learning_rate": 4e-4, "validation_share": 0.04, "half_precision": True}
    train_network(read_patches(folder / "patches.npz"), folder / name, start, epochs=epochs, **how)


def make_pairs(first: int, count: int) -> list[TrainingPair]:
    """Return labelled stacks, made when they are read."""

    @functools.lru_cache(maxsize=1)  # image and labels are read one after the other
    def make(seed: int) -> tuple[np.ndarray, np.ndarray]:
        return make_training_stack(LOOK, seed)

    return [
        TrainingPair(name=f"membrane {seed}", read_raw=lambda s=seed: make(s)[0], read_labels=lambda s=seed: make(s)[1])
        for seed in range(first, first + count)
    ]


if __name__ == "__main__":
    main()
