"""Voxels per second, peak memory and the share of time outside the networks, of the main job with shipped networks.

Run with: OMP_NUM_THREADS=1 python benchmarks/segment/throughput.py [MOVIE ...] [--frames 5 20]

CPU time on one thread, from the movie's file to the files that are written. One row per job: one frame whose scale is
known and with the networks in memory, then whole `volltrack segment` and `volltrack run`, on each
MOVIE and on synthetic ones of so many frames. The parts:

prediction
    csbdeep's ``CARE.predict`` (the U-Net) and our `predict_candidates`, which does what StarDist's own sparse
    prediction does: the network tile by tile, and the candidates for objects. Keras alone is named behind it.
choice
    StarDist's own choice among the candidates: its non-maximum suppression and the drawing of the objects.
loading
    StarDist and csbdeep build their networks and read the weights, once per job.
outside
    All the rest, which is ours: files, scale, thinning of the candidates, seed pool, watershed, clean-up; for `run`
    also measuring, linking, TrackMate XML and the picture.

The share outside the networks is that last part. The strict one counts nothing but the prediction as network. Imports,
which cost the same for a movie of any length, are counted in neither; the first line says what they take.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from volltrack.apps.cli.main import main as run_command
from volltrack.apps.jobs.inputs import ImageOptions
from volltrack.io.tiff import write_movie
from volltrack.model import Movie
from volltrack.pipeline.default_segmentation import choose_default_segmentation
from volltrack.segment.networks.packages import import_network_package
from volltrack.testing.synthetic import SyntheticSettings, make_tissue_movie

PREDICTION, KERAS, CHOICE, LOADING = "prediction", "Keras", "choice", "loading"
_FRAME_REPEATS = 5
_OURS = (
    "volltrack.apps.jobs.run_movie",
    "volltrack.apps.jobs.labels.segment_movie",
    "matplotlib.figure",
)


def main() -> None:
    """Print one line per job; the share outside the networks last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("movies", type=Path, nargs="*", metavar="MOVIE", help="real movies; none when not given")
    parser.add_argument("--frames", type=int, nargs="+", default=[5, 20], help="lengths of the synthetic movies")
    arguments = parser.parse_args()
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):  # waiting threads would count as CPU time
        os.environ.setdefault(variable, "1")
    _time_imports()
    shares = {}
    with tempfile.TemporaryDirectory() as name, _counted() as spent:
        folder = Path(name)
        paths = list(arguments.movies)
        for n_frames in (1, *arguments.frames):
            paths.append(folder / f"synthetic-{n_frames}.tif")
            write_movie(paths[-1], make_tissue_movie(SyntheticSettings(seed=3, n_frames=n_frames)).raw)
        _run("run", paths.pop(len(arguments.movies)), folder / "first")  # imports what is imported when it is needed
        for place, path in enumerate(paths):
            is_real = path in arguments.movies
            movie = ImageOptions(time_in_frames=is_real).open_movie(path)
            if is_real or place == 0:
                shares[f"one frame of {path.stem}"] = _measure_frame(movie, spent)
            for command in ("segment", "run"):
                spent.clear()
                start = time.process_time()
                _run(command, path, folder / f"{command}-{place}{'.tif' if command == 'segment' else ''}")
                shares[f"{command} {path.stem}"] = _report(
                    f"volltrack {command}", movie, movie.n_frames, time.process_time() - start, spent
                )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")
    print("share outside the networks: " + ", ".join(f"{job} {share:.3f}" for job, share in shares.items()))


def _time_imports() -> None:
    """Print the CPU time of what is imported once per process."""
    start = time.process_time()
    for name in ("keras", "stardist.models", "csbdeep.models"):
        import_network_package(name)
    theirs = time.process_time() - start
    for name in _OURS:
        importlib.import_module(name)
    print(
        f"imports: {theirs:.1f} CPU s for TensorFlow, StarDist and csbdeep, "
        f"{time.process_time() - theirs:.1f} s for Python and all else"
    )


def _run(command: str, path: Path, out: Path) -> None:
    words = [command, str(path), "--out", str(out), "--quiet"]
    if not path.name.startswith("synthetic"):
        words.append("--time-in-frames")
    with contextlib.redirect_stdout(io.StringIO()):
        if run_command(words) != 0:
            raise SystemExit(2)


def _measure_frame(movie: Movie, spent: dict[str, float]) -> float:
    """Print and return the share for the middle frame, its scale known and the networks in memory."""
    chosen = choose_default_segmentation(movie)
    if chosen.why_no_network:
        raise SystemExit(f"the shipped networks cannot be used here: {chosen.why_no_network}")
    ready = chosen.settings.make().prepare(movie)
    frame = movie.frame(movie.n_frames // 2)
    ready.segment(frame)  # graphs are built at the first call
    spent.clear()
    start = time.process_time()
    for _ in range(_FRAME_REPEATS):
        ready.segment(frame)
    seconds = (time.process_time() - start) / _FRAME_REPEATS
    spent.update({part: value / _FRAME_REPEATS for part, value in spent.items()})
    return _report("one frame", movie, 1, seconds, spent)


def _report(job: str, movie: Movie, n_frames: int, seconds: float, spent: dict[str, float]) -> float:
    """Print one line and return the share outside the networks."""
    shares = {part: spent.get(part, 0.0) / seconds for part in (PREDICTION, KERAS, CHOICE, LOADING)}
    outside = 1 - shares[PREDICTION] - shares[CHOICE] - shares[LOADING]
    n_voxels = n_frames * int(np.prod(movie.shape[1:]))
    print(
        f"{job}, {Path(movie.name).name}, {n_frames} of {movie.shape[1:]}: {seconds:.2f} CPU s, "
        f"{n_voxels / seconds / 1e6:.2f} million voxels/s; prediction {shares[PREDICTION]:.1%} "
        f"(Keras {shares[KERAS]:.1%}), choice {shares[CHOICE]:.1%}, loading {shares[LOADING]:.1%}, "
        f"outside {outside:.1%}; strict {1 - shares[PREDICTION]:.1%}"
    )
    return outside


@contextlib.contextmanager
def _counted() -> Iterator[dict[str, float]]:
    """Let the networks and their libraries count the CPU seconds of their parts."""
    spent: dict[str, float] = {}
    star = importlib.import_module("volltrack.segment.networks.star.network")
    loading = importlib.import_module("volltrack.segment.networks.lazy")
    keras_model = import_network_package("keras").Model
    models, overlaps = import_network_package("stardist.models"), import_network_package("stardist.nms")
    places = [
        (star, "predict_candidates", PREDICTION),
        (import_network_package("csbdeep.models").CARE, "predict", PREDICTION),
        (keras_model, "predict", KERAS),
        (models.StarDist3D, "_instances_from_prediction", CHOICE),
        (overlaps, "non_maximum_suppression_3d_sparse", CHOICE),
        (loading, "load_networks", LOADING),
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
