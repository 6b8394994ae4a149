"""The shipped networks with their settings; MODEL_CARD.md beside the weights says how they learned."""

from __future__ import annotations

from typing import Final

from volltrack.segment.networks.model_folder import registered_models
from volltrack.segment.networks.packages import is_installed
from volltrack.segment.vollseg.network_settings import NetworkSettings
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["MEMBRANES", "NUCLEI", "PLANES", "STACKS", "STAINS", "why_not_shipped"]

NUCLEI: Final = NetworkSettings(
    star="tissue-star-3d",
    unet="tissue-unet-3d",
    how=VollSegSettings(only_peaks=True, prob_thresh=0.6, nms_thresh=0.3, min_volume=0.06, least_chance=0.1),
)
"""The pair for nuclei and whole cells in stacks; thresholds chosen on synthetic movies (seeds 101, 102, 104).

`least_chance` is the largest that lost no cell of four frames of the demo (seed 0).
"""

MEMBRANES: Final = NetworkSettings(
    star="membrane-star-3d",
    unet="membrane-unet-3d",
    how=VollSegSettings(only_peaks=True, prob_thresh=0.4, nms_thresh=0.3, seed_rule="object", min_volume=0.06),
)
"""The pair for cells of which the membranes are bright; chosen on synthetic stacks (seeds from 6,000,000)."""

STACKS: Final = NetworkSettings(
    star="nuclei-star-3d", how=VollSegSettings(only_peaks=True, min_volume=0.06, least_chance=0.25)
)
"""StarDist for nuclei in stacks, real ones; its threshold was chosen on the tune part of the mouse embryos."""

PLANES: Final = NetworkSettings(
    star="nuclei-star-2d", how=VollSegSettings(only_peaks=True, min_volume=0.06, least_chance=0.25)
)
"""StarDist for nuclei in planes, real ones; in a stack its objects are joined from plane to plane."""

STAINS: Final = {"nuclei": NUCLEI, "membranes": MEMBRANES}
"""The pairs for stacks by what is bright."""


def why_not_shipped(settings: NetworkSettings) -> str:
    """Return in one line why shipped networks cannot be used here, empty where they can; TensorFlow is not imported."""
    if not is_installed():
        return "the networks need TensorFlow and StarDist (pip install 'volltrack[segment]')"
    if not set(settings.names) <= set(registered_models()):
        return "this installation holds no weights"
    return ""
