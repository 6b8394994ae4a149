"""Lineages with what their file says around them."""

from __future__ import annotations

from dataclasses import dataclass

from volltrack.io.trackmate_xml import TrackMateDocument
from volltrack.io.tracks.kind import FileKind
from volltrack.model import Calibration, KnownCalibration, LabelMovie, Lineage

__all__ = ["TracksFile"]


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
