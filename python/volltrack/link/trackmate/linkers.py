"""TrackMate's trackers as linkers: LAP, Kalman, overlap; settings are TrackMate's, nothing is estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from volltrack.errors import BadSettings
from volltrack.link.trackmate.overlap import link_labels_by_overlap
from volltrack.link.trackmate.settings import LinkSettings
from volltrack.link.trackmate.spot_links import link_spots
from volltrack.model import LabelMovie, Links, Spots
from volltrack.model.methods import Linker
from volltrack.progress import OnProgress

__all__ = ["KalmanLinker", "LapLinker", "OverlapLinker"]


@dataclass(frozen=True, kw_only=True)
class _TrackMateLinker(Linker):
    """What TrackMate's trackers have in common: they are ready as they are made.

    Parameters
    ----------
    settings
        See `LinkSettings`.
    """

    settings: LinkSettings

    @property
    def title(self) -> str:
        """Which tracker."""
        return f"TrackMate's {self.settings.method} tracker"

    def prepare(self, spots: Spots, *, labels: LabelMovie | None = None, on_progress: OnProgress | None = None) -> Self:
        """Return itself; see `Linker.prepare`."""
        why = self.why_not(spots, labels)
        if why:
            raise BadSettings(why)
        return self

    def link(self, spots: Spots, *, labels: LabelMovie | None = None, on_progress: OnProgress | None = None) -> Links:
        """Return the links that TrackMate makes; see `volltrack.link.trackmate.link_spots`."""
        return link_spots(spots, self.settings, on_progress=on_progress)


class LapLinker(_TrackMateLinker):
    """Frame-to-frame LAP, then one LAP over segments: gaps, divisions, merges."""


class KalmanLinker(_TrackMateLinker):
    """Constant velocity, predicted by a Kalman filter for each track."""


class OverlapLinker(_TrackMateLinker):
    """Labels of consecutive frames that share voxels."""

    def why_not(self, spots: Spots, labels: LabelMovie | None = None) -> str:
        """Return that it needs labels, where there are none."""
        if labels is None:
            return "method = 'overlap': a table of cells has no labels to overlap; expected the label movie"
        return ""

    def link(self, spots: Spots, *, labels: LabelMovie | None = None, on_progress: OnProgress | None = None) -> Links:
        """Return the links between labels that overlap; see `volltrack.link.trackmate.link_labels_by_overlap`."""
        if labels is None:
            raise BadSettings(self.why_not(spots))
        return link_labels_by_overlap(labels, spots, self.settings, on_progress=on_progress)
