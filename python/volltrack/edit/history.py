"""The steps of a person's edits, done and undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from volltrack.edit.difference import find_difference
from volltrack.model import Edit, Lineage

__all__ = ["EditHistory", "EditStep"]


@dataclass(frozen=True, kw_only=True)
class EditStep:
    """What one undo takes back: edits that belong together.

    Parameters
    ----------
    label
        What was done, for a person: ``"move spot 7"``.
    edits
        Applied one after the other.
    """

    label: str
    edits: tuple[Edit, ...]


class EditHistory:
    """A stack of steps, with the place up to which they are done and the place that was saved."""

    def __init__(self, steps: Iterable[EditStep] = ()) -> None:
        self._steps = list(steps)
        self._position = len(self._steps)
        self._saved: int | None = 0

    @property
    def done(self) -> tuple[EditStep, ...]:
        """Steps that are in force, oldest first."""
        return tuple(self._steps[: self._position])

    @property
    def undone(self) -> tuple[EditStep, ...]:
        """Steps that `redo` would bring back, the next one first."""
        return tuple(self._steps[self._position :])

    @property
    def is_modified(self) -> bool:
        """Whether the steps in force are other ones than those that were saved."""
        return self._saved != self._position

    def edits(self) -> Iterator[Edit]:
        """Yield all edits in force, oldest first."""
        for step in self.done:
            yield from step.edits

    def push(self, step: EditStep) -> None:
        """Add a step after those in force; steps that were undone are forgotten."""
        if self._saved is not None and self._saved > self._position:
            self._saved = None  # what was saved can no longer be reached by undo or redo
        del self._steps[self._position :]
        self._steps.append(step)
        self._position += 1

    def undo(self) -> EditStep:
        """Take the last step back and return it; there must be one."""
        self._position -= 1
        return self._steps[self._position]

    def redo(self) -> EditStep:
        """Bring the step back that was undone last and return it; there must be one."""
        self._position += 1
        return self._steps[self._position - 1]

    def list_unsaved(self, saved: Lineage, now: Lineage) -> tuple[EditStep, ...]:
        """Return the steps since `saved`, the lineage that was saved; where saved steps were undone, what differs."""
        if self._saved is not None and self._saved <= self._position:
            return tuple(self._steps[self._saved : self._position])
        edits = find_difference(saved, now)
        return (EditStep(label="changes since the last save", edits=edits),) if edits else ()

    def mark_saved(self) -> None:
        """Remember that the steps in force are on the disk."""
        self._saved = self._position
