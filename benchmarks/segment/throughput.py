"""Voxels per second, peak memory, and what takes the time, of the main job with the shipped networks.

Run with: OMP_NUM_THREADS=1 python benchmarks/segment/throughput.py [MOVIE] [--frames 5]

CPU time of one whole `volltrack segment` and `volltrack run` each: from the movie's file to the files that are written.
Not counted: the start of Python and TensorFlow. Loading the networks, the estimate of the diameter (segment) and the
picture (run) are counted; they cost the same for a movie of any length, so short movies show larger shares.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from volltrack.apps.cli.main import main as run_command
from volltrack.io.images import open_movie
from volltrack.io.tiff import write_movie
from volltrack.segment.network_packages import import_network_package
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

NETWORKS, CHOICE = "networks", "StarDist's choice of objects"


def main() -> None:
    """Print one line per command; the share outside the networks last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("movie", type=Path, nargs="?", help="a synthetic movie when not given")
    parser.add_argument("--frames", type=int, default=5)
    arguments = parser.parse_args()
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):  # waiting threads would count as CPU time
        os.environ.setdefault(variable, "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = arguments.movie
        if path is None:
            path = folder / "movie.tif"
            write_movie(path, make_tissue_movie(SyntheticSettings(seed=3, n_frames=arguments.frames)).raw)
        movie = open_movie(path)
        n_voxels = movie.n_frames * movie.shape[1] * movie.shape[2] * movie.shape[3]
        units = ["--time-in-frames"] if arguments.movie is not None else []
        commands = {
            "segment": ["segment", str(path), "--out", str(folder / "labels.tif"), "--quiet", *units],
            "run": ["run", str(path), "--out", str(folder / "results"), "--quiet", *units],
        }
        with _counted() as spent:
            run_command([*commands["segment"], "--overwrite"])  # graphs are built at the first call
            shares = {}
            for command, words in commands.items():
                spent.clear()
                start = time.process_time()
                if run_command([*words, "--overwrite"] if command == "segment" else words) != 0:
                    raise SystemExit(2)
                seconds = time.process_time() - start
                networks, choice = spent.get(NETWORKS, 0.0) / seconds, spent.get(CHOICE, 0.0) / seconds
                shares[command] = 1 - networks - choice
                print(
                    f"volltrack {command}, {movie.n_frames} frames of {movie.shape[1:]}: {seconds:.2f} CPU s, "
                    f"{n_voxels / seconds / 1e6:.2f} million voxels/s; {NETWORKS} {networks:.1%}, {CHOICE} "
                    f"{choice:.1%}, all the rest {1 - networks - choice:.1%}"
                )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")
    print(f"share outside networks and StarDist: segment {shares['segment']:.3f}, run {shares['run']:.3f}")


@contextlib.contextmanager
def _counted() -> Iterator[dict[str, float]]:
    """Let Keras and StarDist count the CPU seconds of their parts."""
    spent: dict[str, float] = {}
    keras_model = import_network_package("keras").Model
    models, overlaps = import_network_package("stardist.models"), import_network_package("stardist.nms")
    places = [
        (keras_model, "predict", NETWORKS),
        (models.StarDist3D, "_instances_from_prediction", CHOICE),
        (overlaps, "non_maximum_suppression_3d_sparse", CHOICE),
    ]
    originals = [getattr(owner, name) for owner, name, _ in places]
    for owner, name, part in places:
        setattr(owner, name, _timed(getattr(owner, name), spent, part))
    try:
        yield spent
    finally:
        for (owner, name, _), original in zip(places, originals, strict=True):
            setattr(owner, name, original)


def _timed(original: Callable[..., Any], spent: dict[str, float], part: str) -> Callable[..., Any]:
    """Return the function, which now counts its time."""

    def call(*args: Any, **kwargs: Any) -> Any:
        start = time.process_time()
        try:
            return original(*args, **kwargs)
        finally:
            spent[part] = spent.get(part, 0.0) + time.process_time() - start

    return call


if __name__ == "__main__":
    main()
