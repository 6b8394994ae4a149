"""The graph in a GEFF as arrays, read only after its description and its chunks have been looked at."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from geff.core_io._base_read import GeffReader
from geff_spec import GeffMetadata

from volltrack.errors import BadFile, VollTrackError
from volltrack.io.zarr_chunks import OPEN_ERRORS, find_missing_chunks, require_possible

__all__ = ["OWN", "Graph", "Property", "quiet", "read_graph"]

_log = logging.getLogger(__name__)

OWN: Final = "volltrack"
"""Our key in the metadata's `extra`, and in the attributes of the groups ``nodes`` and ``edges``.

That every chunk was stored is said in the groups: whoever writes other arrays writes other groups, while `extra` is
what a program hands on that read our file and writes its own.
"""


@dataclass(frozen=True, kw_only=True)
class Property:
    """Values of one property, (N, ...) or N arrays, and which of them are missing, bool (N,) or None."""

    values: npt.NDArray[Any]
    missing: npt.NDArray[np.bool_] | None = None
    is_varlength: bool = False

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """Whether each element has a value, bool (N,)."""
        return np.ones(len(self.values), dtype=bool) if self.missing is None else ~self.missing


@dataclass(frozen=True, kw_only=True)
class Graph:
    """What a GEFF holds.

    Parameters
    ----------
    path
        The folder.
    metadata
        Axes, units and all else about the graph.
    node_ids, edge_ids
        (N,) and (M, 2).
    nodes, edges
        Properties by name.
    left_out
        What was found and not read, one sentence each.
    """

    path: Path
    metadata: GeffMetadata
    node_ids: npt.NDArray[Any]
    edge_ids: npt.NDArray[Any]
    nodes: Mapping[str, Property]
    edges: Mapping[str, Property]
    left_out: tuple[str, ...] = ()

    @property
    def extra(self) -> Mapping[str, Any]:
        """What programs wrote of their own."""
        return self.metadata.extra or {}


@dataclass
class _Reading:
    """One reading: the library's reader, and what is noticed on the way."""

    path: Path
    reader: GeffReader
    axes: set[str] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)
    zeros: list[str] = field(default_factory=list)


def read_graph(path: Path) -> Graph:
    """Return the graph in a folder.

    A chunk that is not there reads as the fill value, and writers may leave out chunks that hold nothing else. So it
    is an error where the writer says that it stored all (as ours does), in ids (which cannot all be equal), and where
    the metadata's range of an axis says otherwise; in other properties there is a warning.

    Raises
    ------
    BadFile
        Not a GEFF, or damaged: metadata of wrong types, arrays of other lengths than the ids, chunks that are missing
        or cannot be decoded.
    """
    try:
        with quiet():
            reading = _Reading(path=path, reader=GeffReader(path))
            graph = _read(reading)
    except VollTrackError:
        raise
    except OPEN_ERRORS as error:
        raise BadFile(f"not a GEFF, or damaged ({_first_line(error)})", path=path) from error
    if reading.zeros:
        _log.warning(
            "%s: chunks that are not there are read as 0, as the format lays down: %s", path, ", ".join(reading.zeros)
        )
    return graph


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of zarr and geff from the user; what matters is checked here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _read(reading: _Reading) -> Graph:
    reader, path = reading.reader, reading.path
    for array, name in ((reader.nodes, "nodes/ids"), (reader.edges, "edges/ids")):
        _check(reading, array, name, whole=prod(array.shape) == 1, part=False)
    metadata = reader.metadata
    axes = {axis.name: axis for axis in metadata.axes or ()}
    reading.axes |= {name for name, axis in axes.items() if axis.min is not None}
    parts: dict[str, dict[str, Property]] = {"nodes": {}, "edges": {}}
    for kind, names in (("nodes", reader.node_prop_names), ("edges", reader.edge_prop_names)):
        described = metadata.node_props_metadata if kind == "nodes" else metadata.edge_props_metadata
        for name in names:
            found = _read_property(reading, kind, name, described[name], axes if kind == "nodes" else {})
            if found is not None:
                parts[kind][name] = found
    return Graph(
        path=path,
        metadata=metadata,
        node_ids=np.asarray(reader.nodes[:]),
        edge_ids=np.asarray(reader.edges[:]).reshape(-1, 2),
        nodes=parts["nodes"],
        edges=parts["edges"],
        left_out=tuple(reading.left_out),
    )


