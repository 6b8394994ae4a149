"""What segments a movie when nobody says: the method that looks best on a few of its frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from volltrack.errors import BadSettings
from volltrack.model import Movie
from volltrack.model.methods import SegmenterSettings
from volltrack.registry import SEGMENTERS
from volltrack.segment.automatic import AutomaticSettings
from volltrack.segment.automatic.shipped import PLANES, STAINS, why_not_shipped
from volltrack.segment.vollseg.network_settings import NetworkSettings

__all__ = [
    "STAINS",
    "DefaultSegmentation",
    "choose_default_segmentation",
    "choose_method",
    "name_networks",
]


@dataclass(frozen=True, kw_only=True)
class DefaultSegmentation:
    """The settings, and why the shipped networks cannot be tried, in one line; empty where they can."""

    settings: SegmenterSettings
    why_no_network: str = ""


def choose_default_segmentation(movie: Movie, stain: str = "nuclei") -> DefaultSegmentation:
    """Return the method that chooses by itself; for membranes the shipped networks.

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
    if stain == "nuclei":
        why = why_not_shipped(PLANES if movie.is_2d else STAINS[stain])
        return DefaultSegmentation(settings=AutomaticSettings(), why_no_network=why)
    why = "the shipped networks take stacks and this movie is 2D" if movie.is_2d else why_not_shipped(STAINS[stain])
    if why:
        raise BadSettings(f"cells with bright {stain} are segmented by networks only: {why}")
    return DefaultSegmentation(settings=STAINS[stain])


def choose_method(name: str, stain: str = "nuclei", *, is_2d: bool = False) -> SegmenterSettings:
    """Return the settings of a method that is named: those of the shipped networks for one that needs networks.

    Parameters
    ----------
    name
        One of `volltrack.registry.SEGMENTERS`.
    stain
        What is bright in the movie, one of `STAINS`.
    is_2d
        Whether the movie is 2D: StarDist alone is then the shipped network for planes.

    Raises
    ------
    BadSettings
        There is no such method, or it cannot find cells of this stain, or it needs to be told which networks.
    """
    if stain not in STAINS:
        raise BadSettings(f"stain {stain!r}: expected one of {', '.join(STAINS)}")
    shipped = STAINS[stain]
    alone = {"vollseg": shipped, "stardist": replace(shipped, unet=""), "unet": replace(shipped, star="")}
    if is_2d and stain == "nuclei":
        alone["stardist"] = PLANES
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
