"""Lineages from one file format to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.apps.jobs.tracks.tracks_xml import find_movie_of
from volltrack.errors import BadSettings
from volltrack.io.tracks import (
    KEEPS_HIDDEN,
    FileKind,
    describe_lost,
    find_kind,
    leave_out_hidden,
    read_tracks_file,
    write_tracks_file,
)
from volltrack.progress import OnProgress

__all__ = ["ConvertJob"]


@dataclass(frozen=True, kw_only=True)
class ConvertJob:
    """Write lineages in another format.

    Parameters
    ----------
    tracks
        File or folder to read.
    out
        File or folder to write.
    source_kind, target_kind
        What they are, where their suffixes do not say it; see `volltrack.io.tracks`.
    edges
        TrackMate's table of edges, for a table of spots.
    movie
        Image that a TrackMate file names; must fit the tracks.
    images
        What is said of the calibration.
    all_spots
        Whether what TrackMate hides is kept.
    overwrite
        Whether an existing file may be replaced.
    dry_run
        Say what would be lost; write nothing.
    """

    tracks: Path
    out: Path
    source_kind: FileKind | None = None
    target_kind: FileKind | None = None
    edges: Path | None = None
    movie: Path | None = None
    images: ImageOptions = field(default_factory=ImageOptions)
    all_spots: bool = False
    overwrite: bool = False
    dry_run: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Convert, and return what the new file could not hold.

        Raises
        ------
        BadSettings
            A movie with a file that names none.
        FileExists, OutputFailed
            See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work.
        BadFile, BadTable, MissingCalibration, ShapeMismatch
            See the messages.
        """
        out, movie = self.out, self.movie
        kind = self.target_kind or find_kind(out)
        if movie is not None and kind != "trackmate":
            raise BadSettings(f"--movie with a file of kind {kind}: only a TrackMate XML names its image; leave it out")
        outputs = [] if self.dry_run else [out]
        with reserve_outputs(outputs, overwrite=self.overwrite, inputs=[self.tracks, self.edges, movie]):
            tracks = self.images.read(read_tracks_file, self.tracks, kind=self.source_kind, edges=self.edges)
            if kind not in KEEPS_HIDDEN:
                tracks = leave_out_hidden(tracks, all_spots=self.all_spots)
            image, doubts = (None, []) if movie is None else find_movie_of(tracks, movie, self.images, out)
            if self.dry_run:
                lost = describe_lost(tracks, kind)
            else:
                lost = write_tracks_file(out, tracks, kind=kind, image=image, overwrite=self.overwrite)
        return {
            "from": tracks.kind,
            "to": kind,
            "spots": len(tracks.lineage.spots),
            "links": len(tracks.lineage.links),
            "notes": [*tracks.notes, *doubts],
            "not_kept": lost,
            "out": "nothing written (dry run)" if self.dry_run else out,
        }
