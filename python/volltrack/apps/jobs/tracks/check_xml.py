"""What TrackMate would refuse in a file, or lose without a word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from volltrack.errors import BadFile
from volltrack.io.trackmate_xml import check_trackmate_xml, describe_verdict, is_accepted
from volltrack.progress import OnProgress

__all__ = ["CheckJob"]


@dataclass(frozen=True, kw_only=True)
class CheckJob:
    """Look for what TrackMate would refuse in an XML, or lose; nothing is written.

    Parameters
    ----------
    file
        TrackMate XML.
    """

    file: Path

    def run(self, on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Return whether TrackMate opens the file and loses nothing, the problems, and a verdict in words.

        Raises
        ------
        BadFile
            There is no such file.
        """
        if not self.file.is_file():
            raise BadFile("no such file: expected a TrackMate XML", path=self.file)
        problems = check_trackmate_xml(self.file)
        return {
            "accepted": is_accepted(problems),
            "problems": problems,
            "verdict": describe_verdict(problems),
        }
