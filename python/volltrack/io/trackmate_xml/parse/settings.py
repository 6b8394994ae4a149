"""Settings of a TrackMate file as values: the image, the filters, detector and tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from volltrack.errors import BadValue
from volltrack.io.calibration import to_positive
from volltrack.io.trackmate_xml.parse.java_numbers import parse_int, parse_java_double
from volltrack.io.trackmate_xml.parse.scan import Node
from volltrack.model import KnownCalibration
from volltrack.model.calibration.unit_names import name_length_unit, name_time_unit

__all__ = ["FeatureFilter", "ImageInfo", "SettingsTree", "TrackMateSettings", "read_calibration", "read_settings"]

SettingsTree: TypeAlias = Mapping[str, Any]
"""Settings of a detector or tracker: a scalar is an attribute, a mapping a child element of that name."""


@dataclass(frozen=True, kw_only=True)
class ImageInfo:
    """The image that the tracks belong to.

    Parameters
    ----------
    filename
        Name of the image file; empty when there is none.
    folder
        Its folder; when empty, or when the image is not there, TrackMate looks beside the XML file.
    width, height, n_slices, n_frames
        Size in pixels, planes and time points.
    """

    filename: str = ""
    folder: str = ""
    width: int
    height: int
    n_slices: int
    n_frames: int

    def __post_init__(self) -> None:
        for name in ("width", "height", "n_slices", "n_frames"):
            value = getattr(self, name)
            if not 0 <= value < 2**31:
                raise BadValue(f"image {name} = {value}: expected 0 to 2147483647")


@dataclass(frozen=True)
class FeatureFilter:
    """Keep what has `feature` above (or below) `value`."""

    feature: str
    value: float
    is_above: bool = True


@dataclass(frozen=True, kw_only=True)
class TrackMateSettings:
    """How spots and tracks were made, as TrackMate shows it when it opens the file.

    Parameters
    ----------
    detector
        Attributes of DetectorSettings with ``DETECTOR_NAME``; empty means TrackMate's manual detector.
    tracker
        Attributes and children of TrackerSettings with ``TRACKER_NAME``; empty means TrackMate's manual tracker.
    initial_quality
        Value of the initial spot filter.
    spot_filters, track_filters
        Filters that made the visible spots and tracks.
    """

    detector: SettingsTree = field(default_factory=lambda: MappingProxyType({}))
    tracker: SettingsTree = field(default_factory=lambda: MappingProxyType({}))
    initial_quality: float = 0.0
    spot_filters: tuple[FeatureFilter, ...] = ()
    track_filters: tuple[FeatureFilter, ...] = ()


def read_settings(settings: Node | None) -> tuple[ImageInfo | None, TrackMateSettings]:
    """Return image and settings as the element Settings states them; values that are no numbers count as 0."""
    if settings is None:
        return None, TrackMateSettings()
    image = settings.child("ImageData")
    initial = settings.child("InitialSpotFilter")
    return (
        None if image is None else _read_image(image),
        TrackMateSettings(
            detector=_read_tree(settings.child("DetectorSettings")),
            tracker=_read_tree(settings.child("TrackerSettings")),
            initial_quality=0.0 if initial is None else _number(initial, "value"),
            spot_filters=_read_filters(settings.child("SpotFilterCollection")),
            track_filters=_read_filters(settings.child("TrackFilterCollection")),
        ),
    )


def read_calibration(model: Node, settings: Node | None) -> KnownCalibration:
    """Return what the file states of voxel size, units and frame interval; TrackMate writes 0 where nothing is known.

    Units get their one spelling (``micron`` becomes ``µm``). The depth of a single plane is not needed; it becomes 1.
    """
    image = None if settings is None else settings.child("ImageData")
    unit = name_length_unit(model.attributes.get("spatialunits", "")) or None
    time_unit = name_time_unit(model.attributes.get("timeunits", "")) or None
    if image is None:
        return KnownCalibration(unit=unit, time_unit=time_unit)
    is_flat = (parse_int(image.attributes.get("nslices", "")) or 1) <= 1
    z, y, x, interval = (
        to_positive(_number(image, key)) for key in ("voxeldepth", "pixelheight", "pixelwidth", "timeinterval")
    )
    return KnownCalibration(
        z=1.0 if z is None and is_flat else z, y=y, x=x, unit=unit, frame_interval=interval, time_unit=time_unit
    )


def _read_image(node: Node) -> ImageInfo:
    sizes = {
        name: max(parse_int(node.attributes.get(key, "")) or 0, 0)
        for name, key in (("width", "width"), ("height", "height"), ("n_slices", "nslices"), ("n_frames", "nframes"))
    }
    return ImageInfo(filename=node.attributes.get("filename", ""), folder=node.attributes.get("folder", ""), **sizes)


def _read_filters(node: Node | None) -> tuple[FeatureFilter, ...]:
    filters = [] if node is None else node.named("Filter")
    return tuple(
        FeatureFilter(
            f.attributes.get("feature", ""),
            _number(f, "value"),
            f.attributes.get("isabove", "").strip().lower() in ("true", "on", "1", "yes"),
        )
        for f in filters
    )


def _read_tree(node: Node | None) -> SettingsTree:
    """Return attributes as text and children as mappings; of children of one name the last stands."""
    if node is None:
        return {}
    return {**node.attributes, **{child.name: _read_tree(child) for child in node.children}}


def _number(node: Node, key: str) -> float:
    return parse_java_double(node.attributes.get(key, "")) or 0.0
