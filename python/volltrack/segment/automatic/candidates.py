"""Which methods are tried on a movie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from volltrack.model import Movie
from volltrack.model.methods import SegmenterSettings
from volltrack.segment.automatic.settings import AutomaticSettings
from volltrack.segment.automatic.shipped import MEMBRANES, NUCLEI, PLANES, STACKS, why_not_shipped
from volltrack.segment.classical import ClassicalSettings

__all__ = ["Candidate", "list_candidates"]

_LEAST_CHANCE: Final = 0.1
"""Without a network objects that are less likely cells are dropped."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A method that may be chosen.

    Parameters
    ----------
    name
        For a person.
    settings
        Of the method.
    """

    name: str
    settings: SegmenterSettings


def list_candidates(movie: Movie, settings: AutomaticSettings) -> tuple[Candidate, ...]:
    """Return the methods that can take the movie, the one to prefer among equals first.

    Parameters
    ----------
    movie
        Only whether it is 2D matters.
    settings
        What is bright, and how large the cells are.
    """
    networks = (
        {"networks for membranes": MEMBRANES}
        if settings.stain == "membranes"
        else {"networks for tissue": NUCLEI, "network for stacks": STACKS, "network for planes": PLANES}
    )
    found = [
        Candidate(name=name, settings=network)
        for name, network in networks.items()
        if not why_not_shipped(network) and not network.make().why_not(movie)
    ]
    if settings.stain == "nuclei":
        found.append(Candidate(name="no network", settings=ClassicalSettings(least_chance=_LEAST_CHANCE)))
    if settings.cell_diameter_um is None:
        return tuple(found)
    return tuple(
        Candidate(name=c.name, settings=c.settings.with_cell_diameter(settings.cell_diameter_um)) for c in found
    )
