"""Lineage linking beside other linkers: exact links and divisions, CPU seconds and memory of a whole process.

Run ``python benchmarks/link_likelihood.py [--seeds N] [--sets s,m,l] [--kinds] [--peer-python PATH]``. Clouds of
`volltrack.testing.clouds` (20 x 100, 50 x 1,000, 100 x 5,000 cells at the start), one thread, one process per run: CPU
seconds and peak memory hold the interpreter, all imports and reading the spots; the settings are estimated in it.
trackpy 0.7 (with drift predicted from frame to frame) and laptrack 0.17 run on the same clouds when PATH, a Python that
has them, is given or this one has them; laptrack only on s, it takes a minute on m.

The clouds are those of the comparison of linkers that the targets come from; that stated, and seed 1 here gives:

====  ==========================  =====================  ==========================  =========================
set   detections (false)          true links (gaps)      divisions                   trackpy + drift, link F1
====  ==========================  =====================  ==========================  =========================
s     2,084 (64); 2,085 (69)      1,910 (113); 1,909     48; 39                      -
m     54,024 (1,653); 52,698      51,165 (2,497)         1,062; 1,027                .967; .967
l     595,889 (18,243); 588,769   570,615 (28,170)       12,121; 11,602              -
====  ==========================  =====================  ==========================  =========================

With --kinds also clouds made otherwise: no repulsion, directed motion, many appearances, in a plane. The last line is
the figure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

SETS = {"s": (20, 100), "m": (50, 1000), "l": (100, 5000)}
KINDS: dict[str, dict[str, Any]] = {
    "no repulsion": {"min_distance_um": 0.0},
    "directed": {"persistence": 0.7},
    "2% appear": {"appearance_rate": 0.02},
    "10% false": {"false_rate": 0.1},
    "no division": {"division_rate": 0.0},
    "in a plane": {"flat": True},
}


def link_with_volltrack(frame: np.ndarray, zyx: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of source and target by `volltrack.link.link_by_likelihood`."""
    import pandas as pd

    from volltrack.link import link_by_likelihood
    from volltrack.model import Spots

    columns = {"ID": np.arange(len(frame)), "FRAME": frame}
    columns |= {f"POSITION_{axis}": zyx[:, i] for i, axis in enumerate("ZYX")}
    links = link_by_likelihood(Spots(table=pd.DataFrame(columns)))
    return links.source_ids, links.target_ids


def link_with_trackpy(frame: np.ndarray, zyx: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the links of trackpy with drift, radius 5, one missed frame; it has no divisions."""
    import pandas as pd
    import trackpy

    trackpy.quiet()
    table = pd.DataFrame(zyx, columns=["z", "y", "x"]).assign(frame=frame, row=np.arange(len(frame)))
    frames = [part for _, part in table.groupby("frame")]
    predict = trackpy.predict.DriftPredict(pos_columns=["z", "y", "x"])
    options = {"memory": 1, "pos_columns": ["z", "y", "x"], "adaptive_stop": 1.0, "adaptive_step": 0.9}
    linked = pd.concat(list(predict.link_df_iter(frames, 5, **options))).sort_values(["particle", "frame"])
    same = linked["particle"].to_numpy()[1:] == linked["particle"].to_numpy()[:-1]
    row = linked["row"].to_numpy()
    return row[:-1][same], row[1:][same]


def link_with_laptrack(frame: np.ndarray, zyx: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the links of laptrack: linking 5, gaps 6 over two frames, splitting 4 um."""
    from laptrack import LapTrack

    options = {"cutoff": 25, "gap_closing_cutoff": 36, "gap_closing_max_frame_count": 2, "splitting_cutoff": 16}
    rows = [np.flatnonzero(frame == t) for t in range(int(frame.max()) + 1)]
    tree = LapTrack(**options).predict([zyx[r] for r in rows])
    edges = [sorted(edge) for edge in tree.edges()]
    found = np.array([(rows[a][i], rows[b][j]) for (a, i), (b, j) in edges])
    return found[:, 0], found[:, 1]


LINKERS = {"volltrack": link_with_volltrack, "trackpy": link_with_trackpy, "laptrack": link_with_laptrack}


def run_linker(name: str, cloud: Any, python: str) -> tuple[Any, float, float] | None:
    """Return score, CPU seconds and peak MB of linking `cloud` in a process of its own, None if it fails."""
    from volltrack.model import Links
    from volltrack.score import score_links

    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder, "spots.npz"), Path(folder, "links.npz")
        np.savez(given, frame=cloud.spots.frames, zyx=cloud.spots.positions_zyx)
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
        command = [python, __file__, "--child", name, str(given), str(found)]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode or not found.exists():
            return None
        links = np.load(found)
        peak_mb = float(links["peak_kb"]) / 1024
        score = score_links(Links.from_arrays(links["source"], links["target"]), cloud.truth)
    return score, usage.ru_utime + usage.ru_stime, peak_mb


