"""How well each method finds the cells of real images with truth: F1, size error, time; nothing given but calibration.

Run with: python benchmarks/segment/real_images.py [--part tune|test] [--only SET ...] [--star FOLDER] [--unet FOLDER]

One row per set and method. F1 at IoU .3, .5 and .7 is the mean over images, the worst is that at .5; an image without
cells scores 1 where nothing is found, else 0. The size is the median diameter of the cells, its error that of the
estimate which the method works with. Sets and their parts are those of ``weights/training_images/real_split.toml``;
`empty` is made here: noise, haze and background without a cell. `default` is what `volltrack segment` does with no
option; networks in training are tried with --star and --unet (`given`). Thresholds are chosen on the tune part only;
the test part is for the last word. The last line says how far the default is below the best single method.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from volltrack.errors import VollTrackError
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.model.methods import SegmenterSettings
from volltrack.pipeline import choose_default_segmentation
from volltrack.segment import ClassicalSettings
from volltrack.segment.automatic.shipped import NUCLEI, PLANES, STACKS
from volltrack.segment.networks.packages import import_matching
from volltrack.segment.vollseg.network_settings import NetworkSettings
from volltrack.segment.vollseg.settings import VollSegSettings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "weights"))

from training_images.random_light import make_empty
from training_images.real_images import PARTS, SHARED, list_images, list_sets
from training_images.shown import measure_diameter

EMPTY = "empty"
FIRST_EMPTY = 9_000_000
"""Seeds of the empty images: no training has these."""

TAUS = (0.3, 0.5, 0.7)

FOR_STACKS = ("networks for tissue", "network for stacks")
"""Methods that take no planes."""


Method = Callable[[Movie], SegmenterSettings]


def main() -> None:
    """Print one table over all sets and methods."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, default="tune")
    parser.add_argument("--only", nargs="+", choices=[*list_sets(), EMPTY], metavar="SET", help="sets, else all")
    parser.add_argument("--methods", nargs="+", help="names of methods, else all")
    parser.add_argument("--star", type=Path, help="a StarDist network to try")
    parser.add_argument("--unet", type=Path, help="a U-Net to try with it")
    parser.add_argument("--most", type=int, help="at most so many images of a set, evenly spread")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--out", type=Path, help="CSV of every image")
    arguments = parser.parse_args()
    rows = []
    for data_set in arguments.only or [*list_sets(), EMPTY]:
        images = list(read_images(data_set, arguments.part, arguments.shared, arguments.most))
        for name, method in list_methods(arguments.star, arguments.unet).items():
            if images and (arguments.methods is None or name in arguments.methods):
                if name in FOR_STACKS and all(len(raw) == 1 for _, raw, _, _ in images):
                    continue
                rows += [
                    {"SET": data_set, "METHOD": name} | score_image(label, raw, truth, step, method)
                    for label, raw, truth, step in images
                ]
                print(f"{time.strftime('%H:%M:%S')} {data_set}, {name}: {len(images)} images", file=sys.stderr)
    if not rows:
        raise SystemExit(f"no image of part {arguments.part} below {arguments.shared}: give --shared or other sets")
    scores = pd.DataFrame(rows)
    if arguments.out:
        scores.to_csv(arguments.out, index=False)
    table = sum_up(scores)
    print(table.to_string(index=False, float_format=lambda value: f"{value:.2f}"))
    print(compare_with_best(table))


def read_images(
    data_set: str, part: str, shared: Path, most: int | None
) -> Iterator[tuple[str, np.ndarray, np.ndarray, float]]:
    """Yield name, image, truth (both (Z, Y, X)) and distance of planes in pixels."""
    if data_set == EMPTY:
        yield from make_empty_images()
        return
    images = list_images(data_set, part, shared)
    if most is not None and len(images) > most:
        images = [images[round(i)] for i in np.linspace(0, len(images) - 1, most)]
    for image in images:
        raw, truth = image.load()
        yield image.name, raw, truth, image.z_step


