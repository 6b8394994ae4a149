"""A table of cells or a label movie to a TrackMate file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from volltrack.apps.drawing.overview import draw_overview
from volltrack.apps.jobs.results.outputs import reserve_outputs
from volltrack.apps.jobs.settings.run_file import write_run_file
from volltrack.apps.jobs.tracks.link_by_engine import link_by_engine
from volltrack.apps.jobs.tracks.link_sources import LinkSources
from volltrack.apps.jobs.tracks.tracks_xml import write_tracks
from volltrack.errors import BadSettings
from volltrack.model import Calibration, Lineage
from volltrack.pipeline import RunSettings, require_frames_in_reach, track_cells
from volltrack.progress import OnProgress

__all__ = ["OWN_ENGINE", "LinkJob"]

OWN_ENGINE: Final = "python"


@dataclass(frozen=True, kw_only=True)
class LinkJob:
    """Filter, link and prune the cells in a file.

    The settings go next to the tracks, to a file of the same name that ends in ``.toml``.

    Parameters
    ----------
    sources
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
    """

    sources: LinkSources
    out: Path
    settings: RunSettings = field(default_factory=RunSettings)
    engine: str = OWN_ENGINE
    program: Path | None = None
    picture: Path | None = None
    overwrite: bool = False

    def __post_init__(self) -> None:
        if self.program is not None and self.engine == OWN_ENGINE:
            raise BadSettings("--fiji without --engine trackmate: VollTrack's own engine needs no Fiji; leave it out")

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Do it and return what was chosen from the data, and what came out.

        Raises
        ------
        FileExists, OutputFailed
            See `volltrack.apps.jobs.results.outputs.reserve_outputs`; found before any work. All files get their
            names, or none.
        BadFile, BadSettings, MissingCalibration, ShapeMismatch, OutputFailed
            See the messages.
        """
        sources, out, settings = self.sources, self.out, self.settings
        if out.suffix.lower() != ".xml":
            raise BadSettings(f"--out {out}: expected a name that ends in .xml, for a TrackMate file")
        settings_out = out.with_suffix(".toml")
        with reserve_outputs([out, settings_out, self.picture], overwrite=self.overwrite, inputs=sources.files):
            if self.engine == OWN_ENGINE:
                lineage, calibration, counts = _link(sources, out, settings, self.overwrite, on_progress)
            else:
                lineage, calibration, counts = link_by_engine(self.engine, sources, out, settings, program=self.program)
            write_run_file(settings_out, settings, sources.to_record())
            if self.picture is not None:
                require_frames_in_reach(lineage)
                title = f"{sources.cells.name}: {len(lineage.spots)} cells after filtering"
                draw_overview(self.picture, lineage, calibration, title=title)
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
    source: LinkSources, out: Path, settings: RunSettings, overwrite: bool, on_progress: OnProgress | None
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
