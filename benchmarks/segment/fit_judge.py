"""Teach the judge which objects are cells, from segmentations of real and randomised images with truth.

Run with: python benchmarks/segment/fit_judge.py [--shared ../shared/data] [--keep FILE.npz] [--star FOLDER ...]

Many segmentations, good and bad, of images of the train part of ``real_split.toml``, of randomised planes and stacks,
and of images without cells: without a network at the right diameter and at wrong ones, with StarDist at several scales
and thresholds. Each object that they find becomes one row: what `volltrack.segment.judge` measures of it, and whether
it is a cell (IoU > .5 with one of the truth). Writes ``judge.json`` of the room; prints how well it tells on the tune
part, which it has not seen.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from volltrack.errors import VollTrackError
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.segment import ClassicalSettings
from volltrack.segment.automatic.shipped import NUCLEI, PLANES, STACKS
from volltrack.segment.judge import Looks, expect_f1
from volltrack.segment.judge.features import FEATURES, measure_objects
from volltrack.segment.vollseg.network_settings import NetworkSettings
from volltrack.segment.vollseg.settings import VollSegSettings
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "weights"))

from training_images.random_cells import draw_cells, draw_signal
from training_images.random_light import expose, make_empty
from training_images.real_images import SHARED, list_images
from training_images.shipped_training import make_shipped_pairs
from training_images.shown import measure_diameter

Image = tuple[str, np.ndarray, np.ndarray, float]

OUT = Path(__file__).resolve().parents[2] / "python/volltrack/segment/judge/judge.json"
N_PLANES, N_STACKS, N_EMPTY, N_TISSUE = 70, 30, 24, 13
FIRST, FIRST_TISSUE = 8_000_000, 950_100
MOST_OF_ONE = 80

FACTORS = (0.5, 1.0, 2.0)
"""Of the diameter: what a wrong estimate does to a segmentation."""


def main() -> None:
    """Collect rows, or take those that are kept, and fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--star", type=Path, nargs="*", default=[], help="further StarDist networks, also in training")
    parser.add_argument("--keep", type=Path, help="rows are kept here and taken from here")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    if arguments.keep and arguments.keep.is_file():
        rows = dict(np.load(arguments.keep, allow_pickle=False))
    else:
        rows = collect(arguments.shared, arguments.star)
        if arguments.keep:
            np.savez_compressed(arguments.keep, **rows)
    fit(rows, arguments.out)


def list_train(shared: Path) -> Iterator[Image]:
    """Yield the images that the judge learns from."""
    planes = list_images("dsb2018-fluo-2d", "train", shared)
    few = [planes[round(i)] for i in np.linspace(0, len(planes) - 1, 90)]
    others = [
        image
        for name in ("bbbc050-mouse-embryo-3d", "gonuclear-ovule-nuclei-3d", "usiigaci-t98g-phase-2d")
        for image in list_images(name, "train", shared)
    ]
    for image in [*few, *others]:
        raw, truth = image.load()
        if image.data_set.startswith("usiigaci"):
            truth = np.zeros_like(truth)  # no bright cells: nothing found there is one
        yield f"{image.data_set} {image.name}", raw, truth, image.z_step
    for number in range(N_PLANES + N_STACKS):
        flat = number < N_PLANES
        rng = np.random.default_rng([FIRST, number])
        diameter = float(np.exp(rng.uniform(np.log(8), np.log(60 if flat else 30))))
        spacing = 1.0 if flat else diameter / min(float(np.exp(rng.uniform(np.log(2), np.log(20)))), diameter)
        side = int(np.clip(9 * diameter, 128, 400 if flat else 160))
        field = draw_cells((1 if flat else int(rng.integers(5, 25)), side, side), diameter, spacing, rng)
        raw = 100 * expose(draw_signal(field, rng), diameter, spacing, rng)
        yield f"random {'plane' if flat else 'stack'} {number}", raw, field.labels, spacing
    for number in range(N_EMPTY):
        rng = np.random.default_rng([FIRST, 1, number])
        shape = (1, 256, 256) if number % 2 else (10, 96, 96)
        yield f"empty {number}", 100 * make_empty(shape, rng), np.zeros(shape, np.int32), 2.0


