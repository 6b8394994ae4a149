"""Pruning of a TrackMate file that leaves everything else in it alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.io.trackmate_xml import edit_trackmate_xml, read_trackmate_xml, write_trackmate_xml
from volltrack.link import PruneSettings, prune_short_tracklets
from volltrack.model import RemoveLink
from volltrack.progress import OnProgress

__all__ = ["PruneJob"]


@dataclass(frozen=True, kw_only=True)
class PruneJob:
    """Remove short tracklets from a TrackMate file.

    Parameters
    ----------
    tracks
        TrackMate XML.
    out
        File to write; None takes ``NAME-pruned.xml`` beside `tracks`. It may be `tracks` itself with `overwrite`.
    settings
        See `volltrack.link.PruneSettings`.
    overwrite
        Whether an existing file may be replaced.
    dry_run
        Look only; write nothing.
    """

    tracks: Path
    settings: PruneSettings
    out: Path | None = None
    overwrite: bool = False
    dry_run: bool = False

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Prune, and return what was removed: counts, and the table ``tracklets``.

        Raises
        ------
        FileExists, OutputFailed
            See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work.
        BadFile
            See the messages.
        """
        out = self.out or self.tracks.with_name(f"{self.tracks.stem}-pruned{self.tracks.suffix}")
        with reserve_outputs([None if self.dry_run else out], overwrite=self.overwrite):
            document = read_trackmate_xml(self.tracks)
            pruned = prune_short_tracklets(document.lineage, self.settings)
            if not self.dry_run:
                removed = pruned.removed_links
                pairs = zip(removed["SPOT_SOURCE_ID"].tolist(), removed["SPOT_TARGET_ID"].tolist(), strict=True)
                edits = [RemoveLink(source_id=source, target_id=target) for source, target in pairs]
                write_trackmate_xml(out, edit_trackmate_xml(document, edits), overwrite=self.overwrite)
        return {
            "removed_tracklets": len(pruned.removed_tracklets),
            "removed_links": len(pruned.removed_links),
            "unlinked_spots": len(pruned.unlinked_spots),
            "tracks": pruned.lineage.n_tracks,
            "divisions": pruned.lineage.n_divisions,
            "out": "nothing written (dry run)" if self.dry_run else out,
            "tracklets": pruned.removed_tracklets,
        }
