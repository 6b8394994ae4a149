"""Unsaved edits applied to a file that somebody else has changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from volltrack.edit.history import EditStep
from volltrack.edit.lineage import edit_lineage
from volltrack.errors import BadTable, BadValue
from volltrack.model import AddLink, AddSpot, Calibration, DeleteSpot, Edit, Lineage, RemoveLink, SetSpot

__all__ = ["AppliedAgain", "apply_again", "find_free_id"]

_MAX_ID: Final = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class AppliedAgain:
    """What became of steps on another lineage.

    Parameters
    ----------
    steps
        Those that apply, with new ids for spots whose id the file has given to another spot.
    lineage
        After them.
    refused
        One sentence for each step that does not apply.
    conflicts
        One sentence for each spot that both sides changed; our value stands.
    """

    steps: tuple[EditStep, ...]
    lineage: Lineage
    refused: tuple[str, ...]
    conflicts: tuple[str, ...]


def apply_again(steps: Sequence[EditStep], old: Lineage, new: Lineage, calibration: Calibration) -> AppliedAgain:
    """Apply `steps`, made on `old`, to `new`; a step that does not fit is left out as a whole.

    Notes
    -----
    All are tried at once first. Else one after the other, each from the start: a few milliseconds per step.
    """
    steps = _give_free_ids(steps, new)
    kept: list[EditStep] = []
    refused: list[str] = []
    try:
        lineage = edit_lineage(new, calibration, (edit for step in steps for edit in step.edits))
        kept = list(steps)
    except (BadTable, BadValue):
        lineage = new
        for step in steps:
            try:
                lineage = edit_lineage(new, calibration, (e for s in [*kept, step] for e in s.edits))
            except (BadTable, BadValue) as error:
                refused.append(f"{step.label}: {error}")
            else:
                kept.append(step)
    conflicts = _find_conflicts(kept, old, new)
    return AppliedAgain(steps=tuple(kept), lineage=lineage, refused=tuple(refused), conflicts=conflicts)


def find_free_id(taken: set[int]) -> int:
    """Return an id that no spot has: one more than the largest, or the smallest free one where that is too large.

    Raises
    ------
    BadValue
        All ids of 32 bits are taken.
    """
    following = max(taken, default=-1) + 1
    if following <= _MAX_ID:
        return max(following, 0)
    for number in range(len(taken) + 1):
        if number not in taken:
            return number
    raise BadValue("no free spot ID: expected fewer than 2^31 spots")


def _give_free_ids(steps: Sequence[EditStep], new: Lineage) -> list[EditStep]:
    """Return the steps with other ids for added spots whose id is taken now."""
    added = {edit.spot_id for step in steps for edit in step.edits if isinstance(edit, AddSpot)}
    deleted = {edit.spot_id for step in steps for edit in step.edits if isinstance(edit, DeleteSpot)}
    there = set(new.spots.ids.tolist())
    taken = there | added
    renamed: dict[int, int] = {}
    for spot_id in sorted((added & there) - deleted):
        renamed[spot_id] = find_free_id(taken)
        taken.add(renamed[spot_id])
    if not renamed:
        return list(steps)
    return [replace(step, edits=tuple(_rename(edit, renamed) for edit in step.edits)) for step in steps]


def _rename(edit: Edit, renamed: dict[int, int]) -> Edit:
    if isinstance(edit, AddLink | RemoveLink):
        source, target = (renamed.get(i, i) for i in (edit.source_id, edit.target_id))
        return replace(edit, source_id=source, target_id=target)
    return replace(edit, spot_id=renamed.get(edit.spot_id, edit.spot_id))


def _find_conflicts(steps: Sequence[EditStep], old: Lineage, new: Lineage) -> tuple[str, ...]:
    """Say which features that the steps set were changed in the file too."""
    conflicts = {}
    for step in steps:
        for edit in step.edits:
            if not isinstance(edit, SetSpot) or not (old.spots.has(edit.spot_id) and new.spots.has(edit.spot_id)):
                continue
            before, now = (_values_of(lineage, edit.spot_id, list(edit.features)) for lineage in (old, new))
            changed = [key for key in edit.features if not _is_equal(before[key], now[key])]
            if changed:
                values = ", ".join(f"{key} {now[key]:g}" for key in changed)
                conflicts[edit.spot_id] = (
                    f"spot {edit.spot_id} was changed in the file too ({values}); your edit stands"
                )
    return tuple(conflicts.values())


def _values_of(lineage: Lineage, spot_id: int, keys: list[str]) -> dict[str, float]:
    (row,) = lineage.spots.rows_of([spot_id])
    table = lineage.spots.table
    return {key: float(table[key].iloc[row]) if key in table.columns else float("nan") for key in keys}


def _is_equal(a: float, b: float) -> bool:
    return a == b or (bool(np.isnan(a)) and bool(np.isnan(b)))
