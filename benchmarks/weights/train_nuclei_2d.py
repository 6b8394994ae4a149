"""Train the networks for nuclei in single planes, on real images and randomised ones; resumable.

Run with: python benchmarks/weights/train_nuclei_2d.py OUT [--stage real|wide] [--only star|unet|patches] [--epochs 120]

Two stages. First the real images of the train part of ``real_split.toml`` with fields without any nucleus (folder OUT),
then, with the same optimiser, those beside as many randomised planes (OUT/wide). Everything is shown at several scales
around one diameter of nuclei, as `work_scale` shows a movie to the networks. An interrupted run goes on with the same
command, also with more epochs. Thresholds are searched on the tune part (`--only thresholds`).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from network_training import carry_on, epochs_done, limit_threads, print_progress
from training_images.real_images import SHARED, list_images
from training_images.shown import PatchCutter, measure_diameter, stack_patches

from volltrack.model import VoxelSize
from volltrack.segment.networks.model_folder import find_model
from volltrack.segment.networks.star.network import StarNetwork
from volltrack.segment.size.work_scale import choose_work_scale
from volltrack.segment.train import (
    Patches,
    TrainingPair,
    TrainingSettings,
    optimise_thresholds,
    read_patches,
    train_star,
    train_unet,
    write_patches,
)

DIAMETER_PX = 16.0
STAR, UNET = "nuclei-star-2d", "nuclei-unet-2d"
PLANES = "dsb2018-fluo-2d"
WIDE = {"learning_rate": 2e-4}
"""What the second stage changes."""


def main() -> None:
    """Make the patches, train, search the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--stage", choices=["real", "wide"], default="real")
    parser.add_argument("--only", choices=["patches", "star", "unet", "thresholds"])
    parser.add_argument("--epochs", type=int, default=120, help="of all stages together")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--half-precision", action="store_true", help="bfloat16: faster with AMX or a GPU, else slower")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    wide = arguments.stage == "wide"
    folder: Path = arguments.out / "wide" if wide else arguments.out
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "patches.npz"
    if not file.is_file() and arguments.only != "thresholds":
        write_patches(cut_patches(arguments.shared, wide=wide), file)
    if arguments.only == "patches":
        return
    limit_threads(arguments.threads)
    for name in [n for n, only in ((STAR, "star"), (UNET, "unet")) if arguments.only in (None, only)]:
        if epochs_done(folder / name) < arguments.epochs:
            patches = read_patches(file)
            if wide:
                carry_on(arguments.out / name, folder / name, len(patches), **WIDE)
            how = (WIDE if wide else {}) | {"half_precision": arguments.half_precision}
            train(name, folder, patches, epochs=arguments.epochs, **how)
    if arguments.only in (None, "thresholds"):
        network = StarNetwork(find_model(folder / STAR, "star"))
        print(optimise_thresholds(network, make_tune_pairs(arguments.shared), on_progress=print_progress))


def train(name: str, folder: Path, patches: Patches, **changed: Any) -> None:
    """Train one network in a folder."""
    settings = TrainingSettings(
        depth=3,
        steps_per_epoch=100,
        batch_size=8,
        tensorboard=False,
        first_filters=32,
        rays=32,
        grid_zyx=(1, 2, 2),
        validation_share=0.05,
        **{"learning_rate": 4e-4} | changed,
    )
    run = train_star if name == STAR else train_unet
    run(patches, folder / name, settings, on_progress=print_progress)
    (folder / name / "volltrack.json").write_text(json.dumps({"cell_diameter_px": DIAMETER_PX}))


def cut_patches(shared: Path, *, wide: bool) -> Patches:
    """Return the patches of a stage: real ones, fields without nuclei, and in the second as many randomised ones."""
    rng = np.random.default_rng([0, wide])
    cutter = PatchCutter(patch=(1, 128, 128), diameter_px=DIAMETER_PX)
    pairs = []
    scales, per_scale = (3, 2) if wide else (4, 3)
    for image in list_images(PLANES, "train", shared):
        raw, truth = image.load()
        for _ in range(scales):
            pairs += cutter.cut_real(raw, truth, image.z_step, per_scale, rng)
    n_real = len(pairs)
    if wide:
        pairs += [cutter.cut_random(rng) for _ in range(n_real)]
    pairs += [cutter.cut_empty(rng) for _ in range(n_real // (3 if wide else 8))]
    return stack_patches(pairs)


def make_tune_pairs(shared: Path) -> list[TrainingPair]:
    """Return the images of the tune part at the size that the networks are trained for."""
    pairs = []
    for image in list_images(PLANES, "tune", shared):
        raw, truth = image.load()
        scale = choose_work_scale(
            raw.shape,
            VoxelSize(z=1.0, y=1.0, x=1.0, unit="pixel"),
            cell_diameter_um=measure_diameter(truth),
            trained_diameter_px=DIAMETER_PX,
        )
        shown, labels = scale.to_work(raw), scale.labels_to_work(truth)
        pairs.append(TrainingPair(name=image.name, read_raw=lambda a=shown: a, read_labels=lambda a=labels: a))
    return pairs


if __name__ == "__main__":
    main()
