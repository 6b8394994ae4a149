"""Reading: a TrackMate XML file to tables, in one streaming pass."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from volltrack.errors import BadFile, BadTable
from volltrack.io.trackmate_xml.check.gather import Gathered, gather
from volltrack.io.trackmate_xml.parse.document import TrackMateDocument
from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.problem import Problem, raise_first
from volltrack.io.trackmate_xml.parse.settings import read_calibration, read_settings
from volltrack.io.trackmate_xml.parse.source import CHUNK_BYTES, Source, read_source
from volltrack.model import KnownCalibration, Lineage, Links, Spots
from volltrack.progress import OnProgress, report_progress

__all__ = ["parse_document", "read_trackmate_xml"]

log = logging.getLogger(__name__)


def read_trackmate_xml(path: str | os.PathLike[str], *, on_progress: OnProgress | None = None) -> TrackMateDocument:
    """Return what a TrackMate XML file holds.

    Parameters
    ----------
    path
        A file that TrackMate 2.1 or later, or `write_lineage_xml`, saved.
    on_progress
        Told the bytes read.

    Returns
    -------
    TrackMateDocument
        Tables and all the rest; give it to `edit_trackmate_xml` or `write_trackmate_xml`.

    Raises
    ------
    BadFile
        No TrackMate file, truncated, of a wrong encoding, with a document type, or with contents that the tables could
        not hold: a spot ID that stands twice or exceeds 2^31 - 1, a feature or position that is no number, an outline
        without its number of points, a missing part of the model ... The message names element, attribute and line.
    Cancelled
        `on_progress` asked to stop.

    Notes
    -----
    What TrackMate tolerates with a message is tolerated here and listed in ``problems``, for example an edge to an
    unknown spot: it is not in the tables and stays in the file. Memory: the bytes of the file plus the tables.
    """
    return parse_document(read_source(path), Path(path), on_progress=on_progress)


def parse_document(source: Source, path: Path, *, on_progress: OnProgress | None = None) -> TrackMateDocument:
    """Return what the XML text `source` holds; see `read_trackmate_xml`."""
    total = len(source.utf8)
    findings = Findings()
    report_progress(on_progress, "read TrackMate XML", 0, total)
    gathered = gather(
        _slices(source.utf8),
        path,
        findings,
        keep=True,
        progress=lambda done: report_progress(on_progress, "read TrackMate XML", done, total),
    )
    problems = findings.to_problems([source.utf8])
    raise_first(problems, path)
    _log_problems(problems, path)
    return _to_document(gathered, tuple(problems), source, path)


def _log_problems(problems: list[Problem], path: Path) -> None:
    """Warn of what is wrong; that a file names no image, as those made from tables do, is no more than a hint."""
    told = [p for p in problems if (p.severity, p.element, p.attribute) != ("warning", "ImageData", "filename")]
    if told:
        others = f", and {len(told) - 1} more (volltrack check lists them)" if len(told) > 1 else ""
        log.warning("%s: %s%s", path, told[0].text, others)
    elif problems:
        log.info("%s: %s", path, problems[0].text)


def _to_document(gathered: Gathered, problems: tuple[Problem, ...], source: Source, path: Path) -> TrackMateDocument:
    root, declared = gathered.root, gathered.declarations
    usable = gathered.usable
    try:
        spots = gathered.spots.to_table(gathered.frames, declared.whole("spot"))
        links = gathered.edges.to_table(usable, declared.whole("edge"))
        tracks = gathered.tracks.to_table(gathered.track_ids, gathered.visible, declared.whole("track"))
        lineage = Lineage(spots=Spots(table=spots, contours=gathered.spots.contours), links=Links(table=links))
    except BadTable as error:
        raise BadFile(f"spots, links or tracks that cannot be a table: {error}", path=path) from error
    model, settings = root.child("Model"), root.child("Settings")
    image, about = read_settings(settings)
    texts = {name: _text_of(gathered, name) for name in ("Log", "DisplaySettings")}
    gui = root.child("GUIState")
    return TrackMateDocument(
        lineage=lineage,
        track_ids=gathered.track_ids[gathered.edges.tracks()[usable]],
        tracks=tracks,
        declarations=declared,
        known_calibration=KnownCalibration() if model is None else read_calibration(model, settings),
        image=image,
        settings=about,
        version=root.attributes.get("version", ""),
        log=texts["Log"],
        gui_state="" if gui is None else gui.attributes.get("state", ""),
        display_settings=texts["DisplaySettings"],
        problems=problems,
        source=source,
        path=path,
    )


def _text_of(gathered: Gathered, name: str) -> str:
    node = gathered.root.child(name)
    return "" if node is None else node.text


def _slices(text: bytes) -> Iterator[memoryview]:
    """Yield `text` a megabyte at a time, without copying."""
    view = memoryview(text)
    for start in range(0, len(text), CHUNK_BYTES):
        yield view[start : start + CHUNK_BYTES]