def report(name: str, what: str, run: tuple[Any, float, float] | None) -> None:
    """Print one line of the table."""
    if run is None:
        print(f"{what:24} {name:10} not run")
        return
    score, cpu, peak = run
    print(
        f"{what:24} {name:10} link P {score.link_precision:.3f} R {score.link_recall:.3f} F1 {score.link_f1:.4f}  "
        f"division F1 {score.division_f1:.3f} ({score.n_found_divisions} found, {score.n_true_divisions} true)  "
        f"{cpu:6.2f} CPU s  {peak:5.0f} MB",
        flush=True,
    )


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="seeds of s; m takes two, l one (default 3)")
    parser.add_argument("--sets", default="s,m,l")
    parser.add_argument("--kinds", action="store_true", help="also 20 x 600 clouds of other kinds")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python that has trackpy and laptrack")
    options = parser.parse_args()

    from volltrack.testing.clouds import CloudSettings, make_cloud

    sets = options.sets.split(",")
    worst_link = worst_division = 1.0
    costs = {}
    for name in sets:
        for seed in range(1, 1 + {"s": options.seeds, "m": min(options.seeds, 2), "l": 1}[name]):
            cloud = make_cloud(*SETS[name], seed)
            what = f"{name} {SETS[name][0]}x{SETS[name][1]} seed {seed}"
            run = run_linker("volltrack", cloud, sys.executable)
            report("volltrack", what, run)
            if run is not None:
                worst_link, worst_division = min(worst_link, run[0].link_f1), min(worst_division, run[0].division_f1)
                costs[name] = run[1:]
            if seed == 1 and name != "l":
                report("trackpy", what, run_linker("trackpy", cloud, options.peer_python))
            if name == "s":
                report("laptrack", what, run_linker("laptrack", cloud, options.peer_python))
    for kind, values in KINDS.items() if options.kinds else ():
        cloud = make_cloud(20, 600, 1, CloudSettings(**values))
        report("volltrack", f"20x600 {kind}", run_linker("volltrack", cloud, sys.executable))
        report("trackpy", f"20x600 {kind}", run_linker("trackpy", cloud, options.peer_python))
    cost = "; ".join(f"{name}: {cpu:.2f} CPU s, {peak:.0f} MB" for name, (cpu, peak) in costs.items())
    print(f"worst link F1 {worst_link:.4f} (target .967), worst division F1 {worst_division:.3f} (target .50); {cost}")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        spots = np.load(sys.argv[3])
        source, target = LINKERS[sys.argv[2]](spots["frame"], spots["zyx"])
        # of this program alone: the peak in the usage of a process holds that of the one it was forked from
        status = Path("/proc/self/status").read_text(encoding="ascii")
        peak_kb = int(status.split("VmHWM:")[1].split()[0])
        np.savez(sys.argv[4], source=source, target=target, peak_kb=peak_kb)
    else:
        main()
