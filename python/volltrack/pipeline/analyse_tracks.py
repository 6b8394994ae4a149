"""Tracks, and what is known of their movie and tissue, to tables of all quantities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.analyse import (
    TrackletSpectra,
    boundary_distance,
    compute_tracklet_spectra,
    lineage_table,
    link_table,
    localisation_table,
    msd_table,
    plot_quantities,
    quantity_values,
    spot_table,
    tracklet_table,
)
from volltrack.errors import BadSettings
from volltrack.model import Calibration, LabelMovie, Lineage, Movie, Tissue
from volltrack.model.counted import counted
from volltrack.pipeline.analysis_settings import AnalysisSettings
from volltrack.pipeline.frame_reach import require_frames_in_reach
from volltrack.pipeline.spot_intensity import mean_spot_intensity
from volltrack.progress import OnProgress

__all__ = ["Analysis", "analyse_tracks"]

DISTANCE = "DISTANCE_TO_TISSUE"


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Tables of an analysis.

    Parameters
    ----------
    lineage
        The lineage with the columns that were measured: distance to the tissue, mean intensity.
    calibration
        Units of the tables.
    tables
        By name: ``spots``, ``links``, ``tracklets``, ``lineages``, ``msd``; with a distance to the tissue
        ``localisation``; with a quantity to transform ``spectra`` and ``dominant_frequencies``.
    notes
        What was left out, filled in or taken from the file; a sentence each.
    """

    lineage: Lineage
    calibration: Calibration
    tables: Mapping[str, pd.DataFrame]
    notes: tuple[str, ...]


def analyse_tracks(
    lineage: Lineage,
    calibration: Calibration,
    settings: AnalysisSettings | None = None,
    *,
    movie: Movie | None = None,
    channel: int = 1,
    labels: LabelMovie | None = None,
    tissue: Tissue | None = None,
    track_ids: npt.ArrayLike | None = None,
    on_progress: OnProgress | None = None,
) -> Analysis:
    """Return all tables of `volltrack.analyse` for a lineage.

    Parameters
    ----------
    lineage, calibration
        Positions in the calibration's unit; time is frame times frame interval.
    settings
        See `AnalysisSettings`.
    movie, channel, labels
        Where mean intensities come from, and the number of the channel, which names the column
        ``MEAN_INTENSITY_CH<channel>``. Without a movie those of the spots are used, if they have some.
    tissue
        Where distances come from; without one those of the spots are used, if they have some.
    track_ids
        Id of each track, (n_tracks,), such as TrackMate's; None numbers them.
    on_progress
        Told after each frame.

    Raises
    ------
    BadSettings
        A quantity in ``spectrum_of`` that is not there.
    BadValue, BadTable, ShapeMismatch
        Movie, labels or tissue that do not fit the spots.
    Cancelled
        `on_progress` asked to stop.
    """
    settings = settings or AnalysisSettings()
    require_frames_in_reach(lineage)
    lineage, notes = _measure_spots(lineage, calibration, settings, movie, channel, labels, tissue, on_progress)
    table = lineage.spots.table
    distance = table[DISTANCE].to_numpy(dtype=np.float64) if DISTANCE in table.columns else None
    tables = {
        "spots": spot_table(lineage, calibration, track_ids=track_ids),
        "links": link_table(lineage, calibration, distance=distance, track_ids=track_ids),
        "tracklets": tracklet_table(lineage, calibration, track_ids=track_ids),
        "lineages": lineage_table(lineage, calibration, track_ids=track_ids),
        "msd": msd_table(lineage, calibration, max_lag_frames=settings.max_lag_frames, track_ids=track_ids),
    }
    if distance is not None:
        tables["localisation"] = localisation_table(lineage, distance, calibration, track_ids=track_ids)
    keys = _choose_spectra(lineage, settings)
    spectra = {
        key: compute_tracklet_spectra(
            lineage, quantity_values(lineage, key, calibration), calibration, settings.spectrum, track_ids=track_ids
        )
        for key in keys
    }
    if spectra:
        tables["spectra"] = pd.concat([_name(s.spectra, key) for key, s in spectra.items()], ignore_index=True)
        tables["dominant_frequencies"] = pd.concat(
            [_name(s.summary, key) for key, s in spectra.items()], ignore_index=True
        )
    notes += _describe_spectra(spectra, settings)
    return Analysis(lineage=lineage, calibration=calibration, tables=tables, notes=tuple(notes))


def _measure_spots(
    lineage: Lineage,
    calibration: Calibration,
    settings: AnalysisSettings,
    movie: Movie | None,
    channel: int,
    labels: LabelMovie | None,
    tissue: Tissue | None,
    on_progress: OnProgress | None,
) -> tuple[Lineage, list[str]]:
    """Return the lineage with distances and intensities, and notes."""
    spots, size = lineage.spots, calibration.voxel_size
    columns: dict[str, npt.NDArray[np.float64]] = {}
    notes = []
    if tissue is not None:
        distance = boundary_distance(spots, tissue, settings.boundary, voxel_size=size, on_progress=on_progress)
        columns[DISTANCE] = distance
        if np.isnan(distance).any():
            n_unknown = counted(int(np.isnan(distance).sum()), "spot")
            notes.append(f"no distance is known of {n_unknown}: the tissue of that frame has no boundary")
    elif DISTANCE in spots.table.columns:
        notes.append("distances to the tissue are those in the file; give the tissue to measure them again")
    else:
        notes.append("no distances to the tissue boundary: no tissue was given")
    if movie is not None:
        key = f"MEAN_INTENSITY_CH{channel}"
        within = labels if settings.intensity_within == "label" else None
        columns[key] = mean_spot_intensity(spots, movie, size, labels=within, on_progress=on_progress)
        if np.isnan(columns[key]).any():
            n_unknown = counted(int(np.isnan(columns[key]).sum()), "spot")
            notes.append(f"no intensity is known of {n_unknown}: in no label, or without a radius")
    elif any(key.startswith("MEAN_INTENSITY") for key in spots.feature_keys):
        notes.append("intensities are those in the file; give the movie to measure them again")
    else:
        notes.append("no intensities: no movie was given")
    return Lineage(spots=spots.with_columns(columns), links=lineage.links), notes


def _choose_spectra(lineage: Lineage, settings: AnalysisSettings) -> tuple[str, ...]:
    there = plot_quantities(lineage)
    if not settings.spectrum_of:
        return tuple(key for key in there if key.startswith("MEAN_INTENSITY") or key == DISTANCE)
    unknown = [key for key in settings.spectrum_of if key not in there]
    if unknown:
        raise BadSettings(f"spectrum_of: no quantity {', '.join(unknown)}: expected some of {', '.join(there)}")
    return settings.spectrum_of


def _name(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return a table with the quantity that it is about as first column."""
    named = table.copy()
    named.insert(0, "QUANTITY", key)
    return named


def _describe_spectra(spectra: Mapping[str, TrackletSpectra], settings: AnalysisSettings) -> list[str]:
    notes = []
    for key, found in spectra.items():
        n_filled = int(found.summary["N_FILLED"].sum())
        n_gappy = int((found.summary["N_FILLED"] > 0).sum())
        if n_filled:
            notes.append(
                f"spectra of {key}: {counted(n_filled, 'missing sample')} of {counted(n_gappy, 'tracklet')} filled by "
                "linear interpolation"
            )
        if found.n_skipped:
            notes.append(
                f"spectra of {key}: without {counted(found.n_skipped, 'tracklet')} of fewer than "
                f"{settings.spectrum.min_samples} values"
            )
    return notes
