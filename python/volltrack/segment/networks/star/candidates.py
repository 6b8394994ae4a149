"""Candidates of StarDist: voxels that may be the centre of an object, with their rays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from volltrack.segment.networks.packages import import_network_package

__all__ = ["LIBRARY_BORDER", "StarCandidates", "predict_candidates"]

LIBRARY_BORDER = 2
"""Grid points at the border of the image that StarDist never takes for centres (its own default)."""


@dataclass(frozen=True, kw_only=True)
class StarCandidates:
    """What the network gives before objects are chosen; the two maps are on the grid."""

    probability: npt.NDArray[np.float32]
    distance: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    distances: npt.NDArray[np.float32]
    points: npt.NDArray[np.int64]


def predict_candidates(
    model: Any,
    image: npt.NDArray[np.float32],
    n_tiles: tuple[int, ...],
    prob_thresh: float,
    *,
    border: int = LIBRARY_BORDER,
) -> StarCandidates:
    """Run the network once, tile by tile, and keep all rays only where an object may be.

    `predict_instances` of the library either forgets the probability map, or keeps all rays of all voxels (4.4 GB for
    22 x 512 x 512 voxels and 192 rays). This does what its sparse variant does, with its own parts, and keeps the map.
    """
    find_peaks = import_network_package("stardist.nms")._ind_prob_thresh
    x, _, axes, _, _, resizer, _, grid, by_axis, channel, predict_tile, set_up_tiles = model._predict_setup(
        image, None, None, n_tiles, False, {"verbose": 0}
    )
    grid_shape = tuple(n // by_axis[a] for n, a in zip(x.shape, axes, strict=True) if a != "C")
    probability = np.zeros(grid_shape, np.float32)
    distance = np.zeros(grid_shape, np.float32)
    whole = (slice(None),) * x.ndim
    pieces = set_up_tiles()[0] if math.prod(n_tiles) > 1 else [(x, whole, whole)]
    scores, distances, points = [], [], []
    for tile, source, target in pieces:
        outputs = predict_tile(tile)
        take = _on_grid(source, axes, by_axis)
        put = tuple(s for s, a in zip(_on_grid(target, axes, by_axis), axes, strict=True) if a != "C")
        prob = np.take(outputs[0][take], 0, axis=channel)
        rays = np.maximum(np.moveaxis(outputs[1][take], channel, -1), 1e-3)
        probability[put] = prob
        distance[put] = rays.mean(axis=-1)
        starts = [s.start or 0 for s in put]
        edges = [
            (border if start == 0 else -1, border if start + n == full else -1)
            for start, n, full in zip(starts, prob.shape, grid_shape, strict=True)
        ]
        peaks = find_peaks(prob, prob_thresh, b=edges)
        scores.append(prob[peaks])
        distances.append(rays[peaks])
        points.append((np.argwhere(peaks) + starts) * np.array(grid))
    all_points = np.concatenate(points)
    inside = resizer.filter_points(x.ndim, all_points, axes)
    crop = tuple(slice(0, math.ceil(n / g)) for n, g in zip(image.shape, grid, strict=True))
    return StarCandidates(
        probability=probability[crop],
        distance=distance[crop],
        scores=np.concatenate(scores)[inside],
        distances=np.concatenate(distances)[inside],
        points=all_points[inside],
    )


def _on_grid(place: tuple[slice, ...], axes: str, by_axis: dict[str, int]) -> tuple[slice, ...]:
    """Return where voxels lie on the grid of the network; all channels."""
    return tuple(
        slice(None)
        if a == "C"
        else slice(None if s.start is None else s.start // by_axis[a], None if s.stop is None else s.stop // by_axis[a])
        for s, a in zip(place, axes, strict=True)
    )
