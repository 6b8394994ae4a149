"""Axes of a GEFF: which properties are time and place, in which units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from geff_spec import Axis, DisplayHint

from volltrack.errors import BadFile
from volltrack.io.calibration import to_positive
from volltrack.io.geff.graph import Graph
from volltrack.model import KnownCalibration
from volltrack.model.calibration.unit_names import convert_length, is_length_unit, name_length_unit

__all__ = ["GraphAxes", "describe_axes", "find_axes", "find_positions", "find_voxels", "read_values"]

_GEFF_LENGTHS: Final = {"µm": "micrometer", "nm": "nanometer", "mm": "millimeter", "cm": "centimeter", "Å": "angstrom"}
_GEFF_TIMES: Final = {
    "sec": "second", "min": "minute", "ms": "millisecond", "µs": "microsecond", "ns": "nanosecond",
}  # fmt: skip
_TIME_NAMES: Final = ("t", "time", "frame", "tp", "timepoint", "time_point", "position_t")
_LETTERS: Final = {
    "x": "X", "col": "X", "column": "X", "c": "X", "horizontal": "X", "y": "Y", "row": "Y", "r": "Y", "vertical": "Y",
    "z": "Z", "slice": "Z", "plane": "Z", "depth": "Z", "position_x": "X", "position_y": "Y", "position_z": "Z",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class GraphAxes:
    """The axes of a graph: those of time, the one that is to be shown first, and those of space by letter."""

    times: tuple[Axis, ...]
    space: Mapping[str, Axis]

    @property
    def unit(self) -> str | None:
        """Unit of length of all positions as they are read, or None."""
        return _unit_of(self.space["X"]) or _unit_of(self.space["Y"])

    @property
    def names(self) -> set[str]:
        """Names of all axes."""
        return {axis.name for axis in (*self.times, *self.space.values())}


def describe_axes(known: KnownCalibration, *, letters: str) -> dict[str, Any]:
    """Return the parts of GEFF metadata that concern place and time; `letters` are the axes of space, such as ZYX."""
    length = None if known.unit is None else _GEFF_LENGTHS.get(known.unit, known.unit)
    time = None if known.time_unit is None else _GEFF_TIMES.get(known.time_unit, known.time_unit)
    axes = [Axis(name="POSITION_T", type="time", unit=time)]
    axes += [Axis(name=f"POSITION_{a}", type="space", unit=length) for a in letters]
    return {
        "axes": axes,
        "display_hints": DisplayHint(
            display_horizontal="POSITION_X",
            display_vertical="POSITION_Y",
            display_depth="POSITION_Z" if "Z" in letters else None,
            display_time="POSITION_T",
        ),
    }


def find_axes(graph: Graph) -> GraphAxes:
    """Return the axes of time and space, by their types, the hints for viewers, and their names.

    Raises
    ------
    BadFile
        No time axis, or not two or three of space.
    """
    axes = list(graph.metadata.axes or ()) or _guess_axes(graph)
    hints = graph.metadata.display_hints
    times = [a for a in axes if a.type == "time"] or [
        a for a in axes if a.type is None and a.name.lower() in _TIME_NAMES
    ]
    spaces = [a for a in axes if a.type == "space"] or [
        a for a in axes if a.type is None and a not in times and _letter(a) is not None
    ]
    if not times or not 2 <= len(spaces) <= 3:
        names = ", ".join(a.name for a in axes) or "none"
        raise BadFile(f"axes {names}: expected one of time and two or three of space", path=graph.path)
    if hints is not None:
        times.sort(key=lambda axis: axis.name != hints.display_time)
    return GraphAxes(times=tuple(times), space=_name_axes(spaces, hints))


def find_voxels(axes: GraphAxes) -> KnownCalibration:
    """Return what the axes say of voxel size and unit of length.

    A scale is the size of a voxel where it turns pixels into lengths; coordinates in pixels have voxels of 1 pixel.
    """
    unit = axes.unit
    sizes: dict[str, float | None] = {}
    for letter in "ZYX":
        axis = axes.space.get(letter)
        size = None
        if axis is not None and axis.scale is not None and not is_length_unit(axis.unit):
            size = to_positive(axis.scale)
            own = _unit_of(axis)
            if size is not None and own is not None and unit is not None:
                size = convert_length(size, own, unit)
        elif unit is not None and not is_length_unit(unit):
            size = 1.0
        sizes[letter] = size
    if "Z" not in axes.space and sizes["X"] is not None:
        sizes["Z"] = 1.0  # of a single plane nobody needs the depth
    return KnownCalibration(z=sizes["Z"], y=sizes["Y"], x=sizes["X"], unit=unit)


def find_positions(graph: Graph, axes: GraphAxes) -> dict[str, npt.NDArray[np.float64]]:
    """Return POSITION_X, Y and Z (0 where there is no such axis), all in the unit of `axes`.

    Raises
    ------
    BadFile
        A node without a position, units that do not go together.
    """
    positions = {}
    for letter in "XYZ":
        if letter in axes.space:
            axis = axes.space[letter]
            positions[f"POSITION_{letter}"] = read_values(graph, axis.name).astype(np.float64) * _factor(
                axis, axes.unit, graph
            ) + (axis.offset or 0.0)
    if "POSITION_Z" not in positions:
        own = graph.nodes.get("POSITION_Z")
        n = len(graph.node_ids)
        is_place = own is not None and own.values.shape == (n,) and own.values.dtype.kind in "iuf"
        positions["POSITION_Z"] = own.values.astype(np.float64) if own is not None and is_place else np.zeros(n)
        positions["POSITION_Z"] = np.nan_to_num(positions["POSITION_Z"], nan=0.0)
    return positions


def read_values(graph: Graph, name: str) -> npt.NDArray[Any]:
    """Return a property of one number that every node needs.

    Raises
    ------
    BadFile
        No such property, missing values, or none of one number.
    """
    if name not in graph.nodes:
        raise BadFile(f"no node property {name}: found {', '.join(graph.nodes) or 'none'}", path=graph.path)
    found = graph.nodes[name]
    if found.missing is not None:
        raise BadFile(f"{int(found.missing.sum())} nodes without {name}: expected a value for each", path=graph.path)
    if found.values.dtype.kind not in "biuf" or found.values.ndim != 1:
        raise BadFile(
            f"node property {name} is of type {found.values.dtype}, shape {found.values.shape}: expected one number "
            "for each node",
            path=graph.path,
        )
    return found.values


def _guess_axes(graph: Graph) -> list[Axis]:
    """Return axes for a graph that names none, from properties with the usual names of time and place."""
    chosen: list[Axis] = []
    for name in graph.nodes:
        low = name.lower()
        if low in _TIME_NAMES and low != "frame":
            chosen.append(Axis(name=name, type="time"))
        elif low in ("x", "y", "z", "position_x", "position_y", "position_z"):
            chosen.append(Axis(name=name, type="space"))
    return chosen


def _name_axes(spaces: list[Axis], hints: DisplayHint | None) -> dict[str, Axis]:
    """Return the axes of space by letter: as viewers are told to show them, else by name, else in the order z, y, x."""
    if hints is not None:
        shown = {hints.display_horizontal: "X", hints.display_vertical: "Y"}
        rest = [a for a in spaces if a.name not in shown]
        if len(spaces) - len(rest) == 2:
            return {shown[a.name]: a for a in spaces if a.name in shown} | ({"Z": rest[0]} if rest else {})
    letters = [_letter(a) for a in spaces]
    if len(set(letters)) == len(letters) and {"X", "Y"} <= set(letters) and None not in letters:
        return {str(letter): axis for letter, axis in zip(letters, spaces, strict=True)}
    return dict(zip("ZYX"[-len(spaces) :], spaces, strict=True))


def _letter(axis: Axis) -> str | None:
    low = axis.name.lower()
    return _LETTERS.get(low) or _LETTERS.get(low.rsplit("_", 1)[-1]) or _LETTERS.get(low[-1:])


def _unit_of(axis: Axis) -> str | None:
    """Return the unit after scaling, or None: a scale without a unit turns pixels into nobody knows what."""
    unit = axis.scaled_unit or (axis.unit if axis.scale is None or is_length_unit(axis.unit) else None)
    return name_length_unit(unit) if unit and unit.strip() else None


def _factor(axis: Axis, unit: str | None, graph: Graph) -> float:
    """Return what a coordinate is multiplied with to be in `unit`."""
    factor, own = axis.scale if axis.scale is not None else 1.0, _unit_of(axis)
    if own is None or unit is None or own == unit:
        return factor
    converted = convert_length(factor, own, unit)
    if converted is None:
        raise BadFile(f"axis {axis.name} is in {own}, another in {unit}: expected one unit for all", path=graph.path)
    return converted
