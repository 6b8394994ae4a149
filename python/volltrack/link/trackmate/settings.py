"""Settings of the linking that gives TrackMate's own links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from annotated_types import Ge, Gt, Interval

from volltrack.errors import BadSettings
from volltrack.link.trackmate.setting_keys import require_known_keys
from volltrack.model.methods import LinkerSettings
from volltrack.model.settings import Fraction, NotNegative, Positive, Unit, require_fields

__all__ = ["LINK_METHODS", "LinkSettings"]

LinkMethod: TypeAlias = Literal["lap", "kalman", "advanced-kalman", "overlap"]
LINK_METHODS: Final[tuple[LinkMethod, ...]] = get_args(LinkMethod)
"""TrackMate's sparse LAP, Kalman and advanced Kalman trackers, and the overlap of labels."""

Distance: TypeAlias = Annotated[float, Gt(0), Unit("unit of the positions")]
Penalties: TypeAlias = Mapping[str, NotNegative]


@dataclass(frozen=True, kw_only=True)
class LinkSettings(LinkerSettings):
    """How spots are linked; the defaults are those of TrackMate 7.14 (its ``TrackerKeys`` class).

    Distances are in the physical unit of the positions, finite and > 0. Penalties map the key of a spot feature to a
    weight >= 0 (see `volltrack.link.trackmate.cost`); no penalties by default.

    Parameters
    ----------
    method
        One of `LINK_METHODS`. ``"lap"``: frame-to-frame LAP, then one LAP over segments. ``"kalman"``: constant
        velocity, no segment step, no penalties. ``"advanced-kalman"``: Kalman with penalties, then the segment step.
        ``"overlap"``: see `volltrack.link.link_labels_by_overlap`.
    max_distance
        Largest distance between linked spots of two consecutive frames (exclusive, on the penalised cost); for
        the Kalman methods the distance of a track's first link. TrackMate: 15.
    feature_penalties
        Penalties of the frame-to-frame step.
    gap_closing
        Whether ends of segments are linked to later starts. TrackMate: on.
    gap_max_distance
        Largest distance over a gap (inclusive). TrackMate: 15.
    max_frame_gap
        Largest difference in frames over a gap, >= 0; 2 allows one missing frame. For the Kalman methods the number of
        misses that a track survives. TrackMate: 2.
    gap_feature_penalties
        Penalties of gap closing.
    splitting
        Whether the start of a segment may be linked to the middle of another; for ``"overlap"`` whether one cell may
        have two followers. TrackMate: off.
    splitting_max_distance
        Largest distance of such a link (inclusive). TrackMate: 15.
    splitting_feature_penalties
        Penalties of splitting.
    merging
        Whether the end of a segment may be linked to the middle of another. TrackMate: off.
    merging_max_distance
        Largest distance of such a link (inclusive). TrackMate: 15.
    merging_feature_penalties
        Penalties of merging.
    single_spot_segments
        Whether a spot without any frame-to-frame link takes part in the segment step. TrackMate: never, so off.
    alternative_cost_factor
        Cost of no link = this factor, > 0, times a high link cost. TrackMate: 1.05. The Kalman step always uses 1.05.
    cutoff_percentile
        Fraction, 0 to 1, of the sorted costs of the segment step at which that high cost is taken. TrackMate: 0.9.
    kalman_search_radius
        Largest distance between a predicted position and a spot (exclusive). TrackMate: 20.
    min_iou
        ``"overlap"`` only: intersection over union above which two labels may be linked, 0 to below 1. TrackMate: 0.3.

    Raises
    ------
    BadSettings
        A value of the wrong type or out of its range.
    """

    method: LinkMethod = "lap"
    max_distance: Distance = 15.0
    feature_penalties: Penalties = field(default_factory=dict)
    gap_closing: bool = True
    gap_max_distance: Distance = 15.0
    max_frame_gap: Annotated[int, Ge(0), Unit("frames")] = 2
    gap_feature_penalties: Penalties = field(default_factory=dict)
    splitting: bool = False
    splitting_max_distance: Distance = 15.0
    splitting_feature_penalties: Penalties = field(default_factory=dict)
    merging: bool = False
    merging_max_distance: Distance = 15.0
    merging_feature_penalties: Penalties = field(default_factory=dict)
    single_spot_segments: bool = False
    alternative_cost_factor: Positive = 1.05
    cutoff_percentile: Fraction = 0.9
    kalman_search_radius: Distance = 20.0
    min_iou: Annotated[float, Interval(ge=0, lt=1)] = 0.3

    def __post_init__(self) -> None:
        require_fields(self)
        if self.method == "kalman" and self.feature_penalties:
            raise BadSettings(
                "feature_penalties with method 'kalman': TrackMate's Kalman tracker has none; "
                "expected method 'advanced-kalman', which has"
            )

    @property
    def made_by(self) -> str:
        """Class of the method."""
        made = {"lap": "LapLinker", "overlap": "OverlapLinker"}.get(self.method, "KalmanLinker")
        return f"volltrack.link.trackmate:{made}"

    @property
    def engines(self) -> tuple[str, ...]:
        """TrackMate itself links by them, too."""
        return ("trackmate",)

    def to_trackmate(self) -> dict[str, Any]:
        """Return the settings in the words of TrackMate's sparse LAP tracker; empty for the other methods."""
        if self.method != "lap":
            return {}
        return {
            "TRACKER_NAME": "SPARSE_LAP_TRACKER",
            "CUTOFF_PERCENTILE": self.cutoff_percentile,
            "ALTERNATIVE_LINKING_COST_FACTOR": self.alternative_cost_factor,
            "BLOCKING_VALUE": float("inf"),
            "Linking": {"LINKING_MAX_DISTANCE": self.max_distance, "FeaturePenalties": dict(self.feature_penalties)},
            "GapClosing": {
                "ALLOW_GAP_CLOSING": self.gap_closing,
                "GAP_CLOSING_MAX_DISTANCE": self.gap_max_distance,
                "MAX_FRAME_GAP": self.max_frame_gap,
                "FeaturePenalties": dict(self.gap_feature_penalties),
            },
            "TrackSplitting": {
                "ALLOW_TRACK_SPLITTING": self.splitting,
                "SPLITTING_MAX_DISTANCE": self.splitting_max_distance,
                "FeaturePenalties": dict(self.splitting_feature_penalties),
            },
            "TrackMerging": {
                "ALLOW_TRACK_MERGING": self.merging,
                "MERGING_MAX_DISTANCE": self.merging_max_distance,
                "FeaturePenalties": dict(self.merging_feature_penalties),
            },
        }

    @classmethod
    def trackmate(cls) -> LinkSettings:
        """Return TrackMate's own defaults and nothing more: sparse LAP, 15, gaps of one frame, no splits or merges."""
        return cls()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> LinkSettings:
        """Return the settings that `values`, as read from TOML or JSON, holds; absent keys keep their default.

        Raises
        ------
        BadSettings
            An unknown key, or a value out of its range.
        """
        require_known_keys(values, cls, "link")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return all settings as plain values for TOML or JSON; `from_dict` reads them back."""
        return asdict(self)
