"""Number of separate pieces of each label."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from volltrack.measure.runs import LabelRuns

__all__ = ["count_pieces"]

IntArray = npt.NDArray[np.int64]


def count_pieces(runs: LabelRuns) -> IntArray:
    """Return the number of connected pieces of each label, (N,); voxels that share a corner are connected.

    Runs are the nodes of a graph; two runs of one label in neighbouring rows are joined where they touch.
    """
    if len(runs) == 0:
        return np.zeros(0, dtype=np.int64)
    pairs = runs.touching.values()
    source, target = np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])
    n_runs = len(runs.x)
    graph = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(n_runs, n_runs))
    n_pieces, piece = connected_components(graph, directed=False)
    owner_of_piece = np.empty(n_pieces, dtype=np.int64)
    owner_of_piece[piece] = runs.owner
    return np.bincount(owner_of_piece, minlength=len(runs)).astype(np.int64)
