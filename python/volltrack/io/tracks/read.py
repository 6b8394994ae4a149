"""Files of lineages read, whatever their kind: TrackMate XML, tables of cells, challenge folders, GEFF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from volltrack.errors import BadFile
from volltrack.io.calibration import settle_times, warn_of_pixels
from volltrack.io.cells_csv import read_linked_cells
from volltrack.io.trackmate_xml import TrackMateDocument, read_trackmate_xml
from volltrack.io.tracks.kind import FileKind, find_kind
from volltrack.io.tracks.tracks_file import TracksFile
from volltrack.model import KnownCalibration, Lineage

__all__ = ["read_tracks_file"]


def read_tracks_file(
    path: Path,
    *,
    kind: FileKind | None = None,
    edges: Path | None = None,
    voxel_size: tuple[float, float, float] | None = None,
    unit: str | None = None,
    frame_interval: float | None = None,
    time_unit: str | None = None,
    require_calibration: bool = True,
) -> TracksFile:
    """Return the lineages in a file.

    Parameters
    ----------
    path
        The file or folder.
    kind
        What it is; None goes by its suffix.
    edges
        Table of edges of a table of cells; None takes that which belongs to it by its name, if there is one.
    voxel_size, unit
        (z, y, x) in `unit`, in place of what the file says; positions are not scaled.
    frame_interval, time_unit
        In place of what the file says.
    require_calibration
        Whether a TrackMate file or a GEFF that does not say its calibration is refused; else ``known`` tells what it
        says, and the rest is filled with 1.

    Raises
    ------
    BadFile
        No such file, or one that cannot be read; says where.
    MissingCalibration
        The file does not say it and the caller does not give it.
    """
    if not path.exists():
        raise BadFile("no such file or folder", path=path)
    given: dict[str, Any] = {
        "voxel_size": voxel_size,
        "unit": unit,
        "frame_interval": frame_interval,
        "time_unit": time_unit,
    }
    tracks = _read(path, kind or find_kind(path), given, edges=edges, require_calibration=require_calibration)
    if voxel_size is None and require_calibration:
        z = tracks.lineage.spots.positions_zyx[:, 0]
        warn_of_pixels(tracks.calibration.voxel_size, str(path), has_depth=len(z) > 0 and bool(np.ptp(z) > 0))
    return tracks


def _read(
    path: Path, kind: FileKind, given: Mapping[str, Any], *, edges: Path | None, require_calibration: bool
) -> TracksFile:
    """Return the lineages in a file of a known kind."""
    if kind == "trackmate":
        return _read_trackmate(path, given, require_calibration=require_calibration)
    if kind == "ctc":
        from volltrack.io.ctc import read_ctc

        folder = read_ctc(path, **given)
        return TracksFile(kind=kind, lineage=folder.lineage, calibration=folder.calibration, labels=folder.labels)
    if kind == "geff":
        return _read_geff(path, given, require_calibration=require_calibration)
    table = read_linked_cells(path, KnownCalibration.given(**given), paper_layout=kind == "paper", edges=edges)
    return TracksFile(kind=kind, lineage=table.lineage, calibration=table.calibration, notes=table.notes)


def _read_trackmate(path: Path, given: Mapping[str, Any], *, require_calibration: bool) -> TracksFile:
    document = read_trackmate_xml(path)
    lineage, known, notes = _settle_times(document.lineage, document.known_calibration, given)
    if require_calibration:
        known.require(
            str(path),
            n_slices=2,
            n_frames=_count_frames(document.lineage, document),
            advice="TrackMate writes it as pixelwidth, voxeldepth and timeinterval of <ImageData>, and as spatialunits "
            "and timeunits of <Model>.",
        )
    return TracksFile(
        kind="trackmate", lineage=lineage, calibration=known.fill(), document=document, known=known, notes=notes
    )


def _read_geff(path: Path, given: Mapping[str, Any], *, require_calibration: bool) -> TracksFile:
    from volltrack.io.geff import read_geff

    graph = read_geff(path, **given)
    is_flat = len(graph.lineage.spots) == 0 or not np.ptp(graph.lineage.spots.positions_zyx[:, 0])
    lineage, known, notes = _settle_times(graph.lineage, graph.known, given)
    if require_calibration:
        known.require(
            str(path),
            n_slices=1 if is_flat else 2,
            n_frames=_count_frames(graph.lineage, graph.document),
            advice="A GEFF says it as unit, scale and scaled_unit of its axes.",
        )
    return TracksFile(
        kind="geff",
        lineage=lineage,
        calibration=graph.calibration if known == graph.known else known.fill(),
        document=graph.document,
        known=known,
        left_out=graph.left_out,
        notes=notes,
    )


def _settle_times(
    lineage: Lineage, stated: KnownCalibration, given: Mapping[str, Any]
) -> tuple[Lineage, KnownCalibration, tuple[str, ...]]:
    """Return the lineage with the times that hold, the calibration that fits them, and notes."""
    spots, known, notes = settle_times(lineage.spots, stated, KnownCalibration.given(**given))
    if spots is not lineage.spots:
        lineage = Lineage(spots=spots, links=lineage.links)
    return lineage, known, tuple(notes)


def _count_frames(lineage: Lineage, document: TrackMateDocument | None) -> int:
    """Return the number of frames of the spots, or of the image that is named."""
    image = None if document is None else document.image
    return max(lineage.spots.n_frames, 0 if image is None else image.n_frames)
