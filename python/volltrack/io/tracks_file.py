"""Files of lineages by their suffix: TrackMate XML, tables of cells, Cell Tracking Challenge folders, GEFF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from volltrack.errors import BadFile, MissingCalibration
from volltrack.io.cells_csv import PARENT, is_paper_csv, read_linked_cells, write_cells_csv, write_paper_csv
from volltrack.io.image_kind import is_geff
from volltrack.io.known_calibration import KnownCalibration
from volltrack.io.plausible_pixels import warn_of_pixels
from volltrack.io.trackmate_xml import (
    ImageInfo,
    TrackMateDocument,
    name_image,
    read_trackmate_xml,
    write_lineage_xml,
    write_trackmate_xml,
)
from volltrack.io.trackmate_xml.write.table import drop_impossible
from volltrack.io.tracks.times import settle_times
from volltrack.model import Calibration, LabelMovie, Lineage, Spots
from volltrack.model.counted import counted

__all__ = [
    "KEEPS_HIDDEN",
    "PARENT",
    "FileKind",
    "TracksFile",
    "describe_lost",
    "find_kind",
    "read_tracks_file",
    "write_tracks_file",
]

FileKind: TypeAlias = Literal["trackmate", "cells", "paper", "ctc", "geff"]
"""``cells``: our table of cells; ``paper``: that of the BTrackMate paper; ``ctc``: a Cell Tracking Challenge folder."""

_MOST_VOXELS = 2**28
"""Of a mask whose size is guessed from the spots."""

KEEPS_HIDDEN: tuple[FileKind, ...] = ("trackmate", "geff")
"""Kinds of file that say what TrackMate hides, so that they keep it all."""

_NO_PARENT = -1

_SUFFIXES: Mapping[str, FileKind] = {".xml": "trackmate", ".csv": "cells", ".geff": "geff", ".zarr": "geff"}


@dataclass(frozen=True, kw_only=True)
class TracksFile:
    """Lineages with what their file says around them.

    Parameters
    ----------
    kind
        See `FileKind`.
    lineage
        Spots and links; a table of cells without parents has no links.
    calibration
        Voxel size, frame interval and units.
    labels
        Masks of a Cell Tracking Challenge folder, or None.
    document
        The TrackMate file as a whole, also one that a GEFF stands for; or None.
    known
        Which parts of the calibration the file, or the caller, says; None: all.
    left_out
        What the file holds and our tables do not, one sentence each.
    notes
        What a person must know of what was read, such as columns that were not used; one sentence each.
    """

    kind: FileKind
    lineage: Lineage
    calibration: Calibration
    labels: LabelMovie | None = None
    document: TrackMateDocument | None = None
    known: KnownCalibration | None = None
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_kind(path: Path) -> FileKind:
    """Return what kind of file `path` is, or would be, by its suffix; a name without a suffix is a challenge folder.

    Raises
    ------
    BadFile
        Another suffix.
    """
    if path.name.lower().endswith(".paper.csv") or (path.is_file() and is_paper_csv(path)):
        return "paper"
    if is_geff(path):  # also one inside another zarr, such as data.zarr/tracks
        return "geff"
    suffix = path.suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    from volltrack.io.ctc import is_ctc_folder

    if suffix == "" or is_ctc_folder(path):
        return "ctc"
    raise BadFile(
        f"suffix {suffix!r}: expected .xml (TrackMate), .csv (table of cells), .paper.csv (the paper's layout), .geff, "
        "or a folder of the Cell Tracking Challenge (no suffix)",
        path=path,
    )


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


def write_tracks_file(
    path: Path,
    tracks: TracksFile,
    *,
    kind: FileKind | None = None,
    shape: tuple[int, int, int, int] | None = None,
    image: ImageInfo | None = None,
    overwrite: bool = False,
) -> list[str]:
    """Write lineages to a file and return what it could not hold, one sentence each.

    Parameters
    ----------
    path
        The file or folder; appears only when it is complete.
    tracks
        What was read. A TrackMate file written as TrackMate file stays as it is.
    kind
        What to write; None goes by the suffix.
    shape
        (T, Z, Y, X) of the masks of a challenge folder where `tracks` has none; None takes the image that a TrackMate
        file names, or the smallest that holds all spots.
    image
        Image that a TrackMate file is to name; None leaves what it names.
    overwrite
        Whether an existing file may be replaced.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.io.atomic.replace_file`.
    """
    kind = kind or find_kind(path)
    lineage, calibration = tracks.lineage, tracks.calibration
    if kind == "trackmate":
        if tracks.document is not None:
            document = tracks.document if image is None else name_image(tracks.document, image)
            write_trackmate_xml(path, document, overwrite=overwrite)
        else:
            image = image or (None if tracks.labels is None else _name_image(tracks.labels))
            possible, _ = drop_impossible(lineage)
            write_lineage_xml(path, possible, calibration=calibration, image=image, overwrite=overwrite)
        return describe_lost(tracks, kind)
    lost = describe_lost(tracks, kind)
    if kind == "ctc":
        from volltrack.io.ctc import write_ctc

        shape = None if tracks.labels is not None else shape or _find_shape(tracks)
        write_ctc(path, lineage, calibration=calibration, labels=tracks.labels, shape=shape, overwrite=overwrite)
    elif kind == "geff":
        from volltrack.io.geff import write_geff

        whole = tracks.document if _stands_for(tracks.document, lineage) else None
        if whole is None and tracks.document is not None:
            lost.append("TrackMate's settings, log and display settings: they are of other tracks")
        lost += write_geff(
            path, lineage, calibration=calibration, known=tracks.known, document=whole, overwrite=overwrite
        )
    elif kind == "paper":
        write_paper_csv(path, lineage.spots, calibration=calibration, overwrite=overwrite)
    else:
        write_cells_csv(path, _name_parents(lineage), calibration=calibration, overwrite=overwrite)
    return lost


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


def _stands_for(document: TrackMateDocument | None, lineage: Lineage) -> bool:
    """Whether a TrackMate file holds these tracks; the times may have been settled anew."""
    if document is None:
        return False
    mine, theirs = (x.spots.table.drop(columns="POSITION_T", errors="ignore") for x in (lineage, document.lineage))
    return mine.equals(theirs) and lineage.links.table.equals(document.lineage.links.table)


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


def _name_parents(lineage: Lineage) -> Spots:
    """Return the spots with a column that names the spot from which a link comes; of merging links the first."""
    if len(lineage.links) == 0:
        return lineage.spots
    ids = lineage.spots.ids
    parents = np.full(len(ids), np.nan) if (ids == _NO_PARENT).any() else np.full(len(ids), _NO_PARENT)
    parents[lineage.target_rows[::-1]] = lineage.links.source_ids[::-1]
    return lineage.spots.with_columns({PARENT: parents})


def describe_lost(tracks: TracksFile, kind: FileKind) -> list[str]:
    """Say what a file of this kind cannot hold, and what was found and could not even be read."""
    lineage = tracks.lineage
    lost = list(tracks.left_out)
    if kind == "trackmate":
        return lost if tracks.document is not None else lost + drop_impossible(lineage)[1]
    n_merges = int((lineage.in_degrees > 1).sum())
    n_gaps = int((lineage.spots.frames[lineage.target_rows] - lineage.spots.frames[lineage.source_rows] > 1).sum())
    if kind == "paper" and len(lineage.links):
        lost.append(f"{counted(len(lineage.links), 'link')}: the paper's table has cells only")
    if kind in ("cells", "ctc") and n_merges:
        lost.append(f"{counted(n_merges, 'merge')}: a cell keeps one parent there")
    if kind == "ctc" and n_gaps:
        lost.append(f"{counted(n_gaps, 'link')} over a gap: parent and child there")
    if kind in ("paper", "ctc"):
        what = "spot features and names: only masks and tracks are kept"
        lost.append(what if kind == "ctc" else "ids, names and further features")
    if kind in ("cells", "paper") and lineage.spots.contours:
        lost.append(f"{counted(len(lineage.spots.contours), 'outline')} of 2D cells")
    if kind == "cells" and len(lineage.links.table.columns) > 2:
        lost.append("link features, such as the cost")
    if kind not in KEEPS_HIDDEN and tracks.document is not None and not tracks.document.visible_links.all():
        lost.append("which tracks TrackMate hides")
    if tracks.document is not None and kind != "geff":
        lost.append("TrackMate's settings, log and display settings")
    return lost


def _name_image(labels: LabelMovie) -> ImageInfo:
    n_frames, n_slices, height, width = labels.shape
    return ImageInfo(width=width, height=height, n_slices=n_slices, n_frames=n_frames)


def _find_shape(tracks: TracksFile) -> tuple[int, int, int, int]:
    """Return the shape of the image that the file names, or larger where a spot lies outside it."""
    spots, size = tracks.lineage.spots, np.array(tracks.calibration.voxel_size.zyx)
    image = None if tracks.document is None else tracks.document.image
    named = (0, 0, 0, 0) if image is None else (image.n_frames, image.n_slices, image.height, image.width)
    if len(spots) == 0:
        if min(named) < 1:
            raise MissingCalibration("no spots and no image: give the shape of the masks")
        return named
    radius = spots.table["RADIUS"].to_numpy(dtype=np.float64) if "RADIUS" in spots.table.columns else 0.0
    if min(named) > 0:
        radius = 0.0  # of a ball at the border of a known image only what is inside is drawn
    ends = np.nan_to_num(spots.positions_zyx + np.reshape(radius, (-1, 1))) / size
    last = np.clip(np.floor(ends + 0.5).max(axis=0), 0, _MOST_VOXELS).astype(np.int64)
    is_flat = named[1] <= 1 and not np.ptp(spots.positions_zyx[:, 0])
    needed = (spots.n_frames, 1 if is_flat else int(last[0]) + 1, int(last[1]) + 1, int(last[2]) + 1)
    n_frames, n_slices, height, width = (max(a, b) for a, b in zip(named, needed, strict=True))
    if min(named) < 1 and n_slices * height * width > _MOST_VOXELS:
        raise MissingCalibration(
            f"no image is named, and the spots reach z, y, x = {n_slices}, {height}, {width} voxels, too many for "
            "masks: check voxel size and units, or convert to a TrackMate file with --movie first"
        )
    return (n_frames, n_slices, height, width)
