"""What a kind of file cannot hold of the lineages that are written to it."""

from __future__ import annotations

from volltrack.io.trackmate_xml.write.table import drop_impossible
from volltrack.io.tracks.kind import KEEPS_HIDDEN, FileKind
from volltrack.io.tracks.tracks_file import TracksFile
from volltrack.model.counted import counted

__all__ = ["describe_lost"]


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
