"""The plots of one track: a quantity over time, the lineage tree, start and end in the tissue, spectra."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from volltrack.apps.napari_plugin.explorer.family import Family, Member
from volltrack.apps.napari_plugin.explorer.plots.plot_data import Curve, PlotData

__all__ = ["plot_localisation", "plot_quantity", "plot_tree"]

FloatArray = npt.NDArray[np.float64]


_FRAME_LABEL = "Time (frame)"


def plot_quantity(family: Family, values: FloatArray, name: str, times: FloatArray, time_label: str) -> PlotData:
    """Return a quantity over time, one line per tracklet.

    Parameters
    ----------
    family
        The track.
    values, times
        Of each spot of the track, (N,); NaN where a spot has no value.
    name
        The quantity with its unit.
    time_label
        Name of the time axis with its unit.
    """
    message = ""
    curves: tuple[Curve, ...] = ()
    if np.isfinite(values).any():
        curves = (
            *_draw_joins(family, times, values),
            *(_draw_member(family, member, times, values) for member in family.members),
        )
    else:
        message = f"No spot of this track has a value of {name}."
    return PlotData(
        title=f"Over time: {name}",
        x_label=time_label,
        y_label=name,
        curves=curves,
        message=message,
        has_frames=time_label == _FRAME_LABEL,
    )


def plot_localisation(family: Family, distance: FloatArray, name: str, times: FloatArray, time_label: str) -> PlotData:
    """Return where tracklets start (ring) and end (disc) with respect to the tissue's boundary."""
    curves = []
    ids = family.lineage.spots.ids
    for member in family.members:
        for what, rows, marker in (
            ("start to end", member.rows[[0, -1]], ""),
            ("end", member.rows[-1:], "o"),
            ("start", member.rows[:1], "ring"),
        ):
            curve = Curve(
                label=f"{member.name}, {what}",
                x=times[rows],
                y=distance[rows],
                color=member.color,
                spot_ids=ids[rows],
                is_dashed=not marker,
                has_line=not marker,
                markers=marker,
            )
            curves.append(curve)
    return PlotData(
        title="Localisation of start and end",
        x_label=time_label,
        y_label=name,
        curves=tuple(curves),
        has_frames=time_label == _FRAME_LABEL,
        note="○ start, ● end of a tracklet; inside is positive",
    )


def plot_tree(family: Family, times: FloatArray, time_label: str) -> PlotData:
    """Return the lineage tree, time from left to right; every spot is a point of its tracklet's line."""
    layout, ids = family.layout, family.lineage.spots.ids
    height = layout.x.max(initial=0.0) - layout.x
    curves = []
    for mother, daughter in layout.joins.tolist():
        parent, child = family.members[mother].rows[-1], family.members[daughter].rows[0]
        x = times[[parent, parent, child]]
        y = height[[mother, daughter, daughter]]
        label = f"link to {family.members[daughter].name}"
        spots = ids[[parent, child, child]]
        curves.append(Curve(label=label, x=x, y=y, color=family.members[daughter].color, spot_ids=spots))
    curves += [
        _draw_member(family, member, times, np.full(len(times), height[place]))
        for place, member in enumerate(family.members)
    ]
    has_frames = time_label == _FRAME_LABEL
    return PlotData(title="Lineage tree", x_label=time_label, y_label="", curves=tuple(curves), has_frames=has_frames)


def _draw_joins(family: Family, times: FloatArray, values: FloatArray) -> list[Curve]:
    """Return thin lines from the end of a parent to the start of each daughter."""
    curves = []
    for mother, daughter in family.layout.joins.tolist():
        ends = np.array([family.members[mother].rows[-1], family.members[daughter].rows[0]])
        if np.isfinite(values[ends]).all():
            curves.append(
                Curve(
                    label=f"link to {family.members[daughter].name}",
                    x=times[ends],
                    y=values[ends],
                    color=family.members[daughter].color,
                    spot_ids=family.lineage.spots.ids[ends],
                    is_dashed=True,
                )
            )
    return curves


def _draw_member(family: Family, member: Member, times: FloatArray, values: FloatArray) -> Curve:
    rows = member.rows
    n_known = int(np.isfinite(values[rows]).sum())
    return Curve(
        label=member.name,
        x=times[rows],
        y=values[rows],
        color=member.color,
        spot_ids=family.lineage.spots.ids[rows],
        markers="o" if n_known == 1 else "",  # a line of one point would not be seen
    )
