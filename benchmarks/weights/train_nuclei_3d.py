"""Fine-tune the shipped networks for nuclei in stacks, on real stacks and randomised ones; resumable.

Run with: python benchmarks/weights/train_nuclei_3d.py OUT [--only star|unet|patches] [--epochs 150] [--threads 1]

Begins with `tissue-star-3d` and `tissue-unet-3d`. A few epochs at a small learning rate come first (folder OUT/warm),
until the new optimiser has its moments; then the same optimiser goes on at a larger one (OUT). The patches: the train
part of the real stacks in ``real_split.toml``, randomised stacks, synthetic tissue of the kind that the shipped ones
saw, so that it is not forgotten, and stacks without any nucleus. An interrupted run goes on with the same command.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from network_training import carry_on, epochs_done, limit_threads, train_network
from training_images.real_images import SHARED, list_images
from training_images.shipped_training import SHIPPED_DIAMETER_PX, make_shipped_pairs
from training_images.shown import PatchCutter, stack_patches

from volltrack.segment.networks.model_folder import find_model
from volltrack.segment.train import Patches, read_patches, write_patches

STAR, UNET = "tissue-star-3d", "tissue-unet-3d"
STACKS = ("bbbc050-mouse-embryo-3d", "gonuclear-ovule-nuclei-3d")
FIRST_SYNTHETIC = 40_000
"""Number of the first stack of synthetic tissue: the shipped networks saw those below 10,384."""

WARM_EPOCHS, WARM_RATE, RATE = 4, 2e-5, 2e-4


def main() -> None:
    """Make the patches and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=["patches", "star", "unet"])
    parser.add_argument("--epochs", type=int, default=150, help="with those of the warm-up")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--half-precision", action="store_true", help="bfloat16: faster with AMX or a GPU, else slower")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    out: Path = arguments.out
    warm, file = out / "warm", out / "patches.npz"
    warm.mkdir(parents=True, exist_ok=True)
    if not file.is_file():
        write_patches(cut_patches(arguments.shared), file)
    if arguments.only == "patches":
        return
    limit_threads(arguments.threads)
    patches = read_patches(file)
    for name in [n for n, only in ((STAR, "star"), (UNET, "unet")) if arguments.only in (None, only)]:
        start = find_model(name, "star" if name == STAR else "unet")
        how = {"validation_share": 0.05, "batch_size": 2, "steps_per_epoch": 120}
        how["half_precision"] = arguments.half_precision
        if epochs_done(warm / name) < WARM_EPOCHS:
            train_network(patches, warm / name, start, epochs=WARM_EPOCHS, learning_rate=WARM_RATE, **how)
        carry_on(warm / name, out / name, len(patches), learning_rate=RATE)
        if epochs_done(out / name) < arguments.epochs:
            train_network(patches, out / name, start, epochs=arguments.epochs, learning_rate=RATE, **how)
        (out / name / "volltrack.json").write_text(json.dumps({"cell_diameter_px": SHIPPED_DIAMETER_PX}))


def cut_patches(
    shared: Path, *, n_real: int = 450, n_random: int = 650, n_tissue: int = 250, n_empty: int = 150
) -> Patches:
    """Return patches of 16 x 64 x 64 voxels of all kinds."""
    rng = np.random.default_rng(0)
    cutter = PatchCutter(patch=(16, 64, 64), diameter_px=SHIPPED_DIAMETER_PX)
    images = [image for data_set in STACKS for image in list_images(data_set, "train", shared)]
    pairs = []
    for data_set in STACKS:  # as many patches of each set
        its = [image for image in images if image.data_set == data_set]
        while its and len(pairs) < n_real * (1 + STACKS.index(data_set)) / len(STACKS):
            image = its[int(rng.integers(len(its)))]
            pairs += cutter.cut_real(*image.load(), image.z_step, 3, rng)
    pairs += [cutter.cut_random(rng) for _ in range(n_random)]
    for pair in make_shipped_pairs(n_tissue, first=FIRST_SYNTHETIC, one_size=True):
        raw, labels = pair.load()
        pairs.append(cutter.cut_shown(raw, labels, rng))
    pairs += [cutter.cut_empty(rng) for _ in range(n_empty)]
    return stack_patches(pairs)


if __name__ == "__main__":
    main()
