"""The tracklets of one track as a family: who is parent, who daughter, what they are called and coloured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.analyse import Tracklets
from volltrack.apps.drawing import DAUGHTER, PARENT, ROLE_COLORS, SINGLE
from volltrack.apps.drawing.trees import TreeLayout, lay_out_trees
from volltrack.model import Lineage

__all__ = ["GENERATION_COLORS", "Family", "Member", "arrange_family"]

GENERATION_COLORS: Final = (ROLE_COLORS[PARENT], ROLE_COLORS[DAUGHTER], "#e8a020", "#a678f0", "#26b0a5", "#e56fb5")
"""Parent green and daughters red as in the paper; later generations go on and repeat from the third colour."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """One tracklet.

    Parameters
    ----------
    name
        ``track`` when it is the only one, else ``parent``, ``daughter 1``, ``daughter 1.2`` ...; ``merged 1`` where
        tracklets come together.
    generation
        Number of divisions since the founder.
    color
        ``#rrggbb`` by generation.
    rows
        Rows of its spots in the track's own table, in time order.
    """

    name: str
    generation: int
    color: str
    rows: npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """All tracklets of one track.

    Parameters
    ----------
    lineage
        The track as a lineage of its own.
    members
        Tracklets in the order of their numbers in ``lineage.tracklet_of_spot``.
    layout
        Their places in the tree, in the same order.
    """

    lineage: Lineage
    members: tuple[Member, ...]
    layout: TreeLayout

    @property
    def is_dividing(self) -> bool:
        """Whether a spot has two or more links to later frames."""
        return self.lineage.n_divisions > 0

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Names and colours, one pair per generation."""
        if not self.is_dividing:
            return ((self.members[0].name if len(self.members) == 1 else "tracklets", ROLE_COLORS[SINGLE]),)
        words = {0: "parent", 1: "daughters", 2: "granddaughters"}
        generations = sorted({member.generation for member in self.members})
        return tuple((words.get(g, f"generation {g}"), _color(g)) for g in generations)


def arrange_family(lineage: Lineage) -> Family:
    """Return the family of one track, given as a lineage of its own (see `TrackIndex.select_track`)."""
    tracklets = Tracklets.of(lineage)
    layout = lay_out_trees(lineage, max_trees=1)
    generation = tracklets.generation.tolist()
    is_dividing = lineage.n_divisions > 0
    members = tuple(
        Member(
            name=name,
            generation=generation[place],
            color=_color(generation[place]) if is_dividing else ROLE_COLORS[SINGLE],
            rows=tracklets.rows_of(place),
        )
        for place, name in enumerate(_name_members(tracklets, layout))
    )
    return Family(lineage=lineage, members=members, layout=layout)


def _name_members(tracklets: Tracklets, layout: TreeLayout) -> list[str]:
    """Return the name of each tracklet; every parent begins before its daughters."""
    n = len(tracklets)
    if n == 1:
        return ["track"]
    first_parent, n_parents = tracklets.parents.tolist(), tracklets.n_parents.tolist()
    n_founders = n_parents.count(0)
    names, path, n_daughters = [""] * n, [""] * n, [0] * n
    founder = merge = 0
    for place in np.lexsort((layout.x, layout.first_frame)).tolist():
        if n_parents[place] == 0:
            founder += 1
            names[place] = "parent" if n_founders == 1 else f"parent {founder}"
            path[place] = "" if n_founders == 1 else f"{founder}."
        elif n_parents[place] > 1:
            merge += 1
            names[place] = f"merged {merge}"
            path[place] = f"m{merge}."
        else:
            mother = first_parent[place]
            n_daughters[mother] += 1
            path[place] = f"{path[mother]}{n_daughters[mother]}."
            names[place] = f"daughter {path[place][:-1]}"
    return names


def _color(generation: int) -> str:
    n = len(GENERATION_COLORS)
    return GENERATION_COLORS[generation if generation < n else 2 + (generation - 2) % (n - 2)]
