"""Outlines of spots (ROI): the text of a Spot element as points, by the rules of TrackMate's reader."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.io.trackmate_xml.parse.findings import Findings
from volltrack.io.trackmate_xml.parse.java_numbers import format_doubles, parse_doubles, parse_int

__all__ = ["format_contour", "read_contour"]


def read_contour(count: str | None, text: str, offset: int, findings: Findings) -> npt.NDArray[np.float64] | None:
    """Return the outline of one spot, (n, 2) of x, y relative to the spot, or None when it has none.

    Parameters
    ----------
    count
        Value of ``ROI_N_POINTS``, or None.
    text
        Text of the Spot element.
    offset
        Byte offset of the element, for `findings`.
    """
    if count is None:
        if text.strip():
            findings.add(
                "lost",
                "Spot",
                "ROI_N_POINTS",
                found="an outline without its number of points",
                meaning="TrackMate ignores the outline without a word: add ROI_N_POINTS, the number of points",
                offset=offset,
                stops_reading=True,
            )
        return None
    n = parse_int(count)
    if n is None or n <= 2:
        if n is None or text.strip():
            findings.add(
                "lost",
                "Spot",
                "ROI_N_POINTS",
                found=f"ROI_N_POINTS {count!r}: expected a whole number of at least 3",
                meaning="TrackMate ignores the outline without a word: correct the number of points",
                offset=offset,
                stops_reading=True,
            )
        return None
    return _parse_points(n, text, offset, findings)


def _parse_points(n: int, text: str, offset: int, findings: Findings) -> npt.NDArray[np.float64] | None:
    """Return `n` points of `text`; report a leading blank, a text that is no number, too few and too many."""
    words = text.split()
    values, bad = parse_doubles(words)
    refused = "TrackMate stops reading: write x0 y0 x1 y1 ... with one blank between two numbers"
    if len(words) < 2 * n:
        findings.add(
            "refused",
            "Spot",
            "ROI_N_POINTS",
            found=f"an outline of {n} points with {len(words)} numbers: expected {2 * n}",
            meaning=refused,
            offset=offset,
            stops_reading=True,
        )
        return None
    if bad or not text.isascii():
        word = words[bad[0]] if bad else text
        findings.add(
            "refused",
            "Spot",
            found=f"the outline holds {word[:40]!r}, not a number as Java spells it",
            meaning=refused,
            offset=offset,
            stops_reading=True,
        )
        return None
    if text[0].isspace():
        findings.add(
            "refused",
            "Spot",
            found="the outline starts with a blank or a new line",
            meaning="TrackMate stops reading: remove it; VollTrack reads the outline and writes it without",
            offset=offset,
        )
    if len(words) > 2 * n:
        findings.add(
            "lost",
            "Spot",
            "ROI_N_POINTS",
            found=f"an outline of {n} points with {len(words)} numbers: expected {2 * n}",
            meaning="TrackMate drops the rest without a word: correct ROI_N_POINTS",
            offset=offset,
            stops_reading=True,
        )
    return values[: 2 * n].reshape(n, 2)


def format_contour(points: npt.NDArray[np.float64]) -> str:
    """Return the text of an outline, (n, 2): ``x0 y0 x1 y1 ...``."""
    return " ".join(format_doubles(np.asarray(points, dtype=np.float64).ravel()))
