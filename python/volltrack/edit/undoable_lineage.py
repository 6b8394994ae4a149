"""A lineage with a person's edits, each of which can be taken back; it knows no file."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from volltrack.edit.history import EditHistory, EditStep
from volltrack.edit.lineage import add_times, edit_lineage
from volltrack.edit.measuring import Images, describe_measured, measure_again
from volltrack.edit.steps import CHECKED
from volltrack.model import Calibration, Edit, Lineage

__all__ = ["UndoableLineage"]


class UndoableLineage:
    """A lineage and the steps that lead to it.

    The edits are values (`volltrack.model.Edit`) in a stack; the lineage is always the one that was there at first with
    the edits in force applied to it, so that undoing all of them gives back exactly that.

    Parameters
    ----------
    lineage
        Before any edit.
    calibration
        Voxel size, frame interval and their units.

    Attributes
    ----------
    lineage
        Spots and links, all edits applied.
    calibration
        As given.
    images
        What moved and added spots are measured in; without them moved spots lose what was of the old place.
    """

    def __init__(self, lineage: Lineage, calibration: Calibration) -> None:
        self.images = Images()
        self.calibration = calibration
        self._history = EditHistory()
        self._base = add_times(lineage, calibration)
        self.lineage = self._base

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._history.done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._history.undone)

    @property
    def steps(self) -> tuple[EditStep, ...]:
        """The steps in force, oldest first."""
        return self._history.done

    @property
    def undone_steps(self) -> tuple[EditStep, ...]:
        """The steps that were undone, the next one to redo first."""
        return self._history.undone

    @property
    def checked(self) -> npt.NDArray[np.bool_]:
        """Which spots a person has marked as checked, bool (N,) in the order of ``lineage.spots``."""
        table = self.lineage.spots.table
        if CHECKED not in table.columns:
            return np.zeros(len(table), dtype=bool)
        marked: npt.NDArray[np.bool_] = table[CHECKED].to_numpy(dtype=np.float64) == 1
        return marked

    def apply(self, *edits: Edit, label: str = "edit") -> EditStep | None:
        """Apply edits as one step that one undo takes back, and return it; spots in new places are measured again.

        What was measured, and what is no longer known, stands in the label of the step (see `measure_again`).

        Raises
        ------
        BadValue, BadTable
            An edit that cannot be; see `volltrack.model.edits.apply`. Nothing is changed then.
        """
        if not edits:
            return None
        lineage = self._edit(*edits)
        measured = measure_again(self.lineage, lineage, edits, self.images)
        if measured:
            edits = (*edits, *measured)
            lineage = self._edit(*edits)
        step = EditStep(label=label + describe_measured(measured), edits=edits)
        self._history.push(step)
        self._show(lineage)
        return step

    def undo(self) -> None:
        """Take the last step back; does nothing where there is none."""
        if self.can_undo:
            self._history.undo()
            self._show(self._edit())

    def redo(self) -> None:
        """Bring the step back that was undone last; does nothing where there is none."""
        if self.can_redo:
            self._history.redo()
            self._show(self._edit())

    def _begin(self, base: Lineage, calibration: Calibration, steps: Iterable[EditStep] = ()) -> None:
        """Begin anew on another lineage, with these steps in force; `_show` has to follow."""
        self._base, self.calibration, self._history = base, calibration, EditHistory(steps)

    def _edit(self, *more: Edit) -> Lineage:
        """Return the lineage after the edits in force and `more`."""
        edits = [*self._history.edits(), *more]
        return edit_lineage(self._base, self.calibration, edits) if edits else self._base

    def _show(self, lineage: Lineage) -> None:
        """Take over a new lineage."""
        self.lineage = lineage
