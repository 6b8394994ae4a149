"""Distance of spots to the tissue boundary: CPU seconds beside one distance transform per frame.

Run ``python benchmarks/boundary_distance.py [--shape Z Y X] [--frames T] [--spots N] [--repeats R] [--seed S]``. One
thread, best of R. The tissue is an ellipsoid with a rough surface that grows from frame to frame; of the spots most lie
inside. The reference is the package ``edt`` (Euclidean distance transform, one call per frame, one thread) where it is
installed (``pip install edt``), and scipy's ``distance_transform_edt`` for the first frame in any case. A transform
gives the distance inside only, to voxel centres; ours is signed and exact. Both are compared before they are timed. The
last line is the figure.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.ndimage import distance_transform_edt, gaussian_filter

from volltrack.analyse import boundary_distance
from volltrack.model import Calibration, LabelMovie, Spots, Tissue, VoxelSize

SIZE = VoxelSize(z=2.0, y=0.5, x=0.5)
CALIBRATION = Calibration(voxel_size=SIZE, frame_interval=1.0, time_unit="min")


def make_tissue(shape: tuple[int, int, int], n_frames: int, seed: int) -> Callable[[int], npt.NDArray[np.uint8]]:
    """Return a function that gives the tissue of a frame."""
    rng = np.random.default_rng(seed)
    rough = gaussian_filter(rng.normal(size=shape), (2, 8, 8))
    grid = np.ogrid[tuple(map(slice, shape))]
    field = sum(np.square(2 * g / n - 1) for g, n in zip(grid, shape, strict=True)) + 0.15 * rough / rough.std()
    return lambda t: (field < 0.6 + 0.3 * t / n_frames).astype(np.uint8)


def time_best(call: Callable[[], Any], repeats: int) -> float:
    """Return the least CPU seconds of `repeats` calls."""
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", type=int, nargs=3, default=(22, 512, 512))
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--spots", type=int, default=30_000)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    shape = tuple(options.shape)
    frame_of = make_tissue(shape, options.frames, options.seed)
    # a movie in memory, so that neither side pays for reading
    frames = [frame_of(t) for t in range(options.frames)]
    movie = LabelMovie(
        shape=(options.frames, *shape), dtype=np.dtype(np.uint8), calibration=CALIBRATION, read_frame=frames.__getitem__
    )
    tissue = Tissue(labels=movie)
    rng = np.random.default_rng(options.seed)
    zyx = (rng.beta(2, 2, (options.spots, 3)) * (np.array(shape) - 1)) * SIZE.zyx
    table = pd.DataFrame({"ID": np.arange(options.spots), "FRAME": rng.integers(0, options.frames, options.spots)})
    table = table.assign(POSITION_Z=zyx[:, 0], POSITION_Y=zyx[:, 1], POSITION_X=zyx[:, 2])
    spots = Spots(table=table)

    tracemalloc.start()
    distance = boundary_distance(spots, tissue)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    inside = distance > 0
    print(
        f"{options.frames} frames of {shape}, {options.spots} spots, {inside.mean():.0%} of them in the tissue, "
        f"{np.mean([f.mean() for f in frames]):.0%} of the voxels are tissue, seed {options.seed}"
    )
    first = np.flatnonzero((table["FRAME"] == 0) & inside)
    place = np.rint(zyx[first] / SIZE.zyx).astype(int)
    transform = distance_transform_edt(frames[0], sampling=SIZE.zyx)[tuple(place.T)]
    off = np.abs(transform - distance[first])
    assert off.max() <= np.linalg.norm(SIZE.zyx) * 1.01, off.max()  # a voxel's diagonal: rounding, and face or centre

    ours = time_best(lambda: boundary_distance(spots, tissue), options.repeats)
    scipy_frame = time_best(lambda: distance_transform_edt(frames[0], sampling=SIZE.zyx), 1)
    print(f"ours: {ours:.2f} s CPU, {ours / options.frames:.4f} s per frame, at most {peak:.0f} MB more")
    print(f"scipy distance_transform_edt: {scipy_frame:.3f} s per frame")
    name, reference = "scipy's distance transform", scipy_frame * options.frames
    try:
        import edt
    except ImportError:
        print("edt is not installed")
    else:
        name = "edt"
        reference = time_best(
            lambda: [edt.edt(frame, anisotropy=SIZE.zyx, parallel=1) for frame in frames], options.repeats
        )
        print(f"edt: {reference / options.frames:.4f} s per frame")
    print(f"boundary distance: {ours / reference:.2f} times the cost of one {name} call per frame")


if __name__ == "__main__":
    main()