def list_tissue() -> Iterator[Image]:
    """Yield frames of synthetic tissue movies, and stacks of the kind that the networks for tissue learned from."""
    for number in range(N_TISSUE):
        movie = make_tissue_movie(SyntheticSettings(seed=FIRST_TISSUE + number, n_frames=1))
        voxel = movie.raw.calibration.voxel_size
        yield f"tissue movie {number}", movie.raw.frame(0), movie.labels.frame(0), voxel.z / voxel.x
    for number, pair in enumerate(make_shipped_pairs(N_TISSUE, first=52_000)):
        raw, labels = pair.load()
        yield f"tissue stack {number}", raw, labels, 3.0


def list_tune(shared: Path) -> Iterator[Image]:
    """Yield the images that it is checked on."""
    for name in ("bbbc050-mouse-embryo-3d", "dsb2018-fluo-2d"):
        for image in list_images(name, "tune", shared):
            raw, truth = image.load()
            yield f"tune {name} {image.name}", raw, truth, image.z_step


def list_settings(raw: np.ndarray, diameter: float, stars: list[Path]) -> Iterator[Any]:
    """Yield settings of segmentations that are tried on an image."""
    for factor in FACTORS:
        yield ClassicalSettings(cell_diameter_um=factor * diameter, least_chance=0.0)
    for shipped in (NUCLEI, STACKS) if len(raw) > 1 else (PLANES,):
        yield replace(shipped, how=replace(shipped.how, cell_diameter_um=diameter, least_chance=0.0))
    for star in stars:
        if "3d" in star.name and len(raw) == 1:
            continue
        for factor, thresh in ((1.0, 0.5), (1.0, 0.2), (0.5, 0.4), (2.0, 0.4)):
            how = VollSegSettings(only_peaks=True, cell_diameter_um=factor * diameter, prob_thresh=thresh)
            yield NetworkSettings(star=str(star), how=how)


def collect(shared: Path, stars: list[Path]) -> dict[str, np.ndarray]:
    """Return the rows of all segmentations of all images."""
    made: dict[str, Any] = {}
    parts: list[dict[str, Any]] = []
    for name, raw, truth, step in [*list_train(shared), *list_tissue(), *list_tune(shared)]:
        voxel = VoxelSize(z=step, y=1.0, x=1.0, unit="pixel")
        calibration = Calibration(voxel_size=voxel, frame_interval=1.0, time_unit="frame")
        movie = Movie.from_array(raw[np.newaxis], calibration, name=name)
        for settings in list_settings(raw, measure_diameter(truth), stars):
            bare = getattr(settings, "by_role", {"": "classical"})
            segmenter = settings.make()
            networks = made.setdefault(str(bare), getattr(segmenter, "networks", None))
            if networks is not None:
                segmenter = replace(segmenter, networks=networks)
            try:
                labels = segmenter.prepare(movie).segment(movie.frame(0), only_labels=True).labels
            except VollTrackError as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            parts.append(describe(name, "-".join(bare.values()), raw, labels, truth))
        print(name, sum(len(p["values"]) for p in parts), file=sys.stderr, flush=True)
    count = [len(p["values"]) for p in parts]
    return {
        "values": np.concatenate([p["values"] for p in parts]),
        "iou": np.concatenate([p["iou"] for p in parts]),
        "image": np.repeat(np.arange(len(parts)), count),
        "n_truth": np.array([p["n_truth"] for p in parts]),
        "n_found": np.array([p["n_found"] for p in parts]),
        "name": np.array([p["name"] for p in parts]),
        "method": np.array([p["method"] for p in parts]),
    }


