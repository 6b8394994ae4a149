"""From a file of tracks to the folder of its analysis."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from volltrack.apps.analysis.analysis_folder import require_own_folder, write_analysis
from volltrack.apps.analysis.analysis_input import open_analysis_input, write_analysis_settings
from volltrack.apps.jobs.results.outputs import require_free, reserve_outputs
from volltrack.apps.jobs.tracks.track_sources import TrackSources
from volltrack.errors import BadValue
from volltrack.io.table_files import has_parquet
from volltrack.pipeline import AnalysisSettings, analyse_tracks
from volltrack.progress import OnProgress

__all__ = ["AnalyseJob"]

_NO_PARQUET: Final = "tables as CSV only: pip install 'volltrack[parquet]' brings what Parquet needs"


@dataclass(frozen=True, kw_only=True)
class AnalyseJob:
    """Write tables and plots of a file of tracks.

    Parameters
    ----------
    sources
        Tracks, movie, labels, tissue. Intensities are those in the file where there is no movie.
    out
        See `volltrack.apps.analysis.analysis_folder.write_analysis`.
    settings
        See `AnalysisSettings`.
    with_plots
        Whether to draw plots.
    overwrite
        Whether an older analysis may be replaced.
    dry_run
        Read tracks and open images, but measure and write nothing.

    Raises
    ------
    BadValue
        Labels without a movie.
    """

    sources: TrackSources
    out: Path
    settings: AnalysisSettings = field(default_factory=AnalysisSettings)
    with_plots: bool = True
    overwrite: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.sources.labels is not None and self.sources.movie is None:
            raise BadValue("labels without a movie: intensities need both; give the movie too")

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Do it and return what a person wants to know of the analysis.

        Raises
        ------
        FileExists, OutputFailed
            The folder cannot be written; found before any work.
        OutputLocked
            Another process is at work on it.
        BadFile, MissingCalibration, ShapeMismatch, BadSettings
            See `open_analysis_input` and `volltrack.pipeline.analyse_tracks`.
        """
        folder, paths, overwrite = self.out, self.sources.paths, self.overwrite
        with contextlib.nullcontext() if self.dry_run else reserve_outputs([folder], overwrite=overwrite, inputs=paths):
            if self.dry_run:
                require_free([folder], overwrite=overwrite, inputs=paths)
            require_own_folder(folder)
            source = open_analysis_input(self.sources)
            lineage, calibration = source.tracks.lineage, source.tracks.calibration
            result: dict[str, Any] = {
                "spots": len(lineage.spots),
                "tracks": lineage.n_tracks,
                "divisions": lineage.n_divisions,
                "frame_interval": f"{calibration.frame_interval:g} {calibration.time_unit}",
                "length_unit": calibration.length_unit,
            }
            if self.dry_run:
                notes = [*source.tracks.notes, *source.doubts]
                return {**result, "notes": notes, "folder": "nothing written (dry run)"}
            analysis = analyse_tracks(
                lineage,
                calibration,
                self.settings,
                movie=source.movie,
                channel=self.sources.chosen.channel,
                labels=source.labels,
                tissue=source.tissue,
                track_ids=source.track_ids,
                on_progress=on_progress,
            )
            left_out = () if has_parquet() else (_NO_PARQUET,)
            analysis = replace(analysis, notes=(*source.tracks.notes, *source.doubts, *analysis.notes, *left_out))
            written = write_analysis(
                folder,
                analysis,
                lambda path: write_analysis_settings(path, self.settings, self.sources),
                with_plots=self.with_plots,
                overwrite=overwrite,
                on_progress=on_progress,
            )
        tables = {name: len(table) for name, table in analysis.tables.items()}
        return {**result, "tables": tables, "files": len(written), "notes": list(analysis.notes), "folder": folder}
