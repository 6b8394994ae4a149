"""The npe2 writer: a Tracks layer to TrackMate XML, a table of cells or GEFF."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.apps.napari_plugin.session import SESSION_KEY, TrackSession
from volltrack.errors import BadValue
from volltrack.io.tracks import TracksFile, find_kind, write_tracks_file
from volltrack.model import Calibration, Lineage, Links, Spots, VoxelSize

__all__ = ["lineage_of_layer", "write_layer"]


def write_layer(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Write the tracks that a layer belongs to, and return the paths written.

    Parameters
    ----------
    path
        ``.xml``, ``.csv`` or ``.geff``. napari has asked before it replaces a file.
    data, attributes
        Of a Tracks layer. One of ours stands for all tracks of its session, with all edits: an XML keeps everything
        else that the file held. The tracks of another program are written as they are in the layer.

    Raises
    ------
    BadValue
        Another suffix, or tracks that are no lineage.
    """
    target = Path(path)
    session = attributes.get("metadata", {}).get(SESSION_KEY)
    if isinstance(session, TrackSession):
        if target.suffix.lower() == ".xml":
            return [str(session.save(target, overwrite=True))]
        lost = session.write_copy(target, overwrite=True)
    else:
        lineage, calibration = lineage_of_layer(np.asarray(data), attributes)
        tracks = TracksFile(kind="cells", lineage=lineage, calibration=calibration)
        lost = write_tracks_file(target, tracks, kind=find_kind(target), overwrite=True)
    if lost:
        warnings.warn(f"{target.name} cannot hold: {'; '.join(lost)}", stacklevel=2)
    return [path]


def lineage_of_layer(data: npt.NDArray[Any], attributes: dict[str, Any]) -> tuple[Lineage, Calibration]:
    """Return the lineage in a Tracks layer of any program, and its calibration; time is counted in frames.

    Parameters
    ----------
    data
        (N, 4) or (N, 5): track, frame, (z,) y, x.
    attributes
        ``graph``, ``scale``, ``units`` and ``translate`` of the layer, as far as it has them.

    Raises
    ------
    BadValue
        Frames that are no whole numbers, or two points of a track in one frame.
    """
    data = data[np.lexsort((data[:, 1], data[:, 0]))]
    frames = np.rint(data[:, 1]).astype(np.int64)
    if not np.array_equal(frames, data[:, 1]):
        raise BadValue("tracks between two frames: expected whole numbers as times")
    scale = _last_three(attributes.get("scale"), data.shape[1] - 1, 1.0)
    shift = _last_three(attributes.get("translate"), data.shape[1] - 1, 0.0)
    zyx = np.zeros((len(data), 3))
    zyx[:, 5 - data.shape[1] :] = data[:, 2:]
    zyx = zyx * scale + shift
    table = pd.DataFrame(
        {
            "ID": np.arange(len(data)),
            "FRAME": frames,
            "POSITION_X": zyx[:, 2],
            "POSITION_Y": zyx[:, 1],
            "POSITION_Z": zyx[:, 0],
            "POSITION_T": frames.astype(np.float64),
        }
    )
    source, target = _links(data[:, 0], attributes.get("graph") or {})
    units = [str(unit) for unit in attributes.get("units") or ()]
    size = VoxelSize(z=scale[0], y=scale[1], x=scale[2], unit=_length_name(units[-1]) if units else "pixel")
    lineage = Lineage(spots=Spots(table=table), links=Links.from_arrays(source, target))
    return lineage, Calibration(voxel_size=size, frame_interval=1.0, time_unit="frame")


def _last_three(values: Any, ndim: int, default: float) -> npt.NDArray[np.float64]:
    """Return the values of z, y, x; a layer without z has `default` there."""
    found = np.full(3, default)
    if values is not None:
        spatial = np.asarray(values, dtype=np.float64)[-(ndim - 1) :]
        found[3 - len(spatial) :] = spatial
    return found


def _links(tracks: npt.NDArray[Any], graph: dict[int, Any]) -> tuple[list[int], list[int]]:
    """Return source and target rows: along each track, and from the last point of a parent to the first of a child."""
    same = np.flatnonzero(np.diff(tracks) == 0)
    numbers, first = np.unique(tracks, return_index=True)
    begin = dict(zip(numbers.astype(np.int64).tolist(), first.tolist(), strict=True))
    end = dict(zip(numbers.astype(np.int64).tolist(), [*(first[1:] - 1).tolist(), len(tracks) - 1], strict=True))
    source, target = same.tolist(), (same + 1).tolist()
    for child, parents in graph.items():
        for parent in parents if isinstance(parents, (list, tuple, np.ndarray)) else [parents]:
            source.append(end[int(parent)])
            target.append(begin[int(child)])
    return source, target


def _length_name(unit: str) -> str:
    return {"micrometer": "µm", "micron": "µm", "nanometer": "nm", "millimeter": "mm"}.get(unit, unit)
