"""Lineages written to a file of any kind; what it cannot hold is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from volltrack.io.cells_csv import PARENT, write_cells_csv, write_paper_csv
from volltrack.io.trackmate_xml import ImageInfo, TrackMateDocument, name_image, write_lineage_xml, write_trackmate_xml
from volltrack.io.trackmate_xml.write.table import drop_impossible
from volltrack.io.tracks.kind import FileKind, find_kind
from volltrack.io.tracks.lost import describe_lost
from volltrack.io.tracks.mask_shape import find_shape
from volltrack.io.tracks.tracks_file import TracksFile
from volltrack.model import LabelMovie, Lineage, Spots

__all__ = ["write_tracks_file"]

_NO_PARENT = -1


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
        See `volltrack.io.outputs.replace_file`.
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

        shape = None if tracks.labels is not None else shape or find_shape(tracks)
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


def _stands_for(document: TrackMateDocument | None, lineage: Lineage) -> bool:
    """Whether a TrackMate file holds these tracks; the times may have been settled anew."""
    if document is None:
        return False
    mine, theirs = (x.spots.table.drop(columns="POSITION_T", errors="ignore") for x in (lineage, document.lineage))
    return mine.equals(theirs) and lineage.links.table.equals(document.lineage.links.table)


def _name_parents(lineage: Lineage) -> Spots:
    """Return the spots with a column that names the spot from which a link comes; of merging links the first."""
    if len(lineage.links) == 0:
        return lineage.spots
    ids = lineage.spots.ids
    parents = np.full(len(ids), np.nan) if (ids == _NO_PARENT).any() else np.full(len(ids), _NO_PARENT)
    parents[lineage.target_rows[::-1]] = lineage.links.source_ids[::-1]
    return lineage.spots.with_columns({PARENT: parents})


def _name_image(labels: LabelMovie) -> ImageInfo:
    n_frames, n_slices, height, width = labels.shape
    return ImageInfo(width=width, height=height, n_slices=n_slices, n_frames=n_frames)
