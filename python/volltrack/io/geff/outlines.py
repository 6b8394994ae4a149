"""Outlines of 2D cells in a GEFF: polygons of other programs, and the points that TrackMate's spots have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.io.geff.axes import GraphAxes
from volltrack.io.geff.graph import Graph, Property

__all__ = ["OUTLINES", "read_outlines", "write_outlines"]

OUTLINES: Final = "ROI_coords"
"""Name that geff's own converter of TrackMate files gives to outlines: x, y relative to the spot."""

Contour = npt.NDArray[np.float64]


def read_outlines(
    graph: Graph, axes: GraphAxes, ids: npt.NDArray[np.int64]
) -> tuple[dict[int, Contour], set[str], list[str]]:
    """Return outlines by id (x, y relative to the spot), the properties that held them, and what could not be kept.

    Parameters
    ----------
    graph
        Polygons are the property that the metadata name as such, of points in the order of the axes of space; or
        ``ROI_coords``, of points x, y.
    axes
        Tells which coordinate is which, and the scale.
    ids
        Id of each node.
    """
    stated = graph.metadata.polygon
    name = stated if stated in graph.nodes else OUTLINES if OUTLINES in graph.nodes else None
    if name is None:
        return {}, set(), []
    found = graph.nodes[name]
    names = [axis.name for axis in graph.metadata.axes or () if axis.name in {a.name for a in axes.space.values()}]
    columns, scale = [0, 1], [1.0, 1.0]
    if name == stated and len(names) >= 2:
        columns = [names.index(axes.space[letter].name) for letter in "XY"]
        scale = [s if (s := axes.space[letter].scale) is not None else 1.0 for letter in "XY"]
    outlines: dict[int, Contour] = {}
    n_other = 0
    for number, points, is_there in zip(ids.tolist(), found.values, found.present.tolist(), strict=True):
        points = np.asarray(points)
        if not is_there or points.size == 0:
            continue
        if points.ndim != 2 or points.shape[1] <= max(columns) or len(points) < 3 or points.dtype.kind not in "biuf":
            n_other += 1
            continue
        flat = points[:, [c for c in range(points.shape[1]) if c not in columns]].astype(np.float64)
        outline = points[:, columns].astype(np.float64) * scale
        if not np.isfinite(outline).all() or (flat.size and np.ptp(flat, axis=0).any()):
            n_other += 1
            continue
        outlines[number] = outline
    lost = [f"{n_other} outlines of {name}: only flat polygons of at least 3 points are kept"] if n_other else []
    return outlines, {name, "ROI_N_POINTS", OUTLINES}, lost


def write_outlines(contours: Mapping[int, Contour], ids: npt.NDArray[np.int64]) -> Property:
    """Return outlines as a property of variable length; nodes without one are missing."""
    values = np.empty(len(ids), dtype=np.object_)
    missing = np.ones(len(ids), dtype=bool)
    for i, number in enumerate(ids.tolist()):
        points = contours.get(number)
        missing[i] = points is None
        values[i] = np.zeros((0, 2)) if points is None else np.ascontiguousarray(points, dtype=np.float64)
    return Property(values=values, missing=missing if missing.any() else None, is_varlength=True)
