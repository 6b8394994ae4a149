"""Links between the rows of a table, from columns that name tracks, parents of tracks, or parents of spots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.errors import BadFile, BadTable
from volltrack.io.cells_csv.parse import NO_VALUE
from volltrack.io.cells_csv.track_columns import TrackColumns, name_like
from volltrack.model import Links
from volltrack.model.links import SOURCE, TARGET

__all__ = ["TrackRows", "link_by_edges", "link_rows"]

IntArray = npt.NDArray[np.int64]

_NONE: Final = -1
_SEPARATORS: Final = str.maketrans(dict.fromkeys("[](){};|,/", " "))


@dataclass(frozen=True, kw_only=True)
class TrackRows:
    """The columns of a table that say links, row by row.

    Parameters
    ----------
    path
        The file, for messages.
    ids, frames, lines
        Id as the file states it, frame and line of the file of each row, (N,).
    spot_ids
        Ids of the spots that the rows became, (N,).
    table
        Holds the columns, (N, ...).
    columns
        What they are.
    """

    path: Path
    ids: IntArray
    spot_ids: IntArray
    frames: IntArray
    lines: IntArray
    table: pd.DataFrame
    columns: TrackColumns

    def fail(self, message: str, row: int) -> BadFile:
        """Return an error at a row."""
        return BadFile(message, path=self.path, line=int(self.lines[row]))


def link_rows(rows: TrackRows) -> tuple[Links, list[str]]:
    """Return the links that a table says, and notes on what it says besides.

    Spots with parents are linked to them. Else the spots of one track are linked in the order of their frames, and the
    first spot of a track to the last of the track from which it comes (or of each, where ``1;2`` names several).

    Raises
    ------
    BadFile
        Columns that contradict each other or themselves; names the lines.
    BadTable
        A parent that is no whole number or no spot.
    """
    columns = rows.columns
    tracks = None if columns.track is None else _Tracks.of(rows, columns.track)
    if columns.parent_spot is not None:
        pairs = _link_parents(rows, columns.parent_spot)
        if tracks is not None:
            _require_same_story(rows, tracks, pairs)
        return _to_links(rows, pairs), []
    if tracks is None:
        return Links.empty(), []
    tracks.require_one_spot_per_frame(rows)
    pairs = np.concatenate([tracks.steps(), tracks.divisions(rows)])
    return _to_links(rows, pairs), _describe_groups(rows, tracks, pairs)


def link_by_edges(rows: TrackRows, edges: Links, lines: Sequence[int], path: Path) -> Links:
    """Return the links of a table of edges as links of the spots.

    Parameters
    ----------
    rows
        The spots.
    edges
        Pairs of ids as the table of spots states them, with their features.
    lines
        Of each edge in its file.
    path
        The table of edges.

    Raises
    ------
    BadFile
        An edge to an unknown spot, within a frame, or between two tracks; names the line.
    """
    order = np.argsort(rows.ids, kind="stable")
    ends = np.column_stack([edges.source_ids, edges.target_ids])
    place = np.minimum(np.searchsorted(rows.ids[order], ends), max(len(order) - 1, 0))
    found = order[place] if len(order) else place
    unknown = np.ones(ends.shape, dtype=bool) if len(order) == 0 else rows.ids[found] != ends
    if unknown.any():
        at, end = np.argwhere(unknown)[0].tolist()
        raise BadFile(
            f"spot {ends[at, end]} is not in {rows.path.name}: expected the edges of these spots; give others with "
            "`edges`, or rename the file",
            path=path,
            line=lines[at],
        )
    wrong = rows.frames[found[:, 0]] == rows.frames[found[:, 1]]
    what = "joins two spots of one frame"
    if rows.columns.track is not None and not wrong.any():
        code = _Tracks.of(rows, rows.columns.track).code[found]
        wrong, what = code[:, 0] != code[:, 1], f"joins two spots whose {rows.columns.track} differ in {rows.path.name}"
        if rows.columns.parent_track is not None or name_like(rows.columns.track) == "trackletid":
            wrong[:] = False  # tracks are unbranched there, so that edges join some
    if wrong.any():
        at = int(np.argmax(wrong))
        raise BadFile(f"edge {ends[at, 0]} -> {ends[at, 1]} {what}", path=path, line=lines[at])
    source, target = rows.spot_ids[found[:, 0]], rows.spot_ids[found[:, 1]]
    return Links(table=edges.table.assign(**{SOURCE: source, TARGET: target}))


@dataclass(frozen=True, kw_only=True)
class _Tracks:
    """The track of each row as a number from 0, (N,), -1 where there is none; and the names of the tracks."""

    name: str
    code: IntArray
    order: IntArray
    names: list[str]

    @classmethod
    def of(cls, rows: TrackRows, name: str) -> _Tracks:
        values = rows.table[name].to_numpy()
        if values.dtype.kind in "iufb":
            numbers = values.astype(np.float64)
            known = np.isfinite(numbers) & (numbers >= 0)
            code = np.full(len(numbers), _NONE, dtype=np.int64)
            found, code[known] = np.unique(numbers[known], return_inverse=True)
            names = [_name(number) for number in found.tolist()]
        else:
            texts = pd.Series([None if str(v).strip() in NO_VALUE else str(v).strip() for v in values], dtype=object)
            factors, levels = pd.factorize(texts)
            code, names = factors.astype(np.int64), [str(level) for level in levels]
        return cls(name=name, code=code, order=np.lexsort((rows.frames, code)), names=names)

    def steps(self) -> IntArray:
        """Return pairs of rows that follow each other in a track, (M, 2)."""
        order = self.order[self.code[self.order] >= 0]
        same = self.code[order[1:]] == self.code[order[:-1]]
        return np.column_stack([order[:-1][same], order[1:][same]])

    def find_crowded(self, rows: TrackRows) -> IntArray:
        """Return pairs of rows of one track and one frame, (K, 2)."""
        steps = self.steps()
        crowded: IntArray = steps[rows.frames[steps[:, 0]] == rows.frames[steps[:, 1]]]
        return crowded

    def require_one_spot_per_frame(self, rows: TrackRows) -> None:
        crowded = self.find_crowded(rows)
        if len(crowded) == 0:
            return
        one, two = crowded[0].tolist()
        n_tracks = len(np.unique(self.code[crowded[:, 0]]))
        many = f" ({n_tracks} such tracks)" if n_tracks > 1 else ""
        raise rows.fail(
            f"{self.name} = {self.names[self.code[one]]} has two spots in frame {rows.frames[one]}, here and in line "
            f"{rows.lines[two]}{many}: the track divides or merges there, and the table does not say which spot is "
            "linked to which; give the table of edges too (TrackMate's NAME_edges.csv beside NAME_spots.csv, or "
            "convert `edges`), or columns id and parent_id",
            one,
        )

    def divisions(self, rows: TrackRows) -> IntArray:
        """Return pairs of rows: the last of a parent track, the first of its child, (D, 2)."""
        column = rows.columns.parent_track
        order = self.order[self.code[self.order] >= 0]
        if column is None or len(order) == 0:
            return np.zeros((0, 2), dtype=np.int64)
        starts = np.append(True, self.code[order[1:]] != self.code[order[:-1]])
        first, last = order[starts], order[np.append(starts[1:], True)]
        pairs = []
        by_name = {name: number for number, name in enumerate(self.names)}
        for child, (row, parents) in self._list_parents(rows, column, by_name).items():
            for parent in parents:
                before, after = int(last[parent]), int(first[child])
                if rows.frames[before] >= rows.frames[after]:
                    raise rows.fail(
                        f"track {self.names[child]} begins in frame {rows.frames[after]} (line {rows.lines[after]}), "
                        f"but {column} names track {self.names[parent]}, which lives until frame {rows.frames[before]} "
                        f"(line {rows.lines[before]}): expected a parent that ends before",
                        row,
                    )
                pairs.append((before, after))
        joined: IntArray = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return joined

    def _list_parents(
        self, rows: TrackRows, column: str, by_name: dict[str, int]
    ) -> dict[int, tuple[int, tuple[int, ...]]]:
        """Return, for each track that has parents, a row that says so and the parents."""
        told = pd.DataFrame({"code": self.code, "text": rows.table[column].to_numpy()})
        told = told[told["code"] >= 0].drop_duplicates()
        found: dict[int, tuple[int, tuple[int, ...]]] = {}
        for row, code, value in zip(told.index.tolist(), told["code"].tolist(), told["text"].tolist(), strict=True):
            parents = self._parse_parents(value, code, by_name, rows, row)
            if not parents:
                continue
            before = found.setdefault(code, (row, parents))
            if before[1] != parents:
                raise rows.fail(
                    f"track {self.names[code]} has the {column} {value} here, but another one in line "
                    f"{rows.lines[before[0]]}: expected one for the whole track ('1;2' where tracks 1 and 2 merge)",
                    row,
                )
        return found

    def _parse_parents(
        self, value: object, child: int, by_name: dict[str, int], rows: TrackRows, row: int
    ) -> tuple[int, ...]:
        whole = str(value).strip()
        words = [whole] if whole in by_name else whole.translate(_SEPARATORS).split()
        parents = set()
        for word in words:
            name = _name_of(word)
            if name is None or by_name.get(name) == child or (name == "0" and name not in by_name):
                continue
            if name not in by_name:
                raise rows.fail(
                    f"{rows.columns.parent_track} = {whole}: no row has {self.name} = {name}; expected a track of the "
                    "table, or -1",
                    row,
                )
            parents.add(by_name[name])
        return tuple(sorted(parents))


def _link_parents(rows: TrackRows, column: str) -> IntArray:
    """Return pairs of rows, parent and child, (M, 2)."""
    parents = pd.to_numeric(rows.table[column], errors="coerce").to_numpy(dtype=np.float64)
    linked = np.isfinite(parents) & ((parents != _NONE) | bool((rows.ids == _NONE).any()))
    child, parents = np.flatnonzero(linked), parents[linked]
    odd = parents != np.rint(parents)
    if odd.any():
        at = int(np.argmax(odd))
        raise BadTable(
            f"{rows.path}, line {rows.lines[child[at]]}: spot {rows.ids[child[at]]}: {column} = {parents[at]:g}: "
            "expected the id of a spot, or -1"
        )
    order = np.argsort(rows.ids, kind="stable")
    place = np.minimum(np.searchsorted(rows.ids[order], parents), max(len(order) - 1, 0))
    parent = order[place] if len(order) else place
    missing = rows.ids[parent] != parents
    if len(parents) and (parents[missing] == 0).all():  # 0 stands for none where no spot has this id
        child, parent, missing = child[~missing], parent[~missing], missing[~missing]
    if missing.any():
        at = int(np.argmax(missing))
        raise BadTable(
            f"{rows.path}, line {rows.lines[child[at]]}: {column}: spot id {parents[at]:.0f} is not in the table "
            f"({len(rows.ids)} spots)"
        )
    wrong = rows.frames[parent] >= rows.frames[child]
    if wrong.any():
        at = int(np.argmax(wrong))
        raise rows.fail(
            f"{column} = {rows.ids[parent[at]]} (line {rows.lines[parent[at]]}) is a spot of frame "
            f"{rows.frames[parent[at]]}, but this one of frame {rows.frames[child[at]]}: expected a parent before it",
            int(child[at]),
        )
    return np.column_stack([parent, child]).astype(np.int64)


def _require_same_story(rows: TrackRows, tracks: _Tracks, pairs: IntArray) -> None:
    """Check the tracks of a table against the parents of its spots.

    Raises
    ------
    BadFile
        They contradict each other.
    """
    code = tracks.code[pairs]
    is_whole = len(tracks.find_crowded(rows)) > 0  # such as TrackMate's: tracks with all their branches
    if is_whole:
        wrong = code[:, 0] != code[:, 1]
    else:
        said = {tuple(pair) for pair in tracks.steps().tolist()}
        there = {tuple(pair) for pair in pairs.tolist()}
        for before, after in sorted(said - there):
            raise rows.fail(
                f"{tracks.name} = {tracks.names[tracks.code[after]]} goes on from line {rows.lines[before]}, but "
                f"{rows.columns.parent_spot} names another spot, or none: the columns contradict each other; correct "
                "one, or leave it out",
                after,
            )
        if rows.columns.parent_track is not None:
            said |= {tuple(pair) for pair in tracks.divisions(rows).tolist()}
            wrong = np.array([tuple(pair) not in said for pair in pairs.tolist()], dtype=bool)
        else:
            wrong = (code[:, 0] == code[:, 1]) & np.array([tuple(p) not in said for p in pairs.tolist()], dtype=bool)
    if wrong.any():
        before, after = pairs[int(np.argmax(wrong))].tolist()
        raise rows.fail(
            f"{rows.columns.parent_spot} links it to line {rows.lines[before]}, but {tracks.name} and its parents do "
            "not: the columns contradict each other; correct one, or leave it out",
            after,
        )


def _describe_groups(rows: TrackRows, tracks: _Tracks, pairs: IntArray) -> list[str]:
    """Say which columns join tracks that no link joins."""
    from volltrack.model.lineage import number_components

    notes = []
    component = number_components(len(rows.ids), pairs[:, 0], pairs[:, 1])
    known = tracks.code >= 0
    for name in rows.columns.groups:
        told = pd.DataFrame({"group": rows.table[name].to_numpy(), "component": component})[known].dropna()
        n_joined = int((told.groupby("group")["component"].nunique() > 1).sum())
        if n_joined:
            notes.append(
                f"{name} joins tracks that {tracks.name} separates, {n_joined} such: which divided into which it does "
                "not say, so they are not linked; a column parent_track_id would"
            )
    return notes


def _to_links(rows: TrackRows, pairs: IntArray) -> Links:
    return Links.from_arrays(rows.spot_ids[pairs[:, 0]], rows.spot_ids[pairs[:, 1]])


def _name(number: float) -> str:
    return f"{number:.0f}" if number == np.rint(number) else repr(number)


def _name_of(word: str) -> str | None:
    """Return the name of a track as `_Tracks.names` has it; None for a word that says that there is none."""
    if word in NO_VALUE:
        return None
    try:
        number = float(word)
    except ValueError:
        return word
    return _name(number) if np.isfinite(number) and number >= 0 else None
