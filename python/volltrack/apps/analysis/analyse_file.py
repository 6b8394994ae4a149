"""From a file of tracks to the folder of its analysis."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from volltrack.apps.analysis.analysis_files import AnalysisFiles, write_analysis_settings
from volltrack.apps.analysis.analysis_folder import require_own_folder, write_analysis
from volltrack.apps.jobs.results.outputs import require_free, reserve_outputs
from volltrack.pipeline import AnalysisSettings, analyse_tracks
from volltrack.progress import OnProgress

__all__ = ["analyse_file"]


def analyse_file(
    files: AnalysisFiles,
    folder: Path,
    settings: AnalysisSettings,
    *,
    with_plots: bool = True,
    overwrite: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Write the tables and plots of a file of tracks and return what a person wants to know of it.

    Parameters
    ----------
    files
        Tracks, movie, labels, tissue.
    folder
        See `volltrack.apps.analysis.analysis_folder.write_analysis`.
    settings
        See `AnalysisSettings`.
    with_plots
        Whether to draw plots.
    overwrite
        Whether an older analysis may be replaced.
    dry_run
        Read tracks and open images, but measure and write nothing.
    on_progress
        Told after each frame, table and plot.

    Raises
    ------
    FileExists, OutputFailed
        The folder cannot be written; found before any work.
    OutputLocked
        Another process is at work on it.
    BadFile, MissingCalibration, ShapeMismatch, BadSettings
        See `AnalysisFiles.open` and `volltrack.pipeline.analyse_tracks`.
    """
    with contextlib.nullcontext() if dry_run else reserve_outputs([folder], overwrite=overwrite, inputs=files.paths):
        if dry_run:
            require_free([folder], overwrite=overwrite, inputs=files.paths)
        require_own_folder(folder)
        source = files.open()
        lineage, calibration = source.tracks.lineage, source.tracks.calibration
        result: dict[str, Any] = {
            "spots": len(lineage.spots),
            "tracks": lineage.n_tracks,
            "divisions": lineage.n_divisions,
            "frame_interval": f"{calibration.frame_interval:g} {calibration.time_unit}",
            "length_unit": calibration.length_unit,
        }
        if dry_run:
            notes = [*source.tracks.notes, *source.doubts]
            return {**result, "notes": notes, "folder": "nothing written (dry run)"}
        analysis = analyse_tracks(
            lineage,
            calibration,
            settings,
            movie=source.movie,
            channel=files.chosen.channel,
            labels=source.labels,
            tissue=source.tissue,
            track_ids=source.track_ids,
            on_progress=on_progress,
        )
        analysis = replace(analysis, notes=(*source.tracks.notes, *source.doubts, *analysis.notes))
        written = write_analysis(
            folder,
            analysis,
            lambda path: write_analysis_settings(path, settings, files),
            with_plots=with_plots,
            overwrite=overwrite,
            on_progress=on_progress,
        )
    tables = {name: len(table) for name, table in analysis.tables.items()}
    return {**result, "tables": tables, "files": len(written), "notes": list(analysis.notes), "folder": folder}
