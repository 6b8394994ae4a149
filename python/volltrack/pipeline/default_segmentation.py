"""What segments a movie when nobody says: the shipped networks where they can, or else no network."""

from __future__ import annotations

from dataclasses import dataclass

from volltrack.errors import BadSettings
from volltrack.model import Movie
from volltrack.pipeline.network_settings import NetworkSettings
from volltrack.segment import ClassicalSettings
from volltrack.segment.networks.model_folder import registered_models
from volltrack.segment.networks.packages import is_installed
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = ["MEMBRANES", "NUCLEI", "STAINS", "DefaultSegmentation", "choose_default_segmentation", "choose_preset"]

NUCLEI = NetworkSettings(
    star="tissue-star-3d",
    unet="tissue-unet-3d",
    how=VollSegSettings(only_peaks=True, prob_thresh=0.6, nms_thresh=0.3, min_volume=0.06),
)
"""The shipped pair for nuclei and whole cells; thresholds chosen on synthetic movies (seeds 101, 102, 104)."""

MEMBRANES = NetworkSettings(
    star="membrane-star-3d",
    unet="membrane-unet-3d",
    how=VollSegSettings(only_peaks=True, prob_thresh=0.4, nms_thresh=0.3, seed_rule="object", min_volume=0.06),
)
"""The shipped pair for cells of which the membranes are bright; chosen on synthetic stacks (seeds from 6,000,000)."""

STAINS = {"nuclei": NUCLEI, "membranes": MEMBRANES}
"""The shipped pairs by what is bright; MODEL_CARD.md beside the weights says what they were trained on."""


@dataclass(frozen=True, kw_only=True)
class DefaultSegmentation:
    """The settings, and why the shipped networks are not used, in one line; empty where they are."""

    settings: ClassicalSettings | NetworkSettings
    why_no_network: str = ""


def choose_default_segmentation(movie: Movie, stain: str = "nuclei") -> DefaultSegmentation:
    """Return the shipped networks for a 3D movie where they are installed, or else the segmentation without a network.

    TensorFlow is looked for but not imported.

    Parameters
    ----------
    movie
        The raw channel.
    stain
        What is bright in it, one of `STAINS`.

    Raises
    ------
    BadSettings
        If `stain` is none of them, or the networks cannot be used for one that cannot do without.
    """
    if stain not in STAINS:
        raise BadSettings(f"stain {stain!r}: expected one of {', '.join(STAINS)}")
    shipped = STAINS[stain]
    if movie.is_2d:
        why = "the shipped networks take stacks and this movie is 2D"
    elif not is_installed():
        why = "the networks need TensorFlow and StarDist (pip install 'volltrack[segment]')"
    elif not set(shipped.names) <= set(registered_models()):
        why = "this installation holds no weights"
    else:
        return DefaultSegmentation(settings=shipped)
    if stain != "nuclei":
        raise BadSettings(f"cells with bright {stain} are segmented by networks only: {why}")
    return DefaultSegmentation(settings=ClassicalSettings(), why_no_network=why)


def choose_preset(star: str, unet: str) -> NetworkSettings | None:
    """Return the settings of the shipped pair with these two names, None for other networks."""
    return next((preset for preset in STAINS.values() if (preset.star, preset.unet) == (star, unet)), None)
