"""The metadata of OME-Zarr: axes, units and scales of ``multiscales``, read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from volltrack.errors import BadFile, BadValue
from volltrack.io.calibration import to_positive
from volltrack.io.ome_zarr.locate import describe_error, ome_part
from volltrack.model import Calibration, KnownCalibration
from volltrack.model.calibration.unit_names import (
    convert_length,
    is_length_unit,
    is_time_unit,
    name_length_unit,
    name_time_unit,
)

__all__ = ["OWN", "Level", "describe_multiscales", "find_level"]

OWN: Final = "volltrack"
"""Attribute of groups that we write: units that OME-Zarr has no name for, and that every chunk was stored."""

_LENGTHS: Final = {
    "Å": "angstrom",
    "nm": "nanometer",
    "µm": "micrometer",
    "mm": "millimeter",
    "cm": "centimeter",
    "dm": "decimeter",
    "m": "meter",
}
_TIMES: Final = {
    "ns": "nanosecond",
    "µs": "microsecond",
    "ms": "millisecond",
    "sec": "second",
    "min": "minute",
    "hour": "hour",
    "day": "day",
}
_LETTERS: Final = {"time": "T", "channel": "C"}


@dataclass(frozen=True, kw_only=True)
class Level:
    """One resolution of an image, as its metadata tells.

    Parameters
    ----------
    path
        Path of the array below the group.
    axes
        A letter for each axis of the array, Q where it is none of ``TCZYX``.
    known
        Calibration of this level, as far as it is known.
    version
        Version of OME-Zarr.
    n_levels
        How many resolutions there are; 0 is the finest.
    is_complete
        Whether the writer promises that every chunk was stored.
    is_labels
        Whether it is an image of labels.
    """

    path: str
    axes: str
    known: KnownCalibration
    version: str
    n_levels: int
    is_complete: bool
    is_labels: bool


def find_level(attributes: Mapping[str, Any], level: int, path: object) -> Level:
    """Return what the attributes of a group say of one of its resolutions.

    Parameters
    ----------
    attributes
        All attributes of the group.
    level
        0 is the finest.
    path
        The group, for messages.

    Raises
    ------
    BadFile
        The metadata is damaged.
    BadValue
        No such level.
    """
    part = ome_part(attributes)
    try:
        multiscale = part["multiscales"][0]
        datasets = multiscale["datasets"]
        n_levels = len(datasets)
        if not 0 <= level < n_levels:
            raise BadValue(f"{path}: level {level} asked for, the image has levels 0 to {n_levels - 1}")
        # before 0.3 no axes were named, they were always these; in 0.3 they are names only
        axes = [_describe_axis(axis) for axis in multiscale.get("axes", "tczyx")]
        scale = _multiply_scales(
            [
                *datasets[level].get("coordinateTransformations", ()),
                *multiscale.get("coordinateTransformations", ()),
            ],
            len(axes),
        )
        own = attributes.get(OWN, {})
        if not isinstance(own, Mapping):
            raise TypeError(f"{OWN} is a {type(own).__name__}")
        return Level(
            path=str(datasets[level]["path"]),
            axes="".join(letter for letter, _ in axes),
            known=_find_calibration(axes, scale, own),
            version=str(multiscale.get("version", part.get("version", "of unknown version"))),
            n_levels=n_levels,
            is_complete=bool(own.get("every_chunk_stored", False)),
            is_labels="image-label" in part,
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError) as error:
        if isinstance(error, BadValue):
            raise
        raise BadFile(
            f"the metadata 'multiscales' is damaged ({describe_error(error)}): expected axes and datasets as "
            "OME-Zarr describes them; write the image again",
            path=path,
        ) from error


def describe_multiscales(
    axes: str,
    calibration: Calibration,
    factors: Sequence[Sequence[int]],
    *,
    name: str,
    version: str,
    method: str,
    is_centred: bool,
) -> dict[str, Any]:
    """Return the attributes of a group that holds an image.

    Parameters
    ----------
    axes
        Axes of the arrays, such as ``"tzyx"``.
    calibration
        Of the finest level.
    factors
        For each level the voxels of level 0 along (z, y, x) that one of its voxels stands for.
    name
        What a viewer shows.
    version
        ``"0.4"`` or ``"0.5"``.
    method
        How the levels were made.
    is_centred
        Whether a voxel of a coarser level stands in the middle of those that it was made from, as a mean does.
    """
    length, time = _LENGTHS.get(calibration.length_unit), _TIMES.get(calibration.time_unit)
    units = {"t": time or calibration.time_unit, **dict.fromkeys("zyx", length or calibration.length_unit)}
    if not is_time_unit(calibration.time_unit):
        units.pop("t")
    if not is_length_unit(calibration.length_unit):
        units = {axis: unit for axis, unit in units.items() if axis == "t"}
    described = [
        {"name": axis, "type": "time" if axis == "t" else "space"} | ({"unit": units[axis]} if axis in units else {})
        for axis in axes
    ]
    size = {"t": calibration.frame_interval, **dict(zip("zyx", calibration.voxel_size.zyx, strict=True))}
    datasets = []
    for number, factor in enumerate(factors):
        times = {"t": 1, **dict(zip("zyx", factor, strict=True))}
        steps: list[dict[str, Any]] = [{"type": "scale", "scale": [size[axis] * times[axis] for axis in axes]}]
        if is_centred and number:
            shift = [size[axis] * (times[axis] - 1) / 2 for axis in axes]
            steps.append({"type": "translation", "translation": shift})
        datasets.append({"path": str(number), "coordinateTransformations": steps})
    multiscale = {"name": name, "axes": described, "datasets": datasets, "type": method}
    own = {
        OWN: {
            "length_unit": calibration.length_unit,
            "time_unit": calibration.time_unit,
            "every_chunk_stored": True,
        }
    }
    if version == "0.4":
        return {"multiscales": [{"version": version, **multiscale}], **own}
    return {"ome": {"version": version, "multiscales": [multiscale]}, **own}


def _describe_axis(axis: Any) -> tuple[str, str | None]:
    """Return letter and unit of an axis."""
    if isinstance(axis, str):
        return _name(axis), None
    unit = axis.get("unit")
    letter = _name(str(axis["name"]))
    return _LETTERS.get(axis.get("type"), letter), None if unit is None else str(unit)


def _name(axis: str) -> str:
    return axis.upper() if axis.upper() in tuple("TCZYX") else "Q"


def _multiply_scales(steps: Sequence[Mapping[str, Any]], n_axes: int) -> tuple[float, ...] | None:
    """Return the product of the scales; None when there are none. Where an image begins does not matter to us."""
    scales = [step["scale"] for step in steps if step["type"] == "scale" and "scale" in step]
    if not scales:
        return None
    if any(len(scale) != n_axes for scale in scales):
        raise ValueError(f"a scale of other length than the {n_axes} axes")
    return tuple(float(value) for value in np.prod(np.array(scales, dtype=float), axis=0))


def _find_calibration(
    axes: Sequence[tuple[str, str | None]], scale: tuple[float, ...] | None, own: Mapping[str, Any]
) -> KnownCalibration:
    """Return what axes and scale say.

    A scale of exactly 1 without a unit says nothing: writers that know no voxel size put it there.
    """
    values = dict(zip((letter for letter, _ in axes), scale or [None] * len(axes), strict=True))
    units = dict(axes)
    time = to_positive(values.get("T"))
    time_unit = units.get("T") or own.get("time_unit")
    if time == 1 and time_unit is None:
        time = None
    length_unit = units.get("X") or units.get("Y") or own.get("length_unit")
    lengths = {axis: to_positive(values.get(axis)) for axis in "ZYX"}
    if length_unit is None and all(value in (None, 1.0) for value in lengths.values()):
        lengths = dict.fromkeys("ZYX")
    unit = None if length_unit is None else name_length_unit(length_unit)
    if unit is not None:
        for axis, value in lengths.items():
            if value is not None:
                lengths[axis] = convert_length(value, name_length_unit(units.get(axis) or unit), unit)
    return KnownCalibration(
        z=lengths["Z"],
        y=lengths["Y"],
        x=lengths["X"],
        unit=unit,
        frame_interval=time,
        time_unit=None if time_unit is None else name_time_unit(time_unit),
    )
