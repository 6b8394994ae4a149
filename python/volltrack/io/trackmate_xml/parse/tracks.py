"""Tracks and edges of a TrackMate file: attributes to columns, and what can be wrong with them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.io.trackmate_xml.parse.columns import ColumnStore, Group, group_by_layout
from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.java_numbers import MAX_INT, parse_doubles, parse_int, parse_ints
from volltrack.io.trackmate_xml.parse.scan import Block
from volltrack.model.links import SOURCE, TARGET

__all__ = ["EdgeCollector", "TrackCollector"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
_RESERVED: Final = frozenset(["NAME", "VISIBLE"])
"""Columns of our table of tracks that are no features."""
_SPELLED: Final = {"INF": np.inf, "-INF": -np.inf}
"""What JDOM's reader of attributes accepts beyond Java's own spelling."""


def _parse_attributes(texts: tuple[str, ...]) -> tuple[FloatArray, list[int]]:
    """Return numbers and the places of refused texts by the rules for edges and tracks (spots are stricter)."""
    values, bad = parse_doubles(texts)
    for i in bad:
        values[i] = _SPELLED.get(texts[i].strip(), np.nan)
    return values, [i for i in bad if texts[i].strip() not in _SPELLED]


class TrackCollector:
    """Takes blocks of tracks; gives a table at the end."""

    def __init__(self, findings: Findings, *, keep: bool) -> None:
        self.findings = findings
        self.keep = keep
        self.keys: dict[str, None] = {}
        self.offsets: list[int] = []
        self._ids: list[int | None] = []
        self._names: list[str] = []
        self._store = ColumnStore()

    def take(self, block: Block) -> None:
        """Convert one block."""
        first = len(self.offsets)
        n = len(block.rows)
        ids: list[int | None] = [None] * n
        names = ["Unnamed"] * n
        for group in group_by_layout(block.rows):
            rows = np.array(group.rows, dtype=np.int64)
            for i, name in zip(group.rows, group.texts("name") or (), strict=False):
                names[i] = name
            self._take_ids(group, ids, block.offsets)
            for key, texts in zip(group.keys, group.columns, strict=True):
                if key not in ("name", "TRACK_ID"):
                    values = self._take_feature(key, texts, [block.offsets[i] for i in group.rows])
                    if key in _RESERVED:
                        self.findings.add_reserved("Track", key, block.offsets[group.rows[0]], len(rows))
                    elif self.keep:
                        self._store.add(rows + first, key, values)
        self._ids += ids
        self._names += names
        self.offsets += block.offsets

    def _take_ids(self, group: Group, ids: list[int | None], offsets: list[int]) -> None:
        texts = group.texts("TRACK_ID")
        for place, i in enumerate(group.rows):
            ids[i] = parse_int(texts[place]) if texts else None
            if ids[i] is None:
                self.findings.add(
                    "lost",
                    "Track",
                    "TRACK_ID",
                    found=f"TRACK_ID {texts[place]!r}" if texts else "a track without TRACK_ID",
                    meaning=f"TrackMate takes the track for number 0 and drops track features: give every track its "
                    f"own number up to {MAX_INT}; VollTrack numbers it anew",
                    offset=offsets[i],
                    stops_reading=texts is not None,
                )

    def _take_feature(self, key: str, texts: tuple[str, ...], offsets: list[int]) -> FloatArray:
        values, bad = _parse_attributes(texts)
        self.keys.setdefault(key)
        for i in bad:
            self.findings.add(
                "lost",
                "Track",
                key,
                found=f"{texts[i]!r} is not a number",
                meaning="TrackMate skips the value: track features hold numbers only, put text into the track's name",
                offset=offsets[i],
            )
        return values

    def report_empty(self, used: IntArray) -> None:
        """Report tracks without an edge; `used` holds the numbers of the Track elements that have one."""
        empty = np.setdiff1d(np.arange(len(self.offsets)), used)
        if len(empty):
            self.findings.add(
                "warning",
                "Track",
                found="a track without edges",
                meaning="TrackMate does not write it again: remove it, or give it edges",
                offset=self.offsets[int(empty[0])],
                count=len(empty),
            )

    def settle_ids(self) -> IntArray:
        """Return the number of each track, (T,); missing ones get numbers after the largest; report duplicates."""
        largest = max((i for i in self._ids if i is not None), default=-1)
        ids = np.zeros(len(self._ids), dtype=np.int64)
        for place, number in enumerate(self._ids):
            if number is None:
                largest += 1
            ids[place] = largest if number is None else number
        twice = np.flatnonzero(pd.Series(ids).duplicated().to_numpy())
        if len(twice):
            self.findings.add(
                "lost",
                "Track",
                "TRACK_ID",
                found=f"TRACK_ID {ids[twice[0]]} stands twice",
                meaning="TrackMate keeps one of the tracks: give every track its own number",
                offset=self.offsets[int(twice[0])],
                stops_reading=True,
                count=len(twice),
            )
        return ids

    def to_table(self, ids: IntArray, visible: set[int], declared_int: set[str]) -> pd.DataFrame:
        """Return the table of tracks: TRACK_ID, NAME, VISIBLE, then the features in the order of the file."""
        columns: dict[str, Any] = {"TRACK_ID": ids, "NAME": self._names}
        columns["VISIBLE"] = np.isin(ids, list(visible))
        return pd.DataFrame(columns | self._store.to_arrays(len(ids), whole=declared_int))


class EdgeCollector:
    """Takes blocks of edges; gives a table at the end.

    Parameters
    ----------
    findings
        Receives the problems.
    keep
        Whether features are kept.
    """

    def __init__(self, findings: Findings, *, keep: bool) -> None:
        self.findings = findings
        self.keep = keep
        self.keys: dict[str, int] = {}
        self.n_edges = 0
        self._store = ColumnStore()
        self._ends: list[IntArray] = []
        self._tracks: list[IntArray] = []
        self._offsets: list[IntArray] = []
        self._not_int: dict[str, tuple[int, str]] = {}

    def take(self, block: Block) -> None:
        """Convert one block."""
        ends = np.full((len(block.rows), 2), -1, dtype=np.int64)
        for group in group_by_layout(block.rows):
            rows = np.array(group.rows, dtype=np.int64)
            offsets = [block.offsets[i] for i in group.rows]
            for side, key in enumerate((SOURCE, TARGET)):
                ends[rows, side] = self._take_end(key, group.texts(key) or ("",) * len(rows), offsets)
            for key, texts in zip(group.keys, group.columns, strict=True):
                if key not in (SOURCE, TARGET):
                    values = self._take_feature(key, texts, offsets)
                    if self.keep and values is not None:
                        self._store.add(rows + self.n_edges, key, values)
        self._ends.append(ends)
        self._tracks.append(np.array(block.parents, dtype=np.int64))
        self._offsets.append(np.array(block.offsets, dtype=np.int64))
        self.n_edges += len(block.rows)

    def _take_end(self, key: str, texts: tuple[str, ...], offsets: list[int]) -> IntArray:
        numbers = parse_ints(texts)
        if None not in numbers:
            return np.array(numbers, dtype=np.int64)
        for i, number in enumerate(numbers):
            if number is None:
                self.findings.add(
                    "lost",
                    "Edge",
                    key,
                    found=f"{key} {texts[i]!r}: expected the ID of a spot",
                    meaning="TrackMate takes the spot number 0: correct it, or remove the edge",
                    offset=offsets[i],
                    stops_reading=True,
                )
        return np.array([-1 if n is None else n for n in numbers], dtype=np.int64)

    def _take_feature(self, key: str, texts: tuple[str, ...], offsets: list[int]) -> FloatArray | None:
        """Convert one feature of a group; None where no text is a number."""
        values, bad = _parse_attributes(texts)
        self.keys.setdefault(key, offsets[0])
        for i in bad:
            self.findings.add(
                "lost" if key == "LINK_COST" else "warning",
                "Edge",
                key,
                found=f"{texts[i]!r} is not a number",
                meaning="TrackMate takes 0 if the feature is declared and drops it if not; edge features hold numbers "
                "only. VollTrack leaves it in the file and out of its tables",
                offset=offsets[i],
            )
        if key not in self._not_int:
            odd = [i for i, text in enumerate(texts) if parse_int(text) is None]
            if odd:
                self._not_int[key] = (offsets[odd[0]], texts[odd[0]])
        return None if len(bad) == len(texts) else values

    def report_fractions(self, declared_int: set[str]) -> None:
        """Report values of whole-number features that TrackMate would replace by 0."""
        for key in declared_int & set(self._not_int):
            offset, text = self._not_int[key]
            self.findings.add(
                "lost",
                "Edge",
                key,
                found=f"{text!r} in a feature that is declared as whole numbers",
                meaning="TrackMate says so and takes 0: write whole numbers of 32 bits, or declare the feature with "
                'isint="false"',
                offset=offset,
            )

    def ends(self) -> IntArray:
        """Return the ids of source and target of all edges, (E, 2)."""
        return np.concatenate(self._ends) if self._ends else np.zeros((0, 2), dtype=np.int64)

    def tracks(self) -> IntArray:
        """Return the number of the Track element around each edge, (E,)."""
        return np.concatenate(self._tracks) if self._tracks else np.zeros(0, dtype=np.int64)

    def offsets(self) -> IntArray:
        """Return the byte offset of each edge, (E,)."""
        return np.concatenate(self._offsets) if self._offsets else np.zeros(0, dtype=np.int64)

    def to_table(self, keep: npt.NDArray[np.bool_], declared_int: set[str]) -> pd.DataFrame:
        """Return the table of the edges where `keep`: source, target, then the features in the order of the file."""
        ends = self.ends()
        columns: dict[str, npt.NDArray[Any]] = {SOURCE: ends[:, 0], TARGET: ends[:, 1]}
        columns |= self._store.to_arrays(self.n_edges, whole=declared_int)
        return pd.DataFrame({key: values[keep] for key, values in columns.items()})
