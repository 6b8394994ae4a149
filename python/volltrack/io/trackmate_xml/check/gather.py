"""Everything one pass over a TrackMate file yields, for reading and for checking alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from volltrack.io.calibration import describe_time_conflict, to_positive
from volltrack.io.trackmate_xml.check.edge_rules import find_usable_edges, report_mixed_tracks
from volltrack.io.trackmate_xml.check.structure import check_root, check_settings, check_structure, require_root
from volltrack.io.trackmate_xml.parse.declarations import Declarations, read_declarations
from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.java_numbers import parse_int, parse_java_double
from volltrack.io.trackmate_xml.parse.scan import Node, Sinks, scan_xml
from volltrack.io.trackmate_xml.parse.spots import SpotCollector
from volltrack.io.trackmate_xml.parse.tracks import EdgeCollector, TrackCollector
from volltrack.model import EDGE_FEATURES

__all__ = ["Gathered", "gather"]

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Result of one pass: the tree around the tables, the collectors, and what they settled on."""

    root: Node
    spots: SpotCollector
    tracks: TrackCollector
    edges: EdgeCollector
    declarations: Declarations
    frames: IntArray
    track_ids: IntArray
    usable: npt.NDArray[np.bool_]
    visible: set[int]


def gather(
    chunks: Iterable[bytes | memoryview],
    path: object,
    findings: Findings,
    *,
    keep: bool,
    progress: Callable[[int], None] = lambda n_bytes: None,
) -> Gathered:
    """Return what the file holds; problems go to `findings`.

    Parameters
    ----------
    chunks
        The file as UTF-8.
    path
        Named in error messages.
    findings
        Receives the problems.
    keep
        Whether features are kept; a check needs only ids and frames.
    progress
        Called with the number of bytes done.

    Raises
    ------
    BadFile
        The file is no well-formed XML, or no TrackMate file.
    """
    spots = SpotCollector(findings, keep=keep)
    tracks = TrackCollector(findings, keep=keep)
    edges = EdgeCollector(findings, keep=keep)
    top = scan_xml(chunks, Sinks(spots=spots.take, tracks=tracks.take, edges=edges.take, progress=progress), path)
    root = require_root(top, path)
    check_root(root, findings)
    check_structure(root, findings)
    check_settings(root, findings)
    model = root.child("Model") or Node("Model", {}, root.offset)
    declarations = Declarations() if root.child("Model") is None else read_declarations(model, findings)
    all_spots = [node for each in root.named("Model") for node in each.named("AllSpots")]
    frame_nodes = [node for each in all_spots for node in each.named("SpotsInFrame")]
    _check_frames(all_spots, frame_nodes, findings)
    spots.report_duplicates()
    spots.report_fractions(declarations.whole("spot"))
    edges.report_fractions({key for key, feature in declarations.edge.items() if feature.isint})
    frames = spots.settle_frames(frame_nodes)
    _check_times(root, frames, spots.times, findings)
    ends, offsets = edges.ends(), edges.offsets()
    usable = find_usable_edges(ends, offsets, spots.ids, frames, findings)
    report_mixed_tracks(ends[usable], edges.tracks()[usable], offsets[usable], findings)
    tracks.report_empty(edges.tracks())
    track_ids = tracks.settle_ids()
    visible = _read_visible(model, set(track_ids.tolist()), findings)
    _check_undeclared(edges, declarations, findings)
    return Gathered(
        root=root,
        spots=spots,
        tracks=tracks,
        edges=edges,
        declarations=declarations,
        frames=frames,
        track_ids=track_ids,
        usable=usable,
        visible=visible,
    )


def _check_frames(all_spots: list[Node], frame_nodes: list[Node], findings: Findings) -> None:
    """Report frames that are missing or stand twice, and a negative number of spots."""
    seen: set[int] = set()
    for node in frame_nodes:
        text = node.attributes.get("frame")
        frame = None if text is None else parse_int(text)
        if frame is None or frame in seen:
            what = f"frame {text!r}" if frame is None else f"a second <SpotsInFrame> of frame {frame}"
            findings.add(
                "lost",
                "SpotsInFrame",
                "frame",
                found=what if text is not None else "no frame",
                meaning="TrackMate keeps the spots of one such element per frame, or takes frame 0: give one element "
                "per frame; VollTrack reads all spots",
                offset=node.offset,
            )
        seen.add(0 if frame is None else frame)
    for node in all_spots:
        number = parse_int(node.attributes.get("nspots", "0"))
        if number is not None and number < 0:
            findings.add(
                "refused",
                "AllSpots",
                "nspots",
                found=f"nspots {number}",
                meaning="TrackMate stops reading: write the number of spots",
                offset=node.offset,
            )


def _check_times(root: Node, frames: IntArray, times: npt.NDArray[np.float64], findings: Findings) -> None:
    """Report times of spots that contradict the frame interval of the image."""
    settings = root.child("Settings")
    image = None if settings is None else settings.child("ImageData")
    interval = None if image is None else to_positive(parse_java_double(image.attributes.get("timeinterval", "")))
    if image is None or interval is None:
        return
    conflict = describe_time_conflict(frames, times, interval)
    if conflict is not None:
        findings.add(
            "warning",
            "ImageData",
            "timeinterval",
            found=conflict,
            meaning="TrackMate computes speeds and durations from POSITION_T, as does VollTrack: correct one of them",
            offset=image.offset,
        )


def _read_visible(model: Node, known: set[int], findings: Findings) -> set[int]:
    """Return the numbers of the visible tracks; report those that no track has."""
    visible: set[int] = set()
    for parent in model.named("FilteredTracks"):
        for node in parent.named("TrackID"):
            number = parse_int(node.attributes.get("TRACK_ID", ""))
            if number in known and number is not None:
                visible.add(number)
            else:
                findings.add(
                    "lost",
                    "TrackID",
                    "TRACK_ID",
                    found=f"TRACK_ID {node.attributes.get('TRACK_ID')!r} is that of no track",
                    meaning="TrackMate drops the entry: remove it, or give the number of a track",
                    offset=node.offset,
                )
    return visible


def _check_undeclared(edges: EdgeCollector, declarations: Declarations, findings: Findings) -> None:
    """Report features of edges that are not declared: TrackMate reads declared ones only."""
    always = {"SPOT_SOURCE_ID", "SPOT_TARGET_ID", "LINK_COST"}
    for key, offset in edges.keys.items():
        if key not in always and key not in declarations.edge:
            findings.add(
                "lost" if key in EDGE_FEATURES else "warning",
                "Edge",
                key,
                found=f"the edge feature {key} is not declared",
                meaning="TrackMate does not read it: declare it in EdgeFeatures",
                offset=offset,
            )
