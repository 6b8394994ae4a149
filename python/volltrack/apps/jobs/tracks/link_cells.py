"""A table of cells or a label movie to a TrackMate file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from volltrack.apps.drawing.overview import draw_overview
from volltrack.apps.jobs.inputs.settings_file import write_run_settings
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.apps.jobs.tracks.link_input import LinkInput
from volltrack.apps.jobs.tracks.tracks_xml import write_tracks
from volltrack.errors import BadSettings
from volltrack.model import Calibration, Lineage
from volltrack.pipeline import RunSettings, require_frames_in_reach, track_cells
from volltrack.progress import OnProgress

__all__ = ["OWN_ENGINE", "link_file"]

OWN_ENGINE: Final = "python"


def link_file(
    source: LinkInput,
    out: Path,
    settings: RunSettings,
    *,
    engine: str = OWN_ENGINE,
    program: Path | None = None,
    picture: Path | None = None,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Filter, link and prune the cells in a file, write a TrackMate file, and return what came out.

    The settings go next to it, to a file of the same name that ends in ``.toml``.

    Parameters
    ----------
    source
        Table of cells or label movie, with what belongs to it.
    out
        TrackMate XML.
    settings
        The parts `filter`, `link` and `prune` are used, and `measure` for a label movie.
    engine
        ``"python"``, or the name of one of `volltrack.apps.jobs.tracks.link_by_engine`.
    program
        Folder of the program of another engine, such as Fiji.
    picture
        PNG of the result to draw.
    overwrite
        Whether existing files may be replaced.
    on_progress
        Told of each step.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work. All files get their names,
        or none.
    BadFile, BadSettings, MissingCalibration, ShapeMismatch, OutputFailed
        See the messages.
    """
    if out.suffix.lower() != ".xml":
        raise BadSettings(f"--out {out}: expected a name that ends in .xml, for a TrackMate file")
    settings_out = out.with_suffix(".toml")
    with reserve_outputs([out, settings_out, picture], overwrite=overwrite, inputs=source.files):
        if engine == OWN_ENGINE:
            lineage, calibration, counts = _link(source, out, settings, overwrite, on_progress)
        else:
            from volltrack.apps.jobs.tracks.link_by_engine import link_by_engine

            lineage, calibration, counts = link_by_engine(engine, source, out, settings, program=program)
        write_run_settings(settings_out, settings, source.record())
        if picture is not None:
            require_frames_in_reach(lineage)
            title = f"{source.cells.name}: {len(lineage.spots)} cells after filtering"
            draw_overview(picture, lineage, calibration, title=title)
    return {
        "cells": counts["cells"],
        "removed_by_filter": counts["removed_by_filter"],
        "links": len(lineage.links),
        "tracks": lineage.n_tracks,
        "divisions": lineage.n_divisions,
        "pruned_tracklets": counts["pruned_tracklets"],
        "out": out,
        "chosen": counts.get("chosen", []),
    }


def _link(
    source: LinkInput, out: Path, settings: RunSettings, overwrite: bool, on_progress: OnProgress | None
) -> tuple[Lineage, Calibration, dict[str, Any]]:
    """Return the lineages that VollTrack's own code makes and writes to `out`."""
    spots, calibration, info, labels = source.read_cells(out, settings.measure, on_progress)
    tracking = track_cells(
        spots,
        cell_filter=settings.filter,
        link=settings.link,
        prune=settings.prune,
        labels=labels,
        on_progress=on_progress,
    )
    write_tracks(
        out,
        tracking.lineage,
        calibration,
        link=tracking.linking.settings,
        prune=settings.prune,
        image=info,
        log=f"volltrack link {source.cells.name}",
        overwrite=overwrite,
    )
    counts = {
        "cells": len(spots),
        "removed_by_filter": len(tracking.removed_cells),
        "pruned_tracklets": len(tracking.pruning.removed_tracklets),
        "chosen": list(tracking.linking.report),
    }
    return tracking.lineage, calibration, counts
