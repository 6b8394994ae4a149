"""What became of a person's unsaved edits when the file was read again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["ReloadReport"]


@dataclass(frozen=True, kw_only=True)
class ReloadReport:
    """What a reload did.

    Parameters
    ----------
    n_applied
        Number of unsaved steps that are in force on the new file; they are still unsaved.
    refused
        One sentence for each unsaved step that no longer applies.
    conflicts
        One sentence for each spot that was edited here and changed in the file.
    backup
        The file that holds the tracks as they were before, with all edits; only where some were refused.
    journal
        The file that holds all edits of an earlier session, where some of them were refused.
    was_read_again
        Whether the file was read again, or edits of an earlier session were taken over.
    """

    n_applied: int
    refused: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    backup: Path | None = None
    journal: Path | None = None
    was_read_again: bool = True

    def __str__(self) -> str:
        """Return all of it as lines of text."""
        lines = ["The file was read again."] if self.was_read_again else []
        if self.n_applied:
            lines.append(f"{self.n_applied} unsaved edits were applied to it.")
        if self.refused:
            lines.append(f"{len(self.refused)} no longer apply:")
            lines += [f"  {sentence}" for sentence in self.refused]
        lines += [*self.conflicts]
        if self.backup is not None:
            lines.append(f"The tracks as they were here, with all edits, are in {self.backup}")
        if self.journal is not None:
            lines.append(f"The journal with all edits is {self.journal}")
        return "\n".join(lines)
