"""Spots of a TrackMate file: attributes to columns, outlines to contours, and what can be wrong with them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.io.trackmate_xml.parse.columns import ColumnStore, Group, group_by_layout
from volltrack.io.trackmate_xml.parse.contours import read_contour
from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.java_numbers import MAX_INT, parse_doubles, parse_int, parse_ints
from volltrack.io.trackmate_xml.parse.problem import Severity
from volltrack.io.trackmate_xml.parse.scan import Block, Node
from volltrack.model.spots import LARGEST

__all__ = ["SpotCollector"]

_NO_ID: Final = -(2**40)
"""Stands for an id that is no number; no id of 32 bits, as TrackMate reads negative ones too."""
_NOT_FEATURES: Final = frozenset(["ID", "name", "ROI_N_POINTS"])
_RESERVED: Final = "NAME"
"""Column of our tables that is no feature; some programs write an attribute of that name."""
_POSITIONS: Final = frozenset(["POSITION_X", "POSITION_Y", "POSITION_Z"])

IntArray = npt.NDArray[np.int64]

_MISSING: Final[dict[str, tuple[Severity, str, bool]]] = {
    "FRAME": ("refused", "TrackMate opens the file and fails when it saves it: add FRAME to every spot", False),
    "VISIBILITY": ("refused", 'TrackMate fails when it looks for visible spots: add VISIBILITY="1"', False),
    "POSITION_X": ("refused", "TrackMate fails when it shows the spot: add its position", True),
    "POSITION_Y": ("refused", "TrackMate fails when it shows the spot: add its position", True),
    "POSITION_Z": ("warning", "TrackMate goes on without; VollTrack takes 0", False),
    "POSITION_T": ("warning", "TrackMate goes on without and computes no speeds: add the time of the spot", False),
    "RADIUS": ("warning", "TrackMate goes on without: add a radius so that the spot can be drawn", False),
    "QUALITY": ("warning", "TrackMate goes on without: add a quality", False),
}


class SpotCollector:
    """Takes blocks of spots; gives a table at the end.

    Parameters
    ----------
    findings
        Receives the problems.
    keep
        Whether features and contours are kept; a check needs only ids and frames.
    """

    def __init__(self, findings: Findings, *, keep: bool) -> None:
        self.findings = findings
        self.keep = keep
        self.n_spots = 0
        self.contours: dict[int, npt.NDArray[np.float64]] = {}
        self.keys: dict[str, None] = {}
        self._store = ColumnStore()
        self._names: list[str | None] = []
        self._ids: list[IntArray] = []
        self._frames: list[npt.NDArray[np.float64]] = []
        self._parents: list[IntArray] = []
        self._offsets: list[IntArray] = []
        self._not_whole: dict[str, tuple[int, str]] = {}
        self._times: list[tuple[IntArray, npt.NDArray[np.float64]]] = []

    def take(self, block: Block) -> None:
        """Convert one block."""
        n = len(block.rows)
        offsets = np.array(block.offsets, dtype=np.int64)
        ids = np.full(n, _NO_ID, dtype=np.int64)
        frames = np.full(n, np.nan)
        names: list[str | None] = [None] * n
        counts: list[str | None] = [None] * n
        for group in group_by_layout(block.rows):
            rows = np.array(group.rows, dtype=np.int64)
            self._take_ids(group, ids, offsets)
            for key, texts in zip(group.keys, group.columns, strict=True):
                if key not in _NOT_FEATURES:
                    values = self._take_feature(key, texts, offsets[rows])
                    if key == "POSITION_T":
                        self._times.append((rows + self.n_spots, values))
                    if key == "FRAME":
                        frames[rows] = values
                    elif key == _RESERVED:
                        self.findings.add_reserved("Spot", key, int(offsets[rows[0]]), len(rows))
                    elif self.keep:
                        self._store.add(rows + self.n_spots, key, values)
            self._report_missing(group, offsets)
            _spread(group, "name", names)
            _spread(group, "ROI_N_POINTS", counts)
        self._take_contours(block, ids, counts)
        if self.keep:
            self._names += names
        self._ids.append(ids)
        self._frames.append(frames)
        self._parents.append(np.array(block.parents, dtype=np.int64))
        self._offsets.append(offsets)
        self.n_spots += n

    def _take_ids(self, group: Group, ids: IntArray, offsets: IntArray) -> None:
        """Fill in the ids of a group; report those that TrackMate would take for 0."""
        texts = group.texts("ID") or ("",) * len(group.rows)
        numbers = parse_ints(texts)
        if None not in numbers:
            ids[group.rows] = np.array(numbers, dtype=np.int64)
            return
        for i, text, number in zip(group.rows, texts, numbers, strict=True):
            if number is None:
                self.findings.add(
                    "lost",
                    "Spot",
                    "ID",
                    found=f"ID {text!r}: expected a whole number up to {MAX_INT}",
                    meaning="TrackMate takes the spot for number 0 without a word: give every spot its own number",
                    offset=int(offsets[i]),
                    stops_reading=True,
                )
            else:
                ids[i] = number

    def _take_feature(self, key: str, texts: tuple[str, ...], offsets: IntArray) -> npt.NDArray[np.float64]:
        """Convert one feature of a group; report texts that are no numbers."""
        values, bad = parse_doubles(texts)
        self.keys.setdefault(key)
        for i in bad:
            self.findings.add(
                "refused",
                "Spot",
                key,
                found=f"{texts[i]!r} is not a number as Java spells it",
                meaning="TrackMate stops reading: write a number, NaN or Infinity, and keep text out of spot features",
                offset=int(offsets[i]),
                stops_reading=True,
            )
        if key not in self._not_whole:
            odd = (values != np.floor(values)) | (np.abs(values) > MAX_INT) | np.isnan(values)
            if odd.any():
                first = int(np.argmax(odd))
                self._not_whole[key] = (int(offsets[first]), texts[first])
        if key in _POSITIONS and not (np.abs(values) <= LARGEST).all():
            for i in set(np.flatnonzero(~(np.abs(values) <= LARGEST)).tolist()) - set(bad):
                self.findings.add(
                    "warning",
                    "Spot",
                    key,
                    found=f"the position is {texts[i]}",
                    meaning="TrackMate cannot show such a spot: give it a finite position up to 1e15, or remove it",
                    offset=int(offsets[i]),
                    stops_reading=True,
                )
        return values

    def _report_missing(self, group: Group, offsets: IntArray) -> None:
        for key, (severity, meaning, stops) in _MISSING.items():
            if key not in group.keys:
                self.findings.add(
                    severity,
                    "Spot",
                    key,
                    found=f"a spot without {key}",
                    meaning=meaning,
                    offset=int(offsets[group.rows[0]]),
                    stops_reading=stops,
                    count=len(group.rows),
                )

    def _take_contours(self, block: Block, ids: IntArray, counts: list[str | None]) -> None:
        places = set(block.texts)
        places.update(i for i, count in enumerate(counts) if count is not None)
        for i in sorted(places):
            contour = read_contour(counts[i], block.texts.get(i, ""), block.offsets[i], self.findings)
            if contour is not None and self.keep:
                self.contours[int(ids[i])] = contour

    @property
    def ids(self) -> IntArray:
        """Ids of all spots so far, (N,)."""
        return np.concatenate(self._ids) if self._ids else np.zeros(0, dtype=np.int64)

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """POSITION_T of all spots so far, (N,); NaN where a spot has none."""
        times = np.full(self.n_spots, np.nan)
        for rows, values in self._times:
            times[rows] = values
        return times

    def settle_frames(self, frame_nodes: list[Node]) -> IntArray:
        """Return the frame of each spot, (N,); report frames that contradict the element around the spot."""
        if not self.n_spots:
            return np.zeros(0, dtype=np.int64)
        frames, parents = np.concatenate(self._frames), np.concatenate(self._parents)
        offsets = np.concatenate(self._offsets)
        stated = np.array([_frame_of(node) for node in frame_nodes], dtype=np.float64)[parents]
        frames = np.where(np.isnan(frames), stated, frames)
        bad = ~np.isfinite(frames) | (frames < 0) | (frames != np.floor(frames)) | (frames > MAX_INT)
        if bad.any():
            at = int(np.argmax(bad))
            self.findings.add(
                "lost",
                "Spot",
                "FRAME",
                found=f"frame {frames[at]:g}: expected a whole number from 0",
                meaning="TrackMate cuts it to a whole number when it saves: number the frames 0, 1, 2 ...",
                offset=int(offsets[at]),
                stops_reading=True,
                count=int(bad.sum()),
            )
        differ = ~bad & (stated != frames) & ~np.isnan(stated)
        if differ.any():
            at = int(np.argmax(differ))
            self.findings.add(
                "warning",
                "Spot",
                "FRAME",
                found=f"FRAME {frames[at]:g} in <SpotsInFrame frame={stated[at]:g}>",
                meaning="TrackMate shows the spot in the frame of SpotsInFrame and computes with FRAME, as VollTrack "
                "does: make them equal",
                offset=int(offsets[at]),
                count=int(differ.sum()),
            )
        return np.where(bad, 0, frames).astype(np.int64)

    def report_duplicates(self) -> None:
        """Report ids that stand more than once."""
        ids = self.ids
        if not len(ids):
            return
        order = np.argsort(ids, kind="stable")
        twice = np.sort(order[1:][(np.diff(ids[order]) == 0) & (ids[order[1:]] != _NO_ID)])
        if len(twice):
            self.findings.add(
                "lost",
                "Spot",
                "ID",
                found=f"spot ID {ids[twice[0]]} stands twice",
                meaning="TrackMate keeps one of the spots without a word: give every spot its own number",
                offset=int(np.concatenate(self._offsets)[twice[0]]),
                stops_reading=True,
                count=len(twice),
            )

    def report_fractions(self, declared_int: set[str]) -> None:
        """Report values of whole-number features that TrackMate would cut when it saves the file."""
        for key in declared_int & set(self._not_whole) - {"FRAME"}:
            offset, text = self._not_whole[key]
            self.findings.add(
                "lost",
                "Spot",
                key,
                found=f"{text!r} in a feature that is declared as whole numbers",
                meaning="TrackMate cuts it to a whole number of 32 bits when it saves: declare the feature with "
                'isint="false", or write whole numbers',
                offset=offset,
            )

    def to_table(self, frames: IntArray, declared_int: set[str]) -> pd.DataFrame:
        """Return the table of spots: ID, NAME, FRAME, then the features in the order of the file."""
        features = self._store.to_arrays(self.n_spots, whole=declared_int)
        ids = self.ids
        columns: dict[str, Any] = {"ID": ids, "NAME": _fill_names(self._names, ids), "FRAME": frames}
        columns |= {key: features.get(key, np.zeros(self.n_spots)) for key in sorted(_POSITIONS)}
        columns |= features
        columns["POSITION_Z"] = np.nan_to_num(columns["POSITION_Z"], nan=0.0)
        table = pd.DataFrame(columns)
        return table if self.n_spots else table.astype({"NAME": "str"})  # without a name pandas takes it for numbers


def _spread(group: Group, key: str, target: list[str | None]) -> None:
    """Put the texts of one attribute into their places in `target`."""
    texts = group.texts(key)
    if texts is not None and len(texts) == len(target):
        target[:] = texts
    elif texts is not None:
        for i, text in zip(group.rows, texts, strict=True):
            target[i] = text


def _fill_names(names: list[str | None], ids: IntArray) -> list[str]:
    """Return the names with those that are missing or empty as TrackMate makes them: ID and the number."""
    return [name or f"ID{number}" for name, number in zip(names, ids.tolist(), strict=True)]


def _frame_of(node: Node) -> float:
    """Frame that a SpotsInFrame states, or NaN."""
    number = parse_int(node.attributes.get("frame", ""))
    return float("nan") if number is None else float(number)
