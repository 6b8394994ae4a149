"""Properties of a GEFF as columns of our tables, and what no column can hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from volltrack.io.geff.axes import GraphAxes
from volltrack.io.geff.graph import Graph, Property

__all__ = ["find_names", "find_radii", "to_columns"]

_NAMES: Final = ("name", "cell_name", "node_name", "spot_name", "label_name")
_KEY: Final = re.compile(r"[^\W\d][\w.\-]*")
_NUMBERS: Final = "biuf"


def to_columns(properties: Mapping[str, Property], *, without: Collection[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the properties of one number for each node or edge (missing ones are NaN), and what was left out.

    Parameters
    ----------
    properties
        Of nodes or edges.
    without
        Names that are used otherwise, and not left out by that.
    """
    columns: dict[str, Any] = {}
    lost: list[str] = []
    for key, entry in properties.items():
        if key in without:
            continue
        if entry.is_varlength or entry.values.ndim != 1 or entry.values.dtype.kind not in _NUMBERS:
            what = "text" if entry.values.dtype.kind in "UTOS" and not entry.is_varlength else "more than one number"
            lost.append(f"property {key} ({what}): features are numbers")
        elif not _KEY.fullmatch(key) or key.lower() == "xmlns":
            lost.append(f"property {key!r}: the name of a feature is of letters, digits and '_'")
        else:
            columns[key] = _to_numbers(entry)
    return columns, lost


def find_names(graph: Graph) -> tuple[npt.NDArray[Any] | None, str]:
    """Return the names of the nodes, None where there are none, and the property that held them."""
    texts = {
        key.lower(): key
        for key, entry in graph.nodes.items()
        if entry.values.ndim == 1 and not entry.is_varlength and entry.values.dtype.kind in "UTO"
    }
    key = next((texts[name] for name in _NAMES if name in texts), None)
    if key is None:
        return None, ""
    found = graph.nodes[key]
    names = np.array([str(value) for value in found.values], dtype=object)
    names[~found.present] = ""
    return names, key


def find_radii(graph: Graph, axes: GraphAxes) -> tuple[npt.NDArray[np.float64] | None, set[str]]:
    """Return the radius of each node from spheres or ellipsoids (the ball of the same volume), and the property."""
    metadata, n = graph.metadata, len(graph.node_ids)
    scale = axes.space["X"].scale if axes.space["X"].scale is not None else 1.0
    sphere = graph.nodes.get(metadata.sphere or "")
    if sphere is not None and sphere.values.shape == (n,) and sphere.values.dtype.kind in _NUMBERS:
        return _to_numbers(sphere).astype(np.float64) * scale, {str(metadata.sphere)}
    ellipsoid = graph.nodes.get(metadata.ellipsoid or "")
    if ellipsoid is None or ellipsoid.values.dtype.kind not in _NUMBERS or ellipsoid.values.ndim != 3:
        return None, set()
    covariance = ellipsoid.values.astype(np.float64)
    if covariance.shape[1] != covariance.shape[2] or not 2 <= covariance.shape[1] <= 3:
        return None, set()
    # the ellipsoid is the unit ball under Q sqrt(L), so that its semi-axes are the roots of the eigenvalues
    with np.errstate(all="ignore"):
        volume = np.abs(np.linalg.det(covariance)) ** (0.5 / covariance.shape[1])
    radii = np.where(ellipsoid.present & (volume > 0) & np.isfinite(volume), volume * scale, np.nan)
    return radii, {str(metadata.ellipsoid)}


def _to_numbers(entry: Property) -> npt.NDArray[Any]:
    numbers = entry.values.astype(np.float64 if entry.values.dtype.kind == "f" else np.int64)
    return numbers if entry.missing is None else np.where(entry.missing, np.nan, numbers)
