"""The edits that lead from one lineage to another of the same file."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from volltrack.model import AddLink, AddSpot, DeleteSpot, Edit, Lineage, Outline, RemoveLink, SetSpot, Spots
from volltrack.model.links import SOURCE, TARGET

__all__ = ["find_difference"]

_ENDS: Final = (SOURCE, TARGET)


def find_difference(before: Lineage, after: Lineage) -> tuple[Edit, ...]:
    """Return edits that turn `before` into `after`: spots, names, features, links and their cost.

    Other features of links follow from the spots; they are not compared.
    """
    old_spots, new_spots = set(before.spots.ids.tolist()), set(after.spots.ids.tolist())
    edits: list[Edit] = [DeleteSpot(spot_id=i) for i in sorted(old_spots - new_spots)]
    added = np.array(sorted(new_spots - old_spots), dtype=np.int64)
    for row in after.spots.rows_of(added).tolist():
        features = {key: v for key, v in _features_of(after.spots, row).items() if np.isfinite(v)}
        edits.append(AddSpot(spot_id=int(after.spots.ids[row]), features=features, name=_name_of(after.spots, row)))
    edits += [
        SetSpot(spot_id=i, contour=_outline_of(after.spots, i)) for i in added.tolist() if i in after.spots.contours
    ]
    edits += _find_changes(before.spots, after.spots, np.array(sorted(old_spots & new_spots), dtype=np.int64))
    old_links, new_links = _pairs_of(before), _pairs_of(after)
    edits += [
        RemoveLink(source_id=a, target_id=b)
        for a, b in sorted(old_links.keys() - new_links.keys())
        if a in new_spots and b in new_spots
    ]
    for a, b in sorted(new_links.keys() - old_links.keys()):
        cost = new_links[a, b]
        edits.append(AddLink(source_id=a, target_id=b, features={} if np.isnan(cost) else {"LINK_COST": cost}))
    return tuple(edits)


def _find_changes(before: Spots, after: Spots, ids: npt.NDArray[np.int64]) -> list[SetSpot]:
    old_rows, new_rows = before.rows_of(ids), after.rows_of(ids)
    changes: dict[int, dict[str, float]] = {}
    for key in after.feature_keys:
        new = after.table[key].to_numpy(dtype=np.float64, na_value=np.nan)[new_rows]
        if key in before.table.columns:
            old = before.table[key].to_numpy(dtype=np.float64, na_value=np.nan)[old_rows]
        else:
            old = np.full(len(ids), np.nan)
        for at in np.flatnonzero(~((old == new) | (np.isnan(old) & np.isnan(new)))).tolist():
            changes.setdefault(int(ids[at]), {})[key] = float(new[at])
    names = {}
    if "NAME" in after.table.columns and "NAME" in before.table.columns:
        old_names, new_names = before.table["NAME"].to_numpy()[old_rows], after.table["NAME"].to_numpy()[new_rows]
        names = {int(ids[at]): str(new_names[at]) for at in np.flatnonzero(old_names != new_names).tolist()}
    outlines = {i: _outline_of(after, i) for i in ids.tolist() if _has_other_outline(before, after, i)}
    return [
        SetSpot(spot_id=i, features=changes.get(i, {}), name=names.get(i), contour=outlines.get(i))
        for i in sorted(changes.keys() | names.keys() | outlines.keys())
    ]


def _has_other_outline(before: Spots, after: Spots, spot_id: int) -> bool:
    old, new = before.contours.get(spot_id), after.contours.get(spot_id)
    return new is not None and new is not old and (old is None or not np.array_equal(old, new))


def _outline_of(spots: Spots, spot_id: int) -> Outline:
    return tuple((float(x), float(y)) for x, y in spots.contours[spot_id])


def _features_of(spots: Spots, row: int) -> dict[str, float]:
    return {key: float(spots.table[key].iloc[row]) for key in spots.feature_keys}


def _name_of(spots: Spots, row: int) -> str | None:
    return str(spots.table["NAME"].iloc[row]) if "NAME" in spots.table.columns else None


def _pairs_of(lineage: Lineage) -> dict[tuple[int, int], float]:
    """Return the cost of each link by its ends; NaN without one."""
    table = lineage.links.table
    cost = table["LINK_COST"].to_numpy(dtype=np.float64) if "LINK_COST" in table else np.full(len(table), np.nan)
    ends = zip(*(table[key].to_numpy(dtype=np.int64).tolist() for key in _ENDS), strict=True)
    return dict(zip(ends, cost.tolist(), strict=True))
