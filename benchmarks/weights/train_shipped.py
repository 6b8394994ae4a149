"""Train the networks that the package ships, on synthetic tissue alone; resumable.

Run with: python benchmarks/weights/train_shipped.py OUT [--only star|unet] [--images 384] [--epochs 150]

Two stages. First cells of all sizes (folder OUT/all-sizes), then, beginning with those weights, cells near the one size
that images are scaled to before the networks see them. The U-Net has a third (OUT/hazy): blurred nuclei in haze beside
all of the second. The same on a GPU; take more images and epochs there. An interrupted run goes on with the same
command. Afterwards search the thresholds (`--only thresholds`), and put the networks into the package with `install.py
OUT` and `install.py OUT/hazy`, in this order; `score_shipped.py` scores what is there.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from network_training import limit_threads, print_progress, train_network
from training_images.shipped_training import SHIPPED_DIAMETER_PX, make_hazy_pairs, make_shipped_pairs

from volltrack.segment.networks.model_folder import ModelFolder, find_model
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.train import (
    PatchSettings,
    make_patches,
    optimise_thresholds,
    read_patches,
    write_patches,
)

FIRST_CHECK = 5_000_000
"""Thresholds are searched on stacks from this number on."""

STAR, UNET = "tissue-star-3d", "tissue-unet-3d"


def main() -> None:
    """Make the patches, train, search the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=["patches", "star", "unet", "thresholds"])
    parser.add_argument("--images", type=int, default=384, help="stacks of the second stage")
    parser.add_argument("--first-epochs", type=int, default=66, help="epochs of the first stage")
    parser.add_argument("--epochs", type=int, default=150, help="epochs of the second stage")
    parser.add_argument("--hazy-epochs", type=int, default=170, help="epochs of the U-Net's third stage")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    first, second, third = arguments.out / "all-sizes", arguments.out, arguments.out / "hazy"
    for folder in (first, third):
        folder.mkdir(parents=True, exist_ok=True)
    if arguments.only != "thresholds":
        cut_patches(first, images=240, start=0, per_image=8, one_size=False)
        cut_patches(second, images=arguments.images, start=10_000, per_image=5, one_size=True)
        cut_hazy_patches(third, second)
    if arguments.only == "patches":
        return
    limit_threads(arguments.threads)
    for name in [n for n, only in ((STAR, "star"), (UNET, "unet")) if arguments.only in (None, only)]:
        begun = train(name, first, None, epochs=arguments.first_epochs, learning_rate=6e-4)
        folders = [second, third] if name == UNET else [second]
        for folder in folders:
            epochs = arguments.hazy_epochs if folder == third else arguments.epochs
            begun = train(name, folder, begun, epochs=epochs, learning_rate=4e-4, half_precision=True)
            (folder / name / "volltrack.json").write_text(json.dumps({"cell_diameter_px": SHIPPED_DIAMETER_PX}))
    if arguments.only in (None, "thresholds"):
        network = StarNetwork(find_model(arguments.out / STAR, "star"))
        print(optimise_thresholds(network, make_shipped_pairs(16, first=FIRST_CHECK, one_size=True)))


def cut_patches(folder: Path, *, images: int, start: int, per_image: int, one_size: bool) -> None:
    """Write the patches of a stage; they are made again when they were made differently."""
    recipe = {"images": images, "start": start, "per_image": per_image, "one_size": one_size}
    file, note = folder / "patches.npz", folder / "patches.json"
    if file.is_file() and note.is_file() and json.loads(note.read_text()) == recipe:
        return
    pairs = make_shipped_pairs(images, first=start, one_size=one_size)
    cut = PatchSettings(patch_zyx=(16, 64, 64), per_image=per_image)
    write_patches(make_patches(pairs, cut, on_progress=print_progress), file)
    note.write_text(json.dumps(recipe))


def cut_hazy_patches(folder: Path, second: Path) -> None:
    """Write the patches of hazy stacks and those of the second stage together."""
    if (folder / "patches.npz").is_file():
        return
    cut = PatchSettings(patch_zyx=(16, 64, 64), per_image=5)
    hazy = make_patches(make_hazy_pairs(220), cut, on_progress=print_progress)
    others = read_patches(second / "patches.npz")
    both = replace(
        others, raw=np.concatenate([others.raw, hazy.raw]), labels=np.concatenate([others.labels, hazy.labels])
    )
    write_patches(both, folder / "patches.npz")


def train(name: str, folder: Path, start: ModelFolder | None, **how: Any) -> ModelFolder:
    """Train one network in a folder that holds the patches; one that is finished is left as it is."""
    kind = "star" if name == STAR else "unet"
    history = folder / name / "history.csv"
    if history.is_file() and len(history.read_text().splitlines()) > how["epochs"]:  # a line of names, and one each
        return find_model(folder / name, kind)
    return train_network(read_patches(folder / "patches.npz"), folder / name, start, validation_share=0.02, **how)


if __name__ == "__main__":
    main()
