"""What a plot shows, as a value: drawn on the screen, saved as a figure and as a table, from the same numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Curve", "PlotData"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """One line of a plot.

    Parameters
    ----------
    label
        What it shows, such as ``daughter 1``.
    x, y
        Points, (N,); NaN interrupts the line.
    color
        ``#rrggbb``.
    spot_ids
        Spot of each point, int64 (N,), for a click; empty where points are no spots.
    is_dashed, has_line, markers
        How it is drawn; `markers` names the symbol of every point: ``""`` (none), ``"o"`` (disc) or ``"ring"``.
    """

    label: str
    x: FloatArray
    y: FloatArray
    color: str
    spot_ids: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    is_dashed: bool = False
    has_line: bool = True
    markers: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlotData:
    """One plot.

    Parameters
    ----------
    title
        One line on top.
    x_label, y_label
        Axes with their units; an empty `y_label` hides the axis.
    curves
        Lines; none when there is nothing to show.
    message
        Why there is nothing to show, and what to do.
    note
        One or two lines below, such as the dominant frequency; may be empty.
    details
        What the note leaves out.
    has_time
        Whether x is time, so that the line of the current frame belongs there.
    has_frames
        Whether that time is counted in frames, so that ticks are whole numbers.
    """

    title: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...] = ()
    message: str = ""
    note: str = ""
    details: str = ""
    has_time: bool = True
    has_frames: bool = False

    def to_table(self) -> pd.DataFrame:
        """Return what is plotted, one row per point: the curve, x and y under their axes' names, the spot's id."""
        parts = []
        for curve in self.curves:
            has_spots = len(curve.spot_ids) == len(curve.x) and len(curve.x) > 0
            spots = pd.array(curve.spot_ids if has_spots else [pd.NA] * len(curve.x), dtype="Int64")
            y_name = self.y_label or "row"
            parts.append(
                pd.DataFrame({"plot": self.title, "curve": curve.label, self.x_label: curve.x, y_name: curve.y})
                .assign(spot_id=spots)
                .loc[np.isfinite(curve.x) & np.isfinite(curve.y)]
            )
        if not parts:
            return pd.DataFrame(columns=["plot", "curve", self.x_label, self.y_label or "row", "spot_id"])
        return pd.concat(parts, ignore_index=True)

    def nearest(self, x: float, y: float, size: tuple[float, float]) -> tuple[Curve, int] | None:
        """Return the curve and point nearest to (x, y); `size` is the visible width and height of the axes."""
        best: tuple[float, Curve, int] | None = None
        for curve in self.curves:
            away = np.hypot((curve.x - x) / (size[0] or 1.0), (curve.y - y) / (size[1] or 1.0))
            if len(away) == 0 or np.isnan(away).all():
                continue
            at = int(np.nanargmin(away))
            if best is None or away[at] < best[0]:
                best = (float(away[at]), curve, at)
        return None if best is None else best[1:]
