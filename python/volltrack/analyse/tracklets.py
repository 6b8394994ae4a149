"""Tracklets of a lineage as arrays: their spots in time order, parents, children and generation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from volltrack.model import Lineage

__all__ = ["Tracklets"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Tracklets:
    """Spots grouped by tracklet; tracklet k is number k of ``lineage.tracklet_of_spot``.

    Parameters
    ----------
    lineage
        Spots and links.
    rows
        Rows of all spots, (N,), tracklet after tracklet, in each by frame.
    offsets
        Where each tracklet begins in `rows`, (K + 1,).
    """

    lineage: Lineage
    rows: IntArray
    offsets: IntArray

    @classmethod
    def of(cls, lineage: Lineage) -> Tracklets:
        """Group the spots of a lineage."""
        number = lineage.tracklet_of_spot
        rows = np.lexsort((lineage.spots.frames, number)).astype(np.int64)
        count = int(number.max()) + 1 if len(number) else 0
        offsets = np.concatenate(([0], np.cumsum(np.bincount(number, minlength=count)))).astype(np.int64)
        return cls(lineage=lineage, rows=rows, offsets=offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def rows_of(self, tracklet: int) -> IntArray:
        """Return the rows of the spots of a tracklet in time order."""
        return self.rows[self.offsets[tracklet] : self.offsets[tracklet + 1]]

    @property
    def n_spots(self) -> IntArray:
        """Number of spots of each tracklet, (K,)."""
        return np.diff(self.offsets)

    @property
    def number(self) -> IntArray:
        """Tracklet of each of `rows`, (N,)."""
        return np.repeat(np.arange(len(self)), self.n_spots)

    @property
    def first_rows(self) -> IntArray:
        """Row of the first spot of each tracklet, (K,)."""
        return self.rows[self.offsets[:-1]]

    @property
    def last_rows(self) -> IntArray:
        """Row of the last spot of each tracklet, (K,)."""
        return self.rows[self.offsets[1:] - 1]

    @property
    def tracks(self) -> IntArray:
        """Track number of each tracklet, (K,); -1 for an unlinked spot."""
        return self.lineage.track_of_spot[self.first_rows]

    @cached_property
    def joins(self) -> IntArray:
        """Pairs (parent, child) of tracklets, (J, 2), one for each link that leaves a tracklet."""
        outer = ~self.lineage.inner_links
        of_spot = self.lineage.tracklet_of_spot
        ends = np.stack([self.lineage.source_rows[outer], self.lineage.target_rows[outer]], axis=1)
        joins: IntArray = of_spot[ends].reshape(-1, 2)
        return joins

    @cached_property
    def parents(self) -> IntArray:
        """First parent of each tracklet, (K,); -1 without one."""
        parents = np.full(len(self), len(self), dtype=np.int64)
        np.minimum.at(parents, self.joins[:, 1], self.joins[:, 0])
        return np.where(parents == len(self), -1, parents)

    @property
    def n_parents(self) -> IntArray:
        """Number of tracklets that lead into each, (K,)."""
        return np.bincount(self.joins[:, 1], minlength=len(self)).astype(np.int64)

    @property
    def n_children(self) -> IntArray:
        """Number of tracklets that each leads to, (K,)."""
        return np.bincount(self.joins[:, 0], minlength=len(self)).astype(np.int64)

    @property
    def divides(self) -> BoolArray:
        """Whether each tracklet ends in a division, bool (K,)."""
        return self.n_children > 1

    @cached_property
    def generation(self) -> IntArray:
        """Number of divisions since the founder, (K,); behind a merge that of the parent with more.

        Notes
        -----
        Tracklets are visited from the founders on, all whose parents are known at once.
        """
        generation = np.zeros(len(self), dtype=np.int64)
        parent, child = self.joins[np.argsort(self.joins[:, 0], kind="stable")].T
        first = np.searchsorted(parent, np.arange(len(self) + 1))
        waiting = self.n_parents.copy()
        divides = self.divides
        front = np.flatnonzero(waiting == 0)
        while len(front):
            size = first[front + 1] - first[front]
            links = np.repeat(first[front] - np.cumsum(size) + size, size) + np.arange(size.sum())
            born = child[links]
            np.maximum.at(generation, born, generation[parent[links]] + divides[parent[links]])
            np.subtract.at(waiting, born, 1)
            born = np.unique(born)
            front = born[waiting[born] == 0]
        return generation

    @property
    def roles(self) -> npt.NDArray[np.str_]:
        """Role of each tracklet, (K,).

        ``"daughter"``: begins at a division, whether or not it divides again; ``"parent"``: another tracklet of a
        lineage that holds a division; ``"single"``: in a lineage without one.
        """
        parent, child = self.joins.T
        born = np.isin(np.arange(len(self)), child[self.divides[parent]])
        return np.where(born, "daughter", np.where(self.is_in_dividing_track, "parent", "single"))

    @property
    def is_in_dividing_track(self) -> BoolArray:
        """Whether the lineage of each tracklet holds a division, bool (K,)."""
        tracks = self.tracks
        return np.isin(tracks, tracks[self.divides])
