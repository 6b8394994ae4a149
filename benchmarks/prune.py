"""Pruning of one million links: CPU seconds, growth with the number of links, peak memory.

Run ``python benchmarks/prune.py [--links N] [--seed S] [--repeats R]``. The reference is one run of
``scipy.sparse.csgraph.connected_components`` on the same links, the least that finding the tracks costs. The last line
is the figure.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from volltrack.link.prune.settings import PruneSettings
from volltrack.link.prune.tracklets import prune_short_tracklets
from volltrack.model import Lineage, Links, Spots


def grow_forest(n_links: int, division_rate: float, seed: int) -> Lineage:
    """Return random trees: 200 frames, about `n_links` links; as many lines end as begin by division."""
    rng = np.random.default_rng(seed)
    n_frames = 200
    founders = max(1, n_links // n_frames)
    alive = np.arange(founders)
    frames = [np.zeros(founders, np.int64)]
    source, target, next_id = [], [], founders
    for frame in range(1, n_frames):
        ends = rng.random(len(alive)) < division_rate / (1 + division_rate)
        twice = rng.random(len(alive)) < division_rate
        mothers = np.concatenate([alive[~ends], alive[~ends & twice]])
        children = np.arange(next_id, next_id + len(mothers))
        next_id += len(mothers)
        frames.append(np.full(len(mothers), frame))
        source.append(mothers)
        target.append(children)
        alive = children
    frame = np.concatenate(frames)
    zeros = np.zeros(next_id)
    table = pd.DataFrame(
        {"ID": np.arange(next_id), "FRAME": frame, "POSITION_X": zeros, "POSITION_Y": zeros, "POSITION_Z": zeros}
    )
    links = Links.from_arrays(np.concatenate(source), np.concatenate(target))
    return Lineage(spots=Spots(table=table), links=links)


def measure(n_links: int, division_rate: float, seed: int, repeats: int) -> tuple[float, float, int, int]:
    """Return the best CPU seconds of pruning and of the reference, the number of links and of removed tracklets."""
    settings = PruneSettings(min_tracklet_length=5, whole_tracks=True, root_tracklets=True)
    best, reference, removed = np.inf, np.inf, 0
    grown = grow_forest(n_links, division_rate, seed)
    for _ in range(repeats):
        lineage = Lineage(spots=grown.spots, links=grown.links)  # nothing cached
        begin = time.process_time()
        result = prune_short_tracklets(lineage, settings)
        best = min(best, time.process_time() - begin)
        removed = len(result.removed_tracklets)
        begin = time.process_time()
        ends = (lineage.source_rows, lineage.target_rows)
        connected_components(coo_array((np.ones(len(ends[0])), ends), shape=(len(lineage.spots),) * 2), directed=False)
        reference = min(reference, time.process_time() - begin)
    return best, reference, len(grown.links), removed


def main() -> None:
    """Print one line per size and division rate, the figure last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    figure = ""
    for rate in (0.3, 0.02):
        for part in (4, 2, 1):
            seconds, reference, n_links, removed = measure(
                arguments.links // part, rate, arguments.seed, arguments.repeats
            )
            figure = (
                f"{n_links} links, a division in {rate:.0%} of the spots, all rules: {seconds:.2f} CPU s "
                f"({1e6 * seconds / n_links:.2f} s per million), {seconds / reference:.1f} x connected_components, "
                f"{removed} tracklets removed, seed {arguments.seed}, best of {arguments.repeats}"
            )
            print(figure)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{figure}, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
