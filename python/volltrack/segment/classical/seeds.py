"""Seeds of the watershed from a response image: its maxima, joined where no valley lies between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from volltrack.model import VoxelSize
from volltrack.segment.frame_check import free_axes

__all__ = ["Seeds", "find_seeds"]

_PEAK_REACH = 0.25
"""A maximum is the largest value within this fraction of the diameter along each axis."""

_VALLEY_REACH = 1.15
"""Maxima this many diameters apart or farther are never joined."""

_LINE_POINTS = 11


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """Seeds of one frame.

    Parameters
    ----------
    points
        int64 (N, 3): voxels (z, y, x).
    cells
        int64 (N,): which cell, 0 .. n_cells - 1; several seeds can belong to one.
    strengths
        float32 (N,): the response at each seed.
    """

    points: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int64]
    strengths: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.points)

    @property
    def n_cells(self) -> int:
        """Number of different cells."""
        return int(self.cells.max()) + 1 if len(self.cells) else 0


def find_seeds(
    response: npt.NDArray[np.float32],
    voxel_size: VoxelSize,
    *,
    diameter_um: float,
    min_response: float,
    merge_valley: float = 0.4,
) -> Seeds:
    """Return the maxima of a response image as seeds.

    Parameters
    ----------
    response
        (Z, Y, X), large in the middle of a cell: `blob_response`, `distance_response` or a probability.
    voxel_size
        Edge lengths of a voxel.
    diameter_um
        Typical diameter of a cell.
    min_response
        Maxima below are noise.
    merge_valley
        Two maxima belong to one cell if the response on the line between them falls below the weaker one by at most
        this fraction, times 1 - distance / (1.15 diameters): near maxima are joined over a deeper valley. 0 .. 1.
    """
    spacing = np.array(voxel_size.zyx)
    size = [1] * 3
    for axis in free_axes(response.shape):
        size[axis] = max(3, 2 * round(_PEAK_REACH * diameter_um / spacing[axis]) + 1)
    peaks = (response == ndimage.maximum_filter(response, size, mode="nearest")) & (response > max(min_response, 0.0))
    peaks = _thin_plateaus(peaks, response)
    points = np.argwhere(peaks)
    strengths = response[peaks]
    cells = _join_without_valley(points, strengths, response, spacing, _VALLEY_REACH * diameter_um, merge_valley)
    return Seeds(points=points, cells=cells, strengths=strengths)


def _thin_plateaus(peaks: npt.NDArray[np.bool_], response: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Keep one voxel, the first, of each plateau of equal maxima."""
    pieces, count = ndimage.label(peaks, structure=np.ones((3, 3, 3), bool))
    if count == int(np.count_nonzero(peaks)):
        return peaks
    flat = np.flatnonzero(pieces)
    _, first = np.unique(pieces.ravel()[flat], return_index=True)
    kept = np.zeros(response.size, bool)
    kept[flat[first]] = True
    return kept.reshape(response.shape)


def _join_without_valley(
    points: npt.NDArray[np.int64],
    strengths: npt.NDArray[np.float32],
    response: npt.NDArray[np.float32],
    spacing: npt.NDArray[np.float64],
    reach_um: float,
    merge_valley: float,
) -> npt.NDArray[np.int64]:
    """Return the cell number of each seed, (N,)."""
    n = len(points)
    if n < 2:
        return np.zeros(n, dtype=np.int64)
    places = points * spacing
    pairs = cKDTree(places).query_pairs(reach_um, output_type="ndarray")
    a, b = pairs[:, 0], pairs[:, 1]
    along = np.linspace(0.0, 1.0, _LINE_POINTS)[:, np.newaxis]
    line = points[a, np.newaxis] * (1 - along) + points[b, np.newaxis] * along
    values = ndimage.map_coordinates(response, line.reshape(-1, 3).T, order=1, mode="nearest")
    lowest = values.reshape(len(pairs), _LINE_POINTS).min(axis=1)
    distance = np.linalg.norm(places[a] - places[b], axis=1)
    allowed = merge_valley * (1 - distance / reach_um)
    joined = lowest > (1 - allowed) * np.minimum(strengths[a], strengths[b])
    graph = coo_array((np.ones(int(joined.sum()), np.int8), (a[joined], b[joined])), shape=(n, n))
    _, cells = connected_components(graph, directed=False)
    return np.asarray(cells, dtype=np.int64)
