"""Pruning of a TrackMate file that leaves everything else in it alone."""

from __future__ import annotations

from pathlib import Path

from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.io.trackmate_xml import edit_trackmate_xml, read_trackmate_xml, write_trackmate_xml
from volltrack.link import PruneResult, PruneSettings, prune_short_tracklets
from volltrack.model import RemoveLink

__all__ = ["prune_xml"]


def prune_xml(path: Path, out: Path | None, settings: PruneSettings, *, overwrite: bool) -> PruneResult:
    """Remove short tracklets from a TrackMate file and return what was removed.

    Parameters
    ----------
    path
        TrackMate XML.
    out
        File to write; None to look only. It may be `path` itself with `overwrite`.
    settings
        See `volltrack.link.PruneSettings`.
    overwrite
        Whether an existing file may be replaced.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work.
    BadFile
        See the messages.
    """
    with reserve_outputs([out], overwrite=overwrite):
        document = read_trackmate_xml(path)
        pruned = prune_short_tracklets(document.lineage, settings)
        if out is not None:
            removed = pruned.removed_links
            pairs = zip(removed["SPOT_SOURCE_ID"].tolist(), removed["SPOT_TARGET_ID"].tolist(), strict=True)
            edits = [RemoveLink(source_id=source, target_id=target) for source, target in pairs]
            write_trackmate_xml(out, edit_trackmate_xml(document, edits), overwrite=overwrite)
    return pruned
