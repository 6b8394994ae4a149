"""Score trained networks on what they were not trained on, and write the tables of the model card.

Run with: python benchmarks/weights/score_shipped.py [FOLDER_OF_MODELS] [--shared ../shared/data] [--out scores.json]
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from training_images.shipped_training import SHIPPED_DIAMETER_PX, make_shipped_pairs

import volltrack.segment.networks
from volltrack.model import Calibration, LabelMovie, VoxelSize
from volltrack.segment import segment_frame
from volltrack.segment.automatic.shipped import NUCLEI
from volltrack.segment.evaluate import compare_segmentations
from volltrack.segment.networks.load import Networks, load_networks
from volltrack.segment.networks.packages import import_matching, import_network_package
from volltrack.segment.size.trained_scale import estimate_trained_scale
from volltrack.segment.vollseg.comparison import METHODS, predict_methods
from volltrack.segment.vollseg.predict import predict_frame
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

OF_TRAINED_SIZE = replace(NUCLEI.how, cell_diameter_um=SHIPPED_DIAMETER_PX)
"""For stacks that are of the size already, in voxels of one pixel."""

FIRST_TEST = 7_000_000
"""Stacks from this number on are neither trained on nor used for thresholds."""


def main() -> None:
    """Print and keep all scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "models", type=Path, nargs="?", default=Path(volltrack.segment.networks.__file__).parent / "weights"
    )
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--stacks", type=int, default=8)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", nargs="+", default=["movies", "stacks", "stardist", "drosophila", "time"])
    arguments = parser.parse_args()
    networks = load_networks(star=arguments.models / "tissue-star-3d", unet=arguments.models / "tissue-unet-3d")
    scores: dict[str, object] = {}
    if "movies" in arguments.only:
        scores["movies"] = score_movies(networks)
    if "stacks" in arguments.only:
        pairs = make_shipped_pairs(arguments.stacks, first=FIRST_TEST, one_size=True)
        scores["stacks"] = compare([pair.load() for pair in pairs], networks)
    if "stardist" in arguments.only:
        scores["stardist's 3D image"] = score_stardist_image(networks)
    if "drosophila" in arguments.only and arguments.shared.is_dir():
        scores["drosophila"] = score_drosophila(networks, arguments.shared / "drosophila-tgmm-5f")
    if "time" in arguments.only:
        scores["time"] = measure_time(networks)
    if arguments.out:
        arguments.out.write_text(json.dumps(scores, indent=1), encoding="utf-8")
    print(json.dumps(scores, indent=1))


def score_movies(networks: Networks) -> dict[str, list[float]]:
    """Return F1 at IoU 0.5 of networks and of the segmentation without one, on frames of five unseen movies."""
    matching = import_matching().matching
    found: dict[str, list[float]] = {m: [] for name in ("without a network", *METHODS) for m in (name, f"{name}, SEG")}
    for seed in range(201, 206):
        movie = make_tissue_movie(SyntheticSettings(seed=seed, n_frames=3))
        raw, truth = movie.raw.frame(2), movie.labels.frame(2)
        voxel = movie.raw.calibration.voxel_size
        results = predict_methods(raw, voxel, networks, NUCLEI.how) | {
            "without a network": segment_frame(raw, voxel).labels
        }
        for method, labels in results.items():
            score = matching(truth, labels, thresh=0.5)
            found[method].append(round(float(score.f1), 4))
            found[f"{method}, SEG"].append(round(float(score.mean_true_score), 4))
    return found


