"""What segments a movie when nobody says: the shipped networks where they can, or else no network."""

from __future__ import annotations

from dataclasses import dataclass

from volltrack.model import Movie
from volltrack.pipeline.network_settings import NetworkSettings
from volltrack.segment import ClassicalSettings
from volltrack.segment.models import registered_models
from volltrack.segment.network_packages import is_installed
from volltrack.segment.vollseg_settings import VollSegSettings

__all__ = ["SHIPPED", "SHIPPED_STAR", "SHIPPED_UNET", "DefaultSegmentation", "choose_default_segmentation"]

SHIPPED_STAR, SHIPPED_UNET = "tissue-star-3d", "tissue-unet-3d"
"""Names of the networks in the package; MODEL_CARD.md beside them says what they were trained on."""


SHIPPED = NetworkSettings(
    star=SHIPPED_STAR,
    unet=SHIPPED_UNET,
    how=VollSegSettings(only_peaks=True, prob_thresh=0.6, nms_thresh=0.3, min_volume=0.06),
)
"""The shipped pair; its thresholds were chosen on synthetic movies (seeds 101, 102, 104), see MODEL_CARD.md."""


@dataclass(frozen=True, kw_only=True)
class DefaultSegmentation:
    """The settings, and why the shipped networks are not used, in one line; empty where they are."""

    settings: ClassicalSettings | NetworkSettings
    why_no_network: str = ""


def choose_default_segmentation(movie: Movie) -> DefaultSegmentation:
    """Return the shipped networks for a 3D movie where they are installed, or else the segmentation without a network.

    TensorFlow is looked for but not imported.
    """
    if movie.is_2d:
        why = "the shipped networks take stacks and this movie is 2D"
    elif not is_installed():
        why = "the networks need TensorFlow and StarDist (pip install 'volltrack[segment]')"
    elif not {SHIPPED_STAR, SHIPPED_UNET} <= set(registered_models()):
        why = "this installation holds no weights"
    else:
        return DefaultSegmentation(settings=SHIPPED)
    return DefaultSegmentation(settings=ClassicalSettings(), why_no_network=why)
