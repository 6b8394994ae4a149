"""Lineages: spots and links together; tracks and tracklets are derived, never stored twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from volltrack.errors import BadTable
from volltrack.model.calibration.whole import Calibration
from volltrack.model.links import SOURCE, TARGET, Links
from volltrack.model.spots import Spots

__all__ = ["Lineage", "number_components"]

IntArray = npt.NDArray[np.int64]


def number_components(n_nodes: int, source: IntArray, target: IntArray) -> IntArray:
    """Return the component of each node, (n_nodes,), numbered by the smallest node of each."""
    if n_nodes == 0:
        return np.zeros(0, dtype=np.int64)
    graph = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(n_nodes, n_nodes))
    _, component = connected_components(graph, directed=False)
    # scipy does not promise an order of numbers; ours is that of the first node of each component
    first = np.full(int(component.max()) + 1, n_nodes, dtype=np.int64)
    np.minimum.at(first, component, np.arange(n_nodes))
    rank = np.empty_like(first)
    rank[np.argsort(first)] = np.arange(len(first))
    numbered: IntArray = rank[component]
    return numbered


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """Spots and the links between them.

    Links are put in time order on construction, whatever the stored order of source and target.

    Raises
    ------
    BadTable
        A link to an unknown spot, between two spots of the same frame, or the same two spots linked both ways.
    """

    spots: Spots
    links: Links

    def __post_init__(self) -> None:
        source, target = self.source_rows, self.target_rows
        frames = self.spots.frames
        step = frames[target] - frames[source]
        if (step == 0).any():
            at = int(np.argmax(step == 0))
            raise BadTable(
                f"link {self.links.source_ids[at]} -> {self.links.target_ids[at]} joins two spots of frame "
                f"{frames[source[at]]}: expected a later frame for the second"
            )
        late = step < 0
        if late.any():
            table = self.links.table.copy()
            table.loc[late, [SOURCE, TARGET]] = table.loc[late, [TARGET, SOURCE]].to_numpy()
            object.__setattr__(self, "links", Links(table=table))
            for name in ("source_rows", "target_rows"):
                self.__dict__.pop(name, None)

    @property
    def calibration(self) -> Calibration | None:
        """Voxel size, frame interval and units, as the spots carry them; None where nobody said it."""
        return self.spots.calibration

    @cached_property
    def source_rows(self) -> IntArray:
        """Row of the earlier spot of each link, (M,)."""
        return self.spots.rows_of(self.links.source_ids)

    @cached_property
    def target_rows(self) -> IntArray:
        """Row of the later spot of each link, (M,)."""
        return self.spots.rows_of(self.links.target_ids)

    @cached_property
    def out_degrees(self) -> IntArray:
        """Number of links that leave each spot, (N,)."""
        return np.bincount(self.source_rows, minlength=len(self.spots)).astype(np.int64)

    @cached_property
    def in_degrees(self) -> IntArray:
        """Number of links that enter each spot, (N,)."""
        return np.bincount(self.target_rows, minlength=len(self.spots)).astype(np.int64)

    @cached_property
    def track_of_spot(self) -> IntArray:
        """Track number of each spot, (N,): 0, 1, ... by the first spot of each track; -1 where a spot has no link."""
        component = number_components(len(self.spots), self.source_rows, self.target_rows)
        linked = (self.in_degrees + self.out_degrees) > 0
        track = np.full(len(self.spots), -1, dtype=np.int64)
        _, track[linked] = np.unique(component[linked], return_inverse=True)
        return track

    @cached_property
    def tracklet_of_spot(self) -> IntArray:
        """Tracklet number of each spot, (N,).

        A tracklet is a maximal run of links that neither branches nor merges: a link belongs to one when its source
        has no other outgoing and its target no other incoming link. An unlinked spot is a tracklet of its own.
        """
        inner = self.inner_links
        return number_components(len(self.spots), self.source_rows[inner], self.target_rows[inner])

    @cached_property
    def inner_links(self) -> npt.NDArray[np.bool_]:
        """Whether a link stays inside one tracklet, bool (M,)."""
        inner: npt.NDArray[np.bool_] = (self.out_degrees[self.source_rows] == 1) & (
            self.in_degrees[self.target_rows] == 1
        )
        return inner

    @cached_property
    def _links_by_spot(self) -> tuple[IntArray, IntArray]:
        """Row of the first link of each spot in the second array, (N + 1,); rows of the links, spot by spot, (2 M,)."""
        ends = np.concatenate([self.source_rows, self.target_rows])
        first = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(self.spots)))])
        rows: IntArray = np.argsort(ends, kind="stable") % max(len(self.links), 1)
        return first, rows

    def link_rows_of_spot(self, spot_id: int) -> IntArray:
        """Return the rows of the links that touch a spot.

        Raises
        ------
        BadTable
            If there is no such spot.
        """
        first, rows = self._links_by_spot
        row = int(self.spots.rows_of([spot_id])[0])
        return rows[first[row] : first[row + 1]]

    def links_of_spot(self, spot_id: int) -> list[tuple[int, int]]:
        """Return the links that touch a spot as pairs of ids, the earlier spot first.

        Raises
        ------
        BadTable
            If there is no such spot.
        """
        rows = self.link_rows_of_spot(spot_id)
        return list(zip(self.links.source_ids[rows].tolist(), self.links.target_ids[rows].tolist(), strict=True))

    @property
    def n_tracks(self) -> int:
        """Number of tracks (components with at least one link)."""
        return int(self.track_of_spot.max()) + 1 if len(self.spots) else 0

    @property
    def n_divisions(self) -> int:
        """Number of spots with two or more outgoing links."""
        return int((self.out_degrees > 1).sum())

    def with_links(self, links: Links) -> Lineage:
        """Return the same spots with other links."""
        return Lineage(spots=self.spots, links=links)