def compare(stacks: list[tuple[np.ndarray, np.ndarray]], networks: Networks) -> dict[str, object]:
    """Return the paper's comparison over all stacks, as one movie."""
    voxel = VoxelSize(z=3.0, y=1.0, x=1.0, unit="pixel")
    calibration = Calibration(voxel_size=voxel, frame_interval=1.0, time_unit="frame")
    frames: dict[str, list[np.ndarray]] = {m: [] for m in METHODS}
    for raw, _ in stacks:
        for method, labels in predict_methods(raw, voxel, networks, OF_TRAINED_SIZE).items():
            frames[method].append(labels)
    results = {m: LabelMovie.from_array(np.stack(f), calibration, name=m) for m, f in frames.items()}
    truth = LabelMovie.from_array(np.stack([labels for _, labels in stacks]), calibration, name="truth")
    table, forms = compare_segmentations(results, truth)
    shown = {}
    for method in METHODS:
        rows = table[table["METHOD"] == method]
        shown[method] = {
            "F1": dict(zip(rows["TAU"], rows["F1"].round(4), strict=True)),
            "AP": dict(zip(rows["TAU"], rows["AP"].round(4), strict=True)),
            "MSE": round(float(forms.set_index("METHOD").loc[method, "MSE"]), 5),
            "SSIM": round(float(forms.set_index("METHOD").loc[method, "SSIM"]), 4),
        }
    return shown


def score_stardist_image(networks: Networks) -> dict[str, dict[str, float]]:
    """Return scores on the real 3D image with labels that StarDist ships."""
    raw, truth = import_network_package("stardist.data").test_image_nuclei_3d(return_mask=True)
    matching = import_matching().matching
    shown = {}
    voxel = VoxelSize(z=1.0, y=1.0, x=1.0, unit="pixel")
    results = predict_methods(raw, voxel, networks, NUCLEI.how) | {
        "without a network": segment_frame(raw, voxel).labels
    }
    for method, labels in results.items():
        score = matching(truth, labels, thresh=(0.3, 0.5, 0.7))
        shown[method] = {f"F1 at {s.thresh}": round(float(s.f1), 4) for s in score} | {"found": int(labels.max())}
    return shown


def score_drosophila(networks: Networks, folder: Path) -> dict[str, object]:
    """Return at how many of the known spots a cell was found, and how many cells there are."""
    import tifffile

    movie = tifffile.imread(folder / "img_tzyx.tif")
    spots = pd.read_csv(folder / "spots.csv")
    hits, counts = 0, []
    labels = [predict_frame(frame, VoxelSize(z=5.0, y=1.0, x=1.0), networks, NUCLEI.how).labels for frame in movie]
    for _, spot in spots.iterrows():
        at = (round(spot["z"] / 5), round(spot["y"]), round(spot["x"]))
        hits += bool(labels[int(spot["t"])][tuple(np.clip(at, 0, np.array(movie.shape[1:]) - 1))])
    counts = [int(frame.max()) for frame in labels]
    return {"known spots inside a cell": f"{hits} of {len(spots)}", "cells per frame": counts}


def measure_time(networks: Networks) -> dict[str, float]:
    """Return the share of time outside the networks, voxels per second and peak memory on a frame of a movie."""
    movie = make_tissue_movie(SyntheticSettings(seed=3, n_frames=1))
    raw, voxel = movie.raw.frame(0), movie.raw.calibration.voxel_size
    how = estimate_trained_scale([raw.astype(np.float32)], voxel, networks, NUCLEI.how)  # once for a movie
    predict_frame(raw, voxel, networks, how)  # graphs are built at the first call
    star, unet = networks.star.library_model, networks.unet.library_model
    spent = {"networks": 0.0, "StarDist's choice of objects": 0.0}
    places = [
        (star.keras_model, "predict", "networks"),
        (unet.keras_model, "predict", "networks"),
        (star, "_instances_from_prediction", "StarDist's choice of objects"),
    ]
    for owner, name, part in places:
        setattr(owner, name, _timed(getattr(owner, name), spent, part))
    start = time.perf_counter()
    for _ in range(3):
        predict_frame(raw, voxel, networks, how)
    seconds = (time.perf_counter() - start) / 3
    shares = {f"share of {part}": round(value / 3 / seconds, 3) for part, value in spent.items()}
    return {
        "seconds": round(seconds, 2),
        **shares,
        "share of the rest": round(1 - sum(shares.values()), 3),
        "voxels per second": round(raw.size / seconds),
        "peak memory (GB)": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def _timed(original: Callable[..., Any], spent: dict[str, float], part: str) -> Callable[..., Any]:
    """Return the function, which now counts its time."""

    def call(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            spent[part] += time.perf_counter() - start

    return call


if __name__ == "__main__":
    main()