def _read_property(reading: _Reading, kind: str, name: str, described: Any, axes: Any) -> Property | None:
    """Return one property; None where it cannot be held, which is noted."""
    arrays = reading.reader._read_prop(name, "node" if kind == "nodes" else "edge")
    label = f"{kind}/props/{name}"
    for key, array in arrays.items():
        whole, part = _may_be_zero(array, name, key, axes), key != "data" and _may_be_partly_zero(name, axes)
        _check(reading, array, f"{label}/{key}", whole=whole, part=part)
    found = reading.reader._load_prop_to_memory(arrays, None, described)
    missing = found["missing"]
    values = found["values"]
    if not described.varlength and values.dtype.kind not in "biufUSOT":
        reading.left_out.append(f"property {name}: values of type {values.dtype}")
        return None
    return Property(
        values=values,
        missing=None if missing is None or not np.any(missing) else np.asarray(missing, dtype=bool),
        is_varlength=bool(described.varlength),
    )


def _may_be_zero(array: Any, name: str, key: str, axes: Mapping[str, Any]) -> bool:
    """Whether a writer could have left out all chunks of an array, as they hold nothing but the fill value.

    The range of an axis tells; without one z may be 0 everywhere (a 2D movie), places in the plane and times not.
    """
    if key == "missing" or prod(array.shape) <= 1:
        return True
    if key == "data":
        return False
    axis = axes.get(name)
    if axis is None and name == "FRAME":
        axis = next((a for a in axes.values() if a.type == "time"), None)
    if axis is None:
        return True
    if axis.min is None:
        return bool(axis.name.lower()[-1:] == "z")
    return bool(axis.min == array.fill_value == axis.max)


def _may_be_partly_zero(name: str, axes: Mapping[str, Any]) -> bool:
    """Whether some chunks of an array may hold nothing but 0: those of planes and times that the range includes."""
    axis = axes.get(name)
    if name == "FRAME":
        return True
    if axis is None or axis.type != "space":
        return axis is None or axis.min is None or axis.min <= 0 <= axis.max
    return axis.name.lower()[-1:] == "z" and (axis.min is None or axis.min <= 0 <= axis.max)


def _check(reading: _Reading, array: Any, name: str, *, whole: bool, part: bool) -> None:
    """Refuse an array that cannot be, or of which chunks are missing that were stored once.

    Parameters
    ----------
    reading
        Where this is noted.
    array
        The zarr array.
    name
        Its path in the folder.
    whole, part
        Whether a writer could have left out all of its chunks, or some, as they hold the fill value only.
    """
    folder = reading.path / name
    require_possible(array, folder)
    if prod(array.shape) == 0:
        return
    missing, n_files = find_missing_chunks(array, folder, what=name)
    if not missing:
        return
    own = reading.reader.group[name.split("/")[0]].attrs.get(OWN)
    promised = isinstance(own, dict) and bool(own.get("every_chunk_stored"))
    if promised or not (whole if len(missing) == n_files else part):
        raise BadFile(
            f"{len(missing)} of {n_files} chunks of {name} are missing, the first is "
            f"{missing[0].relative_to(reading.path)}: its values are lost; copy or export the graph again",
            path=reading.path,
        )
    is_proven = len(missing) == n_files and name.split("/")[-2] in reading.axes
    if not name.endswith("/missing") and "/TRACK_ID/" not in name and not is_proven:
        reading.zeros.append(f"{name} ({len(missing)} of {n_files} chunks)")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [""]
    text = f"{type(error).__name__}: {' '.join(line.strip() for line in lines)}"
    return text if len(text) <= 300 else text[:297] + "..."
