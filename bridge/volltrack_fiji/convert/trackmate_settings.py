"""Settings of Python as the maps that TrackMate's detectors and trackers take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from volltrack.link import LinkSettings, PruneSettings
from volltrack.measure import CellFilterSettings
from volltrack_fiji.jvm import JavaClasses, TrackMateClasses

__all__ = ["to_java_detector_map", "to_java_tracker_map"]


def to_java_detector_map(
    cell_filter: CellFilterSettings,
    *,
    raw_channel: int,
    tissue_channel: int,
    tissue_labels: tuple[int, ...],
    border_is_surface: bool,
) -> Any:
    """Return the map of BTrackMate's label detector; channels count from 1, 0 is none, labels are in channel 1."""
    has_intensity = cell_filter.min_mean_intensity is not None
    chosen = cell_filter.tissue_labels or tissue_labels
    return _fill(
        TrackMateClasses.LabelDetectorSettings.defaults(),
        {
            "TISSUE_CHANNEL": tissue_channel,
            "TISSUE_LABELS": ",".join(map(str, chosen)),
            "BORDER_IS_SURFACE": border_is_surface,
            "MIN_INSIDE_FRACTION": float(cell_filter.min_inside_fraction),
            "MIN_VOLUME": float(cell_filter.min_volume or 0),
            "MAX_VOLUME": float(cell_filter.max_volume or 0),
            "INTENSITY_CHANNEL": raw_channel if has_intensity else 0,
            "MIN_MEAN_INTENSITY": float(cell_filter.min_mean_intensity or 0),
        },
    )


def to_java_tracker_map(link: LinkSettings, prune: PruneSettings) -> Any:
    """Return the map of BTrackMate's LAP tracker."""
    return _fill(
        TrackMateClasses.PruningTrackerFactory().getDefaultSettings(),
        {
            "LINKING_MAX_DISTANCE": float(link.max_distance),
            "LINKING_FEATURE_PENALTIES": link.feature_penalties,
            "ALLOW_GAP_CLOSING": link.gap_closing,
            "GAP_CLOSING_MAX_DISTANCE": float(link.gap_max_distance),
            "MAX_FRAME_GAP": link.max_frame_gap,
            "GAP_CLOSING_FEATURE_PENALTIES": link.gap_feature_penalties,
            "ALLOW_TRACK_SPLITTING": link.splitting,
            "SPLITTING_MAX_DISTANCE": float(link.splitting_max_distance),
            "SPLITTING_FEATURE_PENALTIES": link.splitting_feature_penalties,
            "ALLOW_TRACK_MERGING": link.merging,
            "MERGING_MAX_DISTANCE": float(link.merging_max_distance),
            "MERGING_FEATURE_PENALTIES": link.merging_feature_penalties,
            "ALTERNATIVE_LINKING_COST_FACTOR": float(link.alternative_cost_factor),
            "CUTOFF_PERCENTILE": float(link.cutoff_percentile),
            "MIN_TRACKLET_LENGTH": float(prune.min_tracklet_length),
            "TRACKLET_LENGTH_UNIT": prune.unit.upper(),
            "PRUNE_LEAF_TRACKLETS": prune.leaf_tracklets,
            "PRUNE_WHOLE_TRACKS": prune.whole_tracks,
            "PRUNE_ROOT_TRACKLETS": prune.root_tracklets,
        },
    )


def _fill(java_map: Any, values: Mapping[str, Any]) -> Any:
    for key, value in values.items():
        java_map.put(JavaClasses.String(key), _box(value))
    return java_map


def _box(value: Any) -> Any:
    if isinstance(value, bool):
        return JavaClasses.Boolean(value)
    if isinstance(value, int):
        return JavaClasses.Integer(value)
    if isinstance(value, float):
        return JavaClasses.Double(value)
    if isinstance(value, str):
        return JavaClasses.String(value)
    return _fill(JavaClasses.HashMap(), {key: float(weight) for key, weight in value.items()})
