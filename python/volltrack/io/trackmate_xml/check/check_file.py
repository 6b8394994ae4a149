"""Checking: what TrackMate would refuse in a file, or lose without a word."""

from __future__ import annotations

import os
from collections.abc import Sequence

from volltrack.errors import BadFile
from volltrack.io.trackmate_xml.check.gather import gather
from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.problem import Problem
from volltrack.io.trackmate_xml.parse.source import read_chunks
from volltrack.model.counted import counted

__all__ = ["check_trackmate_xml", "describe_verdict", "is_accepted"]


def check_trackmate_xml(path: str | os.PathLike[str]) -> list[Problem]:
    """Return what is wrong with a TrackMate XML file, in file order; an empty list means that all is well.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Problem
        A file without problems of severity ``refused`` or ``lost`` (see `is_accepted`) opens in TrackMate 7.14 and 8.1
        and loses nothing there. A file that is no well-formed XML or no TrackMate file gives one problem.

    Notes
    -----
    The file is read once, a megabyte at a time; memory grows with the number of spots, not with that of the features.
    """
    findings = Findings()
    try:
        gather(read_chunks(path), path, findings, keep=False)
    except BadFile as error:
        return [
            Problem(severity="refused", element="TrackMate", line=error.line, message=error.reason, stops_reading=True)
        ]
    return findings.to_problems(read_chunks(path))


def describe_verdict(problems: Sequence[Problem]) -> str:
    """Return in words what becomes of a file with these problems: whether TrackMate opens it, and their number."""
    n_grave = sum(problem.severity != "warning" for problem in problems)
    n_warnings = len(problems) - n_grave
    warned = f"; {counted(n_warnings, 'warning')}" if n_warnings else ""
    if n_grave:
        return f"TrackMate would refuse it or lose data: {counted(n_grave, 'problem')}{warned}"
    return f"TrackMate opens it and loses nothing{warned}"


def is_accepted(problems: list[Problem]) -> bool:
    """Whether TrackMate opens a file with these problems and loses nothing."""
    return all(problem.severity == "warning" for problem in problems)
