"""Fit the network that reads the diameter of the cells from an image, and say how good it is.

Run with: python benchmarks/segment/fit_size.py OUT [--count 2400] [--networks 4]   draw, fit, write the weights
          python benchmarks/segment/fit_size.py OUT --score tune|test               only the real images of a part

Images are those of ``weights/training_images/sized_images.py``: real ones of the train parts, rescaled, cut and
exposed anew, and drawn ones, each of a size of its own, some without a cell. Their curves are kept in OUT, a file for
every 50, so an interrupted run goes on. The weights go to python/volltrack/segment/size. Choices were made on the tune
part. The last line is the least share of images of a real set whose diameter comes out within 20 % of the truth.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "weights"))

from training_images.real_images import SHARED, list_images
from training_images.shown import measure_diameter
from training_images.sized_images import draw_sized_image

from volltrack.model import VoxelSize
from volltrack.segment.size.blob_diameter import estimate_cell_size
from volltrack.segment.size.blobs import even_out_noise
from volltrack.segment.size.scale_curves import CHANNELS, measure_scale_curves
from volltrack.segment.size.scale_network import WEIGHTS_FILE

FIRST_SEED, CHUNK = 20_000, 50
SETS = ("dsb2018-fluo-2d", "bbbc050-mouse-embryo-3d", "gonuclear-ovule-nuclei-3d")
MOST_SCALES = 32
SMALLEST = 3.5
"""Cells of fewer pixels cannot be told: not learned from."""

CLOSE = np.log(1.2)


def main() -> None:
    """Draw, fit, score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=2400, help="images")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--networks", type=int, default=4)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--score", choices=["tune", "test"], help="fit nothing")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    if arguments.score is None:
        arguments.out.mkdir(parents=True, exist_ok=True)
        seeds = range(FIRST_SEED, FIRST_SEED + arguments.count, CHUNK)
        with ProcessPoolExecutor(arguments.processes) as pool:
            files = list(pool.map(partial(draw_chunk, out=arguments.out, shared=arguments.shared), seeds))
        fit(files, arguments.epochs, arguments.networks)
    print(score(arguments.score or "tune", arguments.shared))


def draw_chunk(first: int, out: Path, shared: Path) -> Path:
    """Return the file with the curves of `CHUNK` images, made where it is not there."""
    file = out / f"curves-{first}.npz"
    if file.is_file():
        return file
    values = np.zeros((CHUNK, MOST_SCALES, CHANNELS), np.float32)
    lengths, places, real = np.zeros(CHUNK, int), np.full(CHUNK, np.nan), np.zeros(CHUNK, bool)
    kept = np.ones(CHUNK, bool)
    for i in range(CHUNK):
        drawn = draw_sized_image(first + i, shared)
        curves = measure_scale_curves(even_out_noise(drawn.image), (drawn.z_step, 1.0, 1.0))
        lengths[i] = len(curves.diameters)
        values[i, : lengths[i]] = curves.values
        real[i] = drawn.kind in SETS
        if drawn.diameter is not None:
            places[i] = 3 * np.log2(drawn.diameter / curves.diameters[0])
            kept[i] = drawn.diameter > SMALLEST
    temporary = file.with_suffix(f".{os.getpid()}.tmp.npz")
    np.savez_compressed(temporary, values=values[kept], lengths=lengths[kept], places=places[kept], real=real[kept])
    temporary.replace(file)
    print(f"{time.strftime('%H:%M:%S')} {file.name}", file=sys.stderr)
    return file


def fit(files: list[Path], epochs: int, networks: int) -> None:
    """Train the networks and write their weights, half precision."""
    from scale_training import Examples, train_network  # TensorFlow

    parts = [dict(np.load(file)) for file in files]
    values, lengths, places, real = (
        np.concatenate([part[key] for part in parts]) for key in ("values", "lengths", "places", "real")
    )
    values = values[:, : int(lengths.max())]
    examples = Examples(values=values, lengths=lengths, places=places, weights=np.where(real, 1.5, 1.0))
    weights = {}
    for seed in range(networks):
        layers = train_network(examples, seed, epochs)
        weights |= {f"{seed}/{name}": layer.astype(np.float16) for name, layer in layers.items()}
        print(f"{time.strftime('%H:%M:%S')} network {seed} of {len(values)} images", file=sys.stderr)
    folder = Path(__file__).resolve().parents[2] / "python" / "volltrack" / "segment" / "size"
    np.savez_compressed(folder / WEIGHTS_FILE, **weights)


def score(part: str, shared: Path) -> str:
    """Print a row for each real set and return the last line."""
    shares = {}
    print(f"{part:28s} images  within 20 %  median error  median bias  confidence  s an image")
    for data_set in SETS:
        errors, sure, start = [], [], time.perf_counter()
        for image in list_images(data_set, part, shared):
            raw, truth = image.load()
            found = estimate_cell_size([raw], VoxelSize(z=image.z_step, y=1.0, x=1.0, unit="pixel"))
            errors.append(np.log(found.diameter / measure_diameter(truth)))
            sure.append(found.confidence)
        if errors:
            seconds = (time.perf_counter() - start) / len(errors)
            shares[data_set] = float(np.mean(np.abs(errors) < CLOSE))
            print(
                f"{data_set:28s} {len(errors):6d} {shares[data_set]:12.2f} {np.median(np.abs(errors)):13.3f}"
                f" {np.median(errors):+12.3f} {np.mean(sure):11.2f} {seconds:11.2f}"
            )
    if not shares:
        raise SystemExit(f"no image of part {part} below {shared}: give --shared")
    return f"within 20 % in the worst set: {min(shares.values()):.2f}"


if __name__ == "__main__":
    main()
