"""Lineages as the TrackMate file that the main job leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from volltrack import __version__
from volltrack.apps.jobs.inputs.image_options import ImageOptions
from volltrack.apps.jobs.tracks.fit_tracks import find_doubt
from volltrack.io.trackmate_xml import ImageInfo, TrackMateSettings, describe_image, write_lineage_xml
from volltrack.io.trackmate_xml.write.xml_text import clean_text
from volltrack.io.tracks_file import TracksFile
from volltrack.link import LineageLinkSettings, LinkSettings, PruneSettings
from volltrack.model import Calibration, Lineage

__all__ = ["find_movie_of", "write_tracks"]


def find_movie_of(tracks: TracksFile, path: Path, images: ImageOptions, xml: Path) -> tuple[ImageInfo, list[str]]:
    """Return how an XML names the movie of tracks, and doubts whether it is theirs.

    Raises
    ------
    BadFile
        The movie cannot be read.
    ShapeMismatch
        It cannot be that of the tracks.
    """
    movie = images.open_raw(path, tracks.calibration)
    doubt = find_doubt(movie, tracks, "movie")
    return describe_image(movie, path, xml), [doubt] if doubt else []


def write_tracks(
    path: Path,
    lineage: Lineage,
    calibration: Calibration,
    *,
    link: LineageLinkSettings | LinkSettings,
    prune: PruneSettings,
    image: ImageInfo | None,
    log: str,
    overwrite: bool,
) -> None:
    """Write the lineages with their settings; see `volltrack.io.trackmate_xml.write_lineage_xml` for the errors."""
    how = f"VollTrack {__version__}: {log}\nLinking: {link}\nPruning: {prune}\n"
    write_lineage_xml(
        path,
        lineage,
        calibration=calibration,
        image=image,
        settings=TrackMateSettings(tracker=_describe_tracker(link)),
        log=clean_text(how),
        overwrite=overwrite,
    )


def _describe_tracker(link: LineageLinkSettings | LinkSettings) -> dict[str, Any]:
    """Return TrackMate's own names of the settings; our own linker is none of its trackers, so it goes into the log."""
    if isinstance(link, LineageLinkSettings) or link.method != "lap":
        return {}
    return {
        "TRACKER_NAME": "SPARSE_LAP_TRACKER",
        "CUTOFF_PERCENTILE": link.cutoff_percentile,
        "ALTERNATIVE_LINKING_COST_FACTOR": link.alternative_cost_factor,
        "BLOCKING_VALUE": float("inf"),
        "Linking": {"LINKING_MAX_DISTANCE": link.max_distance, "FeaturePenalties": dict(link.feature_penalties)},
        "GapClosing": {
            "ALLOW_GAP_CLOSING": link.gap_closing,
            "GAP_CLOSING_MAX_DISTANCE": link.gap_max_distance,
            "MAX_FRAME_GAP": link.max_frame_gap,
            "FeaturePenalties": dict(link.gap_feature_penalties),
        },
        "TrackSplitting": {
            "ALLOW_TRACK_SPLITTING": link.splitting,
            "SPLITTING_MAX_DISTANCE": link.splitting_max_distance,
            "FeaturePenalties": dict(link.splitting_feature_penalties),
        },
        "TrackMerging": {
            "ALLOW_TRACK_MERGING": link.merging,
            "MERGING_MAX_DISTANCE": link.merging_max_distance,
            "FeaturePenalties": dict(link.merging_feature_penalties),
        },
    }
