"""What a person does to spots, as steps: move, add, delete, change the radius, mark as checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from volltrack.edit.history import EditStep
from volltrack.edit.measuring import scale_outline
from volltrack.errors import BadValue
from volltrack.model import AddSpot, DeleteSpot, Lineage, SetSpot

__all__ = ["CHECKED", "add_spot", "delete_spots", "mark_checked", "move_spots", "set_radius", "suggest_radius"]

CHECKED = "CHECKED"
"""Spot feature, whole number: 1 where a person has checked the spot. TrackMate shows it under this name."""

_N_NEIGHBOURS = 9


def move_spots(lineage: Lineage, positions: Mapping[int, npt.ArrayLike]) -> EditStep:
    """Return the step that puts spots elsewhere.

    Parameters
    ----------
    lineage
        Spots and links.
    positions
        (z, y, x) in physical units, by spot id.

    Raises
    ------
    BadValue
        A position that is not three finite numbers.
    """
    lineage.spots.rows_of(sorted(positions))
    edits = []
    for spot_id, position in positions.items():
        z, y, x = _require_position(position)
        edits.append(SetSpot(spot_id=spot_id, features={"POSITION_X": x, "POSITION_Y": y, "POSITION_Z": z}))
    return EditStep(label=f"move {_name(positions)}", edits=tuple(edits))


def add_spot(
    lineage: Lineage, spot_id: int, frame: int, position: npt.ArrayLike, *, radius: float | None = None
) -> EditStep:
    """Return the step that adds a spot.

    Parameters
    ----------
    lineage
        Spots and links.
    spot_id
        A free id.
    frame
        From 0.
    position
        (z, y, x) in physical units.
    radius
        In physical units; None takes `suggest_radius`.

    Raises
    ------
    BadValue
        A frame below 0, or a position that is not three finite numbers.
    """
    if frame < 0:
        raise BadValue(f"a spot in frame {frame}: expected a frame from 0")
    z, y, x = _require_position(position)
    features: dict[str, float] = {"FRAME": frame, "POSITION_X": x, "POSITION_Y": y, "POSITION_Z": z}
    radius = suggest_radius(lineage, frame, (z, y, x)) if radius is None else radius
    if radius is not None:
        features["RADIUS"] = radius
    return EditStep(label=f"add spot {spot_id}", edits=(AddSpot(spot_id=spot_id, features=features),))


def suggest_radius(lineage: Lineage, frame: int, position: npt.ArrayLike) -> float | None:
    """Return the median radius of the nearest spots of a frame, or of all spots; None where no spot has one."""
    table = lineage.spots.table
    if "RADIUS" not in table.columns:
        return None
    radius = table["RADIUS"].to_numpy(dtype=np.float64)
    known = np.isfinite(radius) & (radius > 0)
    here = np.flatnonzero(known & (lineage.spots.frames == frame))
    if not len(here):
        return float(np.median(radius[known])) if known.any() else None
    away = np.linalg.norm(lineage.spots.positions_zyx[here] - np.asarray(position, dtype=np.float64), axis=1)
    nearest = here[np.argsort(away, kind="stable")[:_N_NEIGHBOURS]]
    return float(np.median(radius[nearest]))


def delete_spots(lineage: Lineage, spot_ids: Collection[int]) -> EditStep:
    """Return the step that removes spots and the links that touch them.

    Raises
    ------
    BadValue
        No spot is given.
    """
    _require_some(lineage, spot_ids, "to delete")
    return EditStep(label=f"delete {_name(spot_ids)}", edits=tuple(DeleteSpot(spot_id=i) for i in sorted(spot_ids)))


def set_radius(lineage: Lineage, spot_ids: Collection[int], radius: float) -> EditStep:
    """Return the step that gives spots a radius, in physical units; an outline is scaled with it, as in TrackMate.

    Raises
    ------
    BadValue
        No spot is given, or a radius that is no number > 0.
    """
    _require_some(lineage, spot_ids, "whose radius is to change")
    if not (np.isfinite(radius) and radius > 0):
        raise BadValue(f"radius {radius:g}: expected a number > 0, in the unit of the positions")
    table = lineage.spots.table
    old = table["RADIUS"].to_numpy(dtype=np.float64) if "RADIUS" in table.columns else np.full(len(table), np.nan)
    edits = []
    for spot_id in sorted(spot_ids):
        found, outline, points = float(radius), None, lineage.spots.contours.get(spot_id)
        if points is not None:
            outline, found = scale_outline(points, float(old[lineage.spots.rows_of([spot_id])[0]]), found)
        edits.append(SetSpot(spot_id=spot_id, features={"RADIUS": found}, contour=outline))
    return EditStep(label=f"radius of {_name(spot_ids)} = {radius:g}", edits=tuple(edits))


def mark_checked(lineage: Lineage, spot_ids: Collection[int], *, whole_tracks: bool, checked: bool = True) -> EditStep:
    """Return the step that marks spots as checked by a person, or takes the mark away.

    Parameters
    ----------
    lineage
        Spots and links.
    spot_ids
        Spots.
    whole_tracks
        Mark every spot of the tracks of these spots.
    checked
        False takes the mark away.

    Raises
    ------
    BadValue
        No spot is given, or all have the mark already.
    """
    rows = _require_some(lineage, spot_ids, "to mark")
    if whole_tracks:
        track = lineage.track_of_spot
        rows = np.union1d(rows, np.flatnonzero((track >= 0) & np.isin(track, track[rows])))
    table = lineage.spots.table
    old = table[CHECKED].to_numpy(dtype=np.float64) if CHECKED in table.columns else np.full(len(table), np.nan)
    rows = rows[(old[rows] == 1) != checked]
    if not len(rows):
        raise BadValue(f"all of these spots are {'checked' if checked else 'unchecked'} already")
    ids = lineage.spots.ids[rows].tolist()
    edits = tuple(SetSpot(spot_id=i, features={CHECKED: int(checked)}) for i in ids)
    return EditStep(label=f"mark {_name(ids)} as {'checked' if checked else 'not checked'}", edits=edits)


def _require_position(position: npt.ArrayLike) -> tuple[float, float, float]:
    try:
        zyx = np.asarray(position, dtype=np.float64)
    except (TypeError, ValueError):
        zyx = np.zeros(0)
    if zyx.shape != (3,) or not np.isfinite(zyx).all():
        raise BadValue(f"position {position!r}: expected three finite numbers z, y, x, in the unit of the positions")
    z, y, x = zyx.tolist()
    return z, y, x


def _require_some(lineage: Lineage, spot_ids: Collection[int], purpose: str) -> npt.NDArray[np.int64]:
    if not spot_ids:
        raise BadValue(f"no spot is selected: select the spots {purpose}")
    return lineage.spots.rows_of(sorted(spot_ids))


def _name(spot_ids: Collection[int]) -> str:
    return f"spot {next(iter(spot_ids))}" if len(spot_ids) == 1 else f"{len(spot_ids)} spots"