def describe(name: str, method: str, raw: np.ndarray, labels: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    """Return the measures of the objects of a segmentation, and the best IoU of each."""
    judged = measure_objects(raw.astype(np.float32), labels)
    n, m = int(labels.max(initial=0)), int(truth.max(initial=0))
    shared = np.zeros((n + 1, m + 1))
    np.add.at(shared, (labels.ravel(), truth.ravel()), 1)
    union = shared.sum(1, keepdims=True) + shared.sum(0, keepdims=True) - shared
    iou = (shared / np.maximum(union, 1))[:, 1:].max(axis=1, initial=0)
    n_truth = len(np.unique(truth)) - 1
    return {
        "name": name,
        "method": method,
        "values": judged.values,
        "iou": iou[judged.numbers],
        "n_truth": n_truth,
        "n_found": n,
    }


def fit(rows: dict[str, np.ndarray], out: Path) -> None:
    """Fit a small network on the rows and write it."""
    from sklearn.neural_network import MLPClassifier

    values, cell = rows["values"], rows["iou"] > 0.5
    name = rows["name"][rows["image"]]
    tune = np.char.startswith(name, "tune")
    mean, spread = values[~tune].mean(axis=0), values[~tune].std(axis=0) + 1e-6
    rng = np.random.default_rng(0)
    # every image counts alike: at most so many rows of each segmentation
    order = rng.permutation(np.flatnonzero(~tune))
    rank = np.zeros(len(values), int)
    seen: dict[int, int] = {}
    for i in order:
        rank[i] = seen[rows["image"][i]] = seen.get(rows["image"][i], 0) + 1
    used = order[rank[order] <= MOST_OF_ONE]
    print(f"{len(used)} of {len(values)} objects, {cell[used].mean():.2f} of them cells")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MLPClassifier((16, 8), alpha=1e-2, max_iter=300, random_state=0, early_stopping=True)
        model.fit((values[used] - mean) / spread, cell[used])
    layers = [
        {"weights": np.round(w, 4).T.tolist(), "bias": np.round(b, 4).tolist()}
        for w, b in zip(model.coefs_, model.intercepts_, strict=True)
    ]
    note = {"features": list(FEATURES), "mean": np.round(mean, 5).tolist(), "spread": np.round(spread, 5).tolist()}
    out.write_text(json.dumps(note | {"layers": layers}) + "\n")
    chance = model.predict_proba((values - mean) / spread)[:, 1]
    report(rows, chance, cell, tune)


def report(rows: dict[str, np.ndarray], chance: np.ndarray, cell: np.ndarray, tune: np.ndarray) -> None:
    """Print how well objects and segmentations are told apart."""
    from sklearn.metrics import roc_auc_score

    for part, its in (("train", ~tune), ("tune", tune)):
        if its.any():
            right = ((chance > 0.5) == cell)[its].mean()
            print(f"{part}: AUC {roc_auc_score(cell[its], chance[its]):.3f}, right {right:.3f}")
    n = len(rows["name"])
    hits = np.bincount(rows["image"], cell, minlength=n)
    found = np.bincount(rows["image"], minlength=n)
    f1 = 2 * hits / np.maximum(found + rows["n_truth"], 1)
    looks = [Looks.of(chance[rows["image"] == i]) for i in range(n)]
    names, guess = rows["name"], np.zeros(n)
    for one in np.unique(names):
        its = np.flatnonzero(names == one)
        guess[its] = expect_f1([looks[i] for i in its])
    alike, error = np.corrcoef(f1, guess)[0, 1], np.abs(f1 - guess).mean()
    print(f"F1 and its guess: correlation {alike:.3f}, mean error {error:.3f}")
    kinds = ("tune dsb", "tune bbbc", "dsb", "bbbc", "gonuc", "random plane", "random stack", "tissue m", "tissue s")
    for part in kinds:
        loss = []
        for one in np.unique(names[np.char.startswith(names, part)]):
            its = np.flatnonzero(names == one)
            best = its[np.argmax(guess[its])]
            loss.append((f1[its].max() - f1[best], f1[its].max(), guess[best]))
        if loss:
            lost, top, said = np.mean(loss, axis=0)
            print(f"{part}: chosen below the best by {lost:.3f} of {top:.3f}; guess {said:.3f}")
    for part in ("usiigaci", "empty"):
        its = np.char.startswith(names, part) & (found > 0)
        if its.any():
            print(f"{part}: guess mean {guess[its].mean():.3f}, largest {guess[its].max():.3f}")


if __name__ == "__main__":
    main()
