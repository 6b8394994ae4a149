"""Edits applied to tables: the lineage after a sequence of edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from volltrack.model.edits.edit import Edit
from volltrack.model.edits.net_edits import NetEdits, Pair, find_net_edits
from volltrack.model.lineage import Lineage
from volltrack.model.links import SOURCE, TARGET, Links
from volltrack.model.spots import Spots

__all__ = ["apply_edits", "apply_net_edits"]


def apply_edits(lineage: Lineage, edits: Iterable[Edit]) -> Lineage:
    """Return the lineage after `edits`, applied one after the other.

    Raises
    ------
    BadValue
        As `find_net_edits`.
    BadTable
        The result breaks the rules of `Lineage`, such as a link between two spots of one frame.
    """
    return apply_net_edits(lineage, find_net_edits(lineage, edits))


def apply_net_edits(lineage: Lineage, net: NetEdits) -> Lineage:
    """Return the lineage after the net effect `net`; untouched rows keep their order, new ones follow."""
    return Lineage(spots=_edit_spots(lineage, net), links=_edit_links(lineage, net))


def _edit_spots(lineage: Lineage, net: NetEdits) -> Spots:
    spots = lineage.spots
    if not (net.deleted or net.changed or net.names or net.contours or net.added):
        return spots
    table, contours = spots.table, dict(spots.contours)
    if net.changed or net.names:
        table = _change_rows(spots, net)
    if net.deleted:
        table = _drop_rows(table, spots.rows_of(sorted(net.deleted)))
        contours = {i: points for i, points in contours.items() if i not in net.deleted}
    if net.added:
        rows = [
            {"ID": i, **({"NAME": net.names.get(i, f"ID{i}")} if "NAME" in table else {}), **features}
            for i, features in net.added.items()
        ]
        table = _append(table, rows)
    contours |= {i: np.array(points, dtype=np.float64) for i, points in net.contours.items()}
    return replace(spots, table=_restore_whole(table, ("ID", "FRAME")), contours=contours)


def _change_rows(spots: Spots, net: NetEdits) -> pd.DataFrame:
    """Return a copy of the table with the new values of `net`."""
    table = spots.table
    columns: dict[str, npt.NDArray[np.generic] | pd.Series] = {}
    for key in sorted({key for features in net.changed.values() for key in features}):
        ids = [i for i, features in net.changed.items() if key in features]
        values = np.array([net.changed[i][key] for i in ids])
        old = _numbers_of(table, key)
        column = old.astype(np.result_type(old, values))  # a copy
        column[spots.rows_of(ids)] = values
        columns[key] = column
    named = [i for i in net.names if i not in net.added]
    if named:
        old_names = table["NAME"] if "NAME" in table.columns else pd.Series([f"ID{i}" for i in spots.ids.tolist()])
        texts = old_names.copy()
        texts.iloc[spots.rows_of(named)] = pd.Index([net.names[i] for i in named])
        columns["NAME"] = texts
    return table.assign(**columns)


def _drop_rows(table: pd.DataFrame, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    keep = np.ones(len(table), dtype=bool)
    keep[rows] = False
    return table[keep].reset_index(drop=True)


def _edit_links(lineage: Lineage, net: NetEdits) -> Links:
    if not (net.unlinked or net.linked):
        return lineage.links
    table = lineage.links.table
    if net.unlinked:
        table = _drop_rows(table, _rows_of_links(lineage, net.unlinked))
    if net.linked:
        table = _append(table, [{SOURCE: a, TARGET: b, **features} for (a, b), features in net.linked.items()])
    return Links(table=_restore_whole(table, (SOURCE, TARGET)))


def _rows_of_links(lineage: Lineage, pairs: Iterable[Pair]) -> npt.NDArray[np.int64]:
    """Return the row of each link, given in time order."""
    targets, rows = lineage.links.target_ids, []
    for source, target in pairs:
        touching = lineage.link_rows_of_spot(source)
        rows.append(int(touching[targets[touching] == target][0]))
    return np.array(rows, dtype=np.int64)


def _append(table: pd.DataFrame, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return `table` with `rows` after it; values that a row lacks are NaN."""
    new = pd.DataFrame(rows)
    keys = [*table.columns, *(key for key in new.columns if key not in table.columns)]
    columns: dict[str, npt.NDArray[np.generic] | pd.Series] = {}
    for key in keys:
        if key == "NAME":  # the column of an empty table says nothing of its type
            texts = new[key].astype(table[key].dtype) if len(table) else new[key]
            columns[key] = pd.concat([table[key], texts], ignore_index=True) if len(table) else texts
        else:
            columns[key] = np.concatenate([_numbers_of(table, key), _numbers_of(new, key)])
    return pd.DataFrame(columns, copy=False)


def _numbers_of(table: pd.DataFrame, key: str) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
    """Return a column as int64 or float64, (N,); NaN where it has no value, or where there is no such column."""
    if key not in table.columns:
        return np.full(len(table), np.nan)
    column = table[key]
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        return column.to_numpy(dtype=np.int64)
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _restore_whole(table: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Return `table` with whole numbers in columns `keys`, where the values are whole."""
    columns = {}
    for key in keys:
        values = table[key].to_numpy()
        if values.dtype.kind == "f" and np.isfinite(values).all() and (values == np.floor(values)).all():
            columns[key] = values.astype(np.int64)
    return table.assign(**columns) if columns else table
