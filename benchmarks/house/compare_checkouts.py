"""Two checkouts side by side: the same commands on the same real inputs must leave the same bytes, at the same speed.

    python benchmarks/house/compare_checkouts.py OLD NEW [--only WORD] [--repeat N]

OLD and NEW are checkouts that `make setup jar` prepared. Every command runs in both, in turn, on the inputs of
../shared/data; each file that it leaves is compared, and the CPU seconds of the whole processes are given as a ratio.
Exit status 1 where anything differs. A change that moves code, and must not change what it does, is checked so before
and after. The last line is the number of files that differ and the median ratio of time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SIZE = ("--voxel-size", "2,0.5,0.5", "--length-unit", "µm", "--frame-interval", "1", "--time-unit", "min")

_VERSION = re.compile(rb"""(VollTrack |volltrack = ")\d+\.\d+\.\d+(?:\.dev\d+)?""")
"""The program's own version in what it writes, which two checkouts may differ in."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One command line; `{data}` stands for the folder of real inputs, and later jobs see what earlier ones left."""

    name: str
    words: tuple[str, ...]


JOBS = tuple(
    Job(name=name, words=tuple(words))
    for name, words in {
        "demo": ("demo", "--out", "demo", "--no-network"),
        "segment-parhyale": (
            "segment",
            "{data}/parhyale-leg-5f/movie.tif",
            "--time-in-frames",
            "--no-network",
            "--out",
            "parhyale.tif",
        ),
        "networks-parhyale": ("segment", "{data}/parhyale-leg-5f/movie.tif", "--time-in-frames", "--out", "nets.tif"),
        "run-parhyale": ("run", "{data}/parhyale-leg-5f/movie.tif", "--time-in-frames", "--no-network", "--out", "run"),
        "run-zarr-labels": ("segment", "demo/movie.tif", "--no-network", "--out", "demo.zarr"),
        "measure": (
            "measure",
            "parhyale.tif",
            "--raw",
            "{data}/parhyale-leg-5f/movie.tif",
            "--time-in-frames",
            "--out",
            "cells.csv",
        ),
        "link-celegans": (
            "link",
            "{data}/celegans-cells/cells.csv",
            "--voxel-size",
            "1,0.09,0.09",
            "--length-unit",
            "µm",
            "--frame-interval",
            "1",
            "--time-unit",
            "min",
            "--out",
            "celegans.xml",
        ),
        "link-trackmate": (
            "link",
            "{data}/celegans-cells/cells.csv",
            "--preset",
            "trackmate",
            "--voxel-size",
            "1,0.09,0.09",
            "--length-unit",
            "µm",
            "--frame-interval",
            "1",
            "--time-unit",
            "min",
            "--out",
            "preset.xml",
        ),
        "link-labels-3d": ("link", "{data}/trackmate-reference/labels3d.tif", *SIZE, "--out", "labels3d.xml"),
        "link-labels-2d": ("link", "{data}/trackmate-reference/labels2d.tif", *SIZE, "--out", "labels2d.xml"),
        "link-t98g": ("link", "{data}/t98g-phase-37f/id_masks_tyx.tif", "--axes", "TYX", *SIZE, "--out", "t98g.xml"),
        "prune": ("prune", "celegans.xml", "--min-tracklet-length", "10", "--out", "pruned.xml"),
        "check": ("check", "celegans.xml"),
        "convert-geff": ("convert", "labels3d.xml", "tracks.geff"),
        "convert-ctc": ("convert", "labels3d.xml", "ctc"),
        "convert-csv": ("convert", "celegans.xml", "tracks.csv"),
        "analyse": ("analyse", "run/tracks.xml", "--no-plots", "--out", "analysis"),
        "report": ("report", "run/tracks.xml", "--out", "report.html"),
        "score": ("score", "demo/tracks.xml", "demo/truth.xml"),
    }.items()
)


def main() -> int:
    """Compare, print a line per job, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--only", default="", help="jobs whose name holds this word (and what they need)")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each job, the fastest counts (default 1)")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        print(f"the reference data is not here: expected {SHARED}")
        return 2
    n_different, ratios = 0, []
    with tempfile.TemporaryDirectory() as folder:
        # one place for both in turn, for files may name the folder that they lie in
        kept = {checkout: Path(folder) / name for checkout, name in ((arguments.old, "old"), (arguments.new, "new"))}
        place = Path(folder) / "work"
        for job in (job for job in JOBS if arguments.only in job.name):
            seconds: dict[Path, float] = {}
            for checkout, store in kept.items():
                store.mkdir(exist_ok=True)
                store.rename(place)
                seconds[checkout] = min(_run(checkout, job, place) for _ in range(arguments.repeat))
                place.rename(store)
            names = _find_differences(*kept.values())
            n_different += len(names)
            ratios.append(seconds[arguments.new] / seconds[arguments.old])
            said = "same bytes" if not names else "DIFFERENT: " + ", ".join(names)
            print(f"{job.name:20} {seconds[arguments.new]:7.2f} CPU s  {ratios[-1]:5.2f} x  {said}", flush=True)
    print(f"files that differ: {n_different}; median ratio of CPU seconds, new / old: {statistics.median(ratios):.3f}")
    return 1 if n_different else 0


def _run(checkout: Path, job: Job, place: Path) -> float:
    """Run a job in `place` and return its CPU seconds; what it prints is kept as a result, too."""
    words = [word.format(data=SHARED) for word in job.words]
    if job.words[0] not in ("check", "score", "prune"):
        words += ["--overwrite"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [str(checkout.resolve() / ".venv/bin/volltrack"), *words],
        cwd=place,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    (place / f"{job.name}.out").write_text(f"{done.stdout}\nexit code {done.returncode}\n")
    if done.returncode not in (0, 1):
        print(
            f"{checkout}: {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()[-300:]}", file=sys.stderr
        )
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def _find_differences(old: Path, new: Path) -> list[str]:
    """Return the files that only one folder holds, or that differ, and forget them: the next job starts even."""
    found = []
    names = {path.relative_to(store) for store in (old, new) for path in store.rglob("*") if path.is_file()}
    names = {name for name in names if ".volltrack" not in name.parts}  # notes for resuming know the dates of files
    for name in sorted(names):
        digests = {_digest(store / name) for store in (old, new)}
        if len(digests) > 1:
            found.append(str(name))
            if (new / name).exists() and (old / name).exists():
                (new / name).write_bytes((old / name).read_bytes())
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(_VERSION.sub(rb"\1", path.read_bytes())).hexdigest() if path.exists() else "none"


if __name__ == "__main__":
    sys.exit(main())
