"""The parts of a report that are words and numbers: overview, table of tracks, settings, problems."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

import numpy as np

from volltrack.analyse import describe_column
from volltrack.apps.option_names import name_options
from volltrack.apps.report.html_page import render_facts, render_table
from volltrack.apps.report.report_input import ReportInput
from volltrack.io.trackmate_xml import describe_verdict, is_accepted

__all__ = ["render_overview", "render_problems", "render_settings", "render_track_table"]

_MOST_TRACKS: Final = 2000
_COLUMNS: Final = (
    "N_SPOTS",
    "N_TRACKLETS",
    "N_DIVISIONS",
    "MAX_GENERATION",
    "N_MERGES",
    "N_MISSED",
    "START_TIME",
    "DURATION",
    "MEAN_CELL_CYCLE",
    "PATH_LENGTH",
    "MEAN_SPEED",
    "MAX_SPEED",
)
_MOST_PROBLEMS: Final = 200
_MOST_LETTERS: Final = 20_000


def render_overview(source: ReportInput) -> str:
    """Return the numbers that describe the file, and the notes."""
    lineage, calibration = source.lineage, source.calibration
    spots, frames = lineage.spots, lineage.spots.frames
    linked = lineage.track_of_spot >= 0
    steps = frames[lineage.target_rows] - frames[lineage.source_rows]
    n_seen = len(np.unique(frames))
    size = calibration.voxel_size
    facts: dict[str, Any] = {
        "Cells (spots)": len(spots),
        "Frames": f"{frames.min()} to {frames.max()}, cells in {n_seen}" if len(spots) else "none",
        "Tracks": lineage.n_tracks,
        "Tracklets": len(np.unique(lineage.tracklet_of_spot[linked])),
        "Divisions": lineage.n_divisions,
        "Merges": int((lineage.in_degrees > 1).sum()),
        "Links": len(lineage.links),
        "Links over a gap": int((steps > 1).sum()),
        "Cells in no track": int((~linked).sum()),
    }
    facts |= _describe_durations(source)
    facts |= {
        "Frame interval": f"{calibration.frame_interval:g} {calibration.time_unit}",
        "Voxel size (z, y, x)": f"{size.z:g} × {size.y:g} × {size.x:g} {size.unit}",
    }
    if source.movie is not None:
        facts["Movie (t, z, y, x)"] = " × ".join(map(str, source.movie.shape))
        facts["Movie file"] = source.movie.name
    document = source.tracks.document
    if document is not None and len(document.tracks):
        facts["Tracks visible in TrackMate"] = f"{int(document.tracks['VISIBLE'].sum())} of {len(document.tracks)}"
    notes = "".join(f'<p class="note warning">{escape(name_options(note))}</p>' for note in source.notes)
    return render_facts(facts) + notes


def _describe_durations(source: ReportInput) -> Mapping[str, str]:
    """Return medians of durations, with units; nothing for a file without tracks."""
    table, unit = source.tracklets.query("TRACK_ID >= 0"), source.calibration.time_unit
    if len(table) == 0:
        return {}
    groups = table.groupby("TRACK_ID")
    whole = (groups["STOP_TIME"].max() - groups["START_TIME"].min()).to_numpy()
    facts = {}
    cycles = table["CELL_CYCLE"].dropna().to_numpy()
    for name, values in (("a track", whole), ("a tracklet", table["DURATION"].to_numpy())):
        facts[f"Duration of {name}"] = f"median {np.median(values):.4g} {unit}, longest {values.max():.4g} {unit}"
    if len(cycles):
        facts["Time between two divisions"] = f"median {np.median(cycles):.4g} {unit} ({len(cycles)} cell cycles)"
    return facts


def render_track_table(source: ReportInput) -> str:
    """Return one row per track; of many tracks those with the most divisions, then those of the most cells."""
    if source.lineage.n_tracks == 0:
        return '<p class="note">No cell is linked to another: there are no tracks.</p>'
    calibration = source.calibration
    tracks = source.analysis.tables["lineages"].copy()
    groups = source.tracklets.query("TRACK_ID >= 0").groupby("TRACK_ID")
    tracks["PATH_LENGTH"] = groups["PATH_LENGTH"].sum().to_numpy()
    tracks["MAX_SPEED"] = groups["MAX_SPEED"].max().to_numpy()
    moved = groups["DURATION"].sum().to_numpy()
    tracks["MEAN_SPEED"] = np.divide(tracks["PATH_LENGTH"], moved, out=np.full(len(moved), np.nan), where=moved > 0)
    rows = tracks.sort_values(["N_DIVISIONS", "N_SPOTS", "TRACK_ID"], ascending=[False, False, True])[:_MOST_TRACKS]
    names = source.track_names
    columns: dict[str, list[Any]] = {"Track": [names[number] for number in rows["TRACK_ID"].tolist()]}
    for key in _COLUMNS:
        columns[describe_column(key).label(calibration)] = rows[key].tolist()
    some = ""
    if len(rows) < len(tracks):
        some = (
            f'<p class="note">{len(rows)} of {len(tracks)} tracks: those with the most divisions, then those of the '
            "most cells. <code>volltrack analyse</code> writes the table of all.</p>"
        )
    hint = '<p class="note">Click a heading to sort. Speeds and path lengths are those within tracklets.</p>'
    return some + hint + render_table(columns)


def render_problems(source: ReportInput) -> str:
    """Return what `volltrack check` says of the file."""
    document = source.tracks.document
    if document is None:
        return '<p class="note">Only TrackMate files are checked; this is none.</p>'
    problems = list(document.problems)
    verdict = describe_verdict(problems)
    if not problems:
        return f"<p>No problems: {verdict}.</p>"
    shown = problems[:_MOST_PROBLEMS]
    more = "" if len(shown) == len(problems) else f'<p class="note">{len(shown)} of {len(problems)} are listed.</p>'
    table = render_table({"Problem": [problem.text for problem in shown]}, sortable=False)
    kind = "" if is_accepted(problems) else ' class="warning"'
    return f"<p{kind}>{verdict}.</p>{more}{table}"


def render_settings(source: ReportInput) -> str:
    """Return the settings of the run, and what the file itself says of how it was made."""
    parts = []
    if source.settings_path is not None:
        parts.append(f"<h3>{escape(str(source.settings_path))}</h3>{_render_text(source.settings)}")
    document = source.tracks.document
    if document is not None:
        for title, tree in (("Detector", document.settings.detector), ("Tracker", document.settings.tracker)):
            if tree:
                table = render_table(_flatten(tree), sortable=False)
                parts.append(f"<h3>{title}, as the file states it</h3>{table}")
        if document.log.strip():
            parts.append(f"<h3>Log of the file</h3>{_render_text(document.log.strip())}")
    return (
        "".join(parts) or '<p class="note">Neither the file nor a run.toml beside it says how the tracks were made.</p>'
    )


def _render_text(text: str) -> str:
    cut = ""
    if len(text) > _MOST_LETTERS:
        cut = f'<p class="note">The first {_MOST_LETTERS} of {len(text)} letters.</p>'
        text = text[:_MOST_LETTERS]
    return f"{cut}<pre>{escape(text)}</pre>"


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """Return the settings as two columns; names of inner ones begin with those of the outer."""
    columns: dict[str, list[str]] = {"Setting": [], "Value": []}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            inner = _flatten(value, f"{prefix}{name} / ")
            for column, found in inner.items():
                columns[column].extend(found)
        else:
            columns["Setting"].append(prefix + name)
            columns["Value"].append(str(value))
    return columns
