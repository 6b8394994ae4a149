"""Times of a GEFF: which frame each node is in, and how long a frame takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from geff_spec import Axis

from volltrack.errors import BadFile
from volltrack.io.calibration import to_positive
from volltrack.io.geff.axes import GraphAxes, read_values
from volltrack.io.geff.graph import Graph
from volltrack.model import KnownCalibration
from volltrack.model.calibration.unit_names import convert_time, is_time_unit, name_time_unit

__all__ = ["GraphTimes", "find_times"]

_FRAME_NAMES: Final = ("frame", "timepoint", "time_point", "tpoint")
_COUNTS: Final = ("frame", "timepoint", "time point", "time_point", "timepoints", "index", "pixel")
_MAX_FRAME: Final = 2**31 - 1
_OFF_STEP: Final = 1e-3
_OFF_GIVEN_STEP: Final = 0.25

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class GraphTimes:
    """Frame of each node, its time (None where only frames are known), and what is known of the frame interval."""

    frames: npt.NDArray[np.int64]
    times: FloatArray | None
    known: KnownCalibration
    names: frozenset[str]
    """Properties that were used."""


def find_times(graph: Graph, axes: GraphAxes, given: KnownCalibration) -> GraphTimes:
    """Return frames and times.

    An axis in seconds, minutes ... holds times, one in frames (or of whole numbers without a unit) time points. With
    two axes each says its part. Where there are times only, frames are counted in the frame interval that is given, or
    in the step that all times have in common.

    Raises
    ------
    BadFile
        Frames that are no whole numbers from 0; times without a common step, or that do not fit the given interval.
    """
    counter = next((a for a in axes.times if _is_count(graph, a)), None)
    clock = next((a for a in axes.times if is_time_unit(_unit_of(a)) and a is not counter), None)
    frame_property = next((name for name in graph.nodes if name.lower() in _FRAME_NAMES and name not in axes.names), "")
    used = frozenset(axis.name for axis in axes.times)
    if counter is None and clock is None:  # fractions without a unit
        clock = axes.times[0]
    times = None if clock is None else _read_times(graph, clock)
    unit = None if clock is None else _unit_of(clock)
    if counter is not None or frame_property:
        name = frame_property or counter.name  # type: ignore[union-attr]
        if frame_property and times is not None and not _agree(graph, frame_property, times):
            name, frame_property = ("", "") if counter is None else (counter.name, "")
        if name:
            frames = _to_frames(read_values(graph, name), name, graph)
            known = _find_interval(counter, frames, times, unit)
            return GraphTimes(frames=frames, times=times, known=known, names=used | {name})
    assert times is not None
    if given.frame_interval is not None:
        return _count_given(graph, axes, times, unit, given, used)
    step = _find_step(times)
    if step is None:
        raise BadFile(
            f"times on axis {axes.times[0].name} ({_list(times)}{f' {unit}' if unit else ''}) have no step in common, "
            "so that nobody can tell the frames: give the time between two frames with `frame_interval`, in "
            f"{unit or 'the unit of the times'}",
            path=graph.path,
        )
    start = float(times.min()) if len(times) else 0.0
    is_multiple = step == 0 or abs(start / step - round(start / step)) <= _OFF_STEP
    counted = np.zeros(len(times)) if step == 0 else np.rint((times - (0.0 if is_multiple else start)) / step)
    frames = _to_frames(counted, axes.times[0].name, graph)
    known = KnownCalibration(frame_interval=step or None, time_unit=unit)
    return GraphTimes(frames=frames, times=times, known=known, names=used)


def _count_given(
    graph: Graph, axes: GraphAxes, times: FloatArray, unit: str | None, given: KnownCalibration, used: frozenset[str]
) -> GraphTimes:
    """Return the frames by a frame interval that a person gave, in their unit of time."""
    interval = given.frame_interval
    assert interval is not None
    if given.time_unit is not None and unit is not None and given.time_unit != unit:
        factor = convert_time(1.0, unit, given.time_unit)
        times = times * (1.0 if factor is None else factor)
    steps = times / interval
    counted = np.rint(steps)
    if len(steps) and np.abs(steps - counted).max() > _OFF_STEP:
        steps = (times - times.min()) / interval
        counted = np.rint(steps)
    if len(steps) and np.abs(steps - counted).max() > _OFF_GIVEN_STEP:
        raise BadFile(
            f"times on axis {axes.times[0].name} ({_list(times)}) are no multiples of the frame interval {interval:g}: "
            "give another with `frame_interval`",
            path=graph.path,
        )
    frames = _to_frames(counted, axes.times[0].name, graph)
    return GraphTimes(frames=frames, times=times, known=KnownCalibration(time_unit=unit), names=used)


def _is_count(graph: Graph, axis: Axis) -> bool:
    """Whether the stored values of an axis count frames."""
    unit = axis.unit
    if unit is not None and unit.strip():
        return name_time_unit(unit).lower() in _COUNTS
    found = graph.nodes.get(axis.name)
    return found is not None and found.values.dtype.kind in "biu"


def _unit_of(axis: Axis) -> str | None:
    """Return the unit of the times of an axis after scaling, or None."""
    unit = axis.scaled_unit or axis.unit
    return name_time_unit(unit) if unit and unit.strip() else None


def _read_times(graph: Graph, axis: Axis) -> FloatArray:
    values = read_values(graph, axis.name).astype(np.float64)
    times: FloatArray = values * (1.0 if axis.scale is None else axis.scale) + (axis.offset or 0.0)
    if not np.isfinite(times).all():
        raise BadFile(f"axis {axis.name} holds times that are no finite numbers", path=graph.path)
    return times


def _agree(graph: Graph, name: str, times: FloatArray) -> bool:
    """Whether a property counts the frames of these times: one number for each time, growing with it."""
    found = graph.nodes[name]
    if found.missing is not None or found.values.dtype.kind not in "biuf" or found.values.ndim != 1:
        return False
    if name == "FRAME":  # TrackMate's own name is meant so, whatever the times
        return True
    order = np.lexsort((found.values, times))
    later = np.diff(times[order]) > 0
    grows = np.diff(found.values[order].astype(np.float64)) > 0
    return bool(np.array_equal(later, grows))


def _to_frames(values: npt.NDArray[Any], name: str, graph: Graph) -> npt.NDArray[np.int64]:
    counted = values.astype(np.float64)
    bad = ~np.isfinite(counted) | (counted < 0) | (counted > _MAX_FRAME)
    if bad.any():
        raise BadFile(
            f"frame {counted[bad][0]:g} of {name}: expected whole numbers from 0 to {_MAX_FRAME}", path=graph.path
        )
    if (counted != np.rint(counted)).any():
        raise BadFile(f"node property {name} holds fractions: expected whole numbers from 0", path=graph.path)
    return counted.astype(np.int64)


def _find_interval(
    counter: Axis | None, frames: npt.NDArray[np.int64], times: FloatArray | None, unit: str | None
) -> KnownCalibration:
    """Return time per frame: from nodes that have both, or from the scale of the axis of frames."""
    if times is not None:
        if not len(frames) or frames.max() == frames.min():
            return KnownCalibration(time_unit=unit)
        first, last = int(np.argmin(frames)), int(np.argmax(frames))
        interval = to_positive((times[last] - times[first]) / (frames[last] - frames[first]))
        return KnownCalibration(frame_interval=interval, time_unit=unit)
    if counter is None:
        return KnownCalibration()
    if counter.scale is not None:
        scaled = counter.scaled_unit
        return KnownCalibration(
            frame_interval=to_positive(counter.scale), time_unit=name_time_unit(scaled) if scaled else None
        )
    return KnownCalibration(frame_interval=1.0, time_unit="frame") if counter.unit else KnownCalibration()


def _find_step(times: FloatArray) -> float | None:
    """Return the smallest step between two times if all others are multiples of it; 0 for a single time."""
    # times that differ by rounding only are one
    unique = np.unique(times)
    if len(unique) < 2:
        return 0.0
    span = float(unique[-1] - unique[0])
    steps = np.diff(unique)
    steps = steps[steps > 1e-9 * max(span, abs(float(unique[-1])))]
    if not len(steps) or not np.isfinite(span):
        return None
    step = float(steps.min())
    counts = np.rint((unique - unique[0]) / step)
    if counts[-1] > _MAX_FRAME:
        return None
    step = span / float(counts[-1])  # the mean: the smallest one carries its rounding into all others
    off = np.abs((unique - unique[0]) / step - counts)
    return step if off.max() <= _OFF_STEP else None


def _list(times: FloatArray) -> str:
    unique = np.unique(times)
    return ", ".join(f"{t:g}" for t in unique[:4].tolist()) + (" ..." if len(unique) > 4 else "")