def make_empty_images() -> Iterator[tuple[str, np.ndarray, np.ndarray, float]]:
    """Yield planes and stacks without a cell: pure Poisson noise, and all that `make_empty` knows."""
    for kind, shape in (("plane", (1, 256, 256)), ("stack", (12, 128, 128))):
        for number in range(4):
            rng = np.random.default_rng([FIRST_EMPTY, number, shape[0]])
            raw = rng.poisson(20, shape).astype(np.float32) if number == 0 else 200 * make_empty(shape, rng)
            yield f"{kind} {number}", raw, np.zeros(shape, np.int32), 2.0


def list_methods(star: Path | None, unet: Path | None) -> dict[str, Method]:
    """Return the methods by name: each says what segments a movie."""
    methods: dict[str, Method] = {
        "default": lambda movie: choose_default_segmentation(movie).settings,
        "networks for tissue": lambda movie: NUCLEI,
        "network for stacks": lambda movie: STACKS,
        "network for planes": lambda movie: PLANES,
        "no network": lambda movie: ClassicalSettings(),
    }
    if star or unet:
        how = VollSegSettings(only_peaks=True, min_volume=NUCLEI.how.min_volume)
        given = NetworkSettings(star=str(star or ""), unet=str(unet or ""), how=how)
        methods["given"] = lambda movie: given
    return methods


@functools.cache
def make_segmenter(settings: SegmenterSettings) -> Any:
    """Return the method; the same one for all images, so that its networks are loaded once."""
    return settings.make()


def score_image(name: str, raw: np.ndarray, truth: np.ndarray, z_step: float, method: Method) -> dict[str, Any]:
    """Return the scores of one image; a method that cannot take it finds nothing."""
    voxel = VoxelSize(z=z_step, y=1.0, x=1.0, unit="pixel")
    calibration = Calibration(voxel_size=voxel, frame_interval=1.0, time_unit="frame")
    movie = Movie.from_array(raw[np.newaxis], calibration, name=name)
    start = time.perf_counter()
    labels, diameter_px, why = np.zeros(truth.shape, np.int32), None, ""
    try:
        ready = make_segmenter(method(movie)).prepare(movie)
        labels = ready.segment(movie.frame(0), only_labels=True).labels
        why = "; ".join(ready.report)
        diameter_px = ready.settings.cell_diameter  # pixels
    except VollTrackError as error:
        print(f"{name}: {error}", file=sys.stderr)
    seconds = time.perf_counter() - start
    n_truth, n_found = len(np.unique(truth)) - bool((truth == 0).any()), int(labels.max(initial=0))
    matching = import_matching().matching
    scores = {
        f"F1 {tau}": float(matching(truth, labels, thresh=tau).f1) if n_truth else float(n_found == 0) for tau in TAUS
    }
    error = np.nan
    if n_truth and diameter_px is not None:
        error = abs(np.log(diameter_px / measure_diameter(truth)))
    return {
        "IMAGE": name,
        "WHY": why,
        "CELLS": n_truth,
        "FOUND": n_found,
        "SECONDS": seconds,
        "SIZE ERROR": error,
    } | scores


def sum_up(scores: pd.DataFrame) -> pd.DataFrame:
    """Return one row per set and method."""
    rows = []
    for (data_set, method), its in scores.groupby(["SET", "METHOD"], sort=False):
        errors = its["SIZE ERROR"].dropna()
        rows.append(
            {"set": data_set, "method": method, "images": len(its), "cells": its["CELLS"].sum()}
            | {"found": its["FOUND"].sum()}
            | {f"F1 {tau}": its[f"F1 {tau}"].mean() for tau in TAUS}
            | {"worst .5": its["F1 0.5"].min()}
            | {"size within 20 %": float((errors < np.log(1.2)).mean()) if len(errors) else np.nan}
            | {"s an image": its["SECONDS"].mean()}
        )
    return pd.DataFrame(rows)


def compare_with_best(table: pd.DataFrame) -> str:
    """Return how far the default lies below the best method, where that is most."""
    best = table.groupby("set", sort=False)["F1 0.5"].max()
    default = table[table["method"] == "default"].set_index("set")["F1 0.5"]
    if default.empty:
        return f"F1 at .5 of the best method, mean over sets: {best.mean():.3f}"
    short = (best - default).dropna()
    return f"default below the best method by at most {short.max():.3f} (F1 at .5, {short.idxmax()})"


if __name__ == "__main__":
    main()
