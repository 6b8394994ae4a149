"""The element Settings of a fresh file: image, detector, tracker, filters and analyzers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import numpy as np

from volltrack.io.trackmate_xml.parse.java_numbers import format_doubles
from volltrack.io.trackmate_xml.parse.settings import FeatureFilter, ImageInfo, SettingsTree, TrackMateSettings
from volltrack.io.trackmate_xml.write.xml_text import format_element
from volltrack.model import Calibration, Lineage

__all__ = ["format_settings", "guess_image"]

_SPOT_ANALYZERS: Final = {
    "Manual spot color": "",
    "Spot intensity": "MEAN_INTENSITY_CH",
    "Spot contrast and SNR": "CONTRAST_CH",
    "Spot fit 2D ellipse": "ELLIPSE_MAJOR",
    "Spot 2D shape descriptors": "CIRCULARITY",
}
"""Analyzer by the start of a feature that it computes; listed where the file holds that feature."""
_EDGE_ANALYZERS: Final = ("Directional change", "Edge speed", "Edge target", "Edge location", "Manual edge color")
_TRACK_ANALYZERS: Final = (
    "Branching analyzer",
    "Track duration",
    "Track index",
    "Track location",
    "Track speed",
    "Track quality",
    "Track motility analysis",
)


def guess_image(lineage: Lineage, calibration: Calibration) -> ImageInfo:
    """Return an image without a file that is just large enough for all spots."""
    if not len(lineage.spots):
        return ImageInfo(width=1, height=1, n_slices=1, n_frames=1)
    last = lineage.spots.positions_zyx.max(axis=0) / np.array(calibration.voxel_size.zyx)
    depth, height, width = (max(1, math.floor(v + 0.5) + 1) for v in last.tolist())
    return ImageInfo(width=width, height=height, n_slices=depth, n_frames=lineage.spots.n_frames)


def format_settings(
    settings: TrackMateSettings,
    image: ImageInfo,
    calibration: Calibration,
    *,
    spot_keys: Collection[str],
    radius: float,
) -> Iterator[str]:
    """Yield the text of Settings.

    Parameters
    ----------
    settings, image, calibration
        What to write.
    spot_keys
        Spot features of the file; decides which spot analyzers are listed.
    radius
        Radius of TrackMate's manual detector, for files without a detector of their own.
    """
    yield "  <Settings>\n"
    yield f"    {format_element('ImageData', _image_attributes(image, calibration))}\n"
    yield f"    {format_element('BasicSettings', _crop_attributes(image))}\n"
    detector = settings.detector or {"DETECTOR_NAME": "MANUAL_DETECTOR", "RADIUS": radius}
    yield from _format_tree("DetectorSettings", detector, 4)
    initial = FeatureFilter("QUALITY", settings.initial_quality)
    yield f"    {_format_filter('InitialSpotFilter', initial)}\n"
    yield from _format_filters("SpotFilterCollection", settings.spot_filters)
    yield from _format_tree("TrackerSettings", settings.tracker or {"TRACKER_NAME": "MANUAL_TRACKER"}, 4)
    yield from _format_filters("TrackFilterCollection", settings.track_filters)
    yield "    <AnalyzerCollection>\n"
    spot = [name for name, start in _SPOT_ANALYZERS.items() if any(k.startswith(start) for k in spot_keys)]
    for name, keys in (
        ("SpotAnalyzers", spot),
        ("EdgeAnalyzers", _EDGE_ANALYZERS),
        ("TrackAnalyzers", _TRACK_ANALYZERS),
    ):
        yield f"      <{name}>\n"
        yield from (f"        {format_element('Analyzer', {'key': key})}\n" for key in keys)
        yield f"      </{name}>\n"
    yield "    </AnalyzerCollection>\n"
    yield "  </Settings>\n"


def _image_attributes(image: ImageInfo, calibration: Calibration) -> dict[str, str]:
    sizes = {
        "width": image.width,
        "height": image.height,
        "nslices": image.n_slices,
        "nframes": image.n_frames,
        "pixelwidth": calibration.voxel_size.x,
        "pixelheight": calibration.voxel_size.y,
        "voxeldepth": calibration.voxel_size.z,
        "timeinterval": calibration.frame_interval,
    }
    return {"filename": image.filename, "folder": image.folder, **{k: _format_scalar(v) for k, v in sizes.items()}}


def _crop_attributes(image: ImageInfo) -> dict[str, str]:
    sizes = {"x": image.width, "y": image.height, "z": image.n_slices, "t": image.n_frames}
    crop: dict[str, str] = {}
    for axis, size in sizes.items():
        crop[f"{axis}start"] = "0"
        crop[f"{axis}end"] = str(max(size - 1, 0))
    return crop


def _format_filters(name: str, filters: tuple[FeatureFilter, ...]) -> Iterator[str]:
    if not filters:
        yield f"    <{name} />\n"
        return
    yield f"    <{name}>\n"
    yield from (f"      {_format_filter('Filter', chosen)}\n" for chosen in filters)
    yield f"    </{name}>\n"


def _format_filter(name: str, chosen: FeatureFilter) -> str:
    values = {"feature": chosen.feature, "value": float(chosen.value), "isabove": chosen.is_above}
    return format_element(name, {key: _format_scalar(value) for key, value in values.items()})


def _format_tree(name: str, tree: SettingsTree, indent: int) -> Iterator[str]:
    """Yield an element of settings: scalars as attributes, mappings as children."""
    attributes = {key: _format_scalar(v) for key, v in tree.items() if not isinstance(v, Mapping)}
    children = {key: v for key, v in tree.items() if isinstance(v, Mapping)}
    blank = " " * indent
    yield f"{blank}{format_element(name, attributes, closed=not children)}\n"
    for key, child in children.items():
        yield from _format_tree(key, child, indent + 2)
    if children:
        yield f"{blank}</{name}>\n"


def _format_scalar(value: Any) -> str:
    """Return a setting as Java spells it."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return format_doubles([float(value)])[0]
    return str(value)
