"""Problems as they are found during the pass: places are byte offsets, equal ones are counted, not repeated."""

from __future__ import annotations

from collections.abc import Iterable

from volltrack.io.trackmate_xml.parse.problem import Problem, Severity
from volltrack.io.trackmate_xml.parse.source import find_lines

__all__ = ["Findings"]


class _Finding:
    """The first problem of its kind, and how many there are."""

    __slots__ = ("count", "message", "offset")

    def __init__(self, message: str, offset: int) -> None:
        self.message = message
        self.offset = offset
        self.count = 0


class Findings:
    """Collects problems; those of the same kind at the same attribute become one, with the place of the first."""

    def __init__(self) -> None:
        self._found: dict[tuple[Severity, str, str, str, bool], _Finding] = {}

    def add(
        self,
        severity: Severity,
        element: str,
        attribute: str = "",
        *,
        found: str,
        meaning: str,
        offset: int = -1,
        stops_reading: bool = False,
        count: int = 1,
    ) -> None:
        """Add a problem.

        Parameters
        ----------
        severity, element, attribute, stops_reading
            See `volltrack.io.trackmate_xml.Problem`.
        found
            What stands in the file here; may differ from problem to problem of one kind.
        meaning
            What TrackMate does with it and what to do; problems with the same meaning are of one kind.
        offset
            Byte offset of the element; -1 when something is missing from the whole file.
        count
            How many elements are concerned.
        """
        key = (severity, element, attribute, meaning, stops_reading)
        finding = self._found.setdefault(key, _Finding(f"{found}; {meaning}", offset))
        finding.count += count

    def add_reserved(self, element: str, attribute: str, offset: int, count: int) -> None:
        """Add that `count` elements have a feature called as a column of our tables that is something else."""
        self.add(
            "warning",
            element,
            attribute,
            found=f"a feature called {attribute}",
            meaning="TrackMate reads it; VollTrack leaves it in the file and out of its tables, where this is the name "
            "of another column: give it another name to use it",
            offset=offset,
            count=count,
        )

    def to_problems(self, chunks: Iterable[bytes]) -> list[Problem]:
        """Return the problems in file order, with lines counted in `chunks`, the whole text."""
        lines = find_lines(chunks, [f.offset for f in self._found.values() if f.offset >= 0]) if self._found else {}
        ordered = sorted(self._found.items(), key=lambda item: item[1].offset if item[1].offset >= 0 else 2**62)
        return [
            Problem(
                severity=severity,
                element=element,
                attribute=attribute,
                line=lines.get(finding.offset),
                message=finding.message + (f" ({finding.count - 1} more)" if finding.count > 1 else ""),
                stops_reading=stops,
            )
            for (severity, element, attribute, _, stops), finding in ordered
        ]
