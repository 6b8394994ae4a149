"""What segments a movie when nobody says: the shipped networks where they can, or else no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from volltrack.errors import BadSettings
from volltrack.model import Movie
from volltrack.model.methods import SegmenterSettings
from volltrack.registry import SEGMENTERS
from volltrack.segment import ClassicalSettings
from volltrack.segment.networks.model_folder import registered_models
from volltrack.segment.networks.packages import is_installed
from volltrack.segment.vollseg.network_settings import NetworkSettings
from volltrack.segment.vollseg.settings import VollSegSettings

__all__ = [
    "MEMBRANES",
    "NUCLEI",
    "STAINS",
    "DefaultSegmentation",
    "choose_default_segmentation",
    "choose_method",
    "name_networks",
]

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

    settings: SegmenterSettings
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


def choose_method(name: str, stain: str = "nuclei") -> SegmenterSettings:
    """Return the settings of a method that is named: those of the shipped networks for one that needs networks.

    Parameters
    ----------
    name
        One of `volltrack.registry.SEGMENTERS`.
    stain
        What is bright in the movie, one of `STAINS`.

    Raises
    ------
    BadSettings
        There is no such method, or it cannot find cells of this stain, or it needs to be told which networks.
    """
    if stain not in STAINS:
        raise BadSettings(f"stain {stain!r}: expected one of {', '.join(STAINS)}")
    shipped = STAINS[stain]
    alone = {"vollseg": shipped, "stardist": replace(shipped, unet=""), "unet": replace(shipped, star="")}
    settings = alone[name] if name in alone else SEGMENTERS.make_settings(name)
    if stain not in settings.make().stains:
        raise BadSettings(f"method {name!r} does not find cells with bright {stain}: give a method with networks")
    return settings


def name_networks(settings: SegmenterSettings, named: Mapping[str, str]) -> SegmenterSettings:
    """Return the settings with networks that are named: their own, or those of a shipped pair with these names.

    Parameters
    ----------
    settings
        What else is known; settings of a method without networks are left aside.
    named
        Names or folders by role: ``star``, ``unet``, ``denoise``, ``tissue``.
    """
    own = settings.with_networks(named)
    if own is not None:
        return own
    pair = (named.get("star", ""), named.get("unet", ""))
    preset = next((preset for preset in STAINS.values() if (preset.star, preset.unet) == pair), None)
    return NetworkSettings(**dict[str, Any](named)) if preset is None else preset.with_networks(named)
